"""What is to be done for a family: by whom, by when, and whether it was."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from jalon.audit.choices import closed
from jalon.directory.models import StaffMember
from jalon.families.models import Family
from jalon.interventions.enums import ActionBy, ActionState
from jalon.interventions.models.advice import InformationAdvice


@closed
class PlannedAction(models.Model):
    """One thing to do: what follows an information-advice. Late is what is due and not settled."""

    public_id = models.UUIDField("référence", default=uuid.uuid4, unique=True, editable=False)
    family = models.ForeignKey(
        Family, models.PROTECT, related_name="+", db_constraint=False, verbose_name="famille"
    )
    advice = models.ForeignKey(
        InformationAdvice,
        models.PROTECT,
        related_name="actions",
        null=True,
        db_constraint=False,
        verbose_name="information-conseil",
    )
    what = models.CharField("quoi", max_length=300)
    who = models.CharField("qui", max_length=10, choices=ActionBy)
    due_on = models.DateField("avant le", null=True)
    state = models.CharField("état", max_length=10, choices=ActionState, default=ActionState.TODO)
    by = models.ForeignKey(StaffMember, models.PROTECT, related_name="+", verbose_name="notée par")
    at = models.DateTimeField("notée le", default=timezone.now, editable=False)
    settled_on = models.DateField("réglée le", null=True)
    settled_by = models.ForeignKey(
        StaffMember, models.PROTECT, related_name="+", null=True, verbose_name="réglée par"
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
            )
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["family"], name="action_to_do", condition=Q(state=ActionState.TODO)
            )
        ]

    def __str__(self) -> str:
        return self.what

    @property
    def of(self) -> InformationAdvice | None:
        """The intervention that it is part of."""
        return self.advice
