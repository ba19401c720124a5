"""What waits for a person today, by what their roles have them do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import reverse

from jalon.desk.waiting.answers import in_answers
from jalon.desk.waiting.diary import Meeting, in_diary, meetings_today
from jalon.desk.waiting.families import in_families
from jalon.desk.waiting.interventions import in_interventions, opened_exceptionally, to_decide
from jalon.desk.waiting.office import in_accounts, in_control, in_machine, in_team
from jalon.desk.waiting.runs import in_runs
from jalon.desk.waiting.shape import Asked, Waiting, told
from jalon.directory.models import StaffMember
from jalon.directory.roles import Permission
from jalon.families.queries import where_works

__all__ = ["Day", "Waiting", "day_of"]


@dataclass(frozen=True)
class Next:
    """What one may do when nothing waits."""

    text: str
    url: str
    action: str


@dataclass(frozen=True)
class Day:
    """Whom one meets, what waits: what comes first, the rest; and what to do when nothing does."""

    meetings: list[Meeting]
    urgent: list[Waiting]
    others: list[Waiting]
    after: Next | None


def day_of(person: StaffMember) -> Day:
    """Return what waits for a person, in a fixed number of queries."""
    found = told(_asked(person))
    return Day(
        meetings=meetings_today(person),
        urgent=[one for one in found if one.urgent],
        others=[one for one in found if not one.urgent],
        after=_after(person),
    )


def _asked(person: StaffMember) -> Iterator[Asked]:
    if person.may(Permission.MANAGE_TERRITORY) or person.may(Permission.MANAGE_DEPARTMENT):
        yield from in_team(person)
        yield to_decide(person)
        yield from opened_exceptionally(person)
    if person.may(Permission.MANAGE_STAFF):
        yield from in_machine()
        yield from in_accounts()
    if person.may(Permission.SEE_RUNS):
        yield from in_runs(person)
    if person.may(Permission.KEEP_DIARIES):
        yield from in_diary(person)
    if person.may(Permission.WORK_WITH_FAMILIES):
        yield from in_interventions(person)
    if person.may(Permission.SEE_FAMILIES):
        where = where_works(person)
        yield from in_answers(person, where)
        yield from in_families(person, where)
    if person.may(Permission.SEE_READS):
        yield from in_control()


def _after(person: StaffMember) -> Next | None:
    """Return what a person's first role has them do next."""
    for permission, text, view, action in (
        (
            Permission.SEE_FAMILIES,
            "Une famille appelle ? Cherchez-la par un nom, un numéro de dossier ou un téléphone.",
            "families:search",
            "Chercher une famille",
        ),
        (
            Permission.MAKE_RUNS,
            "Le prochain requêtage vient avec l'extraction du mois.",
            "targeting:runs",
            "Voir les requêtages",
        ),
        (
            Permission.SEE_READS,
            "Qui a lu et changé quoi se contrôle à tout moment.",
            "audit:reads",
            "Ouvrir le contrôle",
        ),
        (
            Permission.MANAGE_STAFF,
            "Les comptes et les rôles se tiennent depuis la page Équipe.",
            "directory:staff",
            "Ouvrir l'équipe",
        ),
    ):
        if person.may(permission):
            return Next(text, reverse(view), action)
    return None
