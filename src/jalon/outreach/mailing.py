"""Who is to be written to, and who cannot be, with the reason: what a batch takes, by a date."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from django.db.models import (
    CharField,
    DateField,
    Exists,
    F,
    Func,
    OuterRef,
    Prefetch,
    QuerySet,
    Value,
)
from django.db.models.functions import Coalesce

from jalon.families.enums import ContactKind, PersonRole
from jalon.families.models import ContactPoint, Family, Person
from jalon.letters.address import address_lines
from jalon.letters.content import Tone
from jalon.letters.errors import LetterRefusedError
from jalon.outreach.composing import ToWrite, recipient_of, tone_of
from jalon.outreach.enums import Purpose, Trouble
from jalon.outreach.models import Approach, Proposal
from jalon.outreach.models.approaches import LAST_DAY
from jalon.outreach.waves import BEFORE_LETTER, LETTERS, waits_on
from jalon.outreach.wording import Wording

# What a letter takes to be posted, read and thought of.
_TIME_TO_ANSWER: Final = timedelta(days=7)
_ADULTS: Final = (PersonRole.RESPONSIBLE, PersonRole.SPOUSE)


class Held(StrEnum):
    """Why a family is not written to yet."""

    NO_ADDRESSEE = "Plus personne à qui écrire : à revoir avec la famille"
    NO_ADDRESS = "Pas d'adresse connue"
    WRONG_ADDRESS = "Adresse à corriger"
    BEREAVED = "Deuil récent : le courrier attend"
    TOO_LATE = "Son délai finit avant qu'elle puisse répondre : à appeler"


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


class _Hindrance(Func):
    """What the database answers for an approach and a day; part of the query that asks."""

    template = "(SELECT found.why FROM wall.hindrance(%(expressions)s) AS found)"
    output_field = CharField()


def why_not(day: date, approach: str = "pk") -> Coalesce:
    """Return why nothing may be written of an approach on a day: a Trouble, empty where one may.

    `approach` names it from what is asked. The rule itself is `wall.hindrance`.
    """
    return Coalesce(_Hindrance(F(approach), Value(day, DateField())), Value(""))


# A letter still to be written is for whoever is alive.
_TO_WRITE: Final = ("", Trouble.DECEASED)


def to_mail(day: date) -> QuerySet[Approach]:
    """Return the approaches to be written of on a day, of which no letter was written yet.

    A call changes nothing of that: the family has its letter, unless it answered. Those that
    wait for their turn in a draw are left for the day when it comes.
    """
    letters = LETTERS.filter(approach=OuterRef("pk"), purpose=Purpose.OFFER)
    due = Approach.objects.filter(~Exists(letters), ~waits_on(day), **BEFORE_LETTER)
    return due.alias(why=why_not(day)).filter(why__in=_TO_WRITE)


def letters_back(day: date) -> QuerySet[Approach]:
    """Return the approaches whose last letter came back, the first come back first.

    Whatever was sent otherwise: the letter alone says what is proposed. Those of a family that is
    `readdressed` since are written again by the next batch.
    """
    # Indexes know by this those that are not over.
    back = Approach.objects.alias(last_day=LAST_DAY).filter(
        letter_back_at__isnull=False, last_day__gte=day
    )
    may_be_written = back.alias(why=why_not(day)).filter(why__in=_TO_WRITE)
    return may_be_written.order_by("letter_back_at", "pk")


def to_mail_again(day: date) -> QuerySet[Approach]:
    """Return the approaches whose last letter came back from another address than today's."""
    return letters_back(day).filter(readdressed=True).order_by()


def addresses() -> QuerySet[ContactPoint]:
    """Return the addresses in force, the one to write to first.

    `destination` is an address as letters keep it, to be compared with later ones.
    """
    found = ContactPoint.objects.filter(kind=ContactKind.ADDRESS, until=None)
    lines = ("line1", "line2", "postal_code", "city")
    destination = Func(*lines, function="wall.destination", output_field=CharField())
    return found.annotate(destination=destination).order_by("-since", "-pk")


def sort_out(rows: QuerySet[Approach], wording: Wording, day: date) -> Iterator[Sorted]:
    """Yield the families of these approaches, the oldest first: ready to be written to, or not."""
    families: dict[int, list[Approach]] = {}
    for one in _with_all(rows):
        families.setdefault(one.family_id, []).append(one)
    for approaches in families.values():
        yield _sorted(tuple(approaches), wording, day)


def _with_all(rows: QuerySet[Approach]) -> Iterable[Approach]:
    return (
        rows.select_related("family", "commune")
        .prefetch_related(
            Prefetch("family__people", Person.objects.filter(role__in=_ADULTS)),
            Prefetch("family__contact_points", addresses()),
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
        return Sorted(approaches, None, Held.WRONG_ADDRESS, detail=error.why.rstrip("."))
    until = _bereaved_until(proposals, wording)
    if until is not None and until > day:
        return Sorted(approaches, None, Held.BEREAVED, until)
    last_day = _last_day(approaches)
    if last_day is not None and last_day < day + _TIME_TO_ANSWER:
        return Sorted(approaches, None, Held.TOO_LATE, last_day)
    commune = approaches[0].commune
    area = commune.area_id if commune else None
    return Sorted(approaches, ToWrite(addressee, address, proposals, area, last_day))


def _last_day(approaches: Iterable[Approach]) -> date | None:
    """Return until when a family may answer all of this; None where no letter began that yet."""
    days = [one.answers_until for one in approaches]
    return None if None in days else max(days)


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
