"""When a family that waits is contacted: its place in the order that a release drew."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from jalon.outreach.models.proposals import Proposal
from jalon.targeting.models import Draw


class Turn(models.Model):
    """The turn of a proposal, drawn with those of its offer and area; written with it, for good.

    A proposal without one waits for nothing, and neither does the approach that it joins. Who
    sees families sees no run: the day of the draw is told here too.
    """

    proposal = models.OneToOneField(
        Proposal, models.CASCADE, related_name="turn", verbose_name="proposition"
    )
    draw = models.ForeignKey(
        Draw, models.PROTECT, related_name="turns", verbose_name="tirage au sort"
    )
    drawn_on = models.DateField("tirée au sort le")
    rank = models.PositiveIntegerField("rang tiré")
    wave = models.PositiveSmallIntegerField("vague")
    from_on = models.DateField("contactée à partir du")

    class Meta:
        verbose_name = "tour de contact"
        verbose_name_plural = "tours de contact"
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(rank__gte=1, wave__gte=1), name="turn_from_one")
        ]
        # Few are to come of all that were.
        indexes: ClassVar = [models.Index(fields=["from_on"], name="turn_from")]

    def __str__(self) -> str:
        return f"Vague {self.wave}"
