"""A file that goes with what is written of a family: what it is, where it is, who added it."""

from __future__ import annotations

import uuid
from typing import ClassVar, Final

from django.db import models
from django.db.models import Q
from django.utils import timezone

from jalon.audit.choices import closed
from jalon.directory.models import StaffMember
from jalon.documents.kinds import MOST_BYTES, Kind
from jalon.families.models import Family
from jalon.web import french

_MEGABYTE: Final = 1024 * 1024


@closed
class Document(models.Model):
    """A file handed in for a family, kept sealed beside the database under the reference `file`.

    `label` is the worker's own word for it: the name it came with is never kept. It is never
    changed; it is taken away, with its file, by whoever added it or leads the family.
    """

    public_id = models.UUIDField("référence", default=uuid.uuid4, unique=True, editable=False)
    family = models.ForeignKey(
        Family, models.PROTECT, related_name="documents", verbose_name="famille"
    )
    label = models.CharField("ce que c'est", max_length=120)
    file = models.UUIDField("fichier", unique=True, editable=False)
    kind = models.CharField(
        "sorte", max_length=20, choices=[(one.value, one.suffix.upper()) for one in Kind]
    )
    size = models.PositiveIntegerField("octets")
    sha256 = models.CharField("empreinte", max_length=64)
    by = models.ForeignKey(
        StaffMember, models.PROTECT, db_index=False, related_name="+", verbose_name="joint par"
    )
    at = models.DateTimeField("joint le", default=timezone.now, editable=False)

    class Meta:
        verbose_name = "document"
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(label=""), name="document_says_what_it_is"),
            models.CheckConstraint(
                condition=Q(size__gt=0, size__lte=MOST_BYTES), name="document_not_too_large"
            ),
            models.CheckConstraint(
                condition=Q(sha256__regex="^[0-9a-f]{64}$"), name="document_has_its_digest"
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def size_in_words(self) -> str:
        """How large it is: 340 Ko, 1,2 Mo."""
        if self.size < _MEGABYTE:
            return f"{french.number(max(1, self.size // 1024))} Ko"
        return f"{french.number(self.size / _MEGABYTE, 1)} Mo"
