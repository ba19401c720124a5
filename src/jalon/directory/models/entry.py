"""What opens the door: one-time links, and the counts by which guessing is stopped."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from jalon.directory.models.staff import StaffMember


class InvitationQuerySet(models.QuerySet["Invitation"]):
    """One-time links, by whether they still open anything."""

    def open(self) -> InvitationQuerySet:
        """Keep the links that are neither used nor too old."""
        return self.filter(used_at=None, expires_at__gt=timezone.now())


class Invitation(models.Model):
    """A link by which one person chooses a password, once; only its token's digest is kept."""

    member = models.ForeignKey(
        StaffMember, models.CASCADE, related_name="invitations", verbose_name="personne"
    )
    token_hash = models.CharField("empreinte", max_length=64, unique=True)
    created_at = models.DateTimeField("créée le", default=timezone.now)
    created_by = models.ForeignKey(
        StaffMember,
        models.PROTECT,
        related_name="+",
        verbose_name="créée par",
        null=True,
        blank=True,
    )
    expires_at = models.DateTimeField("valable jusqu'au")
    used_at = models.DateTimeField("utilisée le", null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = "invitation"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("created_at")), name="invitation_lasts_a_while"
            ),
            models.CheckConstraint(
                condition=~Q(created_by=F("member")), name="invitation_never_to_oneself"
            ),
        ]

    def __str__(self) -> str:
        return f"Invitation de {self.member}"


class CachedValue(models.Model):
    """A short-lived value that every process must see: wrong guesses, codes already used."""

    key = models.CharField(max_length=250, primary_key=True)
    value = models.JSONField()
    expires_at = models.DateTimeField(null=True, db_index=True)

    def __str__(self) -> str:
        return self.key
