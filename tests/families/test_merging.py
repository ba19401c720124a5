"""Two families made one, and made two again, whatever names a family."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from conftest import as_owner
from factories.agenda import AppointmentFactory, at, next_day, span
from factories.directory import StaffFactory, TeamFactory
from factories.families import (
    ContactPointFactory,
    DoubtFactory,
    FamilyFactory,
    GivenContactFactory,
    HouseholdFactory,
    InvolvementFactory,
    PersonFactory,
    SafetyWordFactory,
    SnapshotFactory,
)
from factories.interventions import (
    CLOSED,
    AdviceMeetingFactory,
    AppraisalFactory,
    ContractFactory,
    DocumentFactory,
    DraftFactory,
    ExtensionFactory,
    FamilyOpinionFactory,
    FollowerFactory,
    HandOverNoteFactory,
    HomeVisitFactory,
    InformationAdviceFactory,
    JournalEntryFactory,
    ObjectiveFactory,
    PlannedActionFactory,
    PrivateNoteFactory,
    RecordExportFactory,
    ReviewFactory,
    RightsCheckFactory,
    RightsClaimFactory,
    SupportEventFactory,
    SupportFactory,
)
from factories.outreach import (
    AnswerFactory,
    ApproachFactory,
    DecisionFactory,
    MessageContentFactory,
    ProposalFactory,
    TurnFactory,
)
from jalon.audit.identity import acting
from jalon.directory.models import StaffMember
from jalon.directory.roles import Role
from jalon.families.actions import lift, say
from jalon.families.arrivals import Arrival, known_flags, refresh_flags
from jalon.families.enums import DoubtState, LiftReason, Safety, SafetySource
from jalon.families.errors import FamilyError
from jalon.families.merging import keep_apart, merge, relations, undo_merge
from jalon.families.models import ContactPoint, Doubt, Family, Household, Involvement, Merge
from jalon.interventions.enums import SupportState
from jalon.outreach.models import Decision, Proposal

pytestmark = pytest.mark.django_db
# A row of each relation to a family: a new one fails until it says how its row is made.
MAKERS: dict[str, Any] = {
    "families_household.family_id": HouseholdFactory,
    "families_person.family_id": PersonFactory,
    "families_contactpoint.family_id": ContactPointFactory,
    "families_givencontact.family_id": GivenContactFactory,
    "families_snapshot.family_id": SnapshotFactory,
    "families_involvement.family_id": InvolvementFactory,
    "families_safetyword.family_id": SafetyWordFactory,
    "outreach_approach.family_id": ApproachFactory,
    "agenda_appointment.family_id": AppointmentFactory,
    "interventions_follower.family_id": FollowerFactory,
    "interventions_draft.family_id": DraftFactory,
    "interventions_informationadvice.family_id": InformationAdviceFactory,
    "interventions_support.family_id": SupportFactory,
    "interventions_journalentry.family_id": JournalEntryFactory,
    "interventions_privatenote.family_id": PrivateNoteFactory,
    "interventions_handovernote.family_id": HandOverNoteFactory,
    "interventions_document.family_id": DocumentFactory,
    "interventions_recordexport.family_id": RecordExportFactory,
    "interventions_rightscheck.family_id": RightsCheckFactory,
}
# These hang on an approach or an intervention, by a key with its family: they go where it goes.
FOLLOW = (
    *("interventions_advicemeeting", "interventions_appraisal", "interventions_contract"),
    *("interventions_extension", "interventions_objective", "interventions_plannedaction"),
    *("interventions_homevisit", "interventions_review", "interventions_supportevent"),
    *("interventions_familyopinion", "interventions_rightsclaim"),
    *("outreach_answer", "outreach_message", "outreach_messagecontent", "outreach_proposal"),
)


@pytest.fixture(params=[Role.TERRITORY_MANAGER, Role.SECRETARY])
def decider(request: pytest.FixtureRequest) -> StaffMember:
    """Who may merge; the secretary sees no situation, and moves them all the same."""
    member: StaffMember = StaffFactory.create(role=request.param, team=TeamFactory.create())
    return member


def doubt_between(one: Family, other: Family) -> Doubt:
    first, second = sorted((one, other), key=lambda family: family.pk)
    doubt: Doubt = DoubtFactory.create(one=first, other=second)
    return doubt


def merged(doubt: Doubt, by: StaffMember) -> Merge:
    with acting(by.pk):
        return merge(doubt=doubt, by=by)


def undone(done: Merge, by: StaffMember) -> Merge:
    with acting(by.pk):
        return undo_merge(merge=done, by=by)


def rows_of(family: Family) -> dict[str, list[int]]:
    """Every row that names a family, found by the columns of the database itself."""
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, attname FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid "
            "WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' "
            "AND attname = 'family_id' AND relname NOT LIKE 'audit_%'",
        )
        found = {}
        for table, column in cursor.fetchall():
            cursor.execute(f"SELECT id FROM {table} WHERE {column} = %s ORDER BY id", [family.pk])
            found[f"{table}.{column}"] = [number for (number,) in cursor.fetchall()]
    return found


def family_with_everything() -> Family:
    file = HouseholdFactory.create()
    family: Family = file.family
    snapshot = SnapshotFactory.create(file=file)
    PersonFactory.create(household=file)
    ContactPointFactory.create(family=family)
    GivenContactFactory.create(family=family)
    InvolvementFactory.create(family=family)
    SafetyWordFactory.create(family=family)
    approach = ApproachFactory.create(family=family)
    proposal = ProposalFactory.create(snapshot=snapshot, approach=approach)
    DecisionFactory.create(proposal=proposal)
    TurnFactory.create(proposal=proposal)
    MessageContentFactory.create(message__approach=approach)
    AnswerFactory.create(approach=approach)
    # At a time of its own: no family is at two places at once.
    start = at(next_day(1), 9) + timedelta(hours=family.pk % 5)
    AppointmentFactory.create(family=family, during=span(start))
    advice = InformationAdviceFactory.create(family=family)
    AdviceMeetingFactory.create(advice=advice)
    PlannedActionFactory.create(advice=advice)
    FollowerFactory.create(family=family)
    DraftFactory.create(family=family)
    support = SupportFactory.create(family=family, state=SupportState.CLOSED, **CLOSED)
    for factory in (AppraisalFactory, ContractFactory, ExtensionFactory, SupportEventFactory):
        factory.create(support=support)
    ReviewFactory.create(support=support)
    FamilyOpinionFactory.create(support=support)
    HomeVisitFactory.create(support=support)
    HandOverNoteFactory.create(family=family)
    DocumentFactory.create(family=family)
    RecordExportFactory.create(family=family)
    RightsClaimFactory.create(rights_check__family=family)
    JournalEntryFactory.create(family=family)
    PrivateNoteFactory.create(family=family)
    objective = ObjectiveFactory.create(support=support)
    PlannedActionFactory.create(advice=None, support=support, objective=objective)
    return family


def test_every_relation_to_a_family_is_moved_and_tested() -> None:
    known = {f"{one.table}.{one.column}" for one in relations()}
    assert known == set(MAKERS)
    follow = {f"{table}.family_id" for table in FOLLOW}
    assert known | follow == set(rows_of(FamilyFactory.create()))


def test_a_merge_moves_every_row_and_undoing_it_brings_each_back(decider: StaffMember) -> None:
    one, other = family_with_everything(), family_with_everything()
    before = rows_of(one), rows_of(other)
    assert all(before[1].values())

    done = merged(doubt_between(one, other), decider)

    assert rows_of(one) == {
        name: sorted(rows + before[1][name]) for name, rows in before[0].items()
    }
    assert not any(rows_of(other).values())
    with acting(decider.pk):
        assert Family.objects.get(pk=other.pk).merged_into_id == one.pk

    undone(done, decider)

    assert (rows_of(one), rows_of(other)) == before
    with acting(decider.pk):
        assert Family.objects.get(pk=other.pk).merged_into_id is None


def test_the_same_offer_proposed_to_both_is_told_as_double(decider: StaffMember) -> None:
    one, other = (
        ProposalFactory.create(offer="lone_parent", event="", event_kind="", reported_on=None)
        for _ in range(2)
    )
    for proposal in (one, other):
        DecisionFactory.create(proposal=proposal)
    alone = ProposalFactory.create(snapshot=other.snapshot, offer="separation")

    done = merged(doubt_between(one.family, other.family), decider)

    with acting(decider.pk):
        kept = Proposal.objects.filter(family=one.family)
        assert set(kept) == {one, other, alone}
        assert set(kept.filter(doubled=True)) == {other}
    with as_owner():
        assert Decision.objects.count() == 2

    undone(done, decider)

    with acting(decider.pk):
        assert set(Proposal.objects.filter(family=other.family)) == {other, alone}
        assert not Proposal.objects.filter(doubled=True).exists()


def test_a_family_has_one_lead_and_each_has_its_own_again(decider: StaffMember) -> None:
    one, other = FamilyFactory.create(), FamilyFactory.create()
    leads = [InvolvementFactory.create(family=family, lead=True) for family in (one, other)]

    done = merged(doubt_between(one, other), decider)

    with acting(decider.pk):
        found = Involvement.objects.filter(family=one).order_by("pk")
        assert [(row.worker_id, row.lead) for row in found] == [
            (leads[0].worker_id, True),
            (leads[1].worker_id, False),
        ]

    undone(done, decider)

    with acting(decider.pk):
        assert Involvement.objects.get(family=other).lead
        assert Involvement.objects.get(family=one).lead


def test_two_leads_one_of_whom_is_also_known_without_leading(decider: StaffMember) -> None:
    one, other = FamilyFactory.create(), FamilyFactory.create()
    InvolvementFactory.create(family=one, lead=True)
    lead = InvolvementFactory.create(family=other, lead=True)
    beside = InvolvementFactory.create(family=other, worker=lead.worker)
    before = rows_of(one), rows_of(other)

    done = merged(doubt_between(one, other), decider)

    with acting(decider.pk):
        found = Involvement.objects.filter(family=one, until=None)
        assert found.filter(lead=True).count() == 1
        assert found.filter(worker=lead.worker).count() == 1

    undone(done, decider)

    assert (rows_of(one), rows_of(other)) == before
    with acting(decider.pk):
        assert Involvement.objects.get(pk=lead.pk).lead
        assert not Involvement.objects.get(pk=beside.pk).lead


def test_the_family_kept_is_protected_if_either_was(decider: StaffMember) -> None:
    one = FamilyFactory.create()
    other = FamilyFactory.create(protected_address=True, do_not_contact=True)
    contact = ContactPointFactory.create(family=one)

    done = merged(doubt_between(one, other), decider)

    with acting(decider.pk):
        kept = Family.objects.get(pk=one.pk)
        assert (kept.protected_address, kept.do_not_contact) == (True, True)
    with as_owner():
        assert ContactPoint.objects.get(pk=contact.pk).protected

    undone(done, decider)

    # The secretary, who may not lift a protection, leaves it: a manager sees to it.
    stays = Role.SECRETARY in decider.roles
    with acting(decider.pk):
        kept = Family.objects.get(pk=one.pk)
        assert (kept.protected_address, kept.do_not_contact) == (stays, stays)
        assert ContactPoint.objects.get(pk=contact.pk).protected is stays
        assert Family.objects.get(pk=other.pk).protected_address


def test_what_was_said_since_a_merge_stays_once_it_is_undone() -> None:
    manager = StaffFactory.create(role=Role.TERRITORY_MANAGER, team=TeamFactory.create())
    one, other = FamilyFactory.create(), FamilyFactory.create(do_not_contact=True)
    done = merged(doubt_between(one, other), manager)
    with acting(manager.pk):
        say(family=one, flag=Safety.PROTECTED_ADDRESS, source=SafetySource.FAMILY, by=manager)

    undone(done, manager)

    with acting(manager.pk):
        kept = Family.objects.get(pk=one.pk)
        assert (kept.protected_address, kept.do_not_contact) == (True, False)


@pytest.fixture
def manager() -> StaffMember:
    member: StaffMember = StaffFactory.create(role=Role.TERRITORY_MANAGER)
    return member


def safe(*families: Family) -> list[tuple[bool, bool]]:
    """Whether each is protected, and is not to be contacted."""
    with as_owner():
        found = [Family.objects.get(pk=family.pk) for family in families]
    return [(one.protected_address, one.do_not_contact) for one in found]


@pytest.mark.parametrize("flag", Safety)
def test_what_a_merge_alone_brought_leaves_with_it(manager: StaffMember, flag: Safety) -> None:
    one, other = FamilyFactory.create(), FamilyFactory.create(**{flag.said_here: True})
    before = safe(one, other)
    done = merged(doubt_between(one, other), manager)
    assert safe(one)[0][list(Safety).index(flag)]

    undone(done, manager)

    assert safe(one, other) == before


@pytest.mark.parametrize("flag", Safety)
def test_what_was_taken_back_and_said_anew_since_a_merge_holds_for_both(
    manager: StaffMember, flag: Safety
) -> None:
    one, other = FamilyFactory.create(), FamilyFactory.create(**{flag.said_here: True})
    done = merged(doubt_between(one, other), manager)
    with acting(manager.pk):
        lift(family=one, flag=flag, reason=LiftReason.OVER, by=manager)
        say(family=one, flag=flag, source=SafetySource.FAMILY, by=manager)

    undone(done, manager)

    which = list(Safety).index(flag)
    assert [found[which] for found in safe(one, other)] == [True, True]


def test_what_was_said_of_the_whole_since_a_merge_holds_for_each(manager: StaffMember) -> None:
    one, other = FamilyFactory.create(), FamilyFactory.create()
    done = merged(doubt_between(one, other), manager)
    with acting(manager.pk):
        say(family=one, flag=Safety.PROTECTED_ADDRESS, source=SafetySource.FAMILY, by=manager)

    undone(done, manager)

    assert safe(one, other) == [(True, False), (True, False)]


@pytest.mark.parametrize("concerned", [0, 1], ids=["of the kept", "of the absorbed"])
@pytest.mark.parametrize("already", [True, False], ids=["the other said it", "nobody did"])
def test_what_the_register_said_of_a_file_since_a_merge_follows_the_file(
    manager: StaffMember, concerned: int, *, already: bool
) -> None:
    files = [HouseholdFactory.create(), HouseholdFactory.create()]
    families = [file.family for file in files]
    protected = [already, already]
    protected[concerned] = False
    head = StaffFactory.create(role=Role.DEPARTMENT_HEAD)
    told(head, files, protected)
    done = merged(doubt_between(*families), manager)

    protected[concerned] = True
    told(head, files, protected)
    undone(done, manager)

    assert safe(*families) == [(one, False) for one in protected]


def told(by: StaffMember, files: list[Household], protected: list[bool]) -> None:
    """Take up what the register says of each file."""
    arrivals = [
        Arrival(file.number, "", one, False, (), ())  # noqa: FBT003 - silent
        for file, one in zip(files, protected, strict=True)
    ]
    with acting(by.pk):
        refresh_flags(arrivals)


def test_the_next_release_settles_what_the_secretary_left_protected() -> None:
    head, secretary = (
        StaffFactory.create(role=role) for role in (Role.DEPARTMENT_HEAD, Role.SECRETARY)
    )
    files = [HouseholdFactory.create(), HouseholdFactory.create()]
    families = [file.family for file in files]
    told(head, files, [False, True])
    undone(merged(doubt_between(*families), secretary), secretary)
    assert safe(*families) == [(True, False), (True, False)]

    with acting(head.pk):
        known = {number: protected for number, protected, _ in known_flags()}
    assert known == {files[0].number: True, files[1].number: True}
    told(head, files, [False, True])

    assert safe(*families) == [(False, False), (True, False)]


def test_what_comes_after_a_merge_stays_with_the_family_kept(decider: StaffMember) -> None:
    one, other = FamilyFactory.create(), FamilyFactory.create()
    done = merged(doubt_between(one, other), decider)
    later = HouseholdFactory.create(family=one)

    undone(done, decider)

    assert rows_of(one)["families_household.family_id"] == [later.pk]


def test_the_later_merge_is_undone_first(decider: StaffMember) -> None:
    first, second, third = (FamilyFactory.create() for _ in range(3))
    inner = merged(doubt_between(second, third), decider)
    outer = merged(doubt_between(first, second), decider)

    with pytest.raises(FamilyError, match="plus récente"):
        undone(inner, decider)

    undone(outer, decider)
    undone(inner, decider)
    with pytest.raises(FamilyError, match="déjà défaite"):
        undone(inner, decider)


def test_what_was_asked_of_the_absorbed_is_asked_of_the_kept(decider: StaffMember) -> None:
    first, second, third = (FamilyFactory.create() for _ in range(3))
    doubt_between(second, third)

    merged(doubt_between(first, second), decider)

    with acting(decider.pk):
        assert Doubt.objects.filter(one=first, other=third, state=DoubtState.OPEN).exists()


def test_a_doubt_is_decided_once(decider: StaffMember) -> None:
    doubt = doubt_between(FamilyFactory.create(), FamilyFactory.create())
    with acting(decider.pk):
        kept = keep_apart(doubt=doubt, by=decider)
    assert (kept.state, kept.decided_by) == (DoubtState.KEPT_APART, decider)

    with pytest.raises(FamilyError, match="vient d'en décider"):
        merged(doubt, decider)


@pytest.mark.parametrize(
    ("relation", "reference"),
    [
        ("families_family", "merged_into_id"),
        ("families_merge", "kept_id"),
        ("families_person", "household_id"),
        ("directory_staffmember", "team_id"),
        ("families_person; --", "family_id"),
    ],
)
def test_only_real_references_are_moved(
    decider: StaffMember, relation: str, reference: str
) -> None:
    with (
        acting(decider.pk),
        pytest.raises(DatabaseError, match="not a reference"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(
            "SELECT wall.move_rows(%s, %s, 1, 2, NULL::bigint[])", [relation, reference]
        )


def test_nothing_moves_between_families_that_nobody_merges(decider: StaffMember) -> None:
    shown, hidden = FamilyFactory.create(), FamilyFactory.create(protected_address_here=True)
    contact = ContactPointFactory.create(family=hidden)
    move = "SELECT wall.move_rows('families_contactpoint', 'family_id', %s, %s, %s::bigint[])"
    told = [hidden.pk, shown.pk, [contact.pk]]
    by_hand = "UPDATE families_contactpoint SET family_id = %s WHERE id = %s"
    for text, values in ((move, told), (by_hand, [shown.pk, contact.pk])):
        with (
            acting(decider.pk),
            pytest.raises(DatabaseError, match=r"merged or parted|permission denied"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(text, values)


def test_who_may_not_merge_moves_nothing() -> None:
    worker = StaffFactory.create(role=Role.SOCIAL_WORKER)
    for call in (
        "wall.move_rows('families_person', 'family_id', 1, 2, NULL::bigint[])",
        "wall.set_lead('{1}'::bigint[], true)",
        "wall.follow_protection('{1}'::bigint[])",
        "wall.put_contacts('[]', '2026-11-22')",
    ):
        with (
            acting(worker.pk),
            pytest.raises(DatabaseError),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(f"SELECT {call}")


_FORGED = (
    "INSERT INTO families_merge (public_id, kept_id, absorbed_id, moved, by_id, at) "
    "VALUES (gen_random_uuid(), %(one)s, %(other)s, %(moved)s, %(me)s, now())"
)
_DECIDED = (
    "UPDATE families_doubt SET state = 'merged', decided_by_id = %(me)s, decided_at = now() "
    "WHERE id = %(doubt)s"
)
_BECAME = "UPDATE families_family SET merged_into_id = %(kept)s WHERE id = %(absorbed)s"
_INVENTED = (
    "INSERT INTO families_doubt (public_id, one_id, other_id, why, state, raised_at) "
    "VALUES (gen_random_uuid(), %(one)s, %(other)s, 'x', 'open', now())"
)


@pytest.mark.parametrize(
    ("before", "last"),
    [
        ([], _FORGED),
        ([], _INVENTED),
        # Of a pair that waited, what did not move.
        ([_DECIDED, _BECAME], _FORGED.replace("(one)", "(kept)").replace("(other)", "(absorbed)")),
        ([], "SELECT wall.set_lead(ARRAY[%(lead)s], false)"),
        ([], "SELECT wall.set_lead(ARRAY[%(lead)s], true)"),
    ],
    ids=["merge", "doubt", "rows", "lead taken", "lead given"],
)
def test_no_merge_is_told_that_nobody_made(
    decider: StaffMember, before: list[str], last: str
) -> None:
    one, other = FamilyFactory.create(), FamilyFactory.create()
    contact = ContactPointFactory.create(family=one)
    lead = InvolvementFactory.create(family=one, lead=True)
    doubt = doubt_between(FamilyFactory.create(), FamilyFactory.create())
    moved = {"rows": {"families_contactpoint.family_id": [contact.pk]}, "was": {"leads": []}}
    told = {"one": one.pk, "other": other.pk, "me": decider.pk, "moved": json.dumps(moved)}
    told |= {"kept": doubt.one_id, "absorbed": doubt.other_id, "doubt": doubt.pk, "lead": lead.pk}
    with acting(decider.pk), transaction.atomic(), connection.cursor() as cursor:
        for text in before:
            cursor.execute(text, told)
        with (
            pytest.raises(DatabaseError, match=r"tells what was|in common|merged or parted"),
            transaction.atomic(),
        ):
            cursor.execute(last, told)
        transaction.set_rollback(True)
