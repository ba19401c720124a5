"""What did not happen is not written, even by SQL that slipped in: the pages' own rules aside."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from factories.agenda import AppointmentFactory, span
from factories.directory import CommuneFactory, StaffFactory
from factories.families import FamilyFactory
from factories.interventions import (
    BEGUN,
    CLOSED,
    AdviceMeetingFactory,
    AppraisalFactory,
    ContractFactory,
    HomeVisitFactory,
    InformationAdviceFactory,
    JournalEntryFactory,
    ObjectiveFactory,
    PlannedActionFactory,
    SupportFactory,
)
from factories.outreach import ProposalFactory
from jalon.audit.identity import acting
from jalon.directory.models import StaffMember, Team
from jalon.directory.roles import Role
from jalon.families.models import Family
from jalon.interventions import planning
from jalon.interventions.contracting import sign_contract
from jalon.interventions.enums import ActionState
from jalon.interventions.errors import InterventionError
from jalon.interventions.models import (
    AdviceMeeting,
    Appraisal,
    Contract,
    Follower,
    HomeVisit,
    InformationAdvice,
    JournalEntry,
    Objective,
    PlannedAction,
    PrivateNote,
    Review,
    Support,
    SupportEvent,
)
from jalon.interventions.sharing import share_family
from jalon.interventions.terms import _NUMBERS
from jalon.rules.calendar import add_months

pytestmark = pytest.mark.django_db
_TODAY = timezone.localdate()
_TOMORROW = _TODAY + timedelta(days=1)
_SOON, _LONG_AGO = _TODAY + timedelta(days=2), _TODAY - timedelta(days=2)
_LATEST_NEWS = add_months(_TODAY, _NUMBERS["news_after_months"])
_ENDS = {"state": "closed", "closed_on": _TODAY, "closing": "reached"}
_RESTS = {"state": "suspended", "suspended_on": _TODAY, "suspension": "away"}
_GOES_ON_AGAIN = {"state": "reopened", "closed_on": None, "closing": "", "news_on": None}


def refused(act: Any) -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        act()


def test_nobody_settles_in_the_name_of_another(
    family: Family, lead: StaffMember, colleague: StaffMember
) -> None:
    advice = InformationAdviceFactory.create(family=family, worker=lead)
    told = {"advice": advice, "family": family, "what": "x", "who": "family", "by": lead}
    settled = {"state": "done", "settled_on": timezone.localdate(), "settled_by": colleague}
    with acting(lead.pk):
        refused(lambda: PlannedAction.objects.create(**told, **settled))
        assert PlannedAction.objects.create(**told).pk


def test_a_support_tells_by_itself_what_became_of_it(family: Family, lead: StaffMember) -> None:
    support = SupportFactory.create(family=family, worker=lead, state="active", **BEGUN)
    told = {"support": support, "family": family, "worker": lead, "by": lead}
    with acting(lead.pk):
        refused(
            lambda: SupportEvent.objects.create(**told, state="closed", on=timezone.localdate())
        )
        today = timezone.localdate()
        Support.objects.filter(pk=support.pk).update(
            state="suspended", suspended_on=today, suspension="away"
        )
        Support.objects.filter(pk=support.pk).update(next_review_on=today)
        (event,) = SupportEvent.objects.filter(support=support)
    assert (event.state, event.why, event.on, event.by) == ("suspended", "away", today, lead)
    assert event.reason == "La famille est absente quelque temps"


@pytest.mark.parametrize("factory", [AdviceMeetingFactory, HomeVisitFactory])
def test_who_writes_in_the_words_of_another_is_told(
    family: Family, lead: StaffMember, colleague: StaffMember, factory: Any
) -> None:
    of = {"family": family, "worker": lead}
    row = (
        factory.create(advice=InformationAdviceFactory.create(**of))
        if factory is AdviceMeetingFactory
        else factory.create(support=SupportFactory.create(**of))
    )
    rows = type(row).objects.filter(pk=row.pk)
    with acting(lead.pk):
        share_family(family=family, worker=colleague, by=lead)
        rows.update(revision=2, revised_by=colleague)
        assert rows.get().revised_by is None
    with acting(colleague.pk):
        rows.update(revision=3)
    with acting(lead.pk):
        assert (rows.get().by, rows.get().revised_by) == (lead, colleague)
        row = rows.get()
        row.pk, row.public_id, row.revised_by = None, uuid.uuid4(), None
        row.save(force_insert=True)
        row.pk, row.public_id, row.revised_by = None, uuid.uuid4(), colleague
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            row.save(force_insert=True)


@pytest.mark.parametrize(
    "scan",
    [
        {"scan_sha256": "not a digest"},
        {"scan_size": 9 * 1024 * 1024},
        {"scan_type": "text/html"},
        {"signed_on": _TOMORROW},
    ],
)
def test_a_scan_is_what_it_says_and_nobody_signs_tomorrow(
    family: Family, lead: StaffMember, scan: dict[str, Any]
) -> None:
    support = SupportFactory.create(family=family, worker=lead)
    contract = Contract.objects.filter(pk=ContractFactory.create(support=support).pk)
    signed = {"signature": "paper", "signatories": "Camille", "signed_by": lead}
    good = {
        "signed_on": timezone.localdate(),
        "scan": uuid.uuid4(),
        "scan_size": 1000,
        "scan_type": "application/pdf",
        "scan_sha256": "c" * 64,
    }
    with acting(lead.pk):
        refused(lambda: contract.update(**signed, **good | scan))
        assert contract.update(**signed, **good)


def test_nothing_is_written_in_a_support_that_closed(family: Family, lead: StaffMember) -> None:
    support = SupportFactory.create(family=family, worker=lead, state="closed", **CLOSED)
    held = {
        Appraisal: AppraisalFactory.create(support=support),
        Objective: ObjectiveFactory.create(support=support),
        PlannedAction: PlannedActionFactory.create(support=support, advice=None),
        Contract: ContractFactory.create(support=support),
    }
    with acting(lead.pk):
        for model, row in held.items():
            refused(
                lambda model=model, row=row: model.objects.filter(pk=row.pk).update(family=family)
            )
        told = {"support": support, "family": family}
        refused(lambda: HomeVisit.objects.create(**told, by=lead, agreed_on=timezone.localdate()))
        refused(lambda: Objective.objects.create(**told, by=lead, domain="housing", aim="x"))
        with pytest.raises(InterventionError, match="clos"):
            sign_contract(
                contract=held[Contract],
                seen=1,
                on=timezone.localdate(),
                signatories="Camille",
                scan=None,
                by=lead,
            )
        with pytest.raises(InterventionError, match="clos"):
            planning.settle_action(action=held[PlannedAction], state=ActionState.DONE, by=lead)


def test_nothing_is_written_in_an_advice_that_closed(family: Family, lead: StaffMember) -> None:
    advice = InformationAdviceFactory.create(
        family=family, worker=lead, state="closed", closed_on=_TOMORROW, outcome="needs_met"
    )
    meeting = AdviceMeetingFactory.create(advice=advice)
    told = {"advice": advice, "family": family, "by": lead}
    with acting(lead.pk):
        refused(lambda: AdviceMeeting.objects.filter(pk=meeting.pk).update(told="x"))
        refused(lambda: PlannedAction.objects.create(**told, what="x", who="family"))


def test_an_advice_comes_of_what_was_proposed_to_its_own_family(
    family: Family, lead: StaffMember
) -> None:
    told = {"worker": lead, "origin": "proposal", "opened_on": timezone.localdate()}
    own, others = ProposalFactory.create(family=family), ProposalFactory.create()
    with acting(lead.pk):
        refused(lambda: InformationAdvice.objects.create(family=family, proposal=others, **told))
        assert InformationAdvice.objects.create(family=family, proposal=own, **told).pk


def test_a_manager_shares_the_families_that_they_answer_for(
    family: Family, colleague: StaffMember, manager: StaffMember, team: Team
) -> None:
    """Those that one of theirs leads, or that live in their territory; no other one."""
    near = FamilyFactory.create(commune=CommuneFactory.create(area__territory=team.territory))
    far = FamilyFactory.create()
    told = {"worker": colleague, "by": manager, "since": timezone.localdate()}
    with acting(manager.pk):
        for one in (family, near):
            assert share_family(family=one, worker=colleague, by=manager).pk
        with pytest.raises(InterventionError, match="son responsable"):
            share_family(family=far, worker=colleague, by=manager)
        refused(lambda: Follower.objects.create(family=far, **told))


@pytest.mark.parametrize(
    "columns",
    [
        {"closing": "moved"},
        {"closed_on": _TODAY},
        {"ends_on": _TODAY},
        {"next_review_on": _TODAY},
        {"news_on": _TODAY},
        {"news_on": None, "closing": "moved"},
    ],
)
def test_of_a_support_that_closed_only_the_news_are_taken(
    family: Family, lead: StaffMember, columns: dict[str, Any]
) -> None:
    """Or a family would be asked again what it thought, of another end than its own."""
    of = {"family": family, "worker": lead, "news_on": _SOON, **CLOSED}
    rows = Support.objects.filter(pk=SupportFactory.create(state="closed", **of).pk)
    with acting(lead.pk):
        refused(lambda: rows.update(**columns))
        assert rows.update(news_on=None)


def test_a_manager_says_who_carries_a_support_that_closed(
    family: Family, lead: StaffMember, colleague: StaffMember, manager: StaffMember
) -> None:
    support = SupportFactory.create(family=family, worker=lead, state="closed", **CLOSED)
    with acting(manager.pk):
        assert Support.objects.filter(pk=support.pk).update(worker=colleague)


@pytest.mark.parametrize(
    ("was", "becomes", "wrong"),
    [
        ("active", _ENDS, {"closed_on": _SOON}),
        ("active", _ENDS, {"closed_on": _LONG_AGO}),
        ("active", _ENDS | {"news_on": _LATEST_NEWS}, {"news_on": _TODAY}),
        ("active", _ENDS, {"news_on": _LATEST_NEWS + timedelta(days=1)}),
        ("active", _ENDS, {"reopened_on": _TODAY}),
        ("active", _RESTS, {"suspended_on": _SOON}),
        ("active", _RESTS, {"suspended_on": _LONG_AGO}),
        ("closed", _GOES_ON_AGAIN | {"reopened_on": _TODAY}, {"reopened_on": _LONG_AGO}),
        ("closed", _GOES_ON_AGAIN | {"reopened_on": _TODAY}, {"reopened_on": _SOON}),
    ],
)
def test_what_becomes_of_a_support_is_told_on_its_day(
    family: Family,
    lead: StaffMember,
    was: str,
    becomes: dict[str, Any],
    wrong: dict[str, Any],
) -> None:
    begun = CLOSED if was == "closed" else BEGUN
    support = SupportFactory.create(family=family, worker=lead, state=was, **begun)
    rows = Support.objects.filter(pk=support.pk)
    with acting(lead.pk):
        refused(lambda: rows.update(**becomes | wrong))
        assert rows.update(**becomes)


def test_why_a_support_rests_does_not_change_unseen(family: Family, lead: StaffMember) -> None:
    told = {"suspended_on": _LONG_AGO, "suspension": "away", **BEGUN}
    support = SupportFactory.create(family=family, worker=lead, state="suspended", **told)
    with acting(lead.pk):
        for changed in ({"suspension": "health"}, {"suspended_on": _TODAY}):
            refused(
                lambda changed=changed: Support.objects.filter(pk=support.pk).update(**changed)
            )


def test_an_advice_ends_on_its_day_once(family: Family, lead: StaffMember) -> None:
    advice = InformationAdviceFactory.create(family=family, worker=lead)
    rows = InformationAdvice.objects.filter(pk=advice.pk)
    ends = {"state": "closed", "outcome": "needs_met"}
    with acting(lead.pk):
        for day in (_LONG_AGO, _SOON):
            refused(lambda day=day: rows.update(**ends, closed_on=day))
        assert rows.update(**ends, closed_on=_TODAY)
        refused(lambda: rows.update(outcome="no_contact"))
        refused(lambda: rows.update(state="open", outcome="", closed_on=None))


def _written(family: Family, lead: StaffMember) -> dict[Any, dict[str, Any]]:
    """Return what one says of each kind of text, by its table."""
    advice = InformationAdviceFactory.create(family=family, worker=lead)
    support = SupportFactory.create(family=family, worker=lead, state="active", **BEGUN)
    of_support = {"support": support, "family": family, "by": lead}
    return {
        AdviceMeeting: {
            "advice": advice,
            "family": family,
            "by": lead,
            "held_on": _TODAY,
            "mode": "face",
        },
        HomeVisit: {**of_support, "agreed_on": _TODAY},
        JournalEntry: {
            "family": family,
            "by": lead,
            "on": _TODAY,
            "kind": "call",
            "text": "x",
        },
        Objective: {**of_support, "domain": "housing", "aim": "x"},
        PlannedAction: {**of_support, "what": "x", "who": "family"},
        PrivateNote: {"family": family, "author": lead, "text": "x"},
        Review: {**of_support, "kind": "step", "held_on": _TODAY},
    }


def test_what_is_written_is_written_now(family: Family, lead: StaffMember) -> None:
    """Whatever is said; the owner, who makes a demonstration, may tell the past."""
    rows = _written(family, lead)
    long_ago = datetime(1999, 1, 1, tzinfo=UTC)
    with acting(lead.pk):
        for model, told in rows.items():
            made = model.objects.create(**told, at=long_ago)
            made.refresh_from_db()
            assert timezone.now() - made.at < timedelta(minutes=5), model
    assert JournalEntryFactory.create(family=family, by=lead, at=long_ago).at == long_ago


@pytest.mark.parametrize(
    ("model", "day"),
    [
        (AdviceMeeting, "held_on"),
        (HomeVisit, "agreed_on"),
        (HomeVisit, "declined_on"),
        (HomeVisit, "done_on"),
        (JournalEntry, "on"),
        (Review, "held_on"),
    ],
)
def test_nobody_tells_what_happened_tomorrow(
    family: Family, lead: StaffMember, model: Any, day: str
) -> None:
    told = _written(family, lead)[model]
    with acting(lead.pk):
        refused(lambda: model.objects.create(**told | {day: _TOMORROW}))
        made = model.objects.create(**told)
        if model is not Review:
            refused(lambda: model.objects.filter(pk=made.pk).update(**{day: _TOMORROW}))


def without_right(act: Any) -> None:
    """Expect the policies' own refusal: any other would tell what is there."""
    with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
        act()


def test_who_reads_nothing_is_not_told_whose_an_appointment_is(
    family: Family, lead: StaffMember, team: Team
) -> None:
    at = timezone.now() - timedelta(hours=3)
    one = AppointmentFactory.create(family=family, worker=lead, during=span(at))
    who = StaffFactory.create(role=Role.MEDIATOR, team=team)
    told = {"by": who, "on": _TODAY, "kind": "call", "text": "x", "appointment_id": one.pk}
    with acting(who.pk):
        for of in (family, FamilyFactory.create()):
            without_right(lambda of=of: JournalEntry.objects.create(family=of, **told))


@pytest.mark.parametrize("state", ["draft", "closed"])
def test_who_reads_nothing_is_not_told_what_is_closed(
    family: Family, lead: StaffMember, state: str
) -> None:
    columns = CLOSED if state == "closed" else {}
    support = SupportFactory.create(family=family, worker=lead, state=state, **columns)
    ends = {"state": state, "closed_on": _TODAY, "outcome": "needs_met"}
    of = {"family": family, "worker": lead, **(ends if state == "closed" else {})}
    advice = InformationAdviceFactory.create(**of)
    stranger = StaffFactory.create(role=Role.SOCIAL_WORKER)
    own = AdviceMeetingFactory.create(advice__worker=stranger)
    about = {"family": family, "by": stranger}
    with acting(stranger.pk):
        of_support = {"support_id": support.pk, **about, "domain": "housing", "aim": "x"}
        without_right(lambda: Objective.objects.create(**of_support))
        of_advice = {"advice_id": advice.pk, **about, "what": "x", "who": "family"}
        without_right(lambda: PlannedAction.objects.create(**of_advice))
        meetings = AdviceMeeting.objects.filter(pk=own.pk)
        without_right(lambda: meetings.update(advice_id=advice.pk))
