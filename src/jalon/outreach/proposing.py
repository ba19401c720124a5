"""Writes proposals, with what each rests on, many at once and never twice."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db import connection

from jalon.outreach.frozen import Frozen
from jalon.outreach.selection import Selected
from jalon.rules.offers import Offer
from jalon.targeting.models import TargetingRun


@dataclass(frozen=True)
class Ready:
    """A household ready to be proposed something: its frozen situation, and each proposal.

    A proposal is the row that selects, its offer, the kind of its event, and its clauses as JSON.
    """

    number: str
    situation: Frozen
    proposals: tuple[tuple[Selected, Offer, str, str], ...]


_PROPOSED: Final = """
SELECT file.number, proposal.offer, proposal.event
FROM families_household AS file JOIN outreach_proposal AS proposal USING (family_id)
WHERE file.number = ANY(%s)
"""
_FREEZE: Final = """
INSERT INTO families_snapshot (family_id, file_id, run, month, household, persons, events, taken_at)
SELECT file.family_id, file.id, %(run)s, %(month)s, given.household::jsonb,
    given.persons::jsonb, given.events::jsonb, now()
FROM unnest(%(numbers)s::text[], %(households)s::text[], %(persons)s::text[], %(events)s::text[])
    AS given (number, household, persons, events)
JOIN families_household AS file ON file.number = given.number
ON CONFLICT DO NOTHING
"""
_PROPOSE: Final = """
INSERT INTO outreach_proposal
    (public_id, family_id, offer, label, services, event, event_kind, reported_on, channel,
    window_ends_on, commune_id, month, run_id, snapshot_id, made_at)
SELECT given.public_id, file.family_id, given.offer, given.label,
    string_to_array(given.services, ','), given.event, given.event_kind, given.reported_on,
    given.channel, given.window_ends_on, commune.code, %(month)s, %(run_id)s, snapshot.id, now()
FROM unnest(
    %(public_ids)s::uuid[], %(numbers)s::text[], %(offers)s::text[], %(labels)s::text[],
    %(services)s::text[], %(events)s::text[], %(kinds)s::text[], %(reported)s::date[],
    %(channels)s::text[], %(windows)s::date[], %(communes)s::text[]
) AS given (
    public_id, number, offer, label, services, event, event_kind, reported_on, channel,
    window_ends_on, commune
)
JOIN families_household AS file ON file.number = given.number
JOIN families_snapshot AS snapshot ON snapshot.file_id = file.id AND snapshot.run = %(run)s
LEFT JOIN directory_commune AS commune ON commune.code = given.commune
ON CONFLICT DO NOTHING
"""
_DECIDE: Final = """
INSERT INTO outreach_decision (proposal_id, clauses)
SELECT proposal.id, given.clauses::jsonb
FROM unnest(%(public_ids)s::uuid[], %(clauses)s::text[]) AS given (public_id, clauses)
JOIN outreach_proposal AS proposal ON proposal.public_id = given.public_id
"""


def already_proposed(numbers: Collection[str]) -> set[tuple[str, str, str]]:
    """Return what these households' families were proposed: number, offer, event."""
    with connection.cursor() as cursor:
        cursor.execute(_PROPOSED, [sorted(numbers)])
        return set(cursor.fetchall())


def propose(run: TargetingRun, ready: Sequence[Ready]) -> int:
    """Write the proposals of households already known; return how many were not there yet."""
    shared = {"run": run.public_id, "month": run.month, "run_id": run.pk}
    with connection.cursor() as cursor:
        cursor.execute(_FREEZE, {**shared, **_situations(ready)})
        proposals = _proposals(ready)
        cursor.execute(_PROPOSE, {**shared, **proposals})
        made = cursor.rowcount
        cursor.execute(_DECIDE, proposals)
    return made


def _situations(ready: Sequence[Ready]) -> dict[str, list[str]]:
    return {
        "numbers": [one.number for one in ready],
        "households": [one.situation.household for one in ready],
        "persons": [one.situation.persons for one in ready],
        "events": [one.situation.events for one in ready],
    }


def _proposals(ready: Sequence[Ready]) -> dict[str, list[Any]]:
    found = [
        (
            *(uuid.uuid4(), one.number, row.offer, offer.label),
            *(",".join(offer.services), row.event, kind, row.reported_on),
            *(row.channel, row.window_ends_on, row.commune, clauses),
        )
        for one in ready
        for row, offer, kind, clauses in one.proposals
    ]
    names = (
        *("public_ids", "numbers", "offers", "labels", "services", "events", "kinds"),
        *("reported", "channels", "windows", "communes", "clauses"),
    )
    columns = zip(*found, strict=True) if found else ([] for _ in names)
    return dict(zip(names, (list(column) for column in columns), strict=True))
