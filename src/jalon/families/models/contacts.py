"""How families are reached: what is held as true, and what they gave and nobody confirmed yet."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.contrib.postgres.indexes import HashIndex
from django.db import models
from django.db.models import F, Q

from jalon.audit.choices import closed
from jalon.audit.veils import VeiledText
from jalon.directory.models import StaffMember
from jalon.families.enums import ContactKind, ContactSource
from jalon.families.models.families import Family
from jalon.families.phones import phone_in_french


class WayToReach(models.Model):
    """One way to reach a family; an address has its lines, the others their value alone."""

    kind = models.CharField("nature", max_length=10, choices=ContactKind)
    value = models.CharField("valeur", max_length=254, blank=True)
    line1 = models.CharField("ligne 1", max_length=200, blank=True)
    line2 = models.CharField("ligne 2", max_length=200, blank=True)
    postal_code = models.CharField("code postal", max_length=10, blank=True)
    city = models.CharField("ville", max_length=100, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.get_kind_display()

    @property
    def lines(self) -> list[str]:
        """The lines to show: those of an address, or the value as it is read here."""
        if self.kind == ContactKind.ADDRESS:
            town = f"{self.postal_code} {self.city}".strip()
            return [line for line in (self.line1, self.line2, town) if line]
        return [phone_in_french(self.value) if self.kind == ContactKind.PHONE else self.value]

    @property
    def link(self) -> str:
        """What a telephone or a mail program opens; nothing for an address or an unread number."""
        if self.kind == ContactKind.EMAIL:
            return f"mailto:{self.value}"
        called = self.kind == ContactKind.PHONE and self.value.startswith("+")
        return f"tel:{self.value}" if called else ""


@closed
class ContactPoint(WayToReach):
    """A way to reach a family that is used: letters, messages and planners read these alone.

    `by` is who wrote it down, or confirmed what the family gave; nobody for the register's.
    `ended_by` is who said that it holds no more, nobody where the register gave another.
    """

    family = models.ForeignKey(
        Family, models.PROTECT, related_name="contact_points", verbose_name="famille"
    )
    protected = models.BooleanField("protégée", default=False)
    since = models.DateField("depuis le")
    until = models.DateField("jusqu'au", null=True, blank=True)
    source = models.CharField(
        "donnée par",
        max_length=10,
        choices=ContactSource,
        default=ContactSource.REGISTER,
        db_default=ContactSource.REGISTER,
    )
    by = models.ForeignKey(
        StaffMember, models.PROTECT, related_name="+", null=True, verbose_name="par"
    )
    ended_by = models.ForeignKey(
        StaffMember, models.PROTECT, related_name="+", null=True, verbose_name="terminée par"
    )

    class Meta:
        verbose_name = "coordonnée"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("since")),
                name="contact_ends_after_it_began",
            ),
            models.CheckConstraint(
                condition=Q(source=ContactSource.REGISTER, by=None)
                | Q(source__in=(ContactSource.FAMILY, ContactSource.STAFF), by__isnull=False),
                name="contact_of_the_register_or_someone",
            ),
            models.CheckConstraint(
                condition=Q(ended_by=None) | Q(until__isnull=False),
                name="contact_ended_by_someone_ended",
            ),
        ]
        # Who sees some rows and not others would learn from an index in order what lies between,
        # and from one over both how many were found: these are neither.
        indexes: ClassVar = [
            HashIndex(
                VeiledText("value"),
                name="contact_open_phone",
                condition=Q(kind="phone", protected=False),
            ),
            HashIndex(
                VeiledText("value"),
                name="contact_protected_phone",
                condition=Q(kind="phone", protected=True),
            ),
        ]


@closed
class GivenContact(WayToReach):
    """What a family gave by itself on the answer page: of no use until a person confirmed it.

    Whoever holds a letter and knows a birthday may have given it. `safe` where the family said at
    the same time that writing to it is dangerous. Written by the database alone, decided once.
    """

    public_id = models.UUIDField("référence", default=uuid.uuid4, unique=True, editable=False)
    family = models.ForeignKey(
        Family, models.PROTECT, related_name="given_contacts", verbose_name="famille"
    )
    safe = models.BooleanField("dite sûre", default=False)
    given_at = models.DateTimeField("donnée le")
    confirmed = models.BooleanField("confirmée", null=True)
    decided_by = models.ForeignKey(
        StaffMember, models.PROTECT, related_name="+", null=True, verbose_name="décidée par"
    )
    decided_at = models.DateTimeField("décidée le", null=True)

    class Meta:
        verbose_name = "coordonnée donnée"
        verbose_name_plural = "coordonnées données"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(confirmed=None, decided_by=None, decided_at=None)
                | Q(confirmed__isnull=False, decided_by__isnull=False, decided_at__isnull=False),
                name="given_contact_decided_by_someone",
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["id"], name="given_contact_waits", condition=Q(confirmed=None))
        ]
