"""Appointments of a worker with a family, and what became of each person expected."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any, ClassVar, Final

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils import timezone

from jalon.agenda.enums import CANCELLED, OPEN, STANDING, Mode, Outcome, State
from jalon.agenda.models.places import Room
from jalon.audit.choices import closed
from jalon.directory.models import Place, StaffMember
from jalon.families.models import Family, Person
from jalon.web.addresses import address_of

_SHORTEST: Final = timedelta(minutes=10)
_LONGEST: Final = timedelta(hours=8)
_STANDS: Final = Q(state__in=STANDING)
_AT: Final = ("during", RangeOperators.OVERLAPS)


def _bound(function: str) -> Any:  # noqa: ANN401 - Django's stubs want the column's Python type
    moment = models.DateTimeField()
    return models.GeneratedField(
        expression=Func(F("during"), function=function),
        output_field=moment,
        db_persist=True,
    )


@closed
class Appointment(models.Model):
    """A time that a worker keeps for a family; a time cancelled is free again.

    `during` ends where the next may begin; `starts_at` and `ends_at` follow from it. Nobody, no
    room and no family has two that stand at once: the database sees to it. `made_by` is nobody
    where the family took the time by itself. `changes` counts what those who follow a calendar
    must be told: the database adds to it. It is held once the outcome of each person is noted.
    """

    public_id = models.UUIDField("référence", default=uuid.uuid4, unique=True, editable=False)
    worker = models.ForeignKey(
        StaffMember,
        models.PROTECT,
        related_name="appointments",
        db_index=False,
        verbose_name="professionnel",
    )
    family = models.ForeignKey(
        Family,
        models.PROTECT,
        related_name="appointments",
        db_index=False,
        verbose_name="famille",
    )
    mode = models.CharField("comment", max_length=10, choices=Mode)
    place = models.ForeignKey(
        Place,
        models.PROTECT,
        related_name="appointments",
        null=True,
        db_index=False,
        verbose_name="lieu d'accueil",
    )
    room = models.ForeignKey(
        Room,
        models.PROTECT,
        related_name="appointments",
        null=True,
        db_index=False,
        verbose_name="salle",
    )
    link = models.URLField("lien de la visio", blank=True)
    during = DateTimeRangeField("quand")
    starts_at = _bound("lower")
    ends_at = _bound("upper")
    state = models.CharField("état", max_length=10, choices=State)
    changes = models.PositiveSmallIntegerField("changements", db_default=0, editable=False)
    made_at = models.DateTimeField("pris le", default=timezone.now, editable=False)
    made_by = models.ForeignKey(
        StaffMember,
        models.PROTECT,
        related_name="+",
        null=True,
        db_index=False,
        verbose_name="pris par",
    )
    confirmed_at = models.DateTimeField("confirmé le", null=True)
    cancelled_at = models.DateTimeField("annulé le", null=True)
    cancelled_by = models.ForeignKey(
        StaffMember,
        models.PROTECT,
        related_name="+",
        null=True,
        db_index=False,
        verbose_name="annulé par",
    )
    noted_at = models.DateTimeField("noté le", null=True)
    noted_by = models.ForeignKey(
        StaffMember,
        models.PROTECT,
        related_name="+",
        null=True,
        db_index=False,
        verbose_name="noté par",
    )

    class Meta:
        verbose_name = "rendez-vous"
        verbose_name_plural = "rendez-vous"
        ordering: ClassVar[Any] = ("starts_at", "pk")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(mode=Mode.PLACE, place__isnull=False)
                | ~Q(mode=Mode.PLACE) & Q(place=None, room=None),
                name="appointment_somewhere",
            ),
            models.CheckConstraint(
                condition=Q(link="") | Q(mode=Mode.VIDEO, link__startswith="https://"),
                name="appointment_link_of_a_video",
            ),
            models.CheckConstraint(
                condition=Q(ends_at__gte=F("starts_at") + _SHORTEST)
                & Q(ends_at__lte=F("starts_at") + _LONGEST)
                & Q(during__startswith__isnull=False, during__endswith__isnull=False),
                name="appointment_lasts_a_while",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.BOOKED) | Q(confirmed_at__isnull=False),
                name="appointment_confirmed_on_a_day",
            ),
            models.CheckConstraint(
                condition=Q(state__in=CANCELLED, cancelled_at__isnull=False)
                | ~Q(state__in=CANCELLED) & Q(cancelled_at=None, cancelled_by=None),
                name="appointment_cancelled_on_a_day",
            ),
            models.CheckConstraint(
                condition=Q(state=State.HELD, noted_at__isnull=False, noted_by__isnull=False)
                | ~Q(state=State.HELD) & Q(noted_at=None, noted_by=None),
                name="appointment_noted_by_someone",
            ),
            ExclusionConstraint(
                name="appointment_of_a_worker",
                expressions=[("worker", RangeOperators.EQUAL), _AT],
                condition=_STANDS,
            ),
            ExclusionConstraint(
                name="appointment_of_a_family",
                expressions=[("family", RangeOperators.EQUAL), _AT],
                condition=_STANDS,
            ),
            ExclusionConstraint(
                name="appointment_of_a_room",
                expressions=[("room", RangeOperators.EQUAL), _AT],
                condition=_STANDS & Q(room__isnull=False),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["worker", "starts_at"], name="appointment_diary"),
            models.Index(fields=["family", "starts_at"], name="appointment_of_the_family"),
            # What is to come and what nobody told yet: a small part, whatever the years.
            models.Index(
                fields=["worker", "ends_at"],
                name="appointment_open",
                condition=Q(state__in=OPEN),
            ),
            # Whom to remind, whatever the years.
            models.Index(
                fields=["starts_at"],
                name="appointment_to_come",
                condition=Q(state__in=OPEN),
            ),
        ]

    def __str__(self) -> str:
        return f"Rendez-vous {self.public_id}"

    def get_absolute_url(self) -> str:
        """Return the address of the appointment's page."""
        return address_of("agenda:appointment", self.public_id)


@closed
class Attendance(models.Model):
    """A person of the family who is expected, and what became of it, never before the time."""

    appointment = models.ForeignKey(
        Appointment, models.CASCADE, related_name="attendances", verbose_name="rendez-vous"
    )
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name="personne")
    outcome = models.CharField("suite", max_length=10, choices=Outcome, blank=True)

    class Meta:
        verbose_name = "personne attendue"
        verbose_name_plural = "personnes attendues"
        ordering: ClassVar[Any] = ("pk",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["appointment", "person"], name="attendance_once")
        ]

    def __str__(self) -> str:
        return self.get_outcome_display() or "Attendu"
