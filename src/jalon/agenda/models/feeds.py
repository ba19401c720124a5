"""The private address by which a worker's own calendar follows their appointments."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone

from jalon.directory.models import StaffMember


class Feed(models.Model):
    """An address that nobody guesses, for one worker; only the digest of its token is kept.

    It says when, how and where, never with whom; with `with_numbers`, the number of the
    family's file besides. It tells nothing more once `revoked_at`, nor once the account is of
    another `generation`: what somebody else may have left there goes with the sessions.
    """

    worker = models.ForeignKey(
        StaffMember, models.CASCADE, related_name="feeds", verbose_name="professionnel"
    )
    token_hash = models.CharField("empreinte", max_length=64, unique=True)
    generation = models.PositiveIntegerField("génération du compte")
    with_numbers = models.BooleanField("avec les numéros de dossier", default=False)
    made_at = models.DateTimeField("faite le", default=timezone.now)
    revoked_at = models.DateTimeField("révoquée le", null=True)

    class Meta:
        verbose_name = "abonnement"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["worker"],
                name="feed_one_at_a_time",
                condition=models.Q(revoked_at=None),
            )
        ]

    def __str__(self) -> str:
        return f"Abonnement de {self.worker}"
