"""Writes proposals, with what each rests on, many at once and never twice."""

from __future__ import annotations

import json
import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection

from jalon.outreach.frozen import Frozen
from jalon.outreach.selection import Selected
from jalon.outreach.waves import Drawn, DrawnPlace
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
# Each row is found by its number before it is written: a table that one release doubles has
# statistics of before, from which a join of its new rows would be planned for a handful.
_FILES: Final = "SELECT number, id, family_id FROM wall.files_numbered(%s)"
_FREEZE: Final = """
INSERT INTO families_snapshot
    (family_id, file_id, run, month, household, persons, events, taken_at)
SELECT given.family_id, given.file_id, %(run)s, %(month)s, given.household, given.persons,
    given.events, %(at)s
FROM jsonb_to_recordset(%(given)s) AS given (
    family_id bigint, file_id bigint, household jsonb, persons jsonb, events jsonb
)
ON CONFLICT DO NOTHING
"""
_SNAPSHOTS: Final = (
    "SELECT file_id, id FROM families_snapshot WHERE file_id = ANY(%s) AND run = %s"
)
# What is offered to a family joins what it was not written of yet: one letter for all of it. A
# letter that waits for the post was written already, and names nothing else.
_APPROACHES: Final = """
WITH of_families AS MATERIALIZED (SELECT * FROM outreach_approach WHERE family_id = ANY(%s))
SELECT family_id, max(id) FROM of_families AS one
WHERE mailed_on IS NULL AND contacted_at IS NULL AND answered_at IS NULL AND ended_on IS NULL
    AND previous_id IS NULL AND NOT EXISTS (
        SELECT FROM outreach_message AS letter
        WHERE letter.approach_id = one.id AND letter.medium = 'letter'
            AND letter.state <> 'cancelled'
    )
GROUP BY family_id
"""
_APPROACH: Final = """
INSERT INTO outreach_approach (public_id, family_id, channel, commune_id, made_at, answer, ending)
SELECT gen_random_uuid(), family_id, 'letter', NULL, %s, '', ''
FROM unnest(%s::bigint[]) AS one (family_id)
RETURNING family_id, id
"""
_RULES: Final = """
INSERT INTO outreach_appliedrule (run_id, offer, month, sentence)
SELECT %(run_id)s, given.offer, given.month, given.sentence
FROM jsonb_to_recordset(%(given)s) AS given (offer text, month text, sentence text)
ON CONFLICT DO NOTHING
"""
_RULES_OF_RUN: Final = "SELECT offer, month, id FROM outreach_appliedrule WHERE run_id = %s"
_PROPOSE: Final = """
INSERT INTO outreach_proposal
    (public_id, family_id, offer, label, services, event, event_kind, reported_on, channel,
    window_ends_on, commune_id, month, run_id, snapshot_id, approach_id, rule_id, made_at)
SELECT given.public_id, given.family_id, given.offer, given.label,
    string_to_array(given.services, ','), given.event, given.event_kind, given.reported_on,
    given.channel, given.window_ends_on,
    (SELECT code FROM directory_commune WHERE code = given.commune),
    %(month)s, %(run_id)s, given.snapshot_id, given.approach_id, given.rule_id, %(at)s
FROM jsonb_to_recordset(%(given)s) AS given (
    public_id uuid, family_id bigint, offer text, label text, services text, event text,
    event_kind text, reported_on date, channel text, window_ends_on date, commune text,
    snapshot_id bigint, approach_id bigint, rule_id bigint
)
ON CONFLICT DO NOTHING
"""
_DECIDE: Final = """
INSERT INTO outreach_decision (proposal_id, clauses)
SELECT proposal.id, given.clauses
FROM jsonb_to_recordset(%(given)s) AS given (public_id uuid, clauses jsonb)
JOIN outreach_proposal AS proposal ON proposal.public_id = given.public_id
"""
# As the draw of their release has them; nothing of what was proposed already.
_TURNS: Final = """
INSERT INTO outreach_turn (proposal_id, draw_id, drawn_on, rank, wave, from_on)
SELECT proposal.id, given.draw_id, given.drawn_on, given.rank, given.wave, given.from_on
FROM jsonb_to_recordset(%(given)s) AS given (
    public_id uuid, draw_id bigint, drawn_on date, rank integer, wave smallint, from_on date
)
JOIN outreach_proposal AS proposal ON proposal.public_id = given.public_id
"""


@dataclass(frozen=True)
class _File:
    """A household's file: its own number in the database, and its family's."""

    pk: int
    family: int


def already_proposed(numbers: Collection[str]) -> set[tuple[str, str, str]]:
    """Return what these households' families were proposed: number, offer, event."""
    with connection.cursor() as cursor:
        cursor.execute(_PROPOSED, [sorted(numbers)])
        return set(cursor.fetchall())


def propose(
    run: TargetingRun,
    ready: Sequence[Ready],
    rules: Mapping[tuple[str, Month], str],
    drawn: Drawn,
    *,
    at: datetime,
) -> int:
    """Write the proposals of households already known; return how many were not there yet.

    `rules` says the rule of each offer and month among them, `drawn` which of them wait for their
    turn; `at` is when they are made.
    """
    shared: dict[str, Any] = {
        "at": at,
        "run": run.public_id,
        "month": run.month,
        "run_id": run.pk,
    }
    with connection.cursor() as cursor:
        cursor.execute(_FILES, [[one.number for one in ready]])
        files = {number: _File(pk, family) for number, pk, family in cursor.fetchall()}
        frozen = _listed(_situation(files[one.number], one.situation) for one in ready)
        cursor.execute(_FREEZE, {**shared, "given": frozen})
        cursor.execute(_SNAPSHOTS, [[file.pk for file in files.values()], run.public_id])
        snapshots = dict(cursor.fetchall())
        cursor.execute(_RULES, {**shared, "given": _listed(map(_rule, rules.items()))})
        cursor.execute(_RULES_OF_RUN, [run.pk])
        written = {(offer, month): pk for offer, month, pk in cursor.fetchall()}
        approaches = _approaches({file.family for file in files.values()}, at)
        references = {row.key: str(uuid.uuid4()) for one in ready for row, *_ in one.proposals}
        proposals = _listed(
            json.dumps(
                {
                    **_proposal(row, offer, kind, drawn.get(row.key)),
                    "public_id": references[row.key],
                    "family_id": files[one.number].family,
                    "snapshot_id": snapshots[files[one.number].pk],
                    "approach_id": approaches[files[one.number].family],
                    "rule_id": written[row.offer, str(row.month)],
                },
                cls=DjangoJSONEncoder,
            )
            for one in ready
            for row, offer, kind, _ in one.proposals
        )
        cursor.execute(_PROPOSE, {**shared, "given": proposals})
        made = int(cursor.rowcount)
        decisions = _listed(
            f'{{"public_id": "{references[row.key]}", "clauses": {clauses}}}'
            for one in ready
            for row, _, _, clauses in one.proposals
        )
        cursor.execute(_DECIDE, {"given": decisions})
        turns = [
            _turn(references[row.key], drawn[row.key])
            for one in ready
            for row, *_ in one.proposals
            if row.key in drawn
        ]
        if turns:
            cursor.execute(_TURNS, {"given": _listed(turns)})
    return made


def _approaches(families: set[int], at: datetime) -> dict[int, int]:
    """Return each family's approach that what is offered now joins, begun where there is none."""
    with connection.cursor() as cursor:
        cursor.execute(_APPROACHES, [sorted(families)])
        found: dict[int, int] = dict(cursor.fetchall())
        cursor.execute(_APPROACH, [at, sorted(families - found.keys())])
        return found | dict(cursor.fetchall())


def _situation(file: _File, frozen: Frozen) -> str:
    # What is frozen is JSON already: it is not read and written once more.
    return (
        f'{{"family_id": {file.family}, "file_id": {file.pk}, "household": {frozen.household}, '
        f'"persons": {frozen.persons}, "events": {frozen.events}}}'
    )


def _proposal(
    row: Selected, offer: Offer, kind: str, drawn: DrawnPlace | None
) -> dict[str, object]:
    ends_on = row.window_ends_on
    return {
        "offer": row.offer,
        "label": offer.label,
        "services": ",".join(offer.services),
        "event": row.event,
        "event_kind": kind,
        "reported_on": row.reported_on,
        "channel": row.channel,
        # Who waits loses nothing of its year.
        "window_ends_on": ends_on + drawn.waits if ends_on and drawn else ends_on,
        "commune": row.commune,
    }


def _turn(reference: str, drawn: DrawnPlace) -> str:
    told = {
        "public_id": reference,
        "draw_id": drawn.draw,
        "drawn_on": drawn.drawn_on,
        "rank": drawn.place.rank,
        "wave": drawn.place.wave,
        "from_on": drawn.place.from_on,
    }
    return json.dumps(told, cls=DjangoJSONEncoder)


def _rule(said: tuple[tuple[str, Month], str]) -> str:
    (offer, month), words = said
    return json.dumps({"offer": offer, "month": str(month), "sentence": words})


def _listed(rows: Iterable[str]) -> str:
    return f"[{','.join(rows)}]"
