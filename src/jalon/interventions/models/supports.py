"""Supports: a lasting engagement with a family, from the first draft to its news months later."""

from __future__ import annotations

import uuid
from datetime import date
from typing import ClassVar, Final

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from jalon.audit.choices import closed
from jalon.directory.models import StaffMember
from jalon.families.models import Family
from jalon.interventions.enums import (
    GOES_ON,
    NOT_OVER,
    Closing,
    SupportState,
    Suspension,
)
from jalon.interventions.models.advice import InformationAdvice
from jalon.web.addresses import address_of

# Why somebody else carries a support.
HANDED_OVER: Final = "handed_over"


@closed
class Support(models.Model):
    """A worker goes along with a family for some months: where that stands, and until when.

    What is said, planned and agreed is told elsewhere, to fewer people. `ends_on` is what the last
    contract signed says, `limit_on` a year after it began, or later where a manager agreed; the
    database moves that one. `next_review_on` and `news_on` are the days on which the profile has
    both look back, after it began and after it closed.
    """

    public_id = models.UUIDField("référence", default=uuid.uuid4, unique=True, editable=False)
    family = models.ForeignKey(
        Family, models.PROTECT, related_name="supports", verbose_name="famille"
    )
    worker = models.ForeignKey(
        StaffMember,
        models.PROTECT,
        db_index=False,
        related_name="supports",
        verbose_name="travailleur social",
    )
    advice = models.ForeignKey(
        InformationAdvice,
        models.PROTECT,
        related_name="supports",
        null=True,
        db_constraint=False,
        verbose_name="information-conseil",
    )
    state = models.CharField(
        "état", max_length=10, choices=SupportState, default=SupportState.DRAFT
    )
    drafted_on = models.DateField("préparé le")
    started_on = models.DateField("commencé le", null=True)
    ends_on = models.DateField("terme du contrat", null=True)
    limit_on = models.DateField("limite", null=True)
    next_review_on = models.DateField("prochain bilan", null=True)
    suspended_on = models.DateField("suspendu le", null=True)
    suspension = models.CharField(
        "cause de suspension", max_length=10, choices=Suspension, blank=True
    )
    closed_on = models.DateField("clos le", null=True)
    closing = models.CharField("motif de fin", max_length=10, choices=Closing, blank=True)
    reopened_on = models.DateField("repris le", null=True)
    news_on = models.DateField("nouvelles à prendre", null=True)

    class Meta:
        verbose_name = "accompagnement"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["id", "family"], name="support_of_one_family"),
            models.UniqueConstraint(
                fields=["family"], name="support_one_at_a_time", condition=Q(state__in=NOT_OVER)
            ),
            models.CheckConstraint(
                condition=Q(state=SupportState.DRAFT, started_on=None)
                | Q(state=SupportState.CLOSED)
                | Q(
                    state__in=(*GOES_ON, SupportState.SUSPENDED),
                    started_on__isnull=False,
                    ends_on__isnull=False,
                    limit_on__isnull=False,
                ),
                name="support_goes_on_since_it_began",
            ),
            models.CheckConstraint(
                condition=Q(state=SupportState.SUSPENDED, suspended_on__isnull=False)
                & ~Q(suspension="")
                | ~Q(state=SupportState.SUSPENDED) & Q(suspended_on=None, suspension=""),
                name="support_suspended_says_why",
            ),
            models.CheckConstraint(
                condition=Q(state=SupportState.CLOSED, closed_on__isnull=False) & ~Q(closing="")
                | ~Q(state=SupportState.CLOSED) & Q(closed_on=None, closing="", news_on=None),
                name="support_closed_says_why",
            ),
            models.CheckConstraint(
                condition=Q(closing=Closing.NOT_BEGUN, started_on=None)
                | ~Q(closing=Closing.NOT_BEGUN)
                & (Q(closed_on=None) | Q(started_on__isnull=False)),
                name="support_not_begun_or_begun",
            ),
            models.CheckConstraint(
                condition=~Q(state=SupportState.REOPENED) | Q(reopened_on__isnull=False),
                name="support_reopened_on_a_day",
            ),
            models.CheckConstraint(
                condition=(Q(started_on=None) | Q(started_on__gte=F("drafted_on")))
                & (Q(closed_on=None) | Q(closed_on__gte=F("drafted_on"))),
                name="support_days_in_order",
            ),
            # Beyond a year, a manager agreed first: the limit moves by that alone.
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__lte=F("limit_on")),
                name="support_ends_within_its_limit",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["worker", "-id"], name="support_of_worker"),
            models.Index(fields=["started_on"], name="support_started_on"),
            models.Index(
                fields=["worker"], name="support_not_over", condition=Q(state__in=NOT_OVER)
            ),
            models.Index(
                fields=["worker"], name="support_news_due", condition=Q(news_on__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"Accompagnement {self.public_id}"

    def get_absolute_url(self) -> str:
        """Return the address of its page."""
        return address_of("supports:page", self.public_id)

    @property
    def goes_on(self) -> bool:
        """Whether it is being carried out today."""
        return self.state in GOES_ON

    @property
    def is_over(self) -> bool:
        """Whether it is closed."""
        return self.state == SupportState.CLOSED

    def over_limit(self, today: date) -> bool:
        """Tell whether it lasts longer than it may."""
        return self.state in NOT_OVER and self.limit_on is not None and self.limit_on < today


@closed
class SupportEvent(models.Model):
    """One change of a support's state, or of who carries it: when, by whom and why.

    The database writes it as the support changes, and nobody else does; `why` is one of
    `Suspension` or of `Closing`, or that it was handed over.
    """

    support = models.ForeignKey(
        Support,
        models.PROTECT,
        db_index=False,
        related_name="changes",
        db_constraint=False,
        verbose_name="accompagnement",
    )
    family = models.ForeignKey(
        Family, models.PROTECT, related_name="+", db_constraint=False, verbose_name="famille"
    )
    state = models.CharField("devient", max_length=10, choices=SupportState)
    worker = models.ForeignKey(
        StaffMember, models.PROTECT, db_index=False, related_name="+", verbose_name="porté par"
    )
    why = models.CharField("pourquoi", max_length=60, blank=True)
    on = models.DateField("le")
    by = models.ForeignKey(
        StaffMember, models.PROTECT, db_index=False, related_name="+", verbose_name="par"
    )
    at = models.DateTimeField("noté le", default=timezone.now, editable=False)

    class Meta:
        verbose_name = "étape d'un accompagnement"
        verbose_name_plural = "étapes d'un accompagnement"
        indexes: ClassVar = [
            models.Index(fields=["support", "id"], name="change_of_support"),
            models.Index(fields=["on"], name="change_on"),
        ]

    def __str__(self) -> str:
        return f"{self.get_state_display()} le {self.on}"

    @property
    def reason(self) -> str:
        """Why, in words, where something is to say."""
        if self.why == HANDED_OVER:
            return "Passage de relais"
        reasons = Suspension if self.state == SupportState.SUSPENDED else Closing
        return str(reasons(self.why).label) if self.why else ""


class Extension(models.Model):
    """A worker asks to go on past a year, and a manager says yes or no; nothing else moves it."""

    public_id = models.UUIDField("référence", default=uuid.uuid4, unique=True, editable=False)
    support = models.ForeignKey(
        Support,
        models.PROTECT,
        related_name="extensions",
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
    until = models.DateField("jusqu'au")
    why = models.TextField("pourquoi", max_length=2000)
    asked_by = models.ForeignKey(
        StaffMember, models.PROTECT, related_name="+", verbose_name="demandée par"
    )
    asked_at = models.DateTimeField("demandée le", default=timezone.now, editable=False)
    granted = models.BooleanField("accordée", null=True)
    decided_by = models.ForeignKey(
        StaffMember,
        models.PROTECT,
        db_index=False,
        related_name="+",
        null=True,
        verbose_name="décidée par",
    )
    decided_at = models.DateTimeField("décidée le", null=True)
    answer = models.TextField("réponse", max_length=2000, blank=True)

    class Meta:
        verbose_name = "prolongation"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(granted=None, decided_by=None, decided_at=None)
                | Q(granted__isnull=False, decided_by__isnull=False, decided_at__isnull=False),
                name="extension_decided_by_someone",
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("asked_by")),
                name="extension_decided_by_another",
            ),
            models.UniqueConstraint(
                fields=["support"], name="extension_asked_once", condition=Q(granted=None)
            ),
        ]

    def __str__(self) -> str:
        return f"Prolongation jusqu'au {self.until}"
