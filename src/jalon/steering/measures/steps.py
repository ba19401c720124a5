"""How far families come, from what they are offered to what they answer.

Each step is a day of an approach, the first on which it was reached: an approach answered twice
answered once. It is counted for families, and for the proposals made to them, which alone have an
offer and an event.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from jalon.steering.enums import Breakdown
from jalon.steering.measures.measure import Measure, Total, band, during, within

_SENT: Final = "('sent', 'delivered', 'returned')"
_DECIDES: Final = "one.kind IN ('meeting', 'call', 'later', 'no') AND NOT one.to_check"


def _first_said(name: str, condition: str) -> str:
    return (
        f"{name} AS MATERIALIZED (SELECT one.approach_id AS approach, min(one.said_on) AS day "
        f"FROM public.outreach_answer AS one WHERE NOT one.to_check AND {condition} GROUP BY 1)"
    )


# The first day of each step, of every approach whatever the month.
STEPS_WITH: Final = (
    f"""
    posted AS MATERIALIZED (
        SELECT one.approach_id AS approach, min(one.sent_at)::date AS day
        FROM public.outreach_message AS one
        WHERE one.medium = 'letter' AND one.state IN {_SENT} AND NOT one.doubled GROUP BY 1
    )""",
    _first_said("answered", _DECIDES),
    _first_said("accepted", "one.kind IN ('meeting', 'call')"),
    # Of those written to: who comes back, or is proposed in person, answers to no letter.
    """
    accepted_after AS MATERIALIZED (
        SELECT accepted.* FROM accepted JOIN posted USING (approach)
        WHERE accepted.day >= posted.day
    )""",
    _first_said("declined", "one.kind = 'no'"),
    _first_said("postponed", "one.kind = 'later'"),
    """
    reached AS MATERIALIZED (
        SELECT sure.approach, min(sure.day) AS day FROM (
            SELECT one.approach_id AS approach, one.said_on AS day
            FROM public.outreach_answer AS one WHERE NOT one.to_check
            UNION ALL
            SELECT one.approach_id, coalesce(one.settled_at, one.sent_at)::date
            FROM public.outreach_message AS one
            WHERE one.medium <> 'letter' AND one.state = 'delivered' AND NOT one.doubled
        ) AS sure GROUP BY 1
    )""",
    f"""
    silent AS MATERIALIZED (
        SELECT one.id AS approach, one.window_ends_on AS day
        FROM public.outreach_approach AS one
        WHERE {within("one.window_ends_on")} AND one.previous_id IS NULL
            AND one.window_ends_on < current_date
            AND (one.ended_on IS NULL OR one.ended_on > one.window_ends_on)
            AND EXISTS (SELECT FROM posted WHERE posted.approach = one.id)
            AND NOT EXISTS (
                SELECT FROM answered
                WHERE answered.approach = one.id AND answered.day <= one.window_ends_on
            )
    )""",
)


@dataclass(frozen=True)
class _Step:
    code: str
    families: str
    proposals: str
    # The step that it is some of, and what a family's is part of where that is no step.
    some_of: str = ""
    family_of: str = ""


_STEPS: Final = (
    # A first letter is a letter; the others were sent again.
    _Step(
        "posted",
        "Familles à qui une lettre est partie",
        "Propositions parties par courrier",
        family_of="letters_posted",
    ),
    _Step("reached", "Familles jointes", "Propositions dont la famille est jointe"),
    _Step("answered", "Familles qui répondent", "Propositions dont la famille répond"),
    _Step("accepted", "Familles qui acceptent", "Propositions acceptées"),
    _Step(
        "accepted_after",
        "Familles qui acceptent après une lettre",
        "Propositions acceptées après une lettre",
        some_of="accepted",
    ),
    _Step("declined", "Familles qui déclinent", "Propositions déclinées"),
    _Step("postponed", "Familles qui disent plus tard", "Propositions remises à plus tard"),
    _Step("silent", "Familles restées silencieuses", "Propositions restées sans réponse"),
)
_OF_PROPOSAL: Final = {
    Breakdown.OFFER: "proposal.offer",
    Breakdown.EVENT: "proposal.event_kind",
    Breakdown.CHANNEL: "proposal.channel",
}


def _steps() -> Iterator[Measure]:
    for step in _STEPS:
        dated = f"{step.code} AS step"
        yield Measure(
            f"families_{step.code}",
            step.families,
            f"{dated} JOIN public.outreach_approach AS approach ON approach.id = step.approach "
            f"WHERE {within('step.day')}",
            day="step.day",
            family="approach.family_id",
            commune="approach.commune_id",
            by_commune=True,
            by={Breakdown.CHANNEL: "approach.channel"},
            part_of=f"families_{step.some_of}" if step.some_of else step.family_of,
        )
        yield Measure(
            f"proposals_{step.code}",
            step.proposals,
            f"{dated} JOIN public.outreach_proposal AS proposal "
            f"ON proposal.approach_id = step.approach "
            f"WHERE {within('step.day')} AND NOT proposal.doubled",
            day="step.day",
            family="proposal.family_id",
            commune="proposal.commune_id",
            by_commune=True,
            by=_OF_PROPOSAL,
            part_of=f"proposals_{step.some_of}" if step.some_of else "",
        )


_MADE: Final = (
    Measure(
        "households_selected",
        "Familles repérées par les requêtages libérés",
        "public.targeting_release AS release "
        "JOIN public.targeting_runcount AS found ON found.run_id = release.run_id "
        "AND found.offer = release.offer AND found.outcome = 'selected' "
        "LEFT JOIN public.directory_commune AS home ON home.code = found.commune "
        "WHERE release.area_id IS NOT DISTINCT FROM home.area_id "
        # What is granted without being proposed has no letter, no answer and no coverage.
        "AND EXISTS (SELECT FROM public.outreach_appliedrule AS rule "
        "WHERE rule.offer = release.offer) "
        f"AND {during('release.at')}",
        day="release.at",
        commune="home.code",
        by_commune=True,
        by={Breakdown.OFFER: "found.offer"},
        number="found.number",
    ),
    Measure(
        "families_targeted",
        "Familles ciblées",
        "public.outreach_approach AS approach WHERE approach.previous_id IS NULL "
        f"AND approach.ending <> 'joined' AND {during('approach.made_at')}",
        day="approach.made_at",
        family="approach.family_id",
        commune="approach.commune_id",
        by_commune=True,
        by={Breakdown.CHANNEL: "approach.channel"},
    ),
    Measure(
        "families_back",
        "Familles revenues après leur délai",
        "public.outreach_approach AS approach WHERE approach.previous_id IS NOT NULL "
        f"AND {during('approach.made_at')}",
        day="approach.made_at",
        family="approach.family_id",
        commune="approach.commune_id",
        by_commune=True,
    ),
    Measure(
        "proposals_made",
        "Propositions faites",
        "public.outreach_proposal AS proposal "
        f"WHERE NOT proposal.doubled AND {during('proposal.made_at')}",
        day="proposal.made_at",
        family="proposal.family_id",
        commune="proposal.commune_id",
        by_commune=True,
        by=_OF_PROPOSAL,
    ),
)


def _mail(code: str, label: str, condition: str, day: str, **by: str) -> Measure:
    """Return a measure of letters, messages or calls, in the commune of their approach."""
    return Measure(
        code,
        label,
        "public.outreach_message AS one "
        "JOIN public.outreach_approach AS approach ON approach.id = one.approach_id "
        f"WHERE {condition} AND {during(day)}",
        day=day,
        family="approach.family_id",
        commune="approach.commune_id",
        by_commune=True,
        worker="one.by_id" if code == _CALLS else "NULL",
        by={Breakdown(what): column for what, column in by.items()},
    )


_CALLS: Final = "calls_made"
_MAIL: Final = (
    _mail(
        "letters_posted",
        "Lettres postées",
        f"one.medium = 'letter' AND one.state IN {_SENT} AND NOT one.doubled",
        "one.sent_at",
    ),
    _mail(
        "letters_returned",
        "Lettres revenues",
        "one.medium = 'letter' AND one.state = 'returned' AND NOT one.doubled",
        "one.settled_at",
        outcome="one.trouble",
    ),
    _mail(
        "messages_sent",
        "SMS et courriels envoyés",
        "one.medium IN ('text', 'email') AND one.state IN ('sent', 'delivered') "
        "AND NOT one.doubled",
        "one.sent_at",
        mode="one.medium",
    ),
    _mail(
        _CALLS,
        "Appels et passages pour prendre contact",
        "one.medium IN ('phone', 'visit')",
        "one.sent_at",
        mode="one.medium",
        outcome="one.state",
    ),
)
_TO_LETTER: Final = "step.day - proposal.reported_on"
_TO_ANSWER: Final = "step.day - posted.day"
_DELAYS: Final = (
    Measure(
        "delay_event_letter",
        "Du fait enregistré à la lettre",
        "posted AS step JOIN public.outreach_proposal AS proposal "
        "ON proposal.approach_id = step.approach "
        "WHERE NOT proposal.doubled AND step.day >= proposal.reported_on "
        f"AND {within('step.day')}",
        day="step.day",
        family="proposal.family_id",
        commune="proposal.commune_id",
        by_commune=True,
        by={
            Breakdown.OFFER: "proposal.offer",
            Breakdown.EVENT: "proposal.event_kind",
            Breakdown.DELAY: band(_TO_LETTER),
        },
        total=_TO_LETTER,
        adds=Total.DAYS,
        part_of="proposals_posted",
    ),
    Measure(
        "delay_letter_answer",
        "Familles qui répondent après une lettre",
        "answered AS step JOIN posted USING (approach) "
        "JOIN public.outreach_approach AS approach ON approach.id = step.approach "
        f"WHERE step.day >= posted.day AND {within('step.day')}",
        day="step.day",
        family="approach.family_id",
        commune="approach.commune_id",
        by_commune=True,
        by={Breakdown.DELAY: band(_TO_ANSWER)},
        total=_TO_ANSWER,
        adds=Total.DAYS,
        part_of="families_answered",
    ),
)
STEPS: Final = (*_MADE, *_steps(), *_MAIL, *_DELAYS)
