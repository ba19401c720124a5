"""What families are told of their appointments, by text message or e-mail."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from jalon.agenda.enums import NoticeKind
from jalon.agenda.models.appointments import Appointment
from jalon.audit.choices import closed
from jalon.outreach.models import Message


@closed
class Notice(models.Model):
    """One thing to tell a family of an appointment, which then began at `starts_at`.

    The database writes it as the appointment changes, and settles it: with its message, or with
    none where nobody may be written to, or something newer is to be told.
    """

    appointment = models.ForeignKey(
        Appointment, models.CASCADE, related_name="notices", verbose_name="rendez-vous"
    )
    kind = models.CharField("avis", max_length=10, choices=NoticeKind)
    starts_at = models.DateTimeField("début du rendez-vous")
    made_at = models.DateTimeField("à dire depuis le")
    settled_at = models.DateTimeField("réglé le", null=True)
    message = models.OneToOneField(
        Message, models.PROTECT, related_name="+", null=True, verbose_name="message"
    )

    class Meta:
        verbose_name = "avis de rendez-vous"
        verbose_name_plural = "avis de rendez-vous"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["appointment"], name="notice_one_to_tell", condition=Q(settled_at=None)
            ),
            models.UniqueConstraint(
                fields=["appointment", "starts_at"],
                name="notice_reminds_once",
                condition=Q(kind=NoticeKind.UPCOMING),
            ),
            models.CheckConstraint(
                condition=Q(message=None) | Q(settled_at__isnull=False),
                name="notice_settled_with_its_message",
            ),
        ]

    def __str__(self) -> str:
        return str(NoticeKind(self.kind).label)
