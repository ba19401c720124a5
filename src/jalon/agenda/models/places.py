"""When places open, what rooms they have, when they close, and who receives there."""

from __future__ import annotations

from datetime import time
from typing import Any, ClassVar, Final

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Coalesce

from jalon.agenda.enums import ClosingReason, Half, Weekday
from jalon.audit.choices import closed
from jalon.directory.models import Place, StaffMember

# Between the halves of a day: a morning ends by then, an afternoon begins by then at the soonest.
NOON: Final = time(13)
_MOST_AT_ONCE: Final = 30


def _days(first: str, last: str) -> Func:
    return Func(
        F(first), F(last), Value("[]"), function="daterange", output_field=DateRangeField()
    )


def half_day_in_words(weekday: int, half: str) -> str:
    """Write « Lundi matin »."""
    return f"{Weekday(weekday).label} {Half(half).label.lower()}"


_OF_THE_WEEK: Final = Q(weekday__range=(Weekday.MONDAY, Weekday.SATURDAY))


@closed
class Opening(models.Model):
    """A half-day of each week on which a place receives families, by the clock of Paris.

    `capacity` is how many workers may receive there at once.
    """

    place = models.ForeignKey(
        Place, models.PROTECT, related_name="openings", verbose_name="lieu d'accueil"
    )
    weekday = models.PositiveSmallIntegerField("jour")
    half = models.CharField("demi-journée", max_length=2, choices=Half)
    starts = models.TimeField("ouvre à")
    ends = models.TimeField("ferme à")
    capacity = models.PositiveSmallIntegerField("professionnels à la fois")

    class Meta:
        verbose_name = "ouverture"
        ordering: ClassVar[Any] = ("place", "weekday", "half")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["place", "weekday", "half"], name="opening_once_a_half_day"
            ),
            models.CheckConstraint(
                condition=Q(starts__lt=F("ends"))
                & (
                    Q(half=Half.MORNING, ends__lte=NOON) | Q(half=Half.AFTERNOON, starts__gte=NOON)
                ),
                name="opening_within_its_half_day",
            ),
            models.CheckConstraint(
                condition=Q(capacity__range=(1, _MOST_AT_ONCE)), name="opening_for_someone"
            ),
            models.CheckConstraint(condition=_OF_THE_WEEK, name="opening_on_a_day"),
        ]

    def __str__(self) -> str:
        return half_day_in_words(self.weekday, self.half)


class Room(models.Model):
    """A room where families are received, for places that share theirs out."""

    place = models.ForeignKey(
        Place, models.PROTECT, related_name="rooms", verbose_name="lieu d'accueil"
    )
    name = models.CharField("nom", max_length=60)

    class Meta:
        verbose_name = "salle"
        ordering = ("place", "name")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["place", "name"], name="room_named_once"),
            # What is said to be in a room is in its place: a key of `0002_wall` says so.
            models.UniqueConstraint(fields=["id", "place"], name="room_of_its_place"),
        ]

    def __str__(self) -> str:
        return self.name


@closed
class Closure(models.Model):
    """Days, both included, on which a place does not open, or none does where none is named."""

    place = models.ForeignKey(
        Place,
        models.PROTECT,
        related_name="closures",
        null=True,
        blank=True,
        verbose_name="lieu d'accueil",
    )
    first_day = models.DateField("premier jour")
    last_day = models.DateField("dernier jour")
    reason = models.CharField("pourquoi", max_length=20, choices=ClosingReason)

    class Meta:
        verbose_name = "fermeture"
        ordering: ClassVar[Any] = ("first_day", "pk")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(last_day__gte=F("first_day")), name="closure_ends_after_it_began"
            ),
            ExclusionConstraint(
                name="closure_once_at_a_time",
                expressions=[
                    (Coalesce("place", Value(0)), RangeOperators.EQUAL),
                    (_days("first_day", "last_day"), RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return ClosingReason(self.reason).label


@closed
class Presence(models.Model):
    """A half-day of each week that a worker spends receiving at a place, from a day on.

    The place opens then, and the database counts that no more receive there than it has room
    for. Closures, absences and public holidays take days out of it.
    """

    worker = models.ForeignKey(
        StaffMember, models.PROTECT, related_name="presences", verbose_name="professionnel"
    )
    place = models.ForeignKey(
        Place, models.PROTECT, related_name="presences", verbose_name="lieu d'accueil"
    )
    weekday = models.PositiveSmallIntegerField("jour")
    half = models.CharField("demi-journée", max_length=2, choices=Half)
    since = models.DateField("depuis le")
    until = models.DateField("jusqu'au", null=True, blank=True)

    class Meta:
        verbose_name = "présence"
        ordering: ClassVar[Any] = ("worker", "weekday", "half")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("since")),
                name="presence_ends_after_it_began",
            ),
            ExclusionConstraint(
                name="presence_at_one_place_at_a_time",
                expressions=[
                    ("worker", RangeOperators.EQUAL),
                    ("weekday", RangeOperators.EQUAL),
                    ("half", RangeOperators.EQUAL),
                    (_days("since", "until"), RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return half_day_in_words(self.weekday, self.half)
