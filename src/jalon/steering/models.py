"""Facts without identity: how much of what was done each month, kept when families are gone."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from jalon.audit.choices import closed
from jalon.steering.enums import Breakdown, Cause


@closed
class Reckoning(models.Model):
    """A month as it was counted once: of a month that is over, a version that stays.

    Version 0 is of a month that is not frozen yet, and counted anew each night. `told` is the
    version that figures rest on. Counted again, a month that gives the same leaves nothing but
    `checked_at`; another count is a version beside, of which `changed` says how many facts
    differ from those told until then, `merges` how many families were made one or parted in
    between and `purged` how many went: what a purge took away replaces nothing. `gone` is how
    many facts of families that are gone the purge had kept of this month when it was counted.
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
