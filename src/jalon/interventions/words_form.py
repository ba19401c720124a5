"""Forms of free text: what was read travels with them, drafts are kept, clashes are shown."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Any, ClassVar, Final

from django import forms
from django.forms import BoundField

from jalon.interventions.revising import Value, three_way

_DAMAGED: Final = "Rouvrez la page : elle a été abîmée."


def long_text(label: str, *, rows: int = 4, most: int = 8000, help_text: str = "") -> Any:  # noqa: ANN401
    """Return a field of several lines that may stay empty."""
    widget = forms.Textarea({"rows": rows})
    return forms.CharField(
        label=label, required=False, max_length=most, widget=widget, help_text=help_text
    )


def a_day(label: str, *, required: bool = True, help_text: str = "") -> forms.DateField:
    """Return a field of a day, as browsers ask for one."""
    widget = forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=required, widget=widget, help_text=help_text)


class WordsForm(forms.Form):
    """A text that others may change meanwhile.

    `seen` is the revision that was read, 0 for a text not written yet, and `base` what it said:
    with it, what two people changed in two places is merged, and what clashes is shown.
    """

    # The fields that are the text itself, all but those of the form alone.
    words: ClassVar[tuple[str, ...]]
    seen = forms.IntegerField(min_value=0, required=False, widget=forms.HiddenInput)
    base = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, read: Mapping[str, Value] | None = None, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        if read is not None:
            self.initial["base"] = json.dumps({one: plain(read[one]) for one in self.words})
        self.clashes: list[tuple[BoundField, str]] = []

    @property
    def read(self) -> dict[str, Value]:
        """What the text said when the form was opened, as its fields hold it."""
        return self._read(json.loads(self.cleaned_data["base"] or "{}"))

    def _read(self, told: Mapping[str, str]) -> dict[str, Value]:
        return {
            name: self.fields[name].clean(told[name]) if told.get(name) else self._empty(name)
            for name in self.words
        }

    @property
    def written(self) -> dict[str, Value]:
        """What the form says now."""
        return {name: self.cleaned_data[name] for name in self.words}

    def _empty(self, name: str) -> Value:
        return None if isinstance(self.fields[name], (forms.DateField, forms.DecimalField)) else ""

    def clean_base(self) -> str:
        """Refuse what is not a text that was read, in the words of its fields."""
        told: str = self.cleaned_data["base"]
        try:
            read = json.loads(told or "{}")
            whole = isinstance(read, dict) and all(isinstance(one, str) for one in read.values())
            if whole:
                self._read(read)
        except (ValueError, RecursionError, forms.ValidationError) as error:
            raise forms.ValidationError(_DAMAGED) from error
        if not whole:
            raise forms.ValidationError(_DAMAGED)
        return told

    def again(self, now: Mapping[str, Value], revision: int) -> WordsForm:
        """Return the form to show once a colleague changed the same text: what clashes beside.

        It keeps what was written here, takes what was written there elsewhere, and takes the text
        of now as read: sent once more, it holds.
        """
        found = three_way(self.read, self.written, now)
        told: dict[str, Any] = {name: self.data.get(name, "") for name in self.fields}
        told["seen"] = str(revision)
        told["base"] = json.dumps({name: plain(now[name]) for name in self.words})
        for name, value in found.values.items():
            told[name] = plain(value)
        form = type(self)(told)
        for name in self.words:
            if name in found.clashes:
                form.clashes.append((form[name], self._shown(name, now[name])))
        return form

    def _shown(self, name: str, value: Value) -> str:
        choices = dict(getattr(self.fields[name], "choices", ()))
        return str(choices.get(value) or plain(value) or "(rien)")


class AtAppointmentForm(WordsForm):
    """A text of what was said, perhaps at an appointment, which the form carries."""

    appointment = forms.UUIDField(required=False, widget=forms.HiddenInput)


def plain(value: Value) -> str:
    """Return a value as a browser sends it: days as 2026-11-23, nothing as an empty text."""
    if value is None:
        return ""
    return value.isoformat() if isinstance(value, date) else str(value)
