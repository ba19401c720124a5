"""Punctuation stays with its words, in pages alone."""

from __future__ import annotations

import re

import pytest
from django import forms
from django.http import HttpResponse, StreamingHttpResponse
from django.test import Client, RequestFactory
from django.utils.html import escape

from jalon.web.typography import SpacesMiddleware

_WRITTEN = "L'événement : « naissance » ; est-ce sûr ? Oui !"


def answered(response: HttpResponse) -> HttpResponse:
    return SpacesMiddleware(lambda _request: response)(RequestFactory().get("/"))


def test_no_line_of_a_page_begins_with_punctuation() -> None:
    shown = answered(HttpResponse(_WRITTEN)).content.decode()

    assert shown == (
        "L'événement\u00a0: «\u00a0naissance\u00a0»\u202f; est-ce sûr\u202f? Oui\u202f!"
    )


@pytest.mark.parametrize("name", ["script", "style", "code"])
def test_what_a_machine_reads_is_left_as_it_is(name: str) -> None:
    left = f"<{name} id='a'>a ? b : c; d !important\n</{name}>"

    shown = answered(HttpResponse(f"<p>a : {left} b : {left}</p>")).content.decode()

    assert shown == f"<p>a\u00a0: {left} b\u00a0: {left}</p>"


class _Typed(forms.Form):
    line = forms.CharField()
    hidden = forms.CharField(widget=forms.HiddenInput)
    text = forms.CharField(widget=forms.Textarea)
    choice = forms.ChoiceField(choices=[("« a »", "« a »")])


def test_what_was_typed_comes_back_as_it_was() -> None:
    typed = "elle a dit : « non », > puis « oui » !\n« rien » ?"
    form = _Typed({"line": typed, "hidden": typed, "text": typed, "choice": "« a »"})
    written = f"<p>« {form.as_p()} »</p>"

    shown = answered(HttpResponse(written)).content.decode()

    assert shown.startswith("<p>«\u00a0")
    assert shown.endswith("\u00a0»</p>")
    assert shown.count(escape(typed)) == 3
    assert 'value="« a »" selected>«\u00a0a\u00a0»' in shown


@pytest.mark.parametrize("kind", ["text/csv", "application/json"])
def test_files_are_left_as_they_are(kind: str) -> None:
    assert answered(HttpResponse(_WRITTEN, content_type=kind)).content.decode() == _WRITTEN


def test_what_streams_is_left_to_stream() -> None:
    streamed = StreamingHttpResponse([_WRITTEN.encode()])

    assert b"".join(answered(streamed)) == _WRITTEN.encode()  # type: ignore[arg-type]


def test_every_page_goes_through(client: Client) -> None:
    page = client.get("/composants/").content.decode()

    assert "«\u00a0" in page
    assert "\u00a0:" in page
    for written in ("« ", " »", " :", " ;", " ?", " !"):
        assert written not in re.sub(r"<code.*?</code>|<input[^>]*>", "", page, flags=re.DOTALL)
