"""What did not happen is not written, even by SQL that slipped in: the pages' own rules aside."""

from __future__ import annotations

import hashlib
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from factories.directory import CommuneFactory
from factories.families import FamilyFactory
from factories.interventions import (
    BEGUN,
    CLOSED,
    AdviceMeetingFactory,
    AppraisalFactory,
    ContractFactory,
    HomeVisitFactory,
    InformationAdviceFactory,
    ObjectiveFactory,
    PlannedActionFactory,
    SupportFactory,
)
from factories.outreach import ProposalFactory
from jalon.audit.identity import acting
from jalon.directory.models import StaffMember, Team
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
    Objective,
    PlannedAction,
    Support,
    SupportEvent,
)
from jalon.interventions.sharing import share_family

pytestmark = pytest.mark.django_db
_PDF = b"%PDF-1.7 a scan"
_TOMORROW = timezone.localdate() + timedelta(days=1)


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
        {"scan_type": "application/pdf", "scan_sha256": "c" * 64},
        {"scan_type": "image/png"},
        {"scan_type": "text/html"},
        {"scan_type": "application/pdf", "signed_on": _TOMORROW},
    ],
)
def test_a_scan_is_what_it_says_and_nobody_signs_tomorrow(
    family: Family, lead: StaffMember, scan: dict[str, Any]
) -> None:
    support = SupportFactory.create(family=family, worker=lead)
    contract = Contract.objects.filter(pk=ContractFactory.create(support=support).pk)
    signed = {"signature": "paper", "signatories": "Camille", "signed_by": lead, "scan": _PDF}
    good = {
        "signed_on": timezone.localdate(),
        "scan_type": "application/pdf",
        "scan_sha256": hashlib.sha256(_PDF).hexdigest(),
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
