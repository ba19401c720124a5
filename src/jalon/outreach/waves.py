"""Families that wait for their turn: whom a draw places, which letters wait, in what words."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from django.db.models import (
    BooleanField,
    Case,
    DateField,
    Exists,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce
from django.utils import timezone

from jalon.outreach.enums import Channel, Medium, MessageState
from jalon.outreach.models import Approach, Message, Proposal, Turn
from jalon.outreach.selection import Selected
from jalon.rules.offers import Offer
from jalon.targeting.models import Draw, Release
from jalon.targeting.waves import Place, Waves, places, practice
from jalon.web import french

# What a letter leaves a family at least: two months to answer, once its wave has come.
_TO_ANSWER: Final = timedelta(days=61)
# Those of which one was written, whatever became of it.
LETTERS: Final = Message.objects.filter(medium=Medium.LETTER).exclude(state=MessageState.CANCELLED)
# Indexes know by this the approaches of which no letter left.
BEFORE_LETTER: Final[Mapping[str, object]] = {
    "mailed_on": None,
    "previous": None,
    "ended_on": None,
    "channel": Channel.LETTER,
}
# How a condition asks whether there are rows: `Exists`, or `row_by_row`.
Asked = Callable[[QuerySet[Any]], Exists | Coalesce]
# A row that selects, by `Selected.key`, with what drew it.
Drawn = Mapping[tuple[str, str, str], "DrawnPlace"]


@dataclass(frozen=True)
class DrawnPlace:
    """A place in the order of a draw."""

    draw: int
    drawn_on: date
    place: Place

    @property
    def waits(self) -> timedelta:
        """How long its family waits because of it."""
        return self.place.from_on - self.drawn_on


def drawn_places(
    releases: Iterable[Release],
    own: Collection[Selected],
    offers: Iterable[Offer],
    area_of: Mapping[str, int],
) -> Drawn:
    """Return the place of each row of a run that its release has wait, `own` being all of them.

    Never those of a household that an urgent event concerns, whatever else it is offered, nor
    those reached in person, nor those whose window would end with the waiting. The same each time
    it is asked: what is drawn is the whole cohort.
    """
    urgent_offers = {one.code for one in offers if practice().is_urgent(one)}
    urgent = {row.number for row in own if row.offer in urgent_offers}
    found: dict[tuple[str, str, str], DrawnPlace] = {}
    for one in releases:
        draw = getattr(one, "draw", None)
        if draw is None:
            continue
        rows = [
            row
            for row in own
            if row.offer == one.offer
            and area_of.get(row.commune) == one.area_id
            and row.channel == Channel.LETTER
            and row.number not in urgent
            and _may_still_answer(row, draw)
        ]
        drawn_on, placed = timezone.localdate(draw.at), places(draw, {row.number for row in rows})
        found |= {row.key: DrawnPlace(draw.pk, drawn_on, placed[row.number]) for row in rows}
    return found


def _may_still_answer(row: Selected, draw: Draw) -> bool:
    """Whether a window outlasts the last wave, whichever the family's own may be."""
    last = timezone.localdate(draw.at) + timedelta(
        days=Waves(draw.waves, draw.days_between).last_after
    )
    return row.window_ends_on is None or row.window_ends_on >= last + _TO_ANSWER


def row_by_row(rows: QuerySet[Any]) -> Coalesce:
    """Return whether there is one, as `Exists`, asked anew for each row that a page shows.

    Behind an `Exists`, PostgreSQL may read every proposal there is for a page of families.
    """
    found = Subquery(rows.order_by().values(found=Value(value=True))[:1])
    return Coalesce(found, Value(value=False), output_field=BooleanField())


def waits_on(day: date, there_is: Asked = Exists) -> Q:
    """Return the condition that an approach still waits for its turn on a day.

    One whose family is to be written of anything that does not wait, waits no more: a family has
    one letter, also where a call or a merge left it several approaches. Of several turns the first
    that comes is the family's, that of a file told double by a merge among them.
    """
    later = Turn.objects.filter(proposal__approach=OuterRef("pk"), from_on__gt=day)
    # What was drawn, and not yet come, waits.
    now = _to_be_written_of(OuterRef("family")).exclude(turn__from_on__gt=day)
    return Q(there_is(later)) & ~Q(there_is(now))


def awaits_turn(day: date, there_is: Asked = Exists) -> Q:
    """Return the condition that an approach has no letter yet because its turn is to come.

    A family that asked that nobody contact it waits for none.
    """
    written = LETTERS.filter(approach=OuterRef("pk"))
    unanswered = Q(answered_at=None, family__do_not_contact=False, **BEFORE_LETTER)
    return unanswered & ~Q(there_is(written)) & waits_on(day, there_is)


def letter_from(day: date) -> Case:
    """Return from which day an approach that awaits its turn is written of; None for others."""
    turns = _to_be_written_of(OuterRef("family")).filter(turn__isnull=False)
    first = turns.order_by("turn__from_on").values("turn__from_on")[:1]
    waits = awaits_turn(day, row_by_row)
    return Case(When(waits, then=Subquery(first)), output_field=DateField())


def _to_be_written_of(family: OuterRef) -> QuerySet[Proposal]:
    """Return the proposals of a family of which no letter was written yet."""
    before_letter = {f"approach__{name}": value for name, value in BEFORE_LETTER.items()}
    return Proposal.objects.filter(
        ~Exists(LETTERS.filter(approach=OuterRef("approach"))),
        family=family,
        approach__answered_at=None,
        **before_letter,
    )


def waits_in_words(planned: date) -> str:
    """Return that a family waits, and from which day it is written to."""
    return f"Attend son tour : lettre prévue à partir du {french.long_date(planned)}"


def turn_in_words(turn: Turn, approach: Approach, planned: date | None, day: date) -> str:
    """Return what became of a turn by a day, and that nothing but chance gave it.

    `planned` is from when the letter of its `approach` is written, where it still waits
    (`letter_from`). What is said of letters is read from those of the approach.
    """
    if planned is not None:
        said = waits_in_words(planned)
    elif approach.mailed_on is not None:
        said = f"Lettre postée le {french.long_date(approach.mailed_on)}"
        said += ", revenue depuis" if approach.letter_back_at else ""
    else:
        said = _without_letter(turn, approach, day)
    return (
        f"{said}. Vague {turn.wave}, à partir du {french.long_date(turn.from_on)} : ordre tiré au "
        f"sort le {french.long_date(turn.drawn_on)} entre les familles de la même offre et du "
        "même secteur, faute de place pour toutes."
    )


def _without_letter(turn: Turn, approach: Approach, day: date) -> str:
    """Return why no letter was posted of an approach that waits for its turn no more."""
    if approach.channel != Channel.LETTER:
        return "Aucune lettre : la famille est à joindre en personne"
    if approach.ended_on is not None:
        return "Prise de contact close avant sa lettre"
    letters = (one for one in approach.messages.all() if one.medium == Medium.LETTER)
    if any(one.state == MessageState.QUEUED for one in letters):
        return "Lettre écrite, pas encore postée"
    if approach.answered_at is not None:
        return "La famille a répondu avant sa lettre"
    if approach.family.do_not_contact:
        return "Aucune lettre : la famille est à ne pas contacter"
    came = "Son tour est venu" if turn.from_on <= day else "Elle n'attend plus son tour"
    return f"{came} : sa lettre n'est pas encore écrite"
