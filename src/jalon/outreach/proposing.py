"""Writes proposals, with what each rests on, many at once and never twice."""

from __future__ import annotations

import json
import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection

from jalon.outreach.frozen import Frozen
from jalon.outreach.selection import Selected
from jalon.rules.calendar import Month
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
FROM wall.files_numbered(%s) AS file JOIN outreach_proposal AS proposal USING (family_id)
"""
_FREEZE: Final = """
INSERT INTO families_snapshot
    (family_id, file_id, run, month, household, persons, events, taken_at)
SELECT file.family_id, file.id, %(run)s, %(month)s, given.household, given.persons, given.events,
    %(at)s
FROM jsonb_to_recordset(%(given)s)
    AS given (number text, household jsonb, persons jsonb, events jsonb)
JOIN wall.files_numbered(%(numbers)s) AS file ON file.number = given.number
ON CONFLICT DO NOTHING
"""
# What is offered to a family joins what it was not written of yet: one letter for all of it. A
# letter that waits for the post was written already, and names nothing else.
_OPEN_APPROACH: Final = """
SELECT max(id) AS id FROM outreach_approach AS one
WHERE family_id = file.family_id AND mailed_on IS NULL AND contacted_at IS NULL
    AND answered_at IS NULL AND ended_on IS NULL AND previous_id IS NULL
    AND NOT EXISTS (
        SELECT FROM outreach_message AS letter
        WHERE letter.approach_id = one.id AND letter.medium = 'letter'
            AND letter.state <> 'cancelled'
    )
"""
_APPROACH: Final = f"""
INSERT INTO outreach_approach (public_id, family_id, channel, commune_id, made_at, answer, ending)
SELECT gen_random_uuid(), file.family_id, 'letter', NULL, %(at)s, '', ''
FROM (
    SELECT DISTINCT family_id FROM wall.files_numbered(%(numbers)s)
) AS file
LEFT JOIN LATERAL ({_OPEN_APPROACH}) AS open ON true
WHERE open.id IS NULL
"""
_RULES: Final = """
INSERT INTO outreach_appliedrule (run_id, offer, month, sentence)
SELECT %(run_id)s, given.offer, given.month, given.sentence
FROM jsonb_to_recordset(%(given)s) AS given (offer text, month text, sentence text)
ON CONFLICT DO NOTHING
"""
_PROPOSE: Final = f"""
INSERT INTO outreach_proposal
    (public_id, family_id, offer, label, services, event, event_kind, reported_on, channel,
    window_ends_on, commune_id, month, run_id, snapshot_id, approach_id, rule_id, made_at)
SELECT given.public_id, file.family_id, given.offer, given.label,
    string_to_array(given.services, ','), given.event, given.event_kind, given.reported_on,
    given.channel, given.window_ends_on, commune.code, %(month)s, %(run_id)s, snapshot.id, open.id,
    rule.id, %(at)s
FROM jsonb_to_recordset(%(given)s) AS given (
    public_id uuid, number text, offer text, label text, services text, event text,
    event_kind text, reported_on date, channel text, window_ends_on date, commune text,
    rule_month text
)
JOIN wall.files_numbered(%(numbers)s) AS file ON file.number = given.number
JOIN families_snapshot AS snapshot ON snapshot.file_id = file.id AND snapshot.run = %(run)s
JOIN LATERAL ({_OPEN_APPROACH}) AS open ON true
JOIN outreach_appliedrule AS rule
    ON rule.run_id = %(run_id)s AND rule.offer = given.offer AND rule.month = given.rule_month
LEFT JOIN directory_commune AS commune ON commune.code = given.commune
ON CONFLICT DO NOTHING
"""
_DECIDE: Final = """
INSERT INTO outreach_decision (proposal_id, clauses)
SELECT proposal.id, given.clauses
FROM jsonb_to_recordset(%(given)s) AS given (public_id uuid, clauses jsonb)
JOIN outreach_proposal AS proposal ON proposal.public_id = given.public_id
"""


def already_proposed(numbers: Collection[str]) -> set[tuple[str, str, str]]:
    """Return what these households' families were proposed: number, offer, event."""
    with connection.cursor() as cursor:
        cursor.execute(_PROPOSED, [sorted(numbers)])
        return set(cursor.fetchall())


def propose(
    run: TargetingRun,
    ready: Sequence[Ready],
    rules: Mapping[tuple[str, Month], str],
    *,
    at: datetime,
) -> int:
    """Write the proposals of households already known; return how many were not there yet.

    `rules` says the rule of each offer and month among them; `at` is when they are made.
    """
    shared: dict[str, uuid.UUID | str | int | list[str] | datetime] = {
        "at": at,
        "numbers": [one.number for one in ready],
        "run": run.public_id,
        "month": run.month,
        "run_id": run.pk,
    }
    situations = _listed(_situation(one) for one in ready)
    references = {row.key: str(uuid.uuid4()) for one in ready for row, *_ in one.proposals}
    proposals = _listed(
        _proposal(references[row.key], row, offer, kind)
        for one in ready
        for row, offer, kind, _ in one.proposals
    )
    decisions = _listed(
        f'{{"public_id": "{references[row.key]}", "clauses": {clauses}}}'
        for one in ready
        for row, _, _, clauses in one.proposals
    )
    with connection.cursor() as cursor:
        cursor.execute(_FREEZE, {**shared, "given": situations})
        cursor.execute(_RULES, {**shared, "given": _listed(map(_rule, rules.items()))})
        cursor.execute(_APPROACH, shared)
        cursor.execute(_PROPOSE, {**shared, "given": proposals})
        made = int(cursor.rowcount)
        cursor.execute(_DECIDE, {"given": decisions})
    return made


def _situation(ready: Ready) -> str:
    # What is frozen is JSON already: it is not read and written once more.
    frozen = ready.situation
    return (
        f'{{"number": {json.dumps(ready.number)}, "household": {frozen.household}, '
        f'"persons": {frozen.persons}, "events": {frozen.events}}}'
    )


def _proposal(reference: str, row: Selected, offer: Offer, kind: str) -> str:
    return json.dumps(
        {
            "public_id": reference,
            "number": row.number,
            "offer": row.offer,
            "label": offer.label,
            "services": ",".join(offer.services),
            "event": row.event,
            "event_kind": kind,
            "reported_on": row.reported_on,
            "channel": row.channel,
            "window_ends_on": row.window_ends_on,
            "commune": row.commune,
            "rule_month": str(row.month),
        },
        cls=DjangoJSONEncoder,
    )


def _rule(said: tuple[tuple[str, Month], str]) -> str:
    (offer, month), words = said
    return json.dumps({"offer": offer, "month": str(month), "sentence": words})


def _listed(rows: Iterable[str]) -> str:
    return f"[{','.join(rows)}]"
