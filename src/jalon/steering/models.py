"""Facts without identity, kept when families are gone, and the reports that are made of them."""

from __future__ import annotations

import uuid
from typing import ClassVar, Final
from urllib.parse import urlencode

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from jalon.audit.choices import closed
from jalon.directory.models import StaffMember, Territory
from jalon.rules.calendar import Month
from jalon.steering.enums import Breakdown, Cause, ReportKind


@closed
class Reckoning(models.Model):
    """A month as it was counted once: of a month that is over, a version that stays.

    Version 0 is of a month that is not frozen yet, and counted anew each night. `told` is the
    version that figures rest on. Counted again, a month that gives the same leaves nothing but
    `checked_at`; another count is a version beside, of which `changed` says how many facts
    differ from those told until then, `merges` how many families were made one or parted in
    between and `purged` how many went that may have been of it: what a purge took away, of them
    or of staff who left, replaces nothing. `gone` is how many facts of families that are gone the
    purge had kept of this month when it was counted.
    """

    month = models.CharField("mois", max_length=7)
    version = models.PositiveSmallIntegerField("version")
    cause = models.CharField("pourquoi", max_length=10, choices=Cause)
    told = models.BooleanField("version retenue")
    computed_at = models.DateTimeField("compté le")
    checked_at = models.DateTimeField("recompté à l'identique le", null=True)
    changed = models.PositiveIntegerField("faits changés", default=0)
    merges = models.PositiveIntegerField("réunions de familles depuis", default=0)
    purged = models.PositiveIntegerField("familles purgées depuis", default=0)
    gone = models.PositiveIntegerField("faits de familles purgées", default=0)

    class Meta:
        verbose_name = "décompte d'un mois"
        verbose_name_plural = "décomptes des mois"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["month", "version"], name="reckoning_once"),
            models.UniqueConstraint(
                fields=["month"], name="reckoning_one_told", condition=Q(told=True)
            ),
            models.CheckConstraint(
                condition=Q(month__regex=r"^\d{4}-(0[1-9]|1[0-2])$"), name="reckoning_of_a_month"
            ),
            models.CheckConstraint(
                condition=Q(version=0, cause=Cause.GOING_ON)
                | Q(version=1, cause=Cause.FIRST)
                | Q(version__gt=1, cause__in=(Cause.CORRECTED, Cause.PURGED)),
                name="reckoning_of_its_cause",
            ),
            models.CheckConstraint(
                condition=~Q(cause=Cause.PURGED) | Q(told=False),
                name="reckoning_never_told_once_purged",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.month}, version {self.version}"

    @property
    def is_frozen(self) -> bool:
        """Whether it stays as it is."""
        return self.version > 0


@closed
class Fact(models.Model):
    """How often something was, in a month: in a place, and by one thing at most besides.

    `measure` is the code of a `measures.Measure`. `territory` is a code, empty for the whole
    department, `-` for what is outside every territory. `value` is what `breakdown` is there,
    empty where nobody knows it. `total` adds up what the measure says it does: days, hours,
    people for a full time. Two things are never crossed: a count by commune, offer and outcome
    would be somebody.
    """

    reckoning = models.ForeignKey(
        Reckoning,
        models.CASCADE,
        related_name="facts",
        db_index=False,
        verbose_name="décompte",
    )
    measure = models.CharField("mesure", max_length=40)
    territory = models.CharField("territoire", max_length=50, blank=True)
    breakdown = models.CharField("ventilation", max_length=10, choices=Breakdown, blank=True)
    value = models.CharField("valeur", max_length=100, blank=True)
    number = models.PositiveBigIntegerField("nombre")
    total = models.DecimalField("total", max_digits=14, decimal_places=2)

    class Meta:
        verbose_name = "fait du mois"
        verbose_name_plural = "faits du mois"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["reckoning", "measure", "territory", "breakdown", "value"],
                name="fact_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.measure} : {self.number}"


_ORDINALS: Final = {1: "1er", 2: "2e", 3: "3e", 4: "4e"}
_OF_A_QUARTER: Final = 3


@closed
class Report(models.Model):
    """A quarter or a year told as a document: figures, and what managers say of each chapter.

    `content` is what `report_content` reads and writes: the figures as they stood when they were
    last asked for, `counted_at`. `revision` goes up with each change of them or of a `Comment`:
    what is adopted is what was read. Adopted, nothing of it changes any more; another version,
    made beside, says in `reason` what it corrects.
    """

    public_id = models.UUIDField("référence", default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField("sorte", max_length=10, choices=ReportKind)
    year = models.PositiveSmallIntegerField("année")
    quarter = models.PositiveSmallIntegerField("trimestre", default=0)
    territory = models.ForeignKey(
        Territory,
        models.PROTECT,
        null=True,
        db_index=False,
        related_name="+",
        verbose_name="territoire",
    )
    version = models.PositiveSmallIntegerField("version", default=1)
    reason = models.CharField("ce que cette version corrige", max_length=500, blank=True)
    drafted_by = models.ForeignKey(
        StaffMember, models.PROTECT, db_index=False, related_name="+", verbose_name="préparé par"
    )
    drafted_at = models.DateTimeField("préparé le", default=timezone.now, editable=False)
    revision = models.PositiveIntegerField("modifications", default=1)
    asked_at = models.DateTimeField("chiffres demandés le", default=timezone.now)
    problem = models.CharField("ce qui empêche les chiffres", max_length=300, blank=True)
    content = models.JSONField("chiffres", null=True)
    counted_at = models.DateTimeField("chiffres repris le", null=True)
    adopted_by = models.ForeignKey(
        StaffMember,
        models.PROTECT,
        null=True,
        db_index=False,
        related_name="+",
        verbose_name="adopté par",
    )
    adopted_at = models.DateTimeField("adopté le", null=True)

    class Meta:
        verbose_name = "rapport"
        verbose_name_plural = "rapports"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["kind", "year", "quarter", "territory", "version"],
                name="report_version_once",
                nulls_distinct=False,
            ),
            models.UniqueConstraint(
                fields=["kind", "year", "quarter", "territory"],
                name="report_one_draft",
                condition=Q(adopted_at=None),
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=Q(kind=ReportKind.QUARTER, quarter__gte=1, quarter__lte=4)
                | Q(kind=ReportKind.YEAR, quarter=0),
                name="report_of_a_period",
            ),
            models.CheckConstraint(
                condition=Q(version=1, reason="") | (Q(version__gt=1) & ~Q(reason="")),
                name="report_says_what_it_corrects",
            ),
            models.CheckConstraint(
                condition=Q(content__isnull=True, counted_at=None)
                | Q(content__isnull=False, counted_at__isnull=False),
                name="report_counted_as_a_whole",
            ),
            models.CheckConstraint(
                condition=Q(adopted_at=None, adopted_by=None)
                | Q(adopted_at__isnull=False, adopted_by__isnull=False, content__isnull=False),
                name="report_adopted_as_a_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.when}"

    def get_absolute_url(self) -> str:
        """Return the address of its page."""
        return reverse("steering:report", args=[self.public_id])

    @property
    def when(self) -> str:
        """Its period: « 2026 », « 3e trimestre 2026 »."""
        if not self.quarter:
            return str(self.year)
        return f"{_ORDINALS[self.quarter]} trimestre {self.year}"

    @property
    def where(self) -> str:
        """What it is of, in words."""
        return str(self.territory) if self.territory else "tout le département"

    @property
    def months(self) -> list[Month]:
        """The months of its period."""
        if not self.quarter:
            return [Month(self.year, one) for one in range(1, 13)]
        last = self.quarter * _OF_A_QUARTER
        return [Month(self.year, one) for one in range(last - 2, last + 1)]

    @property
    def asked_again(self) -> str:
        """Its period and place, as an address asks for another version of it."""
        place = {"territory": self.territory.code} if self.territory else {}
        return urlencode({"period": f"{self.year}-{self.quarter}", **place})

    @property
    def is_adopted(self) -> bool:
        """Whether it stays as it is."""
        return self.adopted_at is not None

    @property
    def is_counting(self) -> bool:
        """Whether figures were asked for that may still come."""
        late = self.counted_at is None or self.counted_at < self.asked_at
        return late and not self.problem and not self.is_adopted


class Comment(models.Model):
    """What is said of a chapter of a report: of its whole, or of one territory by its manager.

    Only a report of the department has texts by territory. `chapter` is its code; `written_by` is
    whoever changed the text last, `revision` how often it was.
    """

    report = models.ForeignKey(
        Report, models.CASCADE, db_index=False, related_name="comments", verbose_name="rapport"
    )
    chapter = models.CharField("chapitre", max_length=60)
    territory = models.ForeignKey(
        Territory,
        models.PROTECT,
        null=True,
        db_index=False,
        related_name="+",
        verbose_name="territoire",
    )
    text = models.TextField("texte", blank=True)
    revision = models.PositiveIntegerField("modifications", default=1)
    written_by = models.ForeignKey(
        StaffMember, models.PROTECT, db_index=False, related_name="+", verbose_name="écrit par"
    )
    written_at = models.DateTimeField("écrit le", default=timezone.now)

    class Meta:
        verbose_name = "commentaire d'un rapport"
        verbose_name_plural = "commentaires des rapports"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["report", "chapter", "territory"],
                name="comment_once",
                nulls_distinct=False,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.report}, {self.chapter}"
