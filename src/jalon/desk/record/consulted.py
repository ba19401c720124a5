"""Tells who consulted what is kept of a family: when, from which service and why, never by name.

It is what the Court of Justice asks (C-579/21): the dates and purposes of consultations.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import date
from typing import Final

from django.db import connection

from jalon.audit.models import ExceptionalAccess
from jalon.audit.queries import accesses_to
from jalon.desk.record.telling import STRUCK, Row, Written, told
from jalon.directory.enums import Service
from jalon.directory.models import StaffMember
from jalon.families.models import Family, Person

_NO_TEAM: Final = "sans équipe"
_WORDS: Final = ("ground", "reason")


def reads_of(family: Family, *, with_pages: bool) -> list[Row]:
    """Tell on which days a family was read, by which services, and which pages if asked."""
    found: dict[tuple[date, str, str], int] = {}
    with connection.cursor() as cursor:
        cursor.execute("SELECT day, page, service, times FROM wall.reads_told(%s)", [family.pk])
        for day, page, service, times in cursor.fetchall():
            key = (day, page if with_pages else "", service)
            found[key] = found.get(key, 0) + times
    return [
        {
            "Le": day,
            **({"Page": page} if page else {}),
            "Service": _service(service),
            "Fois": times,
        }
        for (day, page, service), times in found.items()
    ]


def accesses_of(family: Family, but: Collection[str], named: Callable[[Person], str]) -> list[Row]:
    """Tell the exceptional accesses to a family, with their ground and motive unless left out.

    Both are words that the lead reads again before they are handed over. Why a judge or a
    prosecutor asks stands struck already, as what the lead strikes does: it is not the fund's.
    """
    accesses = list(accesses_to(family.pk))
    staff = StaffMember.objects.select_related("team").in_bulk({one.staff_id for one in accesses})
    rows = []
    for one in accesses:
        team = staff[one.staff_id].team
        row = told(one, but, named) | {"Service": _service(team.service if team else "")}
        for name in _WORDS:
            label = _label(name)
            if label in row:
                secret = one.ground == ExceptionalAccess.Ground.JUSTICE
                row[label] = STRUCK if secret else Written(row[label])
        rows.append(row)
    return rows


def _label(name: str) -> str:
    field = ExceptionalAccess._meta.get_field(name)  # noqa: SLF001 - Django's way of naming it
    return str(field.verbose_name).capitalize()  # type: ignore[union-attr]


def _service(code: str) -> str:
    return str(Service(code).label) if code else _NO_TEAM
