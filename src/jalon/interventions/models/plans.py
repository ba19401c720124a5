"""What is to be done for a family: by whom, by when, and whether it was."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from jalon.audit.choices import closed
from jalon.directory.models import StaffMember
from jalon.families.models import Family
from jalon.interventions.enums import ActionBy, ActionState, Domain, ObjectiveResult
from jalon.interventions.models.advice import InformationAdvice
from jalon.interventions.models.supports import Support


@closed
class Objective(models.Model):
    """Something that a family and its worker want to reach, and at the end whether they did."""

    public_id = models.UUIDField("référence", default=uuid.uuid4, unique=True, editable=False)
    support = models.ForeignKey(
        Support,
        models.PROTECT,
        related_name="objectives",
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
    domain = models.CharField("domaine", max_length=10, choices=Domain)
    aim = models.CharField("ce que nous voulons", max_length=300)
    detail = models.TextField("à quoi nous le verrons", max_length=4000, blank=True)
    result = models.CharField("résultat", max_length=10, choices=ObjectiveResult, blank=True)
    by = models.ForeignKey(
        StaffMember, models.PROTECT, db_index=False, related_name="+", verbose_name="noté par"
    )
    at = models.DateTimeField("noté le", default=timezone.now, editable=False)
    revision = models.PositiveIntegerField("version du texte", default=1)

    class Meta:
        verbose_name = "objectif"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["id", "support"], name="objective_of_one_support")
        ]

    def __str__(self) -> str:
        return self.aim


@closed
class PlannedAction(models.Model):
    """One thing to do: what follows an information-advice, or a support's plan asks for.

    Late is what is due and not settled.
    """

    public_id = models.UUIDField("référence", default=uuid.uuid4, unique=True, editable=False)
    family = models.ForeignKey(
        Family,
        models.PROTECT,
        db_index=False,
        related_name="+",
        db_constraint=False,
        verbose_name="famille",
    )
    advice = models.ForeignKey(
        InformationAdvice,
        models.PROTECT,
        related_name="actions",
        null=True,
        db_constraint=False,
        verbose_name="information-conseil",
    )
    support = models.ForeignKey(
        Support,
        models.PROTECT,
        related_name="actions",
        null=True,
        db_constraint=False,
        verbose_name="accompagnement",
    )
    objective = models.ForeignKey(
        Objective,
        models.PROTECT,
        related_name="actions",
        null=True,
        db_constraint=False,
        verbose_name="objectif",
    )
    what = models.CharField("quoi", max_length=300)
    who = models.CharField("qui", max_length=10, choices=ActionBy)
    due_on = models.DateField("avant le", null=True)
    state = models.CharField("état", max_length=10, choices=ActionState, default=ActionState.TODO)
    by = models.ForeignKey(
        StaffMember, models.PROTECT, db_index=False, related_name="+", verbose_name="notée par"
    )
    at = models.DateTimeField("notée le", default=timezone.now, editable=False)
    settled_on = models.DateField("réglée le", null=True)
    settled_by = models.ForeignKey(
        StaffMember,
        models.PROTECT,
        db_index=False,
        related_name="+",
        null=True,
        verbose_name="réglée par",
    )

    class Meta:
        verbose_name = "action prévue"
        verbose_name_plural = "actions prévues"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state=ActionState.TODO, settled_on=None, settled_by=None)
                | ~Q(state=ActionState.TODO)
                & Q(settled_on__isnull=False, settled_by__isnull=False),
                name="action_settled_by_someone",
            ),
            models.CheckConstraint(
                condition=Q(advice__isnull=False, support=None, objective=None)
                | Q(advice=None, support__isnull=False),
                name="action_of_one_intervention",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["family"], name="action_to_do", condition=Q(state=ActionState.TODO)
            )
        ]

    def __str__(self) -> str:
        return self.what

    @property
    def of(self) -> InformationAdvice | Support:
        """The intervention that it is part of."""
        found = self.advice or self.support
        assert found is not None  # noqa: S101 - the database holds it to be one or the other
        return found

    @property
    def settle_url(self) -> str:
        """Where one says what became of it."""
        return reverse(
            f"{'advice' if self.advice_id else 'supports'}:settle", args=[self.public_id]
        )
