"""The shared diagnosis: how each domain goes, in words that both agree on."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from jalon.audit.choices import closed
from jalon.families.models import Family
from jalon.interventions.enums import Domain, Rating
from jalon.interventions.models.supports import Support


@closed
class Appraisal(models.Model):
    """One domain of a family's diagnosis; the budget has its figures, a month's euros.

    `rating` is a word chosen together; nothing adds them up.
    """

    support = models.ForeignKey(
        Support,
        models.PROTECT,
        db_index=False,
        related_name="appraisals",
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
    domain = models.CharField("domaine", max_length=10, choices=Domain)
    rating = models.CharField("comment ça va", max_length=10, choices=Rating, blank=True)
    strengths = models.TextField("appuis", max_length=8000, blank=True)
    obstacles = models.TextField("freins", max_length=8000, blank=True)
    income = models.DecimalField("ressources du mois", max_digits=9, decimal_places=2, null=True)
    charges = models.DecimalField("charges du mois", max_digits=9, decimal_places=2, null=True)
    debts = models.DecimalField("dettes", max_digits=9, decimal_places=2, null=True)
    revision = models.PositiveIntegerField("version du texte", default=1)

    class Meta:
        verbose_name = "domaine du diagnostic"
        verbose_name_plural = "domaines du diagnostic"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["support", "domain"], name="appraisal_once"),
            models.CheckConstraint(
                condition=Q(domain=Domain.BUDGET) | Q(income=None, charges=None, debts=None),
                name="appraisal_figures_of_the_budget",
            ),
            models.CheckConstraint(
                condition=(Q(income=None) | Q(income__gte=0))
                & (Q(charges=None) | Q(charges__gte=0))
                & (Q(debts=None) | Q(debts__gte=0)),
                name="appraisal_figures_not_negative",
            ),
        ]

    def __str__(self) -> str:
        return self.get_domain_display()
