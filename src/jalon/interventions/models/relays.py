"""What whoever follows a family leaves to whoever comes next."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from jalon.directory.models import StaffMember
from jalon.families.models import Family


class HandOverNote(models.Model):
    """What is going on with a family and what is due, for its next lead worker.

    It is written before the change and waits for whoever leads the family and did not write it,
    until they say that they read it; then it is kept as it was. Each who follows the family may
    leave one, and nobody writes in another's.
    """

    public_id = models.UUIDField("référence", default=uuid.uuid4, unique=True, editable=False)
    family = models.ForeignKey(
        Family, models.PROTECT, related_name="hand_over_notes", verbose_name="famille"
    )
    going_on = models.TextField("où on en est", max_length=4000)
    due = models.TextField("ce qui est à faire", max_length=4000, blank=True)
    by = models.ForeignKey(
        StaffMember, models.PROTECT, db_index=False, related_name="+", verbose_name="écrite par"
    )
    at = models.DateTimeField("écrite le", default=timezone.now, editable=False)
    revision = models.PositiveIntegerField("version du texte", default=1)
    read_by = models.ForeignKey(
        StaffMember,
        models.PROTECT,
        db_index=False,
        related_name="+",
        null=True,
        verbose_name="lue par",
    )
    read_at = models.DateTimeField("lue le", null=True)

    class Meta:
        verbose_name = "note de relais"
        verbose_name_plural = "notes de relais"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(read_by=None, read_at=None)
                | Q(read_by__isnull=False, read_at__isnull=False),
                name="hand_over_read_by_someone",
            ),
            models.CheckConstraint(
                condition=Q(read_by=None) | ~Q(read_by=F("by")), name="hand_over_read_by_another"
            ),
            models.UniqueConstraint(
                fields=["family", "by"], name="hand_over_one_waits", condition=Q(read_by=None)
            ),
        ]

    def __str__(self) -> str:
        return f"Note de relais du {self.at:%d/%m/%Y}"
