"""Lines of the logs as control pages show them: names and references, never contents."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from jalon.audit import queries
from jalon.audit.models import Change, ExceptionalAccess, Read

_SYSTEM = "Le système"


@dataclass(frozen=True)
class Line:
    """A line as the page shows it."""

    at: datetime
    who: str
    what: str
    action: str
    about: str
    reference: uuid.UUID | None


@dataclass(frozen=True)
class ShownAccess:
    """An access as the page shows it: of the family its reference, unless it was purged."""

    access: ExceptionalAccess
    who: str
    examiner: str
    clearer: str
    reference: uuid.UUID | None


def lines_of(log: Collection[Read] | Collection[Change]) -> list[Line]:
    """Return the lines of a log as a page shows them, in two or three queries."""
    changed = [one for one in log if isinstance(one, Change)]
    people = {one.staff_id for one in log} | {one.subject_id for one in changed}
    names = queries.names_of({one for one in people if one is not None})
    references = queries.references_of({one.family_id for one in log if one.family_id is not None})
    roles = queries.roles_given(changed)

    def line(one: Read | Change) -> Line:
        said = (
            {"what": one.page, "action": "Lecture", "about": ""}
            if isinstance(one, Read)
            else {
                "what": _what(one, roles),
                "action": one.get_action_display(),
                "about": _name(one.subject_id, names) if one.subject_id else "",
            }
        )
        reference = None if one.family_id is None else references.get(one.family_id)
        who = _SYSTEM if one.staff_id is None else _name(one.staff_id, names)
        return Line(at=one.at, who=who, reference=reference, **said)

    return [line(one) for one in log]


def _name(staff_id: int, names: Mapping[int, str]) -> str:
    return names.get(staff_id, "Compte supprimé")


def _what(change: Change, roles: Mapping[int, str]) -> str:
    kind = queries.table_in_words(change.table_name)
    role = roles.get(change.row_id) if change.table_name == "directory_rolegrant" else None
    return f"{kind} : {role}" if role else kind


def shown(found: Collection[ExceptionalAccess]) -> list[ShownAccess]:
    """Return accesses with the names and references that a page shows, in two queries."""
    people = ((one.staff_id, one.examiner_id, one.clearer_id) for one in found)
    names = queries.names_of({who for three in people for who in three if who is not None})
    references = queries.references_of({one.family_id for one in found})
    return [
        ShownAccess(
            one,
            names.get(one.staff_id, ""),
            names.get(one.examiner_id or 0, ""),
            names.get(one.clearer_id or 0, ""),
            references.get(one.family_id),
        )
        for one in found
    ]
