"""Which rows of a figure are listed."""

from __future__ import annotations

from typing import Any, Final

from django import forms

from jalon.rules.calendar import Month
from jalon.rules.sentences import capitalised
from jalon.steering.enums import Breakdown
from jalon.steering.forms import YearFilter
from jalon.steering.indicators import Indicator

_MONTHS: Final = [
    (str(one), capitalised(Month(2000, one).in_french.split()[0])) for one in range(1, 13)
]


class RowsFilter(YearFilter):
    """Of which months and which territory; of which value of a breakdown, and which count.

    What a figure's table led to stays in the address, and is taken away by showing all again.
    """

    mois = forms.ChoiceField(
        label="Mois", required=False, choices=[("", "Tous ceux du chiffre"), *_MONTHS]
    )
    par = forms.ChoiceField(label="Par", required=False, widget=forms.HiddenInput)
    valeur = forms.CharField(
        label="Valeur", required=False, max_length=100, widget=forms.HiddenInput
    )
    compte = forms.ChoiceField(label="Compte", required=False, widget=forms.HiddenInput)
    field_order: tuple[str, ...] = ("annee", "mois", "territoire")

    def __init__(self, *args: Any, of: Indicator, counts: int, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        self.fields["par"].choices = [(one.value, one.label) for one in of.breakdowns]  # type: ignore[attr-defined]
        self.fields["compte"].choices = [(str(one), str(one)) for one in range(counts)]  # type: ignore[attr-defined]

    @property
    def asked(self) -> list[Month]:
        """The months of the figure: the one asked for, else those of the year."""
        month = self._told("mois")
        return [Month(self.year, int(month))] if month and self.year else self.months

    @property
    def by(self) -> Breakdown:
        """By what it is told, where one value alone is asked for."""
        return Breakdown(self._told("par"))

    @property
    def value(self) -> str:
        """That value; empty for what nobody knows."""
        return self._told("valeur")

    @property
    def count(self) -> int:
        """The place of the count asked for among those of the figure."""
        return int(self._told("compte") or 0)

    def _told(self, name: str) -> str:
        told = self.cleaned_data.get(name) if self.is_bound and self.is_valid() else ""
        return told or ""
