"""That the record of somebody was made: at whose request, by whom, and how they were known."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Final

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone

from jalon.audit.choices import closed
from jalon.directory.models import StaffMember
from jalon.families.models import Family, Person
from jalon.interventions.enums import IdentityCheck

# Beyond, it is made anew: it would say less than what is kept.
_LASTS: Final = timedelta(hours=24)


@closed
class RecordExport(models.Model):
    """A request by one adult of a family to see what is kept about them, and that it was answered.

    `asked_on` is the day on which the request came, `identity` how one knew who asked. The files
    are made as they are downloaded, by who wrote this alone, for a day; none is kept. `reading`
    is the digest of the free texts as they were read again before, and `struck` the digests of
    their sentences that go.
    """

    public_id = models.UUIDField("référence", default=uuid.uuid4, unique=True, editable=False)
    family = models.ForeignKey(
        Family, models.PROTECT, related_name="record_exports", verbose_name="famille"
    )
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name="personne")
    asked_on = models.DateField("demandé le")
    identity = models.CharField(
        "comment la personne est connue", max_length=20, choices=IdentityCheck
    )
    by = models.ForeignKey(
        StaffMember, models.PROTECT, db_index=False, related_name="+", verbose_name="remis par"
    )
    at = models.DateTimeField("fait le", default=timezone.now, editable=False)
    reading = models.CharField("textes relus", max_length=64, blank=True, editable=False)
    struck = ArrayField(
        models.CharField(max_length=64),
        verbose_name="passages masqués",
        default=list,
        blank=True,
        editable=False,
    )

    class Meta:
        verbose_name = "dossier remis"
        verbose_name_plural = "dossiers remis"

    def __str__(self) -> str:
        return f"Dossier remis le {self.at:%d/%m/%Y}"

    @property
    def is_current(self) -> bool:
        """Whether its files may still be downloaded."""
        return timezone.now() - self.at < _LASTS
