"""Who is to be written to, and who cannot be, with the reason: what a batch takes, by a date."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from django.db.models import Exists, F, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.functions import TruncDate

from jalon.families.enums import ContactKind, PersonRole
from jalon.families.models import ContactPoint, Family, Person
from jalon.letters.address import address_lines
from jalon.letters.content import Tone
from jalon.letters.errors import LetterRefusedError
from jalon.outreach.composing import ToWrite, recipient_of, tone_of
from jalon.outreach.enums import Channel, Medium, MessageState, Purpose, Trouble
from jalon.outreach.models import Approach, Message, Proposal
from jalon.outreach.wording import Wording

_ADULTS: Final = (PersonRole.RESPONSIBLE, PersonRole.SPOUSE)


class Held(StrEnum):
    """Why a family is not written to yet."""

    NO_ADDRESSEE = "Plus personne à qui écrire : à revoir avec la famille"
    NO_ADDRESS = "Pas d'adresse connue"
    WRONG_ADDRESS = "Adresse à corriger"
    BEREAVED = "Deuil récent : le courrier attend"


@dataclass(frozen=True)
class Sorted:
    """A family's approaches to be written of at once, the first one kept; or why not yet."""

    approaches: tuple[Approach, ...]
    letter: ToWrite | None
    held: Held | None = None
    until: date | None = None
    detail: str = ""

    @property
    def first(self) -> Approach:
        """The approach that the letter is of."""
        return self.approaches[0]


def to_mail(day: date) -> QuerySet[Approach]:
    """Return the approaches to be written of on a day: safe, never written of, window open."""
    letters = Message.objects.filter(
        approach=OuterRef("pk"), medium=Medium.LETTER, purpose=Purpose.OFFER
    ).exclude(state=MessageState.CANCELLED)
    return _safe(day).filter(
        ~Exists(letters), mailed_on=None, contacted_at=None, channel=Channel.LETTER
    )


def to_mail_again(day: date) -> QuerySet[Approach]:
    """Return the approaches whose letter came back, and whose address was corrected since."""
    returned = Message.objects.filter(
        approach=OuterRef("pk"), medium=Medium.LETTER, state=MessageState.RETURNED
    )
    corrected = ContactPoint.objects.filter(
        family=OuterRef("family"),
        kind=ContactKind.ADDRESS,
        until=None,
        since__gte=OuterRef("back_on"),
    )
    under_way = Message.objects.filter(
        approach=OuterRef("pk"), medium=Medium.LETTER, state=MessageState.QUEUED
    )
    back_on = returned.order_by("-settled_at").values(day_back=TruncDate("settled_at"))[:1]
    return (
        _safe(day)
        .filter(undelivered=True, channel=Channel.LETTER)
        .annotate(back_on=Subquery(back_on))
        .filter(Exists(corrected), ~Exists(under_way))
    )


def hindrances(day: date, to: str = "") -> dict[Trouble, Q]:
    """Return what keeps an approach from being written of on a day, the gravest first.

    `to` leads to the approach from what is asked, such as « approach__ ».
    """

    def one(**facts: object) -> Q:
        return Q(**{f"{to}{name}": value for name, value in facts.items()})

    return {
        Trouble.UNSAFE: one(family__protected_address=True) | one(channel=Channel.IN_PERSON),
        Trouble.ANSWERED: one(answered_at__isnull=False),
        Trouble.WITHDRAWN: one(ended_on__isnull=False)
        | one(window_ends_on__lt=day)
        | one(family__do_not_contact=True)
        | one(family__merged_into__isnull=False),
    }


def _safe(day: date) -> QuerySet[Approach]:
    rows = Approach.objects.all()
    for one in hindrances(day).values():
        rows = rows.exclude(one)
    # Indexes know open approaches by this.
    return rows.filter(ended_on=None)


def sort_out(rows: QuerySet[Approach], wording: Wording, day: date) -> Iterator[Sorted]:
    """Yield the families of these approaches, the oldest first: ready to be written to, or not."""
    families: dict[int, list[Approach]] = {}
    for one in _with_all(rows):
        families.setdefault(one.family_id, []).append(one)
    for approaches in families.values():
        yield _sorted(tuple(approaches), wording, day)


def _with_all(rows: QuerySet[Approach]) -> Iterable[Approach]:
    addresses = ContactPoint.objects.filter(kind=ContactKind.ADDRESS, until=None)
    return (
        rows.select_related("family", "commune")
        .prefetch_related(
            Prefetch("family__people", Person.objects.filter(role__in=_ADULTS)),
            Prefetch("family__contact_points", addresses.order_by("-since", "-pk")),
            Prefetch("proposals", Proposal.objects.select_related("rule").order_by("pk")),
        )
        # What a merge brought is joined to the family's own, with which it stays if it is undone.
        .order_by(F("came_from").asc(nulls_first=True), "pk")
    )


def _sorted(approaches: tuple[Approach, ...], wording: Wording, day: date) -> Sorted:
    family = approaches[0].family
    proposals = [one for approach in approaches for one in approach.proposals.all()]
    addressee = addressee_of(family)
    if addressee is None:
        return Sorted(approaches, None, Held.NO_ADDRESSEE)
    address = next(iter(family.contact_points.all()), None)
    if address is None:
        return Sorted(approaches, None, Held.NO_ADDRESS)
    try:
        address_lines(recipient_of(addressee, address))
    except LetterRefusedError as error:
        return Sorted(approaches, None, Held.WRONG_ADDRESS, detail=error.why)
    until = _bereaved_until(proposals, wording)
    if until is not None and until > day:
        return Sorted(approaches, None, Held.BEREAVED, until)
    commune = approaches[0].commune
    area = commune.area_id if commune else None
    return Sorted(approaches, ToWrite(addressee, address, proposals, area))


def addressee_of(family: Family) -> Person | None:
    """Return the living adult to whom one writes: the responsible person, else the spouse."""
    living = [one for one in family.members if one.role in _ADULTS and one.death_date is None]
    return next((one for one in living if str(one)), None)


def _bereaved_until(proposals: Iterable[Proposal], wording: Wording) -> date | None:
    """Return the day from which one may write, where a death was registered."""
    wait = timedelta(days=wording.tones[Tone.BEREAVEMENT].wait_days)
    days = [
        one.reported_on + wait
        for one in proposals
        if one.reported_on and tone_of([one], wording) is Tone.BEREAVEMENT
    ]
    return max(days, default=None)
