"""Families that wait for their turn: placed once, written to on their day, told why."""

from __future__ import annotations

import threading
from datetime import date, timedelta
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
from jalon.outreach.actions import take_up
from jalon.outreach.batches import prepare, start_batch
from jalon.outreach.enums import AnswerKind
from jalon.outreach.errors import BatchError
from jalon.outreach.mail_queries import waves_to_come
from jalon.outreach.mailing import to_mail
from jalon.outreach.models import Approach, Message, Proposal, Turn
from jalon.outreach.selection import Selected
from jalon.outreach.waves import drawn_places, turn_in_words
from jalon.targeting.models import Release, TargetingRun
from jalon.targeting.waves import wave_of
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
    [{"from_on": date(2030, 1, 1)}, {"wave": 3}, {"drawn_on": date(2026, 1, 1)}],
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


def test_a_turn_is_said_in_words() -> None:
    turn = TurnFactory.build(proposal=None, draw=None, drawn_on=date(2026, 11, 2), wave=2)
    turn.from_on = date(2026, 11, 16)
    said = turn_in_words(turn, date(2026, 11, 3))
    assert said.startswith("À contacter à la vague 2, à partir du 16 novembre 2026")
    assert "ordre tiré au sort le 2 novembre 2026" in said
    assert turn_in_words(turn, date(2026, 11, 16)).startswith("Contactée à la vague 2")
