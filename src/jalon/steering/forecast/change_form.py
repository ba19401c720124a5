"""What a manager tries on the quarter to come: somebody away, somebody more. Nothing is kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from django import forms

from jalon.directory.models import StaffMember
from jalon.steering.forecast.coming import Quarter
from jalon.steering.forecast.forecasting import Refusal
from jalon.steering.forecast.workload import (
    Balance,
    Need,
    Worker,
    days_between,
    difference,
    with_absence,
    with_recruit,
)

_DAY: Final = {"type": "date"}
_TIMES: Final = (("", "Personne"), ("100", "À temps plein"), ("80", "À 80 %"), ("50", "À 50 %"))
_PERCENT: Final = 100
# Beyond, nobody finds a colleague in a list: a territory is to be chosen first.
_MOST: Final = 100


def _day(label: str) -> forms.DateField:
    return forms.DateField(
        label=label, required=False, widget=forms.DateInput(_DAY, format="%Y-%m-%d")
    )


class ChangeForm(forms.Form):
    """Who would be away and when, who would come and when; `territoire` is kept along."""

    territoire = forms.CharField(required=False, widget=forms.HiddenInput)
    qui = forms.ChoiceField(label="Qui serait absent ?", required=False)
    du = _day("Du")
    au = _day("Au, ce jour compris")
    recrue = forms.ChoiceField(label="Qui arriverait ?", required=False, choices=_TIMES)
    arrivee = _day("À partir du")

    def __init__(
        self,
        data: Mapping[str, Any],
        *,
        quarter: Quarter,
        among: Sequence[tuple[StaffMember, Worker]],
        answerable: frozenset[int],
    ) -> None:
        """`among` are those of the place shown, of whom one may choose the `answerable`."""
        asked = any(data.get(name) for name in ("qui", "du", "au", "recrue", "arrivee"))
        initial = {"territoire": data.get("territoire", "")}
        super().__init__(data if asked else None, initial=initial)
        self._quarter = quarter
        self._people = [member for member, _ in among]
        self._workers = tuple(worker for _, worker in among)
        mine = [one for one in self._people if one.pk in answerable]
        self.too_many = len(mine) > _MOST
        listed = [] if self.too_many else mine
        self.fields["qui"].choices = [  # type: ignore[attr-defined]
            ("", "Personne"),
            *((str(one.public_id), str(one)) for one in listed),
        ]

    def clean(self) -> dict[str, Any]:
        """Refuse what is only half said, and dates the wrong way round."""
        told: dict[str, Any] = super().clean() or {}
        since, until = told.get("du"), told.get("au")
        if told.get("qui") and not self.errors:
            if not (since and until):
                self.add_error("du", "Dites du quel au quel jour.")
            elif until < since:
                self.add_error("au", "Ce jour vient avant le premier.")
        elif (since or until) and not self.errors:
            self.add_error("qui", "Dites qui serait absent.")
        if bool(told.get("recrue")) != bool(told.get("arrivee")) and not self.errors:
            missing = "arrivee" if told.get("recrue") else "recrue"
            self.add_error(missing, "Dites qui arriverait, et à partir de quand.")
        return told

    def changed(self) -> tuple[Worker, ...]:
        """Return the workers as they would be, of a form that is valid."""
        told, workers = self.cleaned_data, self._workers
        if told.get("qui"):
            place = [str(one.public_id) for one in self._people].index(told["qui"])
            first, last = self._quarter.first, self._quarter.last
            away: frozenset[date] = days_between(max(told["du"], first), min(told["au"], last))
            workers = with_absence(workers, place, away)
        if told.get("recrue"):
            share = int(told["recrue"]) / _PERCENT
            workers = with_recruit(workers, share, told["arrivee"], self._quarter.days)
        return workers

    def outcome(self, need: Need | Refusal) -> tuple[str, Balance] | None:
        """Return what the change does, in words and as it would be; None where nothing is asked.

        Without a forecast, there is nothing to set it beside.
        """
        if isinstance(need, Refusal) or not self.is_bound or not self.is_valid():
            return None
        before = self._quarter.beside(need, self._workers)
        after = self._quarter.beside(need, self.changed())
        return difference(before, after), after
