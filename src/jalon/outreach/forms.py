"""The filters of the list of proposals."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.db.models import Q, QuerySet
from django.utils import timezone

from jalon.directory.enums import Service
from jalon.directory.models import Area, Commune, StaffMember
from jalon.families.queries import Where, communes_named, where_works
from jalon.outreach import queries
from jalon.outreach.choices import offers_of_service, offers_to_choose
from jalon.outreach.enums import Channel
from jalon.outreach.models import Proposal
from jalon.rules.calendar import Month, add_months

_MONTHS: Final = 60
_MINE: Final = "miennes"
_AREA: Final = "secteur:"
_TERRITORY: Final = "territoire:"
_MOST_AREAS: Final = 100


def _months_shown(asked: str) -> list[tuple[str, str]]:
    """Return the months of which there are proposals, and the one asked, the latest first."""
    first = timezone.localdate().replace(day=1)
    months = [Month.of(add_months(first, -number)) for number in range(_MONTHS)]
    kept = {*queries.having_proposals("month", [str(month) for month in months]), asked}
    return [
        ("", "Tous"),
        *((str(month), month.in_french) for month in months if str(month) in kept),
    ]


class ProposalFilters(forms.Form):
    """Which proposals to list; each filter left empty keeps all."""

    offre = forms.ChoiceField(label="Offre", required=False)
    service = forms.ChoiceField(
        label="Service", required=False, choices=[("", "Tous"), *Service.choices]
    )
    ou = forms.ChoiceField(label="Où", required=False)
    commune = forms.CharField(label="Commune (début du nom)", required=False, max_length=100)
    mois = forms.ChoiceField(label="Mois du requêtage", required=False)
    voie = forms.ChoiceField(
        label="Voie", required=False, choices=[("", "Toutes"), *Channel.choices]
    )
    depuis = forms.ChoiceField(
        label="Faites",
        required=False,
        choices=[("", "N'importe quand"), ("semaine", "Ces sept derniers jours")],
    )

    def __init__(self, *args: Any, person: StaffMember, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        self.person = person
        offers = offers_to_choose(self.data.get("offre", ""))
        months = _months_shown(self.data.get("mois", ""))
        self.fields["offre"].choices = offers  # type: ignore[attr-defined]
        self.fields["mois"].choices = months  # type: ignore[attr-defined]
        self.fields["ou"].choices = self._places()  # type: ignore[attr-defined]

    def _places(self) -> list[tuple[str, Any]]:
        # A list longer than that is not read: the commune's name is quicker.
        columns = ("code", "label", "territory__code", "territory__label")
        areas = list(Area.objects.order_by("label").values_list(*columns)[:_MOST_AREAS])
        territories = sorted({(label, code) for _, _, code, label in areas})
        return [
            ("", "Tout le département"),
            (_MINE, "Mes communes"),
            ("Territoires", [(f"{_TERRITORY}{code}", label) for label, code in territories]),
            ("Secteurs", [(f"{_AREA}{code}", label) for code, label, *_ in areas]),
        ]

    @property
    def is_filtering(self) -> bool:
        """Whether the list is only a part of what there is."""
        return any(self.data.get(name) for name in self.fields)

    def kept(self, rows: QuerySet[Proposal]) -> QuerySet[Proposal]:
        """Return the proposals that the filters, checked, keep."""
        told = self.cleaned_data
        if told["service"]:
            # The offers of a service are few and indexed; a search inside lists would not be.
            rows = rows.filter(offer__in=offers_of_service(told["service"]))
        for column, name in (("offer", "offre"), ("month", "mois"), ("channel", "voie")):
            if told[name]:
                rows = rows.filter(**{column: told[name]})
        if told["depuis"]:
            rows = queries.recent(rows)
        if told["commune"]:
            rows = rows.filter(commune__in=self._communes())
        return self._where(told["ou"]).keep(rows)

    def _communes(self) -> list[str]:
        return communes_named(self.cleaned_data["commune"])

    def _where(self, place: str) -> Where:
        if not place:
            return Where(None)
        if place == _MINE:
            return where_works(self.person)
        if place.startswith(_TERRITORY):
            there = Q(area__territory__code=place.removeprefix(_TERRITORY))
        else:
            there = Q(area__code=place.removeprefix(_AREA))
        return Where(tuple(Commune.objects.filter(there).values_list("pk", flat=True)))
