"""The page of a form of free text: opened, kept as one types, written, or shown with a clash."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from django.contrib import messages
from django.db.models import Model
from django.http import HttpResponse
from django.shortcuts import redirect, render

from jalon.audit.actions import record_read
from jalon.directory.access import SignedInRequest
from jalon.families.models import Family
from jalon.interventions.drafting import draft_of
from jalon.interventions.errors import InterventionError, RevisedMeanwhileError
from jalon.interventions.revising import Value
from jalon.interventions.words_form import WordsForm

_CONFLICT: Final = 409
_NAMED: Final = "appointment"


@dataclass(frozen=True)
class Page:
    """A form of free text: whose it is, how it is called, what it changes and where it leads.

    `key` names its draft; `row` finds the text that it revises, None for a new one. `page` is what
    readings are told by. `act` writes the form, and says why not by an InterventionError.
    """

    family: Family
    key: str
    form: type[WordsForm]
    heading: str
    page: str
    act: Callable[[WordsForm], object]
    done: str
    back: str
    trail: tuple[str, ...] = ()
    lead: str = ""
    button: str = "Enregistrer"
    row: Callable[[], Model | None] = lambda: None
    initial: Mapping[str, Any] = field(default_factory=dict)
    template: str = "interventions/words.html"
    more: Mapping[str, Any] = field(default_factory=dict)

    def answer(self, request: SignedInRequest) -> HttpResponse:
        """Show the form with what was kept of it, or write it and lead on."""
        if request.method != "POST":
            return self._show(request, self._opened(request))
        form = self.form(request.POST)
        if not form.is_valid():
            return self._show(request, form)
        try:
            self.act(form)
        except RevisedMeanwhileError:
            return self._clash(request, form)
        except InterventionError as error:
            form.add_error(None, str(error))
            return self._show(request, form)
        messages.success(request, self.done)
        return redirect(self.back)

    def _opened(self, request: SignedInRequest) -> WordsForm:
        row = self.row()
        read = None if row is None else self._words(row)
        initial: dict[str, Any] = {**self.initial, **(read or {})}
        initial["seen"] = getattr(row, "revision", 0)
        kept = draft_of(self.key, request.user)
        if kept is not None:
            # The text that was read when it was begun is still what it is compared with.
            # What the address names is not what a draft of another day named.
            named = {_NAMED} if self.initial.get(_NAMED) else set()
            initial |= {name: said for name, said in kept.content.items() if name not in named}
            messages.info(
                request, "Vous aviez commencé ce texte : le voici, tel que vous l'aviez laissé."
            )
        form = self.form(initial=initial, read=read)
        if kept is not None and kept.content.get("base"):
            form.initial["base"] = kept.content["base"]
        return form

    def _words(self, row: Model) -> dict[str, Value]:
        return {name: getattr(row, name) for name in self.form.words}

    def _clash(self, request: SignedInRequest, form: WordsForm) -> HttpResponse:
        row = self.row()
        assert row is not None  # noqa: S101 - somebody else wrote it
        row.refresh_from_db()
        again = form.again(self._words(row), row.revision)  # type: ignore[attr-defined]
        return self._show(request, again, status=_CONFLICT)

    def _show(
        self, request: SignedInRequest, form: WordsForm, *, status: int = 200
    ) -> HttpResponse:
        record_read(family_id=self.family.pk, page=self.page)
        context = {"page": self, "form": form, "family": self.family, **self.more}
        return render(request, self.template, context, status=status)
