"""Information-advice: opened, met, followed up, closed; who reads what is said."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from factories.directory import StaffFactory
from factories.interventions import (
    AdviceMeetingFactory,
    FollowerFactory,
    InformationAdviceFactory,
    PlannedActionFactory,
)
from factories.outreach import ProposalFactory
from jalon.audit.identity import acting
from jalon.directory.models import StaffMember
from jalon.directory.roles import Role
from jalon.families.models import Family, Involvement
from jalon.interventions import advising, planning, queries, sharing
from jalon.interventions.enums import (
    ActionBy,
    ActionState,
    AdviceOutcome,
    MeetingMode,
    Origin,
    OtherService,
)
from jalon.interventions.errors import InterventionError, RevisedMeanwhileError
from jalon.interventions.models import AdviceMeeting, InformationAdvice, PlannedAction

pytestmark = pytest.mark.django_db
DIRECT = advising.From(Origin.DIRECT)


def opened(family: Family, by: StaffMember) -> InformationAdvice:
    with acting(by.pk):
        return advising.open_advice(
            family=family, come=DIRECT, other_service=OtherService.NONE, by=by
        )


def said(words: str) -> advising.MeetingWords:
    return advising.MeetingWords(timezone.localdate(), MeetingMode.FACE, asked=words)


def met(advice: InformationAdvice, by: StaffMember, words: str = "Une aide") -> AdviceMeeting:
    with acting(by.pk):
        return advising.record_meeting(advice=advice, words=said(words), by=by)


def test_opening_one_tells_every_service_that_somebody_is_involved(
    family: Family, colleague: StaffMember
) -> None:
    opened(family, colleague)

    with acting(StaffFactory.create(role=Role.PSYCHOLOGIST).pk):
        known = Involvement.objects.filter(family=family, worker=colleague, until=None)
        assert known.count() == 1
        assert InformationAdvice.objects.count() == 0


def test_it_says_from_which_proposal_it_comes(lead: StaffMember) -> None:
    proposal = ProposalFactory.create()
    with acting(lead.pk):
        advice = advising.open_advice(
            family=proposal.family,
            come=advising.From(Origin.PROPOSAL, proposal=proposal),
            other_service=OtherService.UNKNOWN,
            by=lead,
        )
        assert advice.proposal == proposal


def test_one_holds_one_with_a_family_at_a_time(family: Family, lead: StaffMember) -> None:
    opened(family, lead)

    with pytest.raises(InterventionError, match="déjà une information-conseil"):
        opened(family, lead)


def test_who_receives_no_families_opens_none(family: Family) -> None:
    secretary = StaffFactory.create(role=Role.SECRETARY)

    with pytest.raises(InterventionError, match="travailleur social"):
        opened(family, secretary)


def test_what_is_said_is_read_by_who_follows_the_family(
    family: Family, lead: StaffMember, colleague: StaffMember, manager: StaffMember
) -> None:
    """Its author, the lead, whoever the lead associates; a manager sees where it stands."""
    met(opened(family, colleague), colleague)
    stranger = StaffFactory.create(role=Role.SOCIAL_WORKER, team=lead.team)
    associated = StaffFactory.create(role=Role.SOCIAL_WORKER, team=lead.team)

    def reads(person: StaffMember) -> tuple[int, int]:
        with acting(person.pk):
            return InformationAdvice.objects.count(), AdviceMeeting.objects.count()

    with acting(lead.pk):
        follower = sharing.share_family(family=family, worker=associated, by=lead)
    assert [reads(one) for one in (colleague, lead, associated)] == [(1, 1)] * 3
    assert reads(manager) == (1, 0)
    assert reads(stranger) == (0, 0)
    for role in set(Role) - {Role.SOCIAL_WORKER, Role.TERRITORY_MANAGER, Role.DEPARTMENT_HEAD}:
        assert reads(StaffFactory.create(role=role, team=lead.team)) == (0, 0)

    with acting(lead.pk):
        sharing.stop_sharing(follower=follower, by=lead)
    assert reads(associated) == (0, 0)


def test_what_one_wrote_elsewhere_opens_nothing_else_of_the_family(
    family: Family, lead: StaffMember, colleague: StaffMember
) -> None:
    """Opening an information-advice, or saying that one is involved, shows one's own alone."""
    met(opened(family, lead), lead)
    own = met(opened(family, colleague), colleague)

    with acting(colleague.pk):
        assert list(AdviceMeeting.objects.all()) == [own]


def test_nobody_shares_a_family_that_they_do_not_follow(
    family: Family, colleague: StaffMember
) -> None:
    other = StaffFactory.create(role=Role.SOCIAL_WORKER, team=colleague.team)
    with acting(colleague.pk), pytest.raises(InterventionError):
        sharing.share_family(family=family, worker=other, by=colleague)
    with acting(colleague.pk), pytest.raises(DatabaseError), transaction.atomic():
        FollowerFactory._meta.model.objects.create(  # noqa: SLF001 - factory-boy's own name
            family=family, worker=colleague, by=colleague, since=timezone.localdate()
        )


def test_two_who_change_one_meeting_lose_nothing(
    family: Family, lead: StaffMember, colleague: StaffMember
) -> None:
    meeting = met(opened(family, colleague), colleague, "Le loyer")
    base = said("Le loyer").fields
    first = advising.MeetingWords(timezone.localdate(), MeetingMode.FACE, "Le loyer", told="FSL")
    with acting(lead.pk):
        advising.revise_meeting(meeting=meeting, base=base, words=first, seen=1, by=lead)
    with acting(colleague.pk):
        merged = advising.revise_meeting(
            meeting=meeting, base=base, words=said("Le loyer, la caution"), seen=1, by=colleague
        )
        assert (merged.asked, merged.told, merged.revision) == ("Le loyer, la caution", "FSL", 3)
        with pytest.raises(RevisedMeanwhileError):
            advising.revise_meeting(
                meeting=meeting, base=base, words=said("La caution"), seen=1, by=colleague
            )
        meeting.refresh_from_db()
        assert meeting.asked == "Le loyer, la caution"


def test_a_meeting_to_come_is_not_written_down(family: Family, lead: StaffMember) -> None:
    advice = opened(family, lead)
    words = advising.MeetingWords(
        timezone.localdate() + timedelta(days=1), MeetingMode.PHONE, asked="?"
    )
    with acting(lead.pk), pytest.raises(InterventionError, match="à venir"):
        advising.record_meeting(advice=advice, words=words, by=lead)


def test_something_to_do_is_settled_once(family: Family, lead: StaffMember) -> None:
    advice = opened(family, lead)
    with acting(lead.pk):
        action = advising.plan_follow_up(
            advice=advice,
            what="Écrire au bailleur",
            who=ActionBy.FAMILY,
            due_on=timezone.localdate(),
            by=lead,
        )
        assert list(queries.actions_due(lead, timezone.localdate())) == [action]
        planning.settle_action(action=action, state=ActionState.DONE, by=lead)
        assert not queries.actions_due(lead, timezone.localdate()).exists()
        with pytest.raises(InterventionError, match="déjà noté"):
            planning.settle_action(action=action, state=ActionState.DROPPED, by=lead)


def test_closing_says_what_came_of_it(family: Family, lead: StaffMember) -> None:
    advice = opened(family, lead)
    with acting(lead.pk):
        with pytest.raises(InterventionError, match="entretien"):
            advising.close_advice(advice=advice, outcome=AdviceOutcome.NEEDS_MET, by=lead)
        met(advice, lead)
        done = advising.close_advice(advice=advice, outcome=AdviceOutcome.NEEDS_MET, by=lead)
        assert done.closed_on == timezone.localdate()
        for again in (
            lambda: advising.close_advice(advice=advice, outcome=AdviceOutcome.NEEDS_MET, by=lead),
            lambda: met(advice, lead),
        ):
            with pytest.raises(InterventionError, match="close"):
                again()


def test_it_is_asked_whether_another_service_follows_the_family(
    family: Family, lead: StaffMember
) -> None:
    with acting(lead.pk):
        advice = advising.open_advice(
            family=family, come=DIRECT, other_service=OtherService.UNKNOWN, by=lead
        )
        met(advice, lead)
        with pytest.raises(InterventionError, match="autre service"):
            advising.close_advice(advice=advice, outcome=AdviceOutcome.REFERRED, by=lead)
        advising.note_other_service(advice=advice, other_service=OtherService.TOWN, by=lead)
        advising.close_advice(advice=advice, outcome=AdviceOutcome.REFERRED, by=lead)


def test_who_only_answers_for_it_changes_nothing(
    family: Family, lead: StaffMember, manager: StaffMember
) -> None:
    advice = opened(family, lead)
    with acting(manager.pk):
        changed = InformationAdvice.objects.filter(pk=advice.pk)
        assert changed.update(other_service=OtherService.TOWN) == 0


def test_what_hangs_on_one_is_of_its_family(lead: StaffMember) -> None:
    advice = InformationAdviceFactory.create(worker=lead)
    other = InformationAdviceFactory.create()
    for make in (AdviceMeetingFactory, PlannedActionFactory):
        with pytest.raises(DatabaseError), transaction.atomic():
            make.create(advice=advice, family=other.family)
    assert PlannedAction.objects.count() == 0
