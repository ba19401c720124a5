"""The mutual contract: what both commit to, in versions that no longer change once signed."""

from __future__ import annotations

import uuid
from typing import ClassVar, Final

from django.db import models
from django.db.models import F, Func, IntegerField, Q
from django.db.models.lookups import LessThanOrEqual
from django.utils import timezone

from jalon.audit.choices import closed
from jalon.directory.models import StaffMember
from jalon.families.models import Family
from jalon.interventions.enums import Signature
from jalon.interventions.models.supports import Support

# A few pages, photographed.
MOST_BYTES: Final = 8 * 1024 * 1024
_SIZE = Func(F("scan"), function="octet_length", output_field=IntegerField())


@closed
class Contract(models.Model):
    """A version of what a family and a worker agree on, frozen once both signed.

    A later version amends it. `signatories` are the names of the family's, as they signed. Signed
    on paper, its scan goes with it: the bytes, what they are, and their digest.
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
    scan = models.BinaryField("scan", null=True)
    scan_type = models.CharField("sorte de scan", max_length=20, blank=True)
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
                condition=Q(signature=Signature.PAPER, scan__isnull=False)
                & ~Q(scan_type="")
                & ~Q(scan_sha256="")
                | ~Q(signature=Signature.PAPER) & Q(scan=None, scan_type="", scan_sha256=""),
                name="contract_on_paper_has_its_scan",
            ),
            models.CheckConstraint(condition=Q(ends_on__gt=F("starts_on")), name="contract_lasts"),
            models.CheckConstraint(
                condition=Q(scan=None) | Q(LessThanOrEqual(_SIZE, MOST_BYTES)),
                name="contract_scan_not_too_large",
            ),
        ]

    def __str__(self) -> str:
        return f"Contrat, version {self.version}"

    @property
    def is_signed(self) -> bool:
        """Whether both signed it."""
        return self.signed_on is not None
