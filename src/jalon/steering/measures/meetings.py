"""Meetings with families, and the appointments that they did not come to.

A meeting is counted once: an appointment at which somebody was there, whatever was written of it;
else what was written of an information-advice or of a visit without an appointment.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from jalon.steering.enums import Breakdown
from jalon.steering.measures.measure import Leads, Measure, Total, band, during


def met(since: str, before: str, worker: str = "") -> str:
    """Return the query of meetings from a day to another, which is not one of them, as SQL.

    `worker` is a condition on who held them, if there is one, written of their number.
    """
    by, noted = (
        (f" AND {one} {worker}" if worker else "") for one in ("one.worker_id", "one.by_id")
    )
    return f"""
        SELECT one.starts_at::date AS day, one.family_id AS family, one.worker_id AS worker,
            CASE one.mode WHEN 'place' THEN 'face' ELSE one.mode END AS mode,
            extract(epoch FROM one.ends_at - one.starts_at) / 3600 AS hours, one.id AS appointment
        FROM public.agenda_appointment AS one
        WHERE one.state = 'held' AND one.starts_at >= ({since})::timestamptz
            AND one.starts_at < ({before})::timestamptz{by} AND EXISTS (
                SELECT FROM public.agenda_attendance AS there
                WHERE there.appointment_id = one.id AND there.outcome = 'attended'
                -- Of each appointment alone: no statistics tell the planner how many come, and it
                -- would read those of all years
                OFFSET 0
            )
        UNION ALL
        SELECT one.held_on, one.family_id, one.by_id, one.mode, 0, NULL
        FROM public.interventions_advicemeeting AS one
        WHERE one.appointment_id IS NULL AND one.held_on >= {since}
            AND one.held_on < {before}{noted}
        UNION ALL
        SELECT one.done_on, one.family_id, one.by_id, 'home', 0, NULL
        FROM public.interventions_homevisit AS one
        WHERE one.appointment_id IS NULL AND one.done_on >= {since}
            AND one.done_on < {before}{noted}"""


_YEAR_BEFORE: Final = "(month_begins - interval '1 year')::date"
MEETINGS_WITH: Final = (
    f"met AS MATERIALIZED ({met('month_begins', 'month_ends')})",
    # What a meeting was part of: what is written at it says so; else what went on that day.
    """
    placed_meeting AS MATERIALIZED (
        SELECT met.*, CASE
            WHEN met.appointment IS NOT NULL AND EXISTS (
                SELECT FROM public.interventions_advicemeeting AS said
                WHERE said.appointment_id = met.appointment
            ) THEN 'advice'
            WHEN EXISTS (
                SELECT FROM public.interventions_support AS support
                WHERE support.family_id = met.family AND support.started_on <= met.day
                    AND (support.closed_on IS NULL OR support.closed_on >= met.day)
            ) THEN 'support'
            WHEN EXISTS (
                SELECT FROM public.interventions_informationadvice AS advice
                WHERE advice.family_id = met.family AND advice.opened_on <= met.day
                    AND (advice.closed_on IS NULL OR advice.closed_on >= met.day)
            ) THEN 'advice'
            -- Advice is over and no contract is signed yet: a support is being prepared.
            WHEN EXISTS (
                SELECT FROM public.interventions_support AS support
                WHERE support.family_id = met.family AND support.drafted_on <= met.day
                    AND (support.closed_on IS NULL OR support.closed_on >= met.day)
            ) THEN 'support'
            ELSE ''
        END AS part_of
        FROM met
    )""",
)
_NOTED: Final = """CASE
    WHEN one.state IN ('by_family', 'by_us') THEN one.state
    WHEN one.state <> 'held' THEN ''
    ELSE (
        SELECT (array_agg(there.outcome ORDER BY array_position(
            ARRAY['attended', 'absent', 'excused', 'cancelled'], there.outcome::text)))[1]
        FROM public.agenda_attendance AS there WHERE there.appointment_id = one.id
    ) END"""
# Appointments whose time has passed, and what became of them.
_APPOINTMENTS: Final = f"""(
    SELECT one.id, one.starts_at, one.family_id, one.worker_id, one.mode, {_NOTED} AS outcome,
        CASE WHEN one.made_by_id IS NULL THEN 'family' ELSE 'staff' END AS origin
    FROM public.agenda_appointment AS one
    WHERE {during("one.starts_at")} AND one.starts_at < now()
) AS one"""
_DUE: Final = "appointments_due"
_BY_OUTCOME: Final = {
    _DUE: ("Rendez-vous pris, dont l'heure est passée", ""),
    "appointments_kept": ("Rendez-vous honorés", "attended"),
    "appointments_missed": ("Rendez-vous manqués sans prévenir", "absent"),
}


# What a list of meetings lacks, for who does not follow the families.
_UNREAD: Final = (
    "Les entretiens et visites notés sans rendez-vous ne sont lus que par qui suit la famille : "
    "ils sont comptés, et ne sont pas tous dans cette liste."
)
_UNREAD_PART: Final = (
    f"{_UNREAD} De quoi relève une rencontre se lit aussi de ce qui y est écrit : sans le lire, "
    "elle peut être listée avec l'accompagnement en cours."
)
_UNREAD_BEFORE: Final = (
    f"{_UNREAD} Une famille d'abord rencontrée ainsi peut donc être listée ici à la date d'une "
    "rencontre suivante."
)


def _appointments() -> Iterator[Measure]:
    for code, (label, outcome) in _BY_OUTCOME.items():
        own = {} if outcome else {Breakdown.OUTCOME: "one.outcome"}
        yield Measure(
            code,
            label,
            _APPOINTMENTS + (f" WHERE one.outcome = '{outcome}'" if outcome else ""),
            day="one.starts_at",
            family="one.family_id",
            worker="one.worker_id",
            by={Breakdown.MODE: "one.mode", Breakdown.ORIGIN: "one.origin", **own},
            part_of=_DUE if outcome else "",
            as_value=(Breakdown.OUTCOME, outcome) if outcome else None,
            leads=Leads.APPOINTMENT,
            key="one.id",
        )


_MET: Final = "meetings"
_PARTS: Final = {
    _MET: ("Rencontres", ""),
    "meetings_advice": ("Rencontres d'information-conseil", "advice"),
    "meetings_support": ("Rencontres d'accompagnement, préparation comprise", "support"),
}


def _meetings() -> Iterator[Measure]:
    for code, (label, part) in _PARTS.items():
        yield Measure(
            code,
            label,
            f"placed_meeting AS met WHERE met.part_of = '{part}'" if part else "met",
            day="met.day",
            family="met.family",
            worker="met.worker",
            by={Breakdown.MODE: "met.mode"},
            total="met.hours",
            adds=Total.HOURS,
            part_of=_MET if part else "",
            leads=Leads.APPOINTMENT,
            key="met.appointment",
            caution=_UNREAD_PART if part else _UNREAD,
        )


_TO_MEETING: Final = "one.day - one.accepted_on"
_MET_THIS_YEAR: Final = met("date_trunc('year', month_begins)::date", "month_begins")
_MET_YEAR_BEFORE: Final = met(_YEAR_BEFORE, "month_begins")
MEETINGS: Final = (
    *_appointments(),
    *_meetings(),
    Measure(
        "families_received",
        "Familles reçues pour la première fois de l'année",
        "(SELECT DISTINCT ON (met.family) met.* FROM met "
        f"WHERE NOT EXISTS (SELECT FROM ({_MET_THIS_YEAR}) AS before "
        "WHERE before.family = met.family OFFSET 0) "
        "ORDER BY met.family, met.day, met.worker, met.mode) AS met",
        day="met.day",
        family="met.family",
        by_commune=True,
        worker="met.worker",
        by={Breakdown.MODE: "met.mode"},
        part_of=_MET,
        split="first",
        leads=Leads.APPOINTMENT,
        key="met.appointment",
        caution=_UNREAD_BEFORE,
    ),
    Measure(
        "delay_answer_meeting",
        "De l'acceptation à la première rencontre",
        "(SELECT accepted.approach, accepted.day AS accepted_on, min(met.day) AS day, "
        "approach.family_id, approach.commune_id FROM met "
        "JOIN public.outreach_approach AS approach ON approach.family_id = met.family "
        "JOIN accepted ON accepted.approach = approach.id AND accepted.day <= met.day "
        f"WHERE accepted.day >= {_YEAR_BEFORE} "
        f"AND NOT EXISTS (SELECT FROM ({_MET_YEAR_BEFORE}) AS before "
        "WHERE before.family = met.family AND before.day >= accepted.day OFFSET 0) "
        "GROUP BY 1, 2, 4, 5) AS one",
        day="one.day",
        family="one.family_id",
        commune="one.commune_id",
        by_commune=True,
        by={Breakdown.DELAY: band(_TO_MEETING)},
        total=_TO_MEETING,
        adds=Total.DAYS,
        caution=_UNREAD_BEFORE,
    ),
)
