"""Which report to prepare, and what is said of a chapter."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from django import forms
from django.utils import timezone

from jalon.directory.models import StaffMember, Territory
from jalon.directory.roles import Permission
from jalon.rules.calendar import Month
from jalon.steering.enums import ReportKind
from jalon.steering.models import Report
from jalon.steering.queries import counted_months
from jalon.steering.reports.commenting import MOST_WORDS

_QUARTERS: Final = (1, 2, 3, 4)
MOST_REASON: Final = 500


class PrepareForm(forms.Form):
    """A period that is over and of which months were counted, and where one answers for it."""

    period = forms.ChoiceField(label="Période")
    territory = forms.ModelChoiceField(
        Territory.objects.all(),
        label="Territoire",
        required=False,
        empty_label="Tout le département",
        to_field_name="code",
    )
    reason = forms.CharField(
        label="Ce que cette version corrige, et pourquoi",
        required=False,
        max_length=MOST_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Seulement si ce rapport est déjà adopté : une autre version sera faite à côté, "
        "et ces mots seront écrits dessus.",
    )

    def __init__(self, *args: Any, by: StaffMember, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        if not by.may(Permission.MANAGE_DEPARTMENT):
            place: Any = self.fields["territory"]
            place.queryset = Territory.objects.filter(teams=by.team_id)
            place.required, place.empty_label = True, None
        self._periods = {f"{one.year}-{one.quarter}": one for one in _over()}
        self.fields["period"].choices = [  # type: ignore[attr-defined]
            (key, str(one)) for key, one in self._periods.items()
        ]

    @property
    def has_periods(self) -> bool:
        """Whether there is anything to tell of."""
        return bool(self._periods)

    @property
    def chosen(self) -> dict[str, Any]:
        """The period and the place of a form that is valid, as an action takes them."""
        period = self._periods[self.cleaned_data["period"]]
        return {
            "kind": ReportKind(period.kind),
            "year": period.year,
            "quarter": period.quarter,
            "territory": self.cleaned_data["territory"],
            "reason": self.cleaned_data["reason"],
        }


def _over() -> Iterator[Report]:
    """Yield the quarters and years that are over and counted, the latest first."""
    counted = counted_months()
    running = Month.of(timezone.localdate())
    for year in sorted({one.year for one in counted}, reverse=True):
        every = [Report(kind=ReportKind.YEAR, year=year, quarter=0)]
        every += [
            Report(kind=ReportKind.QUARTER, year=year, quarter=one) for one in reversed(_QUARTERS)
        ]
        yield from (
            one
            for one in every
            if one.months[-1] < running and not set(counted).isdisjoint(one.months)
        )


class CommentForm(forms.Form):
    """What is said of a chapter, and which revision of it was seen."""

    text = forms.CharField(
        label="Ce que nous en disons",
        required=False,
        max_length=MOST_WORDS,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text="Rien qui fasse reconnaître une famille ou un agent : ce texte est diffusé avec "
        "les chiffres. Une ligne vide ne compte pas ; chaque ligne fait un paragraphe.",
    )
    seen = forms.IntegerField(min_value=0, widget=forms.HiddenInput)


class AdoptForm(forms.Form):
    """Which revision of the report was read."""

    seen = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
