"""What is offered to families, sent to them and answered: who sees each field, and how long."""

from __future__ import annotations

from typing import Final

from jalon.audit.declaring import Audience, Declared, Kept

_A, _K = Audience, Kept
# What hangs on a table comes after it: a purge goes backwards.
OUTREACH: Final = (
    Declared(
        "outreach_appliedrule",
        _A.FAMILIES,
        _K.FAMILY,
        links="run",
        plain="id offer month sentence",
        shared="NOT EXISTS (SELECT FROM public.outreach_proposal AS one "
        "WHERE one.rule_id = outreach_appliedrule.id) "
        "AND EXISTS (SELECT FROM public.targeting_targetingrun AS one "
        "WHERE one.id = run_id AND one.made_at < $1)",
    ),
    Declared(
        "outreach_batch",
        _A.LETTERS,
        _K.FAMILY,
        personal="made_by posted_by withdrawn_by",
        links="public_id",
        plain="id made_at dated reply_by letters prepared_at attempts problem posted_on "
        "withdrawn_at",
        shared="made_at < $1 AND NOT EXISTS (SELECT FROM public.outreach_message AS one "
        "WHERE one.batch_id = outreach_batch.id)",
    ),
    Declared(
        "outreach_approach",
        _A.FAMILIES,
        _K.FAMILY,
        personal="addressee channel in_person_since commune mailed_on reply_by window_ends_on "
        "contacted_at undelivered letter_back_at readdressed answered_at accepted_at answer "
        "again_on waits_since letter_to answers_until ended_on ending ended_by",
        links="family public_id previous came_from",
        plain="id made_at",
        families="family_id",
        contact="made_at mailed_on answered_at coalesce(ended_on,answers_until)",
        holds="ended_on IS NULL AND answers_until >= current_date",
    ),
    Declared(
        "outreach_proposal",
        _A.FAMILIES,
        _K.FAMILY,
        personal="offer label services event event_kind reported_on channel window_ends_on "
        "commune",
        links="family snapshot approach joined_from rule public_id",
        plain="id month run made_at doubled",
        families="family_id",
        contact="made_at",
    ),
    Declared(
        "outreach_answercode",
        _A.LETTERS,
        _K.FAMILY,
        personal="value wrong",
        links="approach",
        through="approach_id outreach_approach",
    ),
    Declared(
        "outreach_codeclosing",
        _A.LETTERS,
        _K.FAMILY,
        personal="at opened_at opened_by",
        links="approach",
        through="approach_id outreach_approach",
        contact="opened_at",
    ),
    Declared(
        "outreach_message",
        _A.FAMILIES,
        _K.FAMILY,
        personal="medium purpose state trouble reminder by due_at claimed_at quiet sent_at "
        "settled_at",
        links="public_id approach family provider_reference batch position",
        plain="id made_at attempts doubled",
        families="family_id",
        contact="made_at sent_at settled_at",
    ),
    Declared(
        "outreach_messagecontent",
        _A.ADDRESSES,
        _K.FAMILY,
        personal="destination body",
        links="message family also_of",
        families="family_id",
    ),
    Declared(
        "outreach_answer",
        _A.FAMILIES,
        _K.FAMILY,
        personal="kind via said_on by language services place half_days moments refusal again_on "
        "to_check dealt_at dealt_by",
        links="public_id approach family",
        plain="id number at",
        families="family_id",
        contact="at dealt_at",
    ),
    Declared(
        "outreach_batchpart",
        _A.LETTERS,
        _K.PRINTED,
        personal="pdf",
        plain="id batch number first letters sheets sha256 placed",
        # Of a batch that old, printed and never given up: each letter is laid out again when read.
        goes="batch_id IN (SELECT one.batch_id FROM public.outreach_message AS one "
        "WHERE one.family_id = ANY ($1))",
    ),
    Declared(
        "outreach_wrongreply", _A.CONTROL, _K.GUESS, hidden="origin code turn", plain="id at"
    ),
    Declared(
        "outreach_decision",
        _A.SITUATIONS,
        _K.FAMILY,
        personal="clauses",
        links="proposal",
        through="proposal_id outreach_proposal",
    ),
    Declared(
        "outreach_turn",
        _A.FAMILIES,
        _K.FAMILY,
        personal="drawn_on rank wave from_on",
        links="proposal draw",
        through="proposal_id outreach_proposal",
    ),
)
