"""What a worker writes of a family day after day, and what they note for themselves."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from jalon.agenda.models import Appointment
from jalon.audit.choices import closed
from jalon.directory.models import StaffMember
from jalon.families.models import Family
from jalon.interventions.enums import EntryKind


@closed
class JournalEntry(models.Model):
    """A line of a family's journal: a contact, a call, a step taken; read by who follows it."""

    public_id = models.UUIDField("référence", default=uuid.uuid4, unique=True, editable=False)
    family = models.ForeignKey(
        Family, models.PROTECT, db_index=False, related_name="journal", verbose_name="famille"
    )
    kind = models.CharField("sorte", max_length=10, choices=EntryKind)
    on = models.DateField("le")
    text = models.TextField("texte", max_length=8000)
    appointment = models.ForeignKey(
        Appointment,
        models.PROTECT,
        related_name="+",
        null=True,
        db_index=False,
        verbose_name="rendez-vous",
    )
    by = models.ForeignKey(StaffMember, models.PROTECT, related_name="journal", verbose_name="par")
    at = models.DateTimeField("noté le", default=timezone.now, editable=False)
    revision = models.PositiveIntegerField("version du texte", default=1)

    class Meta:
        verbose_name = "ligne du journal"
        verbose_name_plural = "journal"
        indexes: ClassVar = [
            models.Index(fields=["family", "-on", "-id"], name="journal_of_family"),
            models.Index(
                fields=["appointment"],
                name="journal_at_appointment",
                condition=Q(appointment__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.on}"


class PrivateNote(models.Model):
    """What somebody notes of a family for themselves: nobody else reads it, manager included."""

    public_id = models.UUIDField("référence", default=uuid.uuid4, unique=True, editable=False)
    family = models.ForeignKey(
        Family, models.PROTECT, related_name="notes", verbose_name="famille"
    )
    author = models.ForeignKey(
        StaffMember, models.PROTECT, db_index=False, related_name="notes", verbose_name="auteur"
    )
    text = models.TextField("note", max_length=8000)
    at = models.DateTimeField("écrite le", default=timezone.now, editable=False)
    revision = models.PositiveIntegerField("version du texte", default=1)

    class Meta:
        verbose_name = "note personnelle"
        verbose_name_plural = "notes personnelles"
        indexes: ClassVar = [models.Index(fields=["author", "family"], name="note_of_author")]

    def __str__(self) -> str:
        return f"Note du {self.at:%d/%m/%Y}"
