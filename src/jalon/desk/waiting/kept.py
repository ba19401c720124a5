"""What a part of Ma journée asks is put into SQL once a day for each person, not at each page.

Django takes four times as long to write these questions as PostgreSQL to answer them. Questions
are kept, never answers: what rows there are, and which of them one sees, is asked each time.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from functools import wraps
from typing import Concatenate, Final, ParamSpec

from django.utils import timezone

from jalon.desk.waiting.shape import Asked
from jalon.directory.models import StaffMember

_Told = ParamSpec("_Told")
MOST: Final = 2_000
KEPT: Final[dict[Hashable, tuple[Asked, ...]]] = {}


def put_once_a_day(
    part: Callable[Concatenate[StaffMember, _Told], Iterable[Asked]],
) -> Callable[Concatenate[StaffMember, _Told], tuple[Asked, ...]]:
    """Keep what a part asks for a person, as long as they hold the same roles in the same team.

    It asks nothing of the database itself, and nothing of the hour: the question compares with
    the database's own clock (`Now`). What else it is told is hashable.
    """

    @wraps(part)
    def asked(
        person: StaffMember, /, *args: _Told.args, **kwargs: _Told.kwargs
    ) -> tuple[Asked, ...]:
        told = (args, tuple(sorted(kwargs.items())))
        key = (part, timezone.localdate(), _asking(person), told)
        found = KEPT.get(key)
        if found is None:
            if len(KEPT) >= MOST:
                KEPT.clear()
            found = KEPT[key] = tuple(part(person, *args, **kwargs))
        return found

    return asked


def _asking(person: StaffMember) -> Hashable:
    """Return all of a person that a question depends on."""
    team = person.team and (person.team.service, person.team.territory_id)
    return person.pk, person.is_active, person.roles, person.team_id, team
