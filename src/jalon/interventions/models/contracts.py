"""The mutual contract: what both commit to, in versions that no longer change once signed."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from jalon.audit.choices import closed
from jalon.directory.models import StaffMember
from jalon.documents.kinds import MOST_BYTES, Kind
from jalon.families.models import Family
from jalon.interventions.enums import Signature
from jalon.interventions.models.supports import Support


@closed
class Contract(models.Model):
    """A version of what a family and a worker agree on, frozen once both signed.

    A later version amends it. `signatories` are the names of the family's, as they signed. Signed
    on paper, its scan goes with it, kept beside the database: `scan` is its reference there.
    """

    public_id = models.UUIDField("référence", default=uuid.uuid4, unique=True, editable=False)
    support = models.ForeignKey(
        Support,
        models.PROTECT,
        db_index=False,
        related_name="contracts",
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
    version = models.PositiveSmallIntegerField("version")
    purpose = models.TextField("ce que nous voulons ensemble", max_length=4000, blank=True)
    family_side = models.TextField("la famille s'engage à", max_length=4000, blank=True)
    worker_side = models.TextField("le travailleur social s'engage à", max_length=4000, blank=True)
    starts_on = models.DateField("du")
    ends_on = models.DateField("au")
    made_by = models.ForeignKey(
        StaffMember, models.PROTECT, db_index=False, related_name="+", verbose_name="écrit par"
    )
    made_at = models.DateTimeField("écrit le", default=timezone.now, editable=False)
    revision = models.PositiveIntegerField("version du texte", default=1)
    signed_on = models.DateField("signé le", null=True)
    signature = models.CharField("signé", max_length=10, choices=Signature, blank=True)
    signatories = models.CharField("signé par", max_length=200, blank=True)
    signed_by = models.ForeignKey(
        StaffMember,
        models.PROTECT,
        db_index=False,
        related_name="+",
        null=True,
        verbose_name="et par, pour le service",
    )
    scan = models.UUIDField("scan", null=True, unique=True, editable=False)
    scan_type = models.CharField(
        "sorte de scan",
        max_length=20,
        choices=[(one.value, one.suffix) for one in Kind],
        blank=True,
    )
    scan_size = models.PositiveIntegerField("octets du scan", default=0)
    scan_sha256 = models.CharField("empreinte du scan", max_length=64, blank=True)

    class Meta:
        verbose_name = "contrat"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["support", "version"], name="contract_once"),
            models.UniqueConstraint(
                fields=["support"], name="contract_one_to_sign", condition=Q(signed_on=None)
            ),
            models.CheckConstraint(
                condition=Q(signed_on=None, signature="", signatories="", signed_by=None)
                | Q(signed_on__isnull=False, signed_by__isnull=False)
                & ~Q(signature="")
                & ~Q(signatories=""),
                name="contract_signed_by_both",
            ),
            models.CheckConstraint(
                condition=Q(
                    signature=Signature.PAPER,
                    scan__isnull=False,
                    scan_size__gt=0,
                    scan_size__lte=MOST_BYTES,
                    scan_sha256__regex="^[0-9a-f]{64}$",
                )
                & ~Q(scan_type="")
                | ~Q(signature=Signature.PAPER)
                & Q(scan=None, scan_type="", scan_size=0, scan_sha256=""),
                name="contract_on_paper_has_its_scan",
            ),
            models.CheckConstraint(condition=Q(ends_on__gt=F("starts_on")), name="contract_lasts"),
        ]

    def __str__(self) -> str:
        return f"Contrat, version {self.version}"

    @property
    def is_signed(self) -> bool:
        """Whether both signed it."""
        return self.signed_on is not None
