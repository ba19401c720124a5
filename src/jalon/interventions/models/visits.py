"""Looking back together, and going to a family's home: never without its agreement."""

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
from jalon.interventions.enums import Opinion, ReviewKind
from jalon.interventions.models.supports import Support


@closed
class Review(models.Model):
    """What a family and a worker say of a support: on the way, at its end, or some months after.

    At the end the family says in four words each what it thought of it.
    """

    support = models.ForeignKey(
        Support,
        models.PROTECT,
        related_name="reviews",
        db_constraint=False,
        verbose_name="accompagnement",
    )
    family = models.ForeignKey(
        Family,
        models.PROTECT,
        db_index=False,
        related_name="+",
        db_constraint=False,
        verbose_name="famille",
    )
    kind = models.CharField("sorte", max_length=10, choices=ReviewKind)
    held_on = models.DateField("le")
    progress = models.TextField("où nous en sommes", max_length=8000, blank=True)
    family_view = models.TextField("ce que la famille en dit", max_length=8000, blank=True)
    decisions = models.TextField("ce que nous décidons", max_length=8000, blank=True)
    listened = models.CharField("écoutée", max_length=12, choices=Opinion, blank=True)
    helped = models.CharField("aidée", max_length=12, choices=Opinion, blank=True)
    returns = models.CharField("reviendrait", max_length=12, choices=Opinion, blank=True)
    appointment = models.ForeignKey(
        Appointment,
        models.PROTECT,
        related_name="+",
        null=True,
        db_index=False,
        verbose_name="rendez-vous",
    )
    by = models.ForeignKey(
        StaffMember, models.PROTECT, db_index=False, related_name="+", verbose_name="noté par"
    )
    at = models.DateTimeField("noté le", default=timezone.now, editable=False)

    class Meta:
        verbose_name = "bilan"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(kind=ReviewKind.CLOSING) | Q(listened="", helped="", returns=""),
                name="review_opinions_at_the_end",
            )
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["appointment"],
                name="review_at_appointment",
                condition=Q(appointment__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} du {self.held_on}"


class HomeVisit(models.Model):
    """A visit to a family's home, which it agreed to or declined: prepared, made, told.

    The database plans and makes none without the agreement, nor once it was taken back.
    """

    public_id = models.UUIDField("référence", default=uuid.uuid4, unique=True, editable=False)
    support = models.ForeignKey(
        Support,
        models.PROTECT,
        related_name="visits",
        db_constraint=False,
        verbose_name="accompagnement",
    )
    family = models.ForeignKey(
        Family,
        models.PROTECT,
        db_index=False,
        related_name="+",
        db_constraint=False,
        verbose_name="famille",
    )
    agreed_on = models.DateField("la famille est d'accord depuis le", null=True)
    declined_on = models.DateField("la famille ne veut pas, depuis le", null=True)
    planned_on = models.DateField("prévue le", null=True)
    preparation = models.TextField("à préparer", max_length=4000, blank=True)
    safety = models.TextField("pour votre sécurité", max_length=2000, blank=True)
    done_on = models.DateField("faite le", null=True)
    report = models.TextField("compte rendu", max_length=8000, blank=True)
    appointment = models.ForeignKey(
        Appointment,
        models.PROTECT,
        related_name="+",
        null=True,
        db_index=False,
        verbose_name="rendez-vous",
    )
    by = models.ForeignKey(
        StaffMember, models.PROTECT, db_index=False, related_name="+", verbose_name="notée par"
    )
    at = models.DateTimeField("notée le", default=timezone.now, editable=False)
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
        verbose_name = "visite à domicile"
        verbose_name_plural = "visites à domicile"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(agreed_on__isnull=False) | Q(declined_on__isnull=False),
                name="visit_asked_first",
            ),
            models.CheckConstraint(
                condition=Q(planned_on=None)
                | Q(agreed_on__isnull=False, planned_on__gte=F("agreed_on")),
                name="visit_planned_once_agreed",
            ),
            models.CheckConstraint(
                condition=Q(done_on=None)
                | Q(agreed_on__isnull=False, declined_on=None, done_on__gte=F("agreed_on")),
                name="visit_made_once_agreed",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["appointment"],
                name="visit_at_appointment",
                condition=Q(appointment__isnull=False),
            ),
            models.Index(
                fields=["done_on"],
                name="visit_without_appointment",
                condition=Q(appointment=None),
            ),
            models.Index(
                fields=["family"],
                name="visit_of_family_without",
                condition=Q(appointment=None),
            ),
        ]

    def __str__(self) -> str:
        return f"Visite à domicile, {self.planned_on or self.declined_on or 'à prévoir'}"
