"""Families that wait for their turn: placed once, written to on their day, told why."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from conftest import as_owner
from factories.directory import StaffFactory
from factories.families import SnapshotFactory
from factories.outreach import (
    AnswerFactory,
    ApproachFactory,
    DrawFactory,
    ProposalFactory,
    TurnFactory,
    computed_run,
    family_to_write,
    released,
)
from jalon.audit.identity import acting
from jalon.directory.models import Area, StaffMember
from jalon.directory.roles import Role
from jalon.families.models import Family
from jalon.outreach.actions import take_up
from jalon.outreach.batches import prepare, start_batch
from jalon.outreach.enums import AnswerKind, Channel, MessageState, Standing
from jalon.outreach.errors import BatchError
from jalon.outreach.exchanges import approaches_of
from jalon.outreach.mail_queries import waves_to_come
from jalon.outreach.mailing import to_mail
from jalon.outreach.models import Approach, Message, Proposal, Turn
from jalon.outreach.selection import Selected
from jalon.outreach.states import standing_at, with_standing
from jalon.outreach.waves import drawn_places, turn_in_words
from jalon.rules.calendar import one_year_after
from jalon.targeting.models import Release, TargetingRun
from jalon.targeting.waves import wave_of
from outreach.messages.letters import letter
from outreach.registers import OCTOBER, child, responsible, separated, separation

pytestmark = pytest.mark.django_db
NUMBERS = ["H1", "H2", "H3", "H4"]
# One by which H2 is contacted before H1.
SEED = next(
    seed
    for seed in (f"{number:064x}" for number in range(100))
    if [wave_of(seed, one, 2) for one in ("H1", "H2")] == [2, 1]
)


@pytest.fixture
def secretary(db: None) -> StaffMember:  # noqa: ARG001
    member: StaffMember = StaffFactory.create(role=Role.SECRETARY)
    return member


def drawn_run(tmp_path: Path, head: StaffMember) -> TargetingRun:
    """A released run whose separations of Créteil wait for one of two waves.

    H4 lost a child besides, and H3's address is protected.
    """
    run = computed_run(
        separated(
            tmp_path / "extract",
            NUMBERS,
            households={"H3": {"protected_address": True}},
            events=[
                *(separation(one) for one in NUMBERS),
                separation("H4", event_id="E0", kind="child_death", person_id="CH4"),
            ],
            persons=[
                *(responsible(one) for one in NUMBERS),
                *(child(one) for one in NUMBERS[:-1]),
                child("H4", death_date=date(2026, 10, 12)),
                child("H4", person_id="DH4"),
            ],
        ),
        OCTOBER,
    )
    released(run, by=head)
    area = Area.objects.get(code="creteil")
    with as_owner():
        release = Release.objects.get(run=run, offer="separation", area=area)
    DrawFactory.create(release=release, seed=SEED)
    return run


def turns() -> dict[str, Turn]:
    with as_owner():
        rows = Turn.objects.select_related("proposal__snapshot__file", "draw")
        return {one.proposal.snapshot.file.number: one for one in rows}


def test_equals_alone_are_drawn_and_the_others_wait_for_nothing(
    tmp_path: Path, head: StaffMember
) -> None:
    run = drawn_run(tmp_path, head)
    with acting(head.pk):
        take_up(by=head, run_id=run.pk)

    found = turns()
    assert found.keys() == {"H1", "H2"}
    today = timezone.localdate()
    assert [(one.rank, one.wave, one.from_on) for one in (found["H2"], found["H1"])] == [
        (1, 1, today),
        (2, 2, today + timedelta(days=14)),
    ]
    assert {one.proposal.offer for one in found.values()} == {"separation"}


def test_who_waits_loses_nothing_of_the_year_to_answer(tmp_path: Path, head: StaffMember) -> None:
    run = drawn_run(tmp_path, head)
    with acting(head.pk):
        take_up(by=head, run_id=run.pk)
    with as_owner():
        rows = Proposal.objects.filter(offer="separation", approach__channel=Channel.LETTER)
        ends = {
            one.snapshot.file.number: one.window_ends_on - one_year_after(one.reported_on)
            for one in rows.select_related("snapshot__file")
            if one.window_ends_on and one.reported_on
        }
    assert ends == {"H1": timedelta(14), "H2": timedelta(0), "H4": timedelta(0)}


def test_taken_up_again_each_keeps_its_turn(tmp_path: Path, head: StaffMember) -> None:
    run = drawn_run(tmp_path, head)
    with acting(head.pk):
        take_up(by=head, run_id=run.pk)
    before = {number: (one.rank, one.wave) for number, one in turns().items()}
    with as_owner():
        Release.objects.update(taken_up_at=None)
        # As a kill leaves it: the half of what was drawn.
        Proposal.objects.filter(offer="separation", turn__rank=1).delete()

    with acting(head.pk):
        assert take_up(by=head, run_id=run.pk) == 1
    assert {number: (one.rank, one.wave) for number, one in turns().items()} == before


def waiting(on: date) -> set[int]:
    with as_owner():
        return set(to_mail(on).values_list("pk", flat=True))


def test_a_letter_waits_for_the_day_of_its_wave(secretary: StaffMember) -> None:
    today = timezone.localdate()
    begins = today + timedelta(days=14)
    approach = family_to_write()
    at_once = family_to_write()
    with as_owner():
        TurnFactory.create(proposal=approach.proposals.get(), from_on=begins)

    assert waiting(today) == {at_once.pk}
    assert waiting(begins - timedelta(days=1)) == {at_once.pk}
    assert waiting(begins) == {approach.pk, at_once.pk}
    with acting(secretary.pk):
        assert waves_to_come(today) == [(begins, 1)]
        assert waves_to_come(begins) == []


def test_what_waits_for_nothing_takes_the_rest_along() -> None:
    """A family has one letter: another offer that does not wait brings it forward."""
    approach = family_to_write(offers=["separation", "rent_arrears"])
    with as_owner():
        separated_one = approach.proposals.get(offer="separation")
    TurnFactory.create(proposal=separated_one)
    assert waiting(timezone.localdate()) == {approach.pk}


def test_of_two_waves_the_first_counts() -> None:
    approach = family_to_write(offers=["separation", "rent_arrears"])
    today = timezone.localdate()
    with as_owner():
        made = list(approach.proposals.order_by("pk"))
    for days, one in zip((14, 28), made, strict=True):
        TurnFactory.create(proposal=one, from_on=today + timedelta(days=days))
    assert waiting(today + timedelta(days=13)) == set()
    assert waiting(today + timedelta(days=14)) == {approach.pk}


def another_approach(of: Approach, **given: object) -> Approach:
    """What the family is offered besides: a call on the first one, or a merge, left it alone."""
    with as_owner():
        file = of.proposals.get().snapshot.file
    made: Approach = ApproachFactory.create(family=of.family, **given)
    ProposalFactory.create(
        snapshot=SnapshotFactory.create(file=file), approach=made, offer="rent_arrears"
    )
    return made


def test_two_approaches_of_a_family_have_one_letter() -> None:
    approach = family_to_write()
    with as_owner():
        TurnFactory.create(proposal=approach.proposals.get())
    other = another_approach(approach)
    assert waiting(timezone.localdate()) == {approach.pk, other.pk}


def test_the_first_wave_of_a_family_counts_whatever_approach_it_is_of() -> None:
    today, approach = timezone.localdate(), family_to_write()
    other = another_approach(approach)
    with as_owner():
        TurnFactory.create(proposal=approach.proposals.get(), from_on=today + timedelta(days=28))
        TurnFactory.create(proposal=other.proposals.get())
    assert waiting(today + timedelta(days=13)) == set()
    assert waiting(today + timedelta(days=14)) == {approach.pk, other.pk}


def test_what_was_written_or_answered_brings_no_wave_forward() -> None:
    today = timezone.localdate()
    for answered in (False, True):
        approach = family_to_write()
        with as_owner():
            TurnFactory.create(proposal=approach.proposals.get())
        other = another_approach(approach, mailed_on=None if answered else today)
        if answered:
            AnswerFactory.create(approach=other, kind=AnswerKind.NO)
    assert waiting(today) == set()


def test_nobody_waits_until_a_window_is_nearly_over() -> None:
    """Placed in the last wave, a family of an old month would have no letter at all."""
    draw = DrawFactory.create()
    last = timezone.localdate() + timedelta(days=14)
    ends = {"H1": last + timedelta(days=60), "H2": last + timedelta(days=61), "H3": None}
    own = [
        Selected("separation", number, f"E{number}", None, "letter", end, "94028", OCTOBER)
        for number, end in ends.items()
    ]
    with as_owner():
        placed = drawn_places([draw.release], own, [], {})
    assert {number for number, *_ in placed} == {"H2", "H3"}


@pytest.mark.django_db(transaction=True)
def test_a_wave_that_two_people_write_at_once_has_one_letter_a_family() -> None:
    approach = family_to_write()
    with as_owner():
        made = approach.proposals.get()
    TurnFactory.create(proposal=made, wave=1, from_on=timezone.localdate())
    people = [StaffFactory.create(role=Role.SECRETARY) for _ in range(2)]
    start = threading.Barrier(2)

    def write(by: StaffMember) -> None:
        try:
            with acting(by.pk):
                connection.ensure_connection()
                start.wait(10)
                prepare(start_batch(by=by, dated=timezone.localdate()), by)
        except BatchError:
            pass
        finally:
            connection.close()

    threads = [threading.Thread(target=write, args=(one,)) for one in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    with as_owner():
        assert Message.objects.filter(approach=approach).count() == 1


@pytest.mark.parametrize(
    "forged",
    [
        {"from_on": date(2030, 1, 1)},
        {"wave": 3},
        {"drawn_on": date(2026, 1, 1)},
        # Another wave, on its own day.
        {"wave": 2, "from_on": timezone.localdate() + timedelta(days=14)},
    ],
)
def test_nobody_gives_a_turn_that_was_not_drawn(
    tmp_path: Path, head: StaffMember, forged: dict[str, object]
) -> None:
    run = drawn_run(tmp_path, head)
    with acting(head.pk):
        take_up(by=head, run_id=run.pk)
    with as_owner():
        kept = Turn.objects.get(wave=1)
        told = {
            "proposal_id": kept.proposal_id,
            "draw_id": kept.draw_id,
            "rank": 1,
            "wave": 1,
            "drawn_on": kept.drawn_on,
            "from_on": kept.from_on,
        }
        kept.delete()
        Release.objects.update(taken_up_at=None)
    with acting(head.pk):
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            Turn.objects.create(**{**told, **forged})
        Turn.objects.create(**told)
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            Turn.objects.update(from_on=timezone.localdate())


def test_a_rank_that_was_not_drawn_leaves_the_release_to_be_taken_up(
    tmp_path: Path, head: StaffMember
) -> None:
    run = drawn_run(tmp_path, head)
    with acting(head.pk):
        take_up(by=head, run_id=run.pk)
    with as_owner():
        Release.objects.update(taken_up_at=None)
        first = Turn.objects.get(rank=1)
        told = {field.attname: getattr(first, field.attname) for field in Turn._meta.fields}  # noqa: SLF001
        first.delete()
    with acting(head.pk):
        Turn.objects.create(**{**told, "rank": 3})
        with pytest.raises(DatabaseError, match="those that were drawn"), transaction.atomic():
            Release.objects.filter(run=run).update(taken_up_at=timezone.now())


def said(approach: Approach, day: date) -> str:
    """What the family's page says of the turn of its only proposal, first sentence."""
    with as_owner():
        (found,) = approaches_of(approach.family, day)
        turn = Turn.objects.get(proposal__approach=approach)
        planned = found.letter_from  # type: ignore[attr-defined]
        words = turn_in_words(turn, found, planned, day)
    assert "ordre tiré au sort le 2 novembre 2026" in words
    return words.split(". Vague 2, à partir du 16 novembre 2026")[0]


def test_a_turn_is_told_by_what_became_of_its_letter() -> None:
    approach, begins = family_to_write(), date(2026, 11, 16)
    with as_owner():
        made = approach.proposals.get()
    TurnFactory.create(proposal=made, drawn_on=date(2026, 11, 2), wave=2, from_on=begins)
    before = begins - timedelta(days=1)
    assert said(approach, before) == (
        "Attend son tour : lettre prévue à partir du 16 novembre 2026"
    )
    assert said(approach, begins) == "Son tour est venu : sa lettre n'est pas encore écrite"

    written = letter(approach, MessageState.QUEUED)
    for day in (before, begins):
        assert said(approach, day) == "Lettre écrite, pas encore postée"

    posted = datetime(2026, 11, 17, 12, tzinfo=UTC)
    with as_owner():
        Message.objects.filter(pk=written.pk).update(state=MessageState.SENT, sent_at=posted)
        Approach.objects.filter(pk=approach.pk).update(mailed_on=date(2026, 11, 17))
    assert said(approach, begins) == "Lettre postée le 17 novembre 2026"
    with as_owner():
        Message.objects.filter(pk=written.pk).update(
            state=MessageState.RETURNED, settled_at=posted + timedelta(days=9)
        )
    assert said(approach, begins) == "Lettre postée le 17 novembre 2026, revenue depuis"


def test_what_is_never_posted_is_not_said_to_be() -> None:
    begins = date(2026, 11, 16)
    protected, answered, unwanted = (family_to_write() for _ in range(3))
    for one in (protected, answered, unwanted):
        with as_owner():
            made = one.proposals.get()
        TurnFactory.create(proposal=made, drawn_on=date(2026, 11, 2), wave=2, from_on=begins)
    with as_owner():
        Approach.objects.filter(pk=protected.pk).update(
            channel=Channel.IN_PERSON, in_person_since=timezone.now()
        )
        Family.objects.filter(pk=unwanted.family_id).update(do_not_contact_here=True)
    AnswerFactory.create(approach=answered, kind=AnswerKind.NO)
    for day in (begins - timedelta(days=1), begins):
        assert said(protected, day) == "Aucune lettre : la famille est à joindre en personne"
        assert said(answered, day) == "La famille a répondu avant sa lettre"
        assert said(unwanted, day) == "Aucune lettre : la famille est à ne pas contacter"


def standings(day: date) -> dict[Standing, int]:
    """How many approaches the list shows of each standing, which is what their badges say."""
    found = {}
    with as_owner():
        for one in Standing:
            rows = list(with_standing(standing_at(Approach.objects.all(), [one], day), day))
            assert {row.standing for row in rows} <= {one}  # type: ignore[attr-defined]
            if rows:
                found[one] = len(rows)
    return found


def test_who_waits_for_a_turn_is_no_family_to_contact() -> None:
    today = timezone.localdate()
    waits, _ = family_to_write(), family_to_write()
    with as_owner():
        TurnFactory.create(proposal=waits.proposals.get())
    assert standings(today) == {Standing.WAITING: 1, Standing.TO_CONTACT: 1}
    assert standings(today + timedelta(days=14)) == {Standing.TO_CONTACT: 2}


def test_who_is_not_to_be_contacted_waits_for_no_turn(secretary: StaffMember) -> None:
    today = timezone.localdate()
    waits, other = family_to_write(), family_to_write()
    with as_owner():
        TurnFactory.create(proposal=waits.proposals.get())
        Family.objects.filter(pk__in=(waits.family_id, other.family_id)).update(
            do_not_contact_here=True
        )
    assert standings(today) == {Standing.UNWANTED: 2}
    with acting(secretary.pk):
        assert waves_to_come(today) == []
        assert waits.pk not in {one.pk for one in to_mail(today + timedelta(days=14))}


def test_in_the_pile_a_letter_is_waited_for_no_more(secretary: StaffMember) -> None:
    approach = family_to_write()
    with as_owner():
        TurnFactory.create(proposal=approach.proposals.get())
    letter(approach, MessageState.QUEUED)
    with acting(secretary.pk):
        assert waves_to_come(timezone.localdate()) == []
    assert standings(timezone.localdate()) == {Standing.TO_CONTACT: 1}


def test_two_files_made_one_family_have_the_first_of_their_turns(secretary: StaffMember) -> None:
    """Whichever of them a merge told double, and counted as one family."""
    today, approach = timezone.localdate(), family_to_write()
    other = another_approach(approach)
    with as_owner():
        TurnFactory.create(proposal=approach.proposals.get(), from_on=today + timedelta(days=28))
        TurnFactory.create(proposal=other.proposals.get())
        other.proposals.update(doubled=True)
    with acting(secretary.pk):
        assert waves_to_come(today) == [(today + timedelta(days=14), 1)]
    assert waiting(today + timedelta(days=13)) == set()
    assert waiting(today + timedelta(days=14)) == {approach.pk, other.pk}
