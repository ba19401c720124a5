"""A rights check: what a family says of itself, what it could claim, and what became of that."""

from __future__ import annotations

import uuid
from typing import ClassVar, Final

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from jalon.audit.choices import closed
from jalon.directory.models import StaffMember
from jalon.families.models import Family
from jalon.interventions.enums import ClaimState
from jalon.interventions.rights_check.situations import Otherwise
from jalon.interventions.rights_check.told import Told
from jalon.rights.catalogue import BY_CODE, RIGHTS
from jalon.rules.calendar import Month

_MONTH: Final = r"^\d{4}-(0[1-9]|1[0-2])$"


class RightsCheck(models.Model):
    """What a family could claim in a month, computed of what it said.

    `said` is what `rights_check.told` reads and writes, `otherwise` the other situations asked
    for, `result` what was found of each, today's first (`rights_check.found`), by that version of
    the model. Its worker alone fills it in; once computed, nothing of it changes any more.
    """

    public_id = models.UUIDField("référence", default=uuid.uuid4, unique=True, editable=False)
    family = models.ForeignKey(
        Family, models.PROTECT, related_name="rights_checks", verbose_name="famille"
    )
    worker = models.ForeignKey(
        StaffMember,
        models.PROTECT,
        db_index=False,
        related_name="+",
        verbose_name="travailleur social",
    )
    month = models.CharField("mois du calcul", max_length=7)
    said = models.JSONField("ce qui est dit")
    otherwise = models.JSONField("autres situations", default=list)
    revision = models.PositiveIntegerField("version", default=1)
    at = models.DateTimeField("ouvert le", default=timezone.now, editable=False)
    asked_at = models.DateTimeField("calcul demandé le", null=True)
    problem = models.CharField("ce qui empêche le calcul", max_length=300, blank=True)
    result = models.JSONField("résultat", null=True)
    computed_with = models.CharField("version du modèle", max_length=40, blank=True)
    computed_at = models.DateTimeField("calculé le", null=True)

    class Meta:
        verbose_name = "rendez-vous des droits"
        verbose_name_plural = "rendez-vous des droits"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["id", "family"], name="rights_check_of_one_family"),
            models.CheckConstraint(
                condition=Q(month__regex=_MONTH), name="rights_check_of_a_month"
            ),
            models.CheckConstraint(
                condition=Q(computed_at=None, result__isnull=True, computed_with="")
                | Q(computed_at__isnull=False, result__isnull=False, asked_at__isnull=False)
                & Q(problem="")
                & ~Q(computed_with=""),
                name="rights_check_computed_as_a_whole",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["worker"], name="rights_check_of_worker")]

    def __str__(self) -> str:
        return f"Rendez-vous des droits {Month.parse(self.month).of_french}"

    def get_absolute_url(self) -> str:
        """Return the address of its page."""
        return reverse("rights:check", args=[self.public_id])

    @property
    def told(self) -> Told:
        """What is known of the family."""
        return Told.of_json(self.said)

    @property
    def others(self) -> list[Otherwise]:
        """The other situations asked for."""
        return [Otherwise.of_json(one) for one in self.otherwise]

    @property
    def of_month(self) -> Month:
        """The month that rights are computed for."""
        return Month.parse(self.month)

    @property
    def is_computed(self) -> bool:
        """Whether it has its result."""
        return self.computed_at is not None

    @property
    def is_under_way(self) -> bool:
        """Whether its result was asked for, and may still come."""
        return self.asked_at is not None and not self.is_computed and not self.problem


@closed
class RightsClaim(models.Model):
    """A right that a check found and a family claims: since when, and what was decided.

    Who noted what was decided, and when, the database writes.
    """

    public_id = models.UUIDField("référence", default=uuid.uuid4, unique=True, editable=False)
    rights_check = models.ForeignKey(
        RightsCheck,
        models.PROTECT,
        related_name="claims",
        db_constraint=False,
        verbose_name="rendez-vous des droits",
    )
    family = models.ForeignKey(
        Family, models.PROTECT, related_name="+", db_constraint=False, verbose_name="famille"
    )
    kind = models.CharField(
        "droit", max_length=10, choices=[(one.code, one.label) for one in RIGHTS]
    )
    claimed_on = models.DateField("demandé le")
    state = models.CharField(
        "suite", max_length=10, choices=ClaimState, default=ClaimState.CLAIMED
    )
    decided_on = models.DateField("décidé le", null=True)
    euros = models.DecimalField("montant accordé", max_digits=9, decimal_places=2, null=True)
    by = models.ForeignKey(
        StaffMember, models.PROTECT, db_index=False, related_name="+", verbose_name="noté par"
    )
    decided_by = models.ForeignKey(
        StaffMember,
        models.PROTECT,
        null=True,
        db_index=False,
        related_name="+",
        verbose_name="décision notée par",
    )
    decided_at = models.DateTimeField("décision notée le", null=True)
    at = models.DateTimeField("noté le", default=timezone.now, editable=False)

    class Meta:
        verbose_name = "droit demandé"
        verbose_name_plural = "droits demandés"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["rights_check", "kind"], name="rights_claim_once_a_check"
            ),
            models.CheckConstraint(
                condition=Q(state=ClaimState.CLAIMED, decided_on=None, euros=None)
                | Q(state=ClaimState.GRANTED, decided_on__isnull=False, euros__gte=0)
                | Q(state=ClaimState.REFUSED, decided_on__isnull=False, euros=None),
                name="rights_claim_decided_as_a_whole",
            ),
            models.CheckConstraint(
                condition=Q(decided_on=None) | Q(decided_on__gte=F("claimed_on")),
                name="rights_claim_decided_after_claimed",
            ),
        ]

    def __str__(self) -> str:
        return str(self.get_kind_display())

    @property
    def per(self) -> str:
        """At which rhythm its amount is."""
        return BY_CODE[self.kind].rhythm.value

    @property
    def is_cover(self) -> bool:
        """Whether it is a cover, which has no amount."""
        return BY_CODE[self.kind].cover
