"""What a family says by itself of a support that is over, on its answer page."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from jalon.audit.choices import closed
from jalon.families.models import Family, Person
from jalon.interventions.enums import Opinion, ReviewKind
from jalon.interventions.models.supports import Support


@closed
class FamilyOpinion(models.Model):
    """A family's own answers, beside those that a worker writes down in a `Review`.

    Once at each closing (`closed_on`), and once with the news some months later. The database
    alone writes it, for whoever gives the letter's code and the birthday of its addressee
    (`person`). What is not answered is empty.
    """

    support = models.ForeignKey(
        Support,
        models.PROTECT,
        db_index=False,
        related_name="opinions",
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
    kind = models.CharField("sorte", max_length=10, choices=ReviewKind)
    closed_on = models.DateField("accompagnement clos le")
    listened = models.CharField("écoutée", max_length=12, choices=Opinion, blank=True)
    helped = models.CharField("aidée", max_length=12, choices=Opinion, blank=True)
    better = models.CharField("va mieux", max_length=12, choices=Opinion, blank=True)
    returns = models.CharField("reviendrait", max_length=12, choices=Opinion, blank=True)
    person = models.ForeignKey(
        Person,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name="donné avec la date de naissance de",
    )
    at = models.DateTimeField("donné le", default=timezone.now, editable=False)

    class Meta:
        verbose_name = "avis de la famille"
        verbose_name_plural = "avis de la famille"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["support", "kind", "closed_on"], name="opinion_once_a_closing"
            ),
            models.CheckConstraint(
                condition=Q(kind=ReviewKind.CLOSING, better="")
                | Q(kind=ReviewKind.LATER, listened=""),
                name="opinion_of_its_moment",
            ),
            models.CheckConstraint(
                condition=~Q(listened="", helped="", better="", returns=""),
                name="opinion_says_something",
            ),
        ]

    def __str__(self) -> str:
        return f"Avis du {self.at:%d/%m/%Y}"
