"""Families that wait for their turn: whom a draw places, which letters wait, in what words."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from jalon.outreach.enums import Channel, Medium, MessageState
from jalon.outreach.models import Message, Proposal, Turn
from jalon.outreach.selection import Selected
from jalon.rules.offers import Offer
from jalon.targeting.models import Draw, Release
from jalon.targeting.waves import Place, Waves, places, practice
from jalon.web import french

# What a letter leaves a family at least: two months to answer, once its wave has come.
_TO_ANSWER: Final = timedelta(days=61)
# A row that selects, by `Selected.key`, with what drew it.
Drawn = Mapping[tuple[str, str, str], "DrawnPlace"]


@dataclass(frozen=True)
class DrawnPlace:
    """A place in the order of a draw."""

    draw: int
    drawn_on: date
    place: Place


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


def waits_on(day: date) -> Q:
    """Return the condition that an approach still waits for its turn on a day.

    One whose family is to be written of anything that does not wait, waits no more: a family has
    one letter, also where a call or a merge left it several approaches.
    """
    later = Turn.objects.filter(proposal__approach=OuterRef("pk"), from_on__gt=day)
    written = Message.objects.filter(approach=OuterRef("approach"), medium=Medium.LETTER).exclude(
        state=MessageState.CANCELLED
    )
    now = (
        Proposal.objects.filter(
            ~Exists(written),
            family=OuterRef("family"),
            doubled=False,
            approach__channel=Channel.LETTER,
            approach__mailed_on=None,
            approach__previous=None,
            approach__answered_at=None,
            approach__ended_on=None,
        )
        # What was drawn, and not yet come.
        .exclude(turn__from_on__gt=day)
    )
    return Q(Exists(later)) & ~Q(Exists(now))


def turn_in_words(turn: Turn, day: date) -> str:
    """Return when a family is contacted, and that nothing but chance said so."""
    begun = "contactée" if turn.from_on <= day else "à contacter"
    return (
        f"{begun.capitalize()} à la vague {turn.wave}, à partir du "
        f"{french.long_date(turn.from_on)} : ordre tiré au sort le "
        f"{french.long_date(turn.drawn_on)} entre les familles de la même offre et du même "
        "secteur, faute de place pour toutes."
    )
