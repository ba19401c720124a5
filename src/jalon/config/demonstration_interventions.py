"""Gives the demonstration a year of information-advice and supports, at every stage.

What was said is invented, drawn the same each time, and written as the owner of the schema, a few
inserts for all families.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Final

from django.utils import timezone

from jalon.config.demonstration_journal import write_along
from jalon.config.demonstration_play import Drawn
from jalon.config.demonstration_words import (
    ACTIONS,
    AIMS,
    CONTRACT,
    MEETINGS,
    OBSTACLES,
    STRENGTHS,
)
from jalon.config.maintenance import as_owner
from jalon.directory.enums import Service
from jalon.directory.models import StaffMember
from jalon.families.models import Involvement
from jalon.interventions.enums import (
    ActionBy,
    ActionState,
    AdviceOutcome,
    AdviceState,
    Closing,
    Domain,
    MeetingMode,
    ObjectiveResult,
    Origin,
    OtherService,
    Rating,
    Signature,
    SupportState,
    Suspension,
)
from jalon.interventions.models import (
    AdviceMeeting,
    Appraisal,
    Contract,
    Extension,
    InformationAdvice,
    Objective,
    PlannedAction,
    Support,
    SupportEvent,
)
from jalon.interventions.terms import terms
from jalon.outreach.models import Approach, Proposal

# Since when one worker leads families: just met, preparing, going on, near the end, over.
_STAGES: Final = (6, 24, 75, 130, 205, 330)
_ADVISED_AFTER: Final = timedelta(days=10)
_BEGUN_AFTER: Final = timedelta(days=20)
_OUTCOMES: Final = {
    AdviceOutcome.SUPPORT_ACCEPTED: 48,
    AdviceOutcome.NEEDS_MET: 28,
    AdviceOutcome.SUPPORT_DECLINED: 9,
    AdviceOutcome.REFERRED: 9,
    AdviceOutcome.NO_CONTACT: 6,
}
_MODES: Final = {MeetingMode.FACE: 70, MeetingMode.PHONE: 24, MeetingMode.VIDEO: 6}
_ELSEWHERE: Final = {OtherService.NONE: 78, OtherService.COUNTY: 14, OtherService.TOWN: 8}
_CLOSINGS: Final = {Closing.REACHED: 55, Closing.TERM: 25, Closing.FAMILY: 10, Closing.NO_NEWS: 10}
_RATINGS: Final = {Rating.WELL: 35, Rating.WATCH: 30, Rating.HARD: 28, Rating.URGENT: 7}
_RESULTS: Final = {
    ObjectiveResult.REACHED: 50,
    ObjectiveResult.PARTLY: 32,
    ObjectiveResult.MISSED: 10,
    ObjectiveResult.DROPPED: 8,
}


def add_interventions(worker: StaffMember) -> None:
    """Have workers receive the families that they lead, and go along with half; once.

    One of them has a support at each stage, however small the department.
    """
    chance = random.Random("interventions")  # noqa: S311 - a play, not a secret
    play = Drawn(chance, timezone.localdate())
    with as_owner():
        if InformationAdvice.objects.exists():
            return
        Involvement.objects.bulk_create(_stages(worker, play))
        advices = InformationAdvice.objects.bulk_create(_advices(worker, play))
        AdviceMeeting.objects.bulk_create(
            meeting for advice in advices for meeting in _meetings(advice, play)
        )
        accepted = [one for one in advices if _accepted(one, play)]
        supports = Support.objects.bulk_create([_support(one, play) for one in accepted])
        _write_supports(supports, play)
        write_along(supports, play)
        PlannedAction.objects.bulk_create(
            _action(play, one, one.worker, one.opened_on) for one in advices if one.is_open
        )


def _stages(worker: StaffMember, play: Drawn) -> Iterator[Involvement]:
    """Have a worker lead some families that nobody does, and that said nothing: they came."""
    led = Involvement.objects.filter(lead=True).values("family")
    silent = Approach.objects.filter(answer="", ended_on=None, family__protected_address=False)
    free = silent.exclude(family__in=led).order_by("family").values_list("family", flat=True)
    for family, days in zip(free.distinct(), _STAGES, strict=False):
        yield Involvement(
            family_id=family,
            service=Service.SOCIAL_WORK,
            worker=worker,
            lead=True,
            since=play.today - timedelta(days=days),
        )


def _advices(worker: StaffMember, play: Drawn) -> Iterator[InformationAdvice]:
    leads = Involvement.objects.filter(lead=True).select_related("worker").order_by("pk")
    proposals = {one.family_id: one for one in Proposal.objects.order_by("-pk")}
    seen: set[int] = set()
    for lead in leads:
        assert lead.worker  # noqa: S101 - a lead is someone
        opened = lead.since + timedelta(days=play.chance.randrange(0, 6))
        if lead.family_id in seen or opened > play.today:
            continue
        seen.add(lead.family_id)
        advice = _advice(lead, proposals.get(lead.family_id), opened, play)
        if advice.worker_id == worker.pk and lead.until is None:
            _accept(advice, play)
        yield advice


def _advice(
    lead: Involvement, proposal: Proposal | None, opened: date, play: Drawn
) -> InformationAdvice:
    closed = opened + timedelta(days=play.chance.randrange(9, 45))
    if lead.until is not None:
        closed = min(closed, max(lead.until, opened))
    over = closed <= play.today
    return InformationAdvice(
        family_id=lead.family_id,
        worker=lead.worker,
        origin=Origin.PROPOSAL if proposal else Origin.DIRECT,
        proposal=proposal,
        other_service=play.draw(_ELSEWHERE) if over else OtherService.UNKNOWN,
        state=AdviceState.CLOSED if over else AdviceState.OPEN,
        opened_on=opened,
        closed_on=closed if over else None,
        outcome=play.draw(_OUTCOMES) if over else "",
    )


def _accept(advice: InformationAdvice, play: Drawn) -> None:
    """Have a family accept a support, as soon as it was advised."""
    closed = advice.opened_on + _ADVISED_AFTER
    if closed <= play.today:
        advice.state, advice.closed_on = AdviceState.CLOSED, closed
        advice.outcome = AdviceOutcome.SUPPORT_ACCEPTED
        advice.other_service = OtherService.NONE


def _meetings(advice: InformationAdvice, play: Drawn) -> Iterator[AdviceMeeting]:
    last = advice.closed_on or play.today
    days = {advice.opened_on, min(last, advice.opened_on + timedelta(days=14))}
    for day in sorted(days)[: play.chance.randrange(1, 3)]:
        asked, told, advised, agreed = play.chance.choice(MEETINGS)
        yield AdviceMeeting(
            advice=advice,
            family_id=advice.family_id,
            held_on=day,
            mode=play.draw(_MODES),
            asked=asked,
            told=told,
            advised=advised,
            agreed=agreed,
            by=advice.worker,
            at=play.moment(day),
        )


def _accepted(advice: InformationAdvice, play: Drawn) -> bool:
    begins = advice.closed_on and advice.closed_on + timedelta(days=7) <= play.today
    return advice.outcome == AdviceOutcome.SUPPORT_ACCEPTED and bool(begins)


def _support(advice: InformationAdvice, play: Drawn) -> Support:
    """Draw where a support stands today, from how long ago it was first spoken of."""
    assert advice.closed_on  # noqa: S101 - it was accepted
    drafted = advice.closed_on
    support = Support(
        family_id=advice.family_id, worker=advice.worker, advice=advice, drafted_on=drafted
    )
    start = drafted + _BEGUN_AFTER
    if start > play.today:
        return support
    told = terms()
    support.state, support.started_on = SupportState.ACTIVE, start
    support.ends_on, support.limit_on = told.usual_end(start), told.limit(start)
    support.next_review_on = told.next_review(start, play.today - timedelta(days=9))
    ends = start + timedelta(days=play.chance.randrange(60, 230))
    if ends <= play.today:
        _end(support, ends, play)
    elif play.chance.random() < 0.08:  # noqa: PLR2004 - one in twelve
        support.state = SupportState.SUSPENDED
        support.suspended_on = max(start, play.today - timedelta(days=20))
        support.suspension = play.chance.choice(list(Suspension))
    return support


def _end(support: Support, day: date, play: Drawn) -> None:
    support.state, support.closed_on = SupportState.CLOSED, day
    support.closing, support.next_review_on = play.draw(_CLOSINGS), None
    support.news_on = terms().news_day(day)


def _write_supports(supports: list[Support], play: Drawn) -> None:
    Appraisal.objects.bulk_create(one for support in supports for one in _looked(support, play))
    objectives = Objective.objects.bulk_create(
        one for support in supports for one in _objectives(support, play)
    )
    PlannedAction.objects.bulk_create(_plan(objectives, play))
    Contract.objects.bulk_create(_contract(one, play) for one in supports)
    SupportEvent.objects.bulk_create(one for support in supports for one in _events(support, play))
    Extension.objects.bulk_create(_extensions(supports))


def _looked(support: Support, play: Drawn) -> Iterator[Appraisal]:
    for domain in Domain:
        if support.state == SupportState.DRAFT and play.chance.random() < 0.5:  # noqa: PLR2004
            continue
        budget = domain is Domain.BUDGET
        yield Appraisal(
            support=support,
            family_id=support.family_id,
            domain=domain,
            rating=play.draw(_RATINGS),
            strengths=play.chance.choice(STRENGTHS),
            obstacles=play.chance.choice(OBSTACLES),
            income=play.chance.randrange(900, 2300) if budget else None,
            charges=play.chance.randrange(700, 1900) if budget else None,
            debts=play.chance.randrange(0, 5200) if budget else None,
        )


def _objectives(support: Support, play: Drawn) -> Iterator[Objective]:
    begun = support.started_on is not None
    for domain, aim in play.chance.sample(AIMS, k=2 if begun else 1):
        yield Objective(
            support=support,
            family_id=support.family_id,
            domain=domain,
            aim=aim,
            result=play.draw(_RESULTS) if support.is_over else "",
            by=support.worker,
            at=play.moment(support.drafted_on),
        )


def _plan(objectives: Iterable[Objective], play: Drawn) -> Iterator[PlannedAction]:
    for one in objectives:
        support = one.support
        for _ in range(2):
            since = support.started_on or support.drafted_on
            yield _action(play, one, support.worker, since)


def _action(
    play: Drawn, of: InformationAdvice | Objective, worker: StaffMember, since: date
) -> PlannedAction:
    due = since + timedelta(days=play.chance.randrange(10, 120))
    objective = of if isinstance(of, Objective) else None
    over = objective is not None and objective.support.is_over
    settled = over or (due <= play.today and play.chance.random() < 0.85)  # noqa: PLR2004
    return PlannedAction(
        family_id=of.family_id,
        advice=None if isinstance(of, Objective) else of,
        support=objective.support if objective else None,
        objective=objective,
        what=play.chance.choice(ACTIONS),
        who=play.chance.choice(list(ActionBy)),
        due_on=due,
        by=worker,
        at=play.moment(since),
        state=ActionState.DONE if settled else ActionState.TODO,
        settled_on=min(due, play.today) if settled else None,
        settled_by=worker if settled else None,
    )


def _contract(support: Support, play: Drawn) -> Contract:
    start = support.started_on or play.today
    signed = support.started_on is not None
    purpose, family_side, worker_side = play.chance.choice(CONTRACT)
    return Contract(
        support=support,
        family_id=support.family_id,
        version=1,
        purpose=purpose,
        family_side=family_side,
        worker_side=worker_side,
        starts_on=start,
        ends_on=support.ends_on or terms().usual_end(start),
        made_by=support.worker,
        made_at=play.moment(support.drafted_on),
        signed_on=support.started_on,
        signature=Signature.SCREEN if signed else "",
        signatories="La personne, de sa main" if signed else "",
        signed_by=support.worker if signed else None,
    )


def _events(support: Support, play: Drawn) -> Iterator[SupportEvent]:
    for state, day, why in (
        (SupportState.DRAFT, support.drafted_on, ""),
        (SupportState.ACTIVE, support.started_on, ""),
        (SupportState.SUSPENDED, support.suspended_on, support.suspension),
        (SupportState.CLOSED, support.closed_on, support.closing),
    ):
        if day is not None:
            yield SupportEvent(
                support=support,
                family_id=support.family_id,
                state=state,
                worker=support.worker,
                why=why,
                on=day,
                by=support.worker,
                at=play.moment(day),
            )


def _extensions(supports: Iterable[Support]) -> Iterator[Extension]:
    """Have the oldest that go on ask for three months more: a manager decides."""
    going = [one for one in supports if one.goes_on and one.limit_on]
    for support in sorted(going, key=lambda one: one.drafted_on)[:2]:
        assert support.limit_on  # noqa: S101 - it goes on
        yield Extension(
            support=support,
            family_id=support.family_id,
            until=support.limit_on + timedelta(days=90),
            why="Le relogement promis pour le printemps tarde ; la famille souhaite continuer.",
            asked_by=support.worker,
        )
