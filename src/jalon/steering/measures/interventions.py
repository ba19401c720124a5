"""Information-advice, supports, what they plan, agree on and reach."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from jalon.steering.enums import Breakdown
from jalon.steering.measures.measure import Leads, Measure, Total, during, within

_LAST_DAY: Final = "month_ends - 1"
_ADVICE: Final = (
    "public.interventions_informationadvice AS advice "
    "LEFT JOIN public.outreach_proposal AS proposal ON proposal.id = advice.proposal_id"
)
_OF_ADVICE: Final = {
    Breakdown.OFFER: "proposal.offer",
    Breakdown.EVENT: "proposal.event_kind",
    Breakdown.ORIGIN: "advice.origin",
}
# A support comes from where the information-advice before it came from.
_FROM: Final = (
    "LEFT JOIN public.interventions_informationadvice AS advice ON advice.id = support.advice_id "
    "LEFT JOIN public.outreach_proposal AS proposal ON proposal.id = advice.proposal_id"
)
_SUPPORT: Final = f"public.interventions_support AS support {_FROM}"
_OF_SUPPORT: Final = {
    **_OF_ADVICE,
    Breakdown.ORIGIN: "coalesce(advice.origin, 'direct')",
}
_ON: Final = 'change."on"'


def _carrier(day: str) -> str:
    """Return who carried a support on a day: it may have been handed over since."""
    return (
        "coalesce((SELECT step.worker_id FROM public.interventions_supportevent AS step "
        f'WHERE step.support_id = support.id AND step."on" <= {day} '
        'ORDER BY step."on" DESC, step.id DESC LIMIT 1), support.worker_id)'
    )


# Each closing, told by the database as it happened: one taken up again may close twice.
_CLOSED: Final = (
    "public.interventions_supportevent AS change "
    "JOIN public.interventions_support AS support ON support.id = change.support_id "
    f"{_FROM} WHERE change.state = 'closed' AND {within(_ON)}"
)
_BEGUN: Final = "change.why <> 'not_begun' AND support.started_on IS NOT NULL"
_LENGTH: Final = f"{_ON} - support.started_on"
INTERVENTIONS_WITH: Final = (
    # Where each support stood when the month ended, and who carried it then.
    """
    standing AS MATERIALIZED (
        SELECT DISTINCT ON (change.support_id) change.support_id AS support, change.state,
            change.worker_id AS worker
        FROM public.interventions_supportevent AS change WHERE change."on" < month_ends
        ORDER BY change.support_id, change."on" DESC, change.id DESC
    )""",
)
_ADVICES: Final = (
    Measure(
        "advice_begun",
        "Informations-conseils commencées",
        f"{_ADVICE} WHERE {within('advice.opened_on')}",
        day="advice.opened_on",
        family="advice.family_id",
        by_commune=True,
        worker="advice.worker_id",
        by=_OF_ADVICE,
        leads=Leads.ADVICE,
        key="advice.id",
    ),
    Measure(
        "advice_elsewhere",
        "Informations-conseils de familles suivies ailleurs",
        f"{_ADVICE} WHERE {within('advice.opened_on')} "
        "AND advice.other_service IN ('county', 'town', 'other')",
        day="advice.opened_on",
        family="advice.family_id",
        worker="advice.worker_id",
        by={Breakdown.OUTCOME: "advice.other_service"},
        part_of="advice_begun",
        leads=Leads.ADVICE,
        key="advice.id",
    ),
    Measure(
        "advice_ended",
        "Informations-conseils closes",
        f"{_ADVICE} WHERE {within('advice.closed_on')}",
        day="advice.closed_on",
        family="advice.family_id",
        worker="advice.worker_id",
        by={**_OF_ADVICE, Breakdown.OUTCOME: "advice.outcome"},
        total="advice.closed_on - advice.opened_on",
        adds=Total.DAYS,
        leads=Leads.ADVICE,
        key="advice.id",
    ),
    Measure(
        "advice_running",
        "Informations-conseils en cours à la fin du mois",
        f"{_ADVICE} WHERE advice.opened_on < month_ends "
        "AND (advice.closed_on IS NULL OR advice.closed_on >= month_ends)",
        day=_LAST_DAY,
        family="advice.family_id",
        worker="advice.worker_id",
        by=_OF_ADVICE,
        leads=Leads.ADVICE,
        key="advice.id",
    ),
)
_SUPPORTS: Final = (
    Measure(
        "support_begun",
        "Accompagnements commencés",
        f"{_SUPPORT} WHERE {within('support.started_on')}",
        day="support.started_on",
        family="support.family_id",
        by_commune=True,
        worker=_carrier("support.started_on"),
        by=_OF_SUPPORT,
        leads=Leads.SUPPORT,
        key="support.id",
    ),
    Measure(
        "support_ended",
        "Accompagnements clos",
        f"{_CLOSED} AND {_BEGUN}",
        day=_ON,
        family="support.family_id",
        worker="change.worker_id",
        by={**_OF_SUPPORT, Breakdown.OUTCOME: "change.why"},
        total=_LENGTH,
        adds=Total.DAYS,
        leads=Leads.SUPPORT,
        key="support.id",
    ),
    Measure(
        "support_not_begun",
        "Accompagnements préparés qui n'ont pas commencé",
        f"{_CLOSED} AND change.why = 'not_begun'",
        day=_ON,
        family="support.family_id",
        worker="change.worker_id",
        leads=Leads.SUPPORT,
        key="support.id",
    ),
    Measure(
        "support_running",
        "Accompagnements en cours à la fin du mois",
        "standing JOIN public.interventions_support AS support ON support.id = standing.support "
        f"{_FROM} WHERE standing.state IN ('active', 'reopened')",
        day=_LAST_DAY,
        family="support.family_id",
        worker="standing.worker",
        by={**_OF_SUPPORT, Breakdown.OUTCOME: "standing.state"},
        total=f"greatest(0, {_LAST_DAY} - support.started_on)",
        adds=Total.DAYS,
        leads=Leads.SUPPORT,
        key="support.id",
    ),
    Measure(
        "support_suspended",
        "Accompagnements suspendus à la fin du mois",
        "standing JOIN public.interventions_support AS support ON support.id = standing.support "
        f"{_FROM} WHERE standing.state = 'suspended'",
        day=_LAST_DAY,
        family="support.family_id",
        worker="standing.worker",
        by=_OF_SUPPORT,
        leads=Leads.SUPPORT,
        key="support.id",
    ),
    Measure(
        "support_extended",
        "Prolongations accordées au-delà d'un an",
        "public.interventions_extension AS one "
        "JOIN public.interventions_support AS support ON support.id = one.support_id "
        f"WHERE one.granted AND {during('one.decided_at')}",
        day="one.decided_at",
        family="support.family_id",
        worker=_carrier("one.decided_at::date"),
        leads=Leads.SUPPORT,
        key="support.id",
    ),
    Measure(
        "contracts_signed",
        "Contrats signés",
        "public.interventions_contract AS one "
        "JOIN public.interventions_support AS support ON support.id = one.support_id "
        f"WHERE {within('one.signed_on')}",
        day="one.signed_on",
        family="one.family_id",
        worker="one.signed_by_id",
        by={Breakdown.OUTCOME: "CASE one.version WHEN 1 THEN 'first' ELSE 'amended' END"},
        leads=Leads.SUPPORT,
        key="support.id",
        confided=True,
    ),
)
# What was there when a support closed.
_PLANNED: Final = _CLOSED.replace(
    "WHERE change.state",
    "JOIN public.interventions_objective AS one ON one.support_id = support.id WHERE change.state",
)
_VISITED: Final = (
    "(SELECT count(*) FROM public.interventions_homevisit AS visit "
    f"WHERE visit.support_id = support.id AND visit.done_on <= {_ON})"
)
_REFUSED: Final = (
    "EXISTS (SELECT FROM public.interventions_homevisit AS visit "
    f"WHERE visit.support_id = support.id AND visit.declined_on <= {_ON} "
    "AND visit.done_on IS NULL)"
)
_RESULTS: Final = (
    Measure(
        "objectives_settled",
        "Objectifs des accompagnements clos",
        f"{_PLANNED} AND {_BEGUN}",
        day=_ON,
        family="support.family_id",
        worker="change.worker_id",
        by={Breakdown.OFFER: "proposal.offer", Breakdown.OUTCOME: "one.result"},
        leads=Leads.SUPPORT,
        key="support.id",
        confided=True,
    ),
    Measure(
        "objectives_reached",
        "Objectifs atteints",
        f"{_PLANNED} AND {_BEGUN} AND one.result = 'reached'",
        day=_ON,
        family="support.family_id",
        worker="change.worker_id",
        by={Breakdown.OFFER: "proposal.offer"},
        part_of="objectives_settled",
        as_value=(Breakdown.OUTCOME, "reached"),
        leads=Leads.SUPPORT,
        key="support.id",
        confided=True,
    ),
    Measure(
        "visits_done",
        "Visites à domicile faites",
        f"public.interventions_homevisit AS one WHERE {within('one.done_on')}",
        day="one.done_on",
        family="one.family_id",
        worker="one.by_id",
        leads=Leads.SUPPORT,
        key="one.support_id",
        confided=True,
    ),
    Measure(
        "visits_declined",
        "Visites à domicile refusées par la famille",
        "public.interventions_homevisit AS one "
        f"WHERE one.done_on IS NULL AND {within('one.declined_on')}",
        day="one.declined_on",
        family="one.family_id",
        worker="one.by_id",
        leads=Leads.SUPPORT,
        key="one.support_id",
        confided=True,
    ),
    Measure(
        "visits_of_ended",
        "Visites à domicile des accompagnements clos",
        f"{_CLOSED} AND {_BEGUN} AND {_VISITED} > 0",
        day=_ON,
        family="support.family_id",
        worker="change.worker_id",
        number=_VISITED,
        leads=Leads.SUPPORT,
        key="support.id",
        confided=True,
    ),
    Measure(
        "ended_refusing_visit",
        "Accompagnements clos dont la famille a refusé toute visite",
        f"{_CLOSED} AND {_BEGUN} AND {_VISITED} = 0 AND {_REFUSED}",
        day=_ON,
        family="support.family_id",
        worker="change.worker_id",
        part_of="support_ended",
        leads=Leads.SUPPORT,
        key="support.id",
        confided=True,
    ),
    Measure(
        "reviews_held",
        "Bilans faits avec la famille",
        f"public.interventions_review AS one WHERE {within('one.held_on')}",
        day="one.held_on",
        family="one.family_id",
        worker="one.by_id",
        by={Breakdown.OUTCOME: "one.kind"},
        leads=Leads.SUPPORT,
        key="one.support_id",
        confided=True,
    ),
)
_YES: Final = ("yes", "rather")
_SAYS: Final = {
    "listened": "écoutée",
    "helped": "aidée",
    "better": "va mieux",
    "returns": "reviendrait",
}


def _opinions() -> Iterator[Measure]:
    for code, word in _SAYS.items():
        yield Measure(
            f"opinion_{code}",
            f"Avis des familles : {word}",
            "public.interventions_familyopinion AS one "
            "JOIN public.interventions_support AS support ON support.id = one.support_id "
            f"{_FROM} WHERE one.{code} <> '' AND {during('one.at')}",
            day="one.at",
            family="one.family_id",
            worker=_carrier("one.at::date"),
            by={Breakdown.OFFER: "proposal.offer", Breakdown.OUTCOME: f"one.{code}"},
            leads=Leads.SUPPORT,
            key="one.support_id",
            confided=True,
        )
    # What became of families some months after, by offer: two things that are not crossed, so
    # counted apart.
    yield Measure(
        "opinion_better_yes",
        "Avis des familles : va mieux, ou plutôt mieux",
        "public.interventions_familyopinion AS one "
        "JOIN public.interventions_support AS support ON support.id = one.support_id "
        f"{_FROM} WHERE one.better IN {_YES} AND {during('one.at')}",
        day="one.at",
        family="one.family_id",
        by={Breakdown.OFFER: "proposal.offer"},
        part_of="opinion_better",
        leads=Leads.SUPPORT,
        key="one.support_id",
        confided=True,
    )


INTERVENTIONS: Final = (*_ADVICES, *_SUPPORTS, *_RESULTS, *_opinions())
