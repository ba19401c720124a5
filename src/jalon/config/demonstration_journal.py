"""Gives the demonstration's supports what is written along the way: journal, reviews, visits."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Final

from jalon.config.demonstration_play import Drawn
from jalon.config.demonstration_words import ENTRIES, HAND_OVER, REVIEWS, VISITS
from jalon.interventions.enums import Opinion, ReviewKind
from jalon.interventions.models import (
    FamilyOpinion,
    HandOverNote,
    HomeVisit,
    JournalEntry,
    Review,
    Support,
)
from jalon.interventions.terms import terms

_AGREE: Final = 0.8
_OPINIONS: Final = {Opinion.YES: 55, Opinion.RATHER: 32, Opinion.RATHER_NOT: 8, Opinion.NO: 5}
_TELLS: Final = 0.4  # of the families whose support is over, by themselves
_HANDED_OVER: Final = 0.05  # of those under way, by a colleague, and not read yet
_EVERY: Final = timedelta(days=24)


def write_along(supports: Iterable[Support], play: Drawn) -> None:
    """Write the journals, the reviews and the home visits of supports that began."""
    begun = [one for one in supports if one.started_on]
    JournalEntry.objects.bulk_create(row for one in begun for row in _journal(one, play))
    Review.objects.bulk_create(row for one in begun for row in _reviews(one, play))
    HomeVisit.objects.bulk_create(row for one in begun for row in _visits(one, play))
    FamilyOpinion.objects.bulk_create(row for one in begun for row in _opinions(one, play))
    HandOverNote.objects.bulk_create(_hand_overs(begun, play))


def _last_day(support: Support, play: Drawn) -> date:
    return min(support.closed_on or play.today, play.today)


def _journal(support: Support, play: Drawn) -> Iterator[JournalEntry]:
    day = support.started_on
    while day is not None and day <= _last_day(support, play):
        kind, text = play.chance.choice(ENTRIES)
        yield JournalEntry(
            family_id=support.family_id,
            kind=kind,
            on=day,
            text=text,
            by=support.worker,
            at=play.moment(day),
        )
        day += _EVERY


def _reviews(support: Support, play: Drawn) -> Iterator[Review]:
    start = support.started_on
    assert start  # noqa: S101 - it began
    last = _last_day(support, play) - timedelta(days=9)
    day = terms().next_review(start, start)
    while day is not None and day <= last:
        yield _review(support, ReviewKind.STEP, day, play)
        day = terms().next_review(start, day)
    if support.closed_on:
        closing = _review(support, ReviewKind.CLOSING, support.closed_on, play)
        closing.listened = play.draw(_OPINIONS)
        closing.helped = play.draw(_OPINIONS)
        closing.returns = play.draw(_OPINIONS)
        yield closing


def _review(support: Support, kind: ReviewKind, day: date, play: Drawn) -> Review:
    progress, view, decisions = play.chance.choice(REVIEWS)
    return Review(
        support=support,
        family_id=support.family_id,
        kind=kind,
        held_on=day,
        progress=progress,
        family_view=view,
        decisions=decisions,
        by=support.worker,
        at=play.moment(day),
    )


def _opinions(support: Support, play: Drawn) -> Iterator[FamilyOpinion]:
    if support.closed_on and play.chance.random() < _TELLS:
        yield FamilyOpinion(
            support=support,
            family_id=support.family_id,
            kind=ReviewKind.CLOSING,
            closed_on=support.closed_on,
            listened=play.draw(_OPINIONS),
            helped=play.draw(_OPINIONS),
            returns=play.draw(_OPINIONS),
            at=play.moment(support.closed_on),
        )


def _hand_overs(supports: list[Support], play: Drawn) -> Iterator[HandOverNote]:
    workers = sorted({one.worker_id for one in supports})
    for one in supports:
        if one.goes_on and len(workers) > 1 and play.chance.random() < _HANDED_OVER:
            yield HandOverNote(
                family_id=one.family_id,
                going_on=HAND_OVER[0],
                due=HAND_OVER[1],
                by_id=play.chance.choice([pk for pk in workers if pk != one.worker_id]),
                at=play.moment(play.today - timedelta(days=2)),
            )


def _visits(support: Support, play: Drawn) -> Iterator[HomeVisit]:
    start = support.started_on
    assert start  # noqa: S101 - it began
    asked, planned = start + timedelta(days=12), start + timedelta(days=30)
    if asked > _last_day(support, play):
        return
    agrees = play.chance.random() < _AGREE
    preparation, report = play.chance.choice(VISITS)
    done = agrees and planned <= _last_day(support, play)
    yield HomeVisit(
        support=support,
        family_id=support.family_id,
        agreed_on=asked if agrees else None,
        declined_on=None if agrees else asked,
        planned_on=planned if agrees else None,
        preparation=preparation if agrees else "",
        done_on=planned if done else None,
        report=report if done else "",
        by=support.worker,
        at=play.moment(asked),
    )
