"""From proposals to answers: each measure against a few rows counted by hand."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Any
from unittest.mock import patch

import pytest

from conftest import as_owner
from factories.agenda import at
from factories.directory import CommuneFactory, StaffFactory
from factories.outreach import (
    AnswerFactory,
    ApproachFactory,
    MessageFactory,
    ProposalFactory,
    ReleaseFactory,
    RunFactory,
)
from jalon.directory.models import Commune
from jalon.directory.roles import Role
from jalon.outreach.enums import AnswerKind, Ending, Medium, MessageState, Purpose
from jalon.outreach.models import Approach, Batch, Message, Proposal
from jalon.steering.enums import Breakdown
from jalon.steering.figures.counts import Counts
from jalon.steering.indicators import INDICATORS
from jalon.targeting.models import RunCount
from steering.counted import JULY, count, total
from steering.counted import number_listed as number

pytestmark = pytest.mark.django_db
_MADE = at(date(2026, 7, 3), 10)


def _dated(model: type[Any], pk: int, **columns: Any) -> None:
    with as_owner():
        model.objects.filter(pk=pk).update(**columns)


@contextmanager
def made_at(moment: datetime) -> Iterator[None]:
    """Have what is made inside say that it was made then: that never changes."""
    with patch("django.db.models.fields.timezone.now", return_value=moment):
        yield


def proposal(made: datetime = _MADE, **given: Any) -> Proposal:
    with made_at(made):
        found: Proposal = ProposalFactory.create(**given)
    return found


def letter(approach: Approach, day: date, **given: Any) -> Message:
    with as_owner():
        secretary = StaffFactory.create(role=Role.SECRETARY)
        batch = Batch.objects.create(
            made_by=secretary,
            dated=day,
            reply_by=day,
            posted_on=day,
            posted_by=secretary,
            prepared_at=at(day, 8),
        )
    found: Message = MessageFactory.create(
        approach=approach,
        **{
            "medium": Medium.LETTER,
            "purpose": Purpose.OFFER,
            "reminder": None,
            "state": MessageState.SENT,
            "sent_at": at(day, 9),
            "batch": batch,
            "position": 1,
            **given,
        },
    )
    return found


def test_proposals_are_counted_by_offer_event_and_way() -> None:
    for offer in ("separation", "separation", "rent_arrears"):
        proposal(offer=offer, event_kind=offer)
    proposal(made=at(date(2026, 8, 1), 0))
    proposal(made=at(date(2026, 6, 30), 23), doubled=False)
    proposal(doubled=True)
    count()

    assert number("proposals_made") == {"": 3}
    assert number("proposals_made", by=Breakdown.OFFER) == {"separation": 2, "rent_arrears": 1}
    assert number("proposals_made", by=Breakdown.EVENT) == {"separation": 2, "rent_arrears": 1}
    assert number("proposals_made", by=Breakdown.CHANNEL) == {"letter": 3}


def test_a_family_is_targeted_once_whatever_it_is_offered() -> None:
    first = proposal()
    proposal(snapshot=first.snapshot, approach=first.approach, offer="rent_arrears", run=first.run)
    joined = proposal()
    _dated(
        Approach,
        joined.approach_id,
        ended_on=date(2026, 7, 4),
        ending=Ending.JOINED,
        ended_by=StaffFactory.create(),
    )
    with made_at(_MADE):
        ApproachFactory.create(previous=first.approach, family=first.family)
    count()

    assert number("families_targeted") == {"": 1}
    assert number("families_back") == {"": 1}


def test_each_step_counts_on_the_first_day_it_was_reached() -> None:
    made = proposal(reported_on=date(2026, 6, 25), offer="rent_arrears")
    letter(made.approach, date(2026, 7, 6))
    said = [
        (AnswerKind.RULE, 7),
        (AnswerKind.LATER, 8),
        (AnswerKind.CALL, 20),
        (AnswerKind.NO, 31),
    ]
    for place, (kind, day) in enumerate(said, start=1):
        AnswerFactory.create(
            approach=made.approach,
            number=place,
            kind=kind,
            said_on=date(2026, 7, day),
            again_on=date(2026, 8, 1) if kind == AnswerKind.LATER else None,
        )
    AnswerFactory.create(
        approach=made.approach, number=5, kind=AnswerKind.MEETING, said_on=date(2026, 8, 2)
    )
    count()

    for step in ("posted", "reached", "answered", "accepted", "declined", "postponed"):
        assert number(f"families_{step}") == {"": 1}, step
        assert number(f"proposals_{step}", by=Breakdown.OFFER) == {"rent_arrears": 1}, step
    assert total("delay_event_letter") == {"": 11}
    assert number("delay_event_letter", by=Breakdown.DELAY) == {"08-15": 1}
    assert total("delay_letter_answer") == {"": 2}
    assert number("delay_letter_answer", by=Breakdown.DELAY) == {"00-07": 1}


def test_who_accepts_without_a_letter_answers_to_none() -> None:
    by_letter, in_person = proposal(), proposal()
    letter(by_letter.approach, date(2026, 7, 1))
    for one in (by_letter, in_person):
        AnswerFactory.create(approach=one.approach, said_on=date(2026, 7, 3))
    count()

    assert number("families_accepted") == {"": 2}
    for code in ("answer_rate", "acceptance_rate", "proposal_acceptance_rate"):
        with as_owner():
            figure = Counts([INDICATORS[code]], [JULY]).figure(INDICATORS[code])
        assert figure.numerator == figure.denominator == 1, code


def test_what_came_by_the_page_of_a_family_in_danger_answers_nothing() -> None:
    made = proposal()
    AnswerFactory.create(
        approach=made.approach, said_on=date(2026, 7, 9), to_check=True, via="web", by=None
    )
    count()

    assert number("families_answered") == {"": 0}
    assert number("families_reached") == {"": 0}


def test_silence_is_of_who_was_written_to_and_said_nothing_in_time() -> None:
    ends = date(2026, 7, 15)
    silent, late, spoke, unwritten = (proposal(window_ends_on=ends) for _ in range(4))
    for one in (silent, late, spoke):
        letter(one.approach, date(2025, 7, 10))
    AnswerFactory.create(approach=spoke.approach, said_on=ends)
    AnswerFactory.create(approach=late.approach, said_on=ends + timedelta(days=1))
    count()

    assert number("families_silent") == {"": 2}
    assert number("proposals_silent", by=Breakdown.OFFER) == {"separation": 2}
    assert unwritten.approach.answer == ""


def test_letters_that_come_back_count_when_they_do() -> None:
    one, other = proposal(), proposal()
    letter(one.approach, date(2026, 6, 30))
    letter(
        other.approach,
        date(2026, 7, 1),
        state=MessageState.RETURNED,
        trouble="refused",
        settled_at=at(date(2026, 7, 20), 9),
    )
    count()

    assert number("letters_posted") == {"": 1}
    assert number("letters_returned", by=Breakdown.OUTCOME) == {"refused": 1}


def test_runs_tell_how_many_families_of_a_commune_they_found_of_what_is_proposed() -> None:
    home = CommuneFactory.create()
    run = RunFactory.create(month="2026-06")
    with made_at(_MADE):
        ReleaseFactory.create(run=run, area=home.area)
    with as_owner():
        for offer, outcome, found in (
            ("separation", "selected", 5),
            ("separation", "aside", 9),
            ("aid_leisure", "selected", 50),
        ):
            RunCount.objects.create(
                run=run, offer=offer, commune=home.code, outcome=outcome, number=found
            )
    proposal(run=run, commune=home)
    count()

    assert number("households_selected", by=Breakdown.COMMUNE) == {home.code: 5}


def test_a_place_is_where_the_family_lived_when_it_was_found() -> None:
    home: Commune = CommuneFactory.create()
    proposal(commune=home)
    proposal(commune=None)
    count()

    territory = home.area.territory.code
    assert number("proposals_made", by=Breakdown.COMMUNE) == {home.code: 1, "": 1}
    assert number("proposals_made", territory=territory) == {"": 1}
    assert number("proposals_made", territory="-") == {"": 1}
