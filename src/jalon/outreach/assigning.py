"""Proposes a worker to each family that accepted: by commune, then by load; a manager decides."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Final

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Subquery
from django.db.models.functions import Coalesce

from jalon.directory.models import Absence, StaffMember
from jalon.directory.queries import social_workers
from jalon.families.actions import name_lead_worker
from jalon.families.locks import locked_family
from jalon.families.models import Family, Involvement
from jalon.families.queries import nameable
from jalon.outreach.enums import AnswerKind
from jalon.outreach.errors import ApproachError
from jalon.outreach.models import Approach
from jalon.web import french

_FULL: Final = Decimal(1)
_HALF: Final = Decimal("0.5")
_MOST_CHOICES: Final = 40
_WORDS: Final = (
    *("", "", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix"),
    *("onze", "douze", "treize", "quatorze", "quinze", "seize"),
)


@dataclass(frozen=True)
class Worker:
    """A worker as families are shared out: `share` of a full time, `led` families now."""

    pk: int
    name: str
    territory: int | None
    communes: frozenset[str]
    share: Decimal
    led: int
    away: bool = False
    given: int = 0

    @property
    def next_load(self) -> Decimal:
        """How many families for a full time, with one more; equal loads are equal numbers."""
        return (self.led + self.given + 1) / self.share


@dataclass(frozen=True)
class Waiting:
    """A family that waits for a worker: where it lives, none where nobody knows."""

    commune: str | None
    commune_said: str
    territory: int | None


@dataclass(frozen=True)
class Suggestion:
    """The worker proposed to a family, none where nobody may be; why, in one sentence."""

    worker: int | None
    why: str


def share_out(waiting: Sequence[Waiting], workers: Iterable[Worker]) -> list[Suggestion]:
    """Return a suggestion for each family, in their order; each counts for those that follow.

    Who is there and takes the commune comes first, or else who is of the territory; of several,
    who will have the fewest families for a full time, then the first by name. Nobody is given a
    family of another territory, nor while away.
    """
    teams: dict[int, dict[int, Worker]] = {}
    for one in workers:
        if one.territory is not None:
            teams.setdefault(one.territory, {})[one.pk] = one
    found = []
    for family in waiting:
        team = teams.get(family.territory, {}) if family.territory is not None else {}
        near = list(team.values())
        there = [one for one in near if not one.away]
        own = [one for one in there if family.commune in one.communes]
        among = own or there
        if not among:
            found.append(Suggestion(None, _nobody(family, near)))
            continue
        best = min(among, key=lambda one: (one.next_load, one.name, one.pk))
        found.append(Suggestion(best.pk, _why(best, family, among, takes=bool(own))))
        team[best.pk] = replace(best, given=best.given + 1)
    return found


def _nobody(family: Waiting, near: Collection[Worker]) -> str:
    if family.territory is None:
        return "Sa commune n'est pas connue : choisissez depuis sa page."
    if near:
        return "Tous les travailleurs sociaux de son territoire sont absents aujourd'hui."
    return "Aucun travailleur social que vous pouvez nommer n'est de son territoire."


def _why(best: Worker, family: Waiting, among: Sequence[Worker], *, takes: bool) -> str:
    place = f"Suit {family.commune_said}"
    if not takes:
        place = f"Du même territoire, car nul de présent ne suit {family.commune_said}"
    number = best.led + best.given
    load = french.counted(number, "famille") if number else "aucune famille encore"
    given = (
        f", dont {best.given} proposée{'s' if best.given > 1 else ''} ici" if best.given else ""
    )
    return f"{place} ; {load} pour {_time(best.share)}{given}, {_rank(best, among)}."


def _time(share: Decimal) -> str:
    if share == _FULL:
        return "un temps plein"
    return "un mi-temps" if share == _HALF else f"un temps de {french.percentage(share)}"


def _rank(best: Worker, among: Sequence[Worker]) -> str:
    number = len(among)
    if number == 1:
        return "seule personne possible"
    said = _WORDS[number] if number < len(_WORDS) else french.number(number)
    equals = any(one.next_load == best.next_load for one in among if one.pk != best.pk)
    light = "aucune charge plus légère parmi les" if equals else "la charge la plus légère des"
    return f"{light} {said}"


@dataclass(frozen=True)
class ToAssign:
    """A family that waits for a worker, the one proposed, and those whom one may name."""

    approach: Approach
    suggestion: Suggestion
    choices: tuple[StaffMember, ...]

    @cached_property
    def suggested(self) -> StaffMember | None:
        """The worker proposed."""
        return next((one for one in self.choices if one.pk == self.suggestion.worker), None)

    @property
    def said(self) -> str:
        """What the family said, in words."""
        return AnswerKind(self.approach.answer).label


def suggestions(approaches: Sequence[Approach], by: StaffMember, day: date) -> list[ToAssign]:
    """Return what is proposed for families that accepted, of those whom a person may name."""
    waiting = [_waiting(one.family) for one in approaches]
    territories = {one.territory for one in waiting if one.territory is not None}
    people = list(_nameable(territories, by, day))
    found = share_out(waiting, [_worker(one) for one in people])
    return [
        ToAssign(approach, suggestion, _choices(people, family, suggestion))
        for approach, family, suggestion in zip(approaches, waiting, found, strict=True)
    ]


def _choices(
    people: Sequence[StaffMember], family: Waiting, suggestion: Suggestion
) -> tuple[StaffMember, ...]:
    """Return whom one may name, by name: of too many, those who take the commune first."""
    near = [one for one in people if _territory(one) == family.territory]
    if len(near) <= _MOST_CHOICES:
        return tuple(near)
    takes = {one.pk for one in near if family.commune in _worker(one).communes}
    near.sort(key=lambda one: (one.pk != suggestion.worker, one.pk not in takes))
    kept = {one.pk for one in near[:_MOST_CHOICES]}
    return tuple(one for one in people if one.pk in kept)


def _waiting(family: Family) -> Waiting:
    if family.commune is None:
        return Waiting(None, "", None)
    commune = family.commune
    return Waiting(commune.pk, commune.label, commune.area.territory_id)


def _nameable(territories: Collection[int], by: StaffMember, day: date) -> Iterable[StaffMember]:
    away = Absence.objects.filter(member=OuterRef("pk"), first_day__lte=day, last_day__gte=day)
    led = Involvement.objects.filter(worker=OuterRef("pk"), lead=True, until=None)
    number = led.order_by().values("worker").annotate(number=Count("pk")).values("number")
    people = nameable(social_workers(), by).filter(team__territory__in=territories)
    return (
        people.select_related("team")
        .prefetch_related("sectors")
        .annotate(
            led=Coalesce(Subquery(number), 0),
            away=Exists(away),
        )
        .order_by("last_name", "first_name", "pk")
    )


def _territory(member: StaffMember) -> int | None:
    return member.team.territory_id if member.team else None


def _worker(member: StaffMember) -> Worker:
    return Worker(
        pk=member.pk,
        name=f"{member.last_name} {member.first_name}",
        territory=_territory(member),
        communes=frozenset(one.commune_id for one in member.sectors.all()),
        share=member.working_time,
        led=member.led,  # type: ignore[attr-defined]
        away=member.away,  # type: ignore[attr-defined]
    )


@transaction.atomic
def assign(*, family: Family, worker: StaffMember, by: StaffMember) -> Involvement:
    """Make a worker the lead of a family that has none; ApproachError where one has come since.

    FamilyError where the person may not name this worker.
    """
    locked_family(family.pk)
    if led := _led(family):
        raise ApproachError(led)
    return name_lead_worker(family=family, worker=worker, by=by)


def why_not_waiting(family: Family) -> str:
    """Say why a family that is not on the list of those to assign is not, in one sentence."""
    return _led(family) or (
        "Elle n'attend pas de référent ici : elle n'a pas accepté, ou vit ailleurs."
    )


def _led(family: Family) -> str:
    """Say who leads a family; nothing where nobody does."""
    led = Involvement.objects.filter(family=family, lead=True, until=None)
    lead = led.select_related("worker").first()
    return f"{lead.worker} en est déjà référent." if lead else ""
