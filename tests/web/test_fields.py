"""A form's field is tied to its label, its help and its errors."""

from __future__ import annotations

from typing import Any

import pytest
from django import forms

from web.rendering import render


class Meeting(forms.Form):
    name = forms.CharField(
        label="Nom", help_text="Nom d'usage", widget=forms.TextInput({"class": "w"})
    )
    place = forms.ChoiceField(label="Lieu", choices=[("a", "Créteil")])
    channel = forms.ChoiceField(
        label="Moyen", choices=[("p", "Appel"), ("l", "Lettre")], widget=forms.RadioSelect
    )
    agrees = forms.BooleanField(label="D'accord")
    notes = forms.CharField(label="Notes", required=False, widget=forms.Textarea)
    token = forms.CharField(widget=forms.HiddenInput, required=False)

    def clean(self) -> dict[str, Any] | None:
        if self.data.get("name") == "interdit":
            self.add_error(None, "Ce rendez-vous est déjà pris.")
        return self.cleaned_data


def field(name: str, data: dict[str, str] | None = None) -> str:
    return render("{% field f %}", f=Meeting(data)[name])


def test_a_line_has_its_label_and_its_help() -> None:
    shown = field("name")
    assert '<label class="form-label" for="id_name"> Nom </label>' in shown
    assert 'id="id_name_helptext">Nom d&#x27;usage<' in shown
    assert 'aria-describedby="id_name_helptext"' in shown
    assert 'class="form-control w"' in shown


def test_an_error_is_tied_to_its_field() -> None:
    shown = field("name", {})
    assert 'aria-describedby="id_name_helptext id_name_error"' in shown
    assert 'aria-invalid="true"' in shown
    assert '<div id="id_name_error">' in shown
    assert "is-invalid" in shown


@pytest.mark.parametrize(
    ("name", "part"),
    [
        ("place", 'class="form-select"'),
        ("notes", '<span class="optional">(facultatif)</span>'),
        ("agrees", 'class="form-check-input"'),
        ("token", '<input type="hidden" name="token" id="id_token">'),
    ],
)
def test_each_kind_of_field_has_its_frame(name: str, part: str) -> None:
    assert part in field(name)


def test_a_choice_is_a_group_with_a_legend() -> None:
    shown = field("channel", {})
    assert '<fieldset aria-describedby="id_channel_error"> <legend> Moyen </legend>' in shown
    assert '<label class="form-check-label" for="id_channel_1">Lettre</label>' in shown
    assert shown.count("aria-describedby") == 1


def test_errors_on_top_lead_to_their_fields() -> None:
    shown = render("{% errors f %}", f=Meeting({"name": "interdit"}))
    assert "<li>Ce rendez-vous est déjà pris.</li>" in shown
    assert '<a href="#id_place">Lieu</a> :' in shown
    assert '<a href="#id_channel_0">Moyen</a> :' in shown


def test_a_form_without_error_says_nothing() -> None:
    assert render("{% errors f %}", f=Meeting()) == ""
