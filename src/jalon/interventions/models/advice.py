"""Information-advice: one or a few meetings, what was said there, and what it led to."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from jalon.agenda.models import Appointment
from jalon.audit.choices import closed
from jalon.directory.models import StaffMember
from jalon.families.models import Family
from jalon.interventions.enums import (
    AdviceOutcome,
    AdviceState,
    MeetingMode,
    Origin,
    OtherService,
    Referrer,
)
from jalon.outreach.models import Proposal
from jalon.web.addresses import address_of


@closed
class InformationAdvice(models.Model):
    """One family received to be informed and advised: where from, by whom, what it led to.

    What was said is in its meetings, which fewer people read.
    """

    public_id = models.UUIDField("référence", default=uuid.uuid4, unique=True, editable=False)
    family = models.ForeignKey(
        Family, models.PROTECT, related_name="advices", verbose_name="famille"
    )
    worker = models.ForeignKey(
        StaffMember,
        models.PROTECT,
        db_index=False,
        related_name="advices",
        verbose_name="travailleur social",
    )
    origin = models.CharField("origine", max_length=20, choices=Origin)
    proposal = models.ForeignKey(
        Proposal, models.PROTECT, related_name="+", null=True, verbose_name="proposition"
    )
    referrer = models.CharField("orientée par", max_length=20, choices=Referrer, blank=True)
    other_service = models.CharField(
        "suivie ailleurs", max_length=20, choices=OtherService, default=OtherService.UNKNOWN
    )
    state = models.CharField("état", max_length=10, choices=AdviceState, default=AdviceState.OPEN)
    opened_on = models.DateField("ouverte le")
    closed_on = models.DateField("close le", null=True)
    outcome = models.CharField("issue", max_length=20, choices=AdviceOutcome, blank=True)

    class Meta:
        verbose_name = "information-conseil"
        verbose_name_plural = "informations-conseils"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["id", "family"], name="advice_of_one_family"),
            models.CheckConstraint(
                condition=Q(origin=Origin.PROPOSAL, proposal__isnull=False, referrer="")
                | Q(origin=Origin.REFERRAL, proposal=None) & ~Q(referrer="")
                | Q(origin=Origin.DIRECT, proposal=None, referrer=""),
                name="advice_says_where_from",
            ),
            models.CheckConstraint(
                condition=Q(state=AdviceState.OPEN, closed_on=None, outcome="")
                | Q(state=AdviceState.CLOSED, closed_on__isnull=False) & ~Q(outcome=""),
                name="advice_closed_with_an_outcome",
            ),
            models.CheckConstraint(
                condition=Q(closed_on=None) | Q(closed_on__gte=F("opened_on")),
                name="advice_closed_after_it_opened",
            ),
            models.UniqueConstraint(
                fields=["family", "worker"],
                name="advice_one_open",
                condition=Q(state=AdviceState.OPEN),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["worker", "-id"], name="advice_of_worker"),
            models.Index(fields=["opened_on"], name="advice_opened_on"),
            models.Index(fields=["closed_on"], name="advice_closed_on"),
            models.Index(
                fields=["worker"], name="advice_open", condition=Q(state=AdviceState.OPEN)
            ),
        ]

    def __str__(self) -> str:
        return f"Information-conseil {self.public_id}"

    def get_absolute_url(self) -> str:
        """Return the address of its page."""
        return address_of("advice:page", self.public_id)

    @property
    def sent_by(self) -> str:
        """Who referred the family, within a sentence; nothing where nobody did."""
        return Referrer(self.referrer).in_a_sentence if self.referrer else ""

    @property
    def is_open(self) -> bool:
        """Whether it goes on."""
        return self.state == AdviceState.OPEN


@closed
class AdviceMeeting(models.Model):
    """One meeting of an information-advice, in the words of whoever held it.

    `revision` counts the versions of its text: who saves names the one that they read. The
    database keeps in `revised_by` the last colleague who wrote in the words of `by`.
    """

    public_id = models.UUIDField("référence", default=uuid.uuid4, unique=True, editable=False)
    advice = models.ForeignKey(
        InformationAdvice,
        models.PROTECT,
        related_name="meetings",
        db_constraint=False,
        verbose_name="information-conseil",
    )
    family = models.ForeignKey(
        Family, models.PROTECT, related_name="+", db_constraint=False, verbose_name="famille"
    )
    held_on = models.DateField("le")
    mode = models.CharField("comment", max_length=10, choices=MeetingMode)
    asked = models.TextField("ce que la famille demande", max_length=8000, blank=True)
    told = models.TextField("ce qui lui est dit", max_length=8000, blank=True)
    advised = models.TextField("ce qui lui est conseillé", max_length=8000, blank=True)
    agreed = models.TextField("ce qui est convenu", max_length=8000, blank=True)
    handed = models.TextField("documents remis", max_length=2000, blank=True)
    appointment = models.ForeignKey(
        Appointment,
        models.PROTECT,
        related_name="+",
        null=True,
        db_index=False,
        verbose_name="rendez-vous",
    )
    by = models.ForeignKey(
        StaffMember, models.PROTECT, db_index=False, related_name="+", verbose_name="par"
    )
    at = models.DateTimeField("noté le", default=timezone.now, editable=False)
    revised_by = models.ForeignKey(
        StaffMember,
        models.PROTECT,
        db_index=False,
        related_name="+",
        null=True,
        editable=False,
        verbose_name="repris par",
    )
    revision = models.PositiveIntegerField("version du texte", default=1)

    class Meta:
        verbose_name = "entretien"
        indexes: ClassVar = [
            models.Index(
                fields=["appointment"],
                name="meeting_at_appointment",
                condition=Q(appointment__isnull=False),
            ),
            models.Index(
                fields=["held_on"],
                name="meeting_without_appointment",
                condition=Q(appointment=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_mode_display()}, {self.held_on}"
