"""The fields of the form of a rights check: one for each way of asking."""

from __future__ import annotations

from typing import Final

from django import forms
from django.utils import timezone

from jalon.directory.models import Commune
from jalon.interventions.rights_check.asked import Asked, Kind
from jalon.interventions.rights_check.told import Fact
from jalon.interventions.words_form import a_day
from jalon.rules.calendar import Month, add_months

_UNSAID: Final = ("", "Pas dit")
# How far back one goes: rights are claimed for the months just gone, rarely more.
_MONTHS_BACK: Final = 3


def months_to_choose(chosen: Month) -> list[tuple[str, str]]:
    """Return the months that one may compute for, the latest first, and the one chosen."""
    today = timezone.localdate()
    months = {Month.of(add_months(today, -back)) for back in range(_MONTHS_BACK + 1)} | {chosen}
    return [(str(one), one.in_french.capitalize()) for one in sorted(months, reverse=True)]


def field_of(asked: Asked, before: Fact | None) -> forms.Field:
    """Return the field of something asked; of a commune, with the one known before."""
    made = _commune(asked, before) if asked.kind is Kind.COMMUNE else _of_kind(asked)
    # The page lays several out in one line, each as its own.
    look = "form-select" if asked.kind in {Kind.WORD, Kind.COMMUNE} else "form-control"
    made.widget.attrs["class"] = look
    return made


def _commune(asked: Asked, before: Fact | None) -> forms.Field:
    """Return the communes of the department, and the one known where it is of another."""
    communes = dict(Commune.objects.values_list("code", "label"))
    if before is not None:
        communes.setdefault(before.value, before.value)
    return forms.ChoiceField(
        label=asked.label, choices=(_UNSAID, *communes.items()), required=False
    )


def _of_kind(asked: Asked) -> forms.Field:
    if asked.kind is Kind.DAY:
        return a_day(asked.label, required=False, help_text=asked.help)
    if asked.kind is Kind.WORD:
        words = (_UNSAID, *asked.words)
        return forms.ChoiceField(label=asked.label, choices=words, required=False)
    return forms.DecimalField(
        label=asked.label,
        min_value=0,
        max_digits=9,
        decimal_places=2,
        required=False,
        help_text=asked.help,
        widget=forms.NumberInput({"inputmode": "decimal", "step": "0.01"}),
    )
