"""What figures are kept to."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.db.models import QuerySet

from jalon.directory.models import StaffMember, Territory
from jalon.directory.roles import Permission
from jalon.rules.calendar import Month
from jalon.steering.queries import counted_months


class TerritoryFilter(forms.Form):
    """Which territory: one's own, or any for whoever answers for the department."""

    territoire = forms.ModelChoiceField(
        Territory.objects.none(),
        label="Territoire",
        required=False,
        empty_label="Tout le département",
        to_field_name="code",
    )

    def __init__(self, *args: Any, by: StaffMember, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        self.whole = by.may(Permission.MANAGE_DEPARTMENT)
        if self.whole:
            self.fields["territoire"].queryset = Territory.objects.all()  # type: ignore[attr-defined]

    @property
    def chosen(self) -> Territory | None:
        """The territory asked for; none where none is, or where there is no such one."""
        found: Territory | None = self.cleaned_data.get("territoire") if self.is_valid() else None
        return found

    def kept(self, workers: QuerySet[StaffMember]) -> QuerySet[StaffMember]:
        """Keep the workers of the territory asked for."""
        return workers.filter(team__territory=self.chosen) if self.chosen else workers


class ReceivedFilter(TerritoryFilter):
    """Received by whom: by those of a territory, or by one worker whom a row led from."""

    qui = forms.UUIDField(label="Reçues par", required=False, widget=forms.HiddenInput)

    def kept(self, workers: QuerySet[StaffMember]) -> QuerySet[StaffMember]:
        """Keep the workers of the territory asked for, or the one; nobody for another."""
        if self.is_bound and not self.is_valid():
            return workers.none()
        one = self.cleaned_data.get("qui") if self.is_bound else None
        return super().kept(workers.filter(public_id=one) if one else workers)

    @property
    def in_words(self) -> str:
        """What is kept, in French, without a name."""
        if self.is_bound and self.is_valid() and self.cleaned_data.get("qui"):
            return "par une personne de l'équipe"
        return str(self.chosen) if self.chosen else "par tous"


class PlaceFilter(forms.Form):
    """Which territory: the whole department unless one is chosen."""

    territoire = forms.ModelChoiceField(
        Territory.objects.all(),
        label="Territoire",
        required=False,
        empty_label="Tout le département",
        to_field_name="code",
    )

    @property
    def territory(self) -> Territory | None:
        """The territory asked for, if one is."""
        asked = self.is_bound and self.is_valid()
        found: Territory | None = self.cleaned_data.get("territoire") if asked else None
        return found

    @property
    def territory_code(self) -> str:
        """Its code; empty for the whole department."""
        return self.territory.code if self.territory else ""

    @property
    def where(self) -> str:
        """What is shown, in words."""
        return str(self.territory) if self.territory else "tout le département"


class YearFilter(PlaceFilter):
    """Which year, and of which territory: the whole department unless one is chosen."""

    annee = forms.ChoiceField(label="Année", required=False)
    field_order: tuple[str, ...] = ("annee", "territoire")

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        self._counted = counted_months()
        years = sorted({one.year for one in self._counted}, reverse=True)
        self.fields["annee"].choices = [(str(one), str(one)) for one in years]  # type: ignore[attr-defined]

    @property
    def year(self) -> int:
        """The year asked for, else the last one counted; nought where none is."""
        asked = self.cleaned_data.get("annee") if self.is_bound and self.is_valid() else ""
        return int(asked) if asked else max((one.year for one in self._counted), default=0)

    @property
    def months(self) -> list[Month]:
        """The months of the year that were counted, in order."""
        return [one for one in self._counted if one.year == self.year]

    @property
    def query(self) -> str:
        """What is shown, as the end of an address."""
        kept = {"annee": str(self.year), "territoire": self.territory_code}
        return urlencode({name: value for name, value in kept.items() if value})


class OwnYearFilter(YearFilter):
    """Which year, of a place that one answers for: one's own territory, or any for the head."""

    def __init__(self, *args: Any, by: StaffMember, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        self.whole = by.may(Permission.MANAGE_DEPARTMENT)
        self._own = by.team.territory if by.team else None
        if not self.whole:
            del self.fields["territoire"]

    @property
    def territory(self) -> Territory | None:
        """One's own, or the one asked for by whoever answers for all."""
        return super().territory if self.whole else self._own

    @property
    def nowhere(self) -> bool:
        """Whether one answers for no place."""
        return not self.whole and self._own is None
