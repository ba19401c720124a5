"""Who follows a family besides its lead, and what somebody has begun to write."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from jalon.directory.models import StaffMember
from jalon.families.models import Family


class Follower(models.Model):
    """A colleague with whom a family's lead, or their manager, shares what is written of it.

    Nobody shares with oneself: who follows a family reads all that is told of it.
    """

    family = models.ForeignKey(
        Family, models.PROTECT, related_name="followers", verbose_name="famille"
    )
    worker = models.ForeignKey(
        StaffMember, models.PROTECT, related_name="+", verbose_name="collègue"
    )
    by = models.ForeignKey(
        StaffMember, models.PROTECT, db_index=False, related_name="+", verbose_name="partagée par"
    )
    since = models.DateField("depuis le")
    until = models.DateField("jusqu'au", null=True)

    class Meta:
        verbose_name = "collègue associé"
        verbose_name_plural = "collègues associés"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("since")),
                name="follower_ends_after_it_began",
            ),
            models.CheckConstraint(condition=~Q(by=F("worker")), name="follower_by_another"),
            models.UniqueConstraint(
                fields=["family", "worker"], name="follower_once", condition=Q(until=None)
            ),
        ]

    def __str__(self) -> str:
        return str(self.worker)


class Draft(models.Model):
    """What somebody is writing in a form, kept as they type; theirs alone, gone once written.

    `form` says which form of which thing; `content` is its fields as the browser sends them.
    """

    family = models.ForeignKey(
        Family, models.PROTECT, related_name="drafts", verbose_name="famille"
    )
    author = models.ForeignKey(
        StaffMember, models.PROTECT, db_index=False, related_name="drafts", verbose_name="auteur"
    )
    form = models.CharField("formulaire", max_length=80)
    content = models.JSONField("texte")
    updated_at = models.DateTimeField("gardé le", auto_now=True)

    class Meta:
        verbose_name = "brouillon"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["author", "form"], name="draft_once")
        ]

    def __str__(self) -> str:
        return self.form
