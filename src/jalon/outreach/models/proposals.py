"""Proposals: what is offered to which family, because of what, until when."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from jalon.audit.choices import closed
from jalon.audit.veils import VeiledText
from jalon.directory.enums import Service
from jalon.directory.models import Commune
from jalon.families.models import Family, Snapshot
from jalon.outreach.enums import Channel
from jalon.outreach.models.approaches import Approach
from jalon.targeting.models import TargetingRun


class AppliedRule(models.Model):
    """The rule that a run applied for an offer, as a sentence made from it; `month` of its events.

    Letters carry it, and answer with it whoever asks: fewer people may see the run itself.
    """

    run = models.ForeignKey(
        TargetingRun, models.PROTECT, related_name="+", verbose_name="requêtage"
    )
    offer = models.CharField("offre", max_length=50)
    month = models.CharField("mois", max_length=7)
    sentence = models.TextField("règle appliquée")

    class Meta:
        verbose_name = "règle appliquée"
        verbose_name_plural = "règles appliquées"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["run", "offer", "month"], name="applied_rule_once")
        ]

    def __str__(self) -> str:
        return self.sentence


@closed
class Proposal(models.Model):
    """An offer made to a family for an event, or once and for all where no event sets it off.

    `event` is the register's number of the event, empty for an offer of stock. The window ends
    on `window_ends_on`; it is empty while it counts from a letter not sent yet. `commune` is
    where the family lived when the run found it. `joined_from` is the approach that it was made
    under, where it was written of with another. `doubled` is said of what a merge brought a family
    that was proposed the same: made twice, it counts once.
    """

    public_id = models.UUIDField("référence", default=uuid.uuid4, unique=True, editable=False)
    family = models.ForeignKey(
        Family,
        models.PROTECT,
        related_name="proposals",
        db_constraint=False,
        verbose_name="famille",
    )
    offer = models.CharField("offre", max_length=50)
    label = models.CharField("intitulé", max_length=200)
    services = ArrayField(
        models.CharField(max_length=20, choices=Service), verbose_name="services"
    )
    event = models.CharField("fait générateur", max_length=64, blank=True)
    event_kind = models.CharField("nature du fait", max_length=30, blank=True)
    reported_on = models.DateField("enregistré le", null=True)
    channel = models.CharField("voie", max_length=20, choices=Channel)
    window_ends_on = models.DateField("fin du délai", null=True)
    commune = models.ForeignKey(
        Commune,
        models.PROTECT,
        related_name="+",
        null=True,
        db_index=False,
        verbose_name="commune",
    )
    month = models.CharField("mois du requêtage", max_length=7)
    run = models.ForeignKey(
        TargetingRun,
        models.PROTECT,
        related_name="proposals",
        db_index=False,
        verbose_name="requêtage",
    )
    snapshot = models.ForeignKey(
        Snapshot, models.PROTECT, related_name="proposals", verbose_name="situation figée"
    )
    approach = models.ForeignKey(
        Approach,
        models.PROTECT,
        related_name="proposals",
        db_constraint=False,
        verbose_name="prise de contact",
    )
    joined_from = models.ForeignKey(
        Approach,
        models.PROTECT,
        related_name="+",
        null=True,
        editable=False,
        db_index=False,
        verbose_name="prise de contact d'origine",
    )
    doubled = models.BooleanField("en double", default=False, db_default=False, editable=False)
    rule = models.ForeignKey(
        AppliedRule, models.PROTECT, related_name="+", verbose_name="règle appliquée"
    )
    made_at = models.DateTimeField("faite le", auto_now_add=True)

    class Meta:
        verbose_name = "proposition"
        constraints: ClassVar = [
            models.UniqueConstraint(
                "family",
                "offer",
                VeiledText("event"),
                name="proposal_once",
                condition=Q(doubled=False),
            ),
            models.CheckConstraint(
                condition=Q(event="", reported_on=None)
                | ~Q(event="") & Q(reported_on__isnull=False),
                name="proposal_event_with_its_date",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["run", "offer"], name="proposal_of_run"),
            models.Index(fields=["month", "offer", "-id"], name="proposal_of_month"),
            models.Index(fields=["offer", "commune", "-id"], name="proposal_of_offer"),
            models.Index(fields=["commune", "-id"], name="proposal_of_commune"),
            models.Index(fields=["-made_at"], name="proposal_made_at"),
            # What an approach is named by, when it goes.
            models.Index(
                fields=["joined_from"],
                name="proposal_joined",
                condition=Q(joined_from__isnull=False),
            ),
            # Few, and never to be forgotten: the families that no letter may reach.
            models.Index(
                fields=["-id"], name="proposal_in_person", condition=Q(channel="in_person")
            ),
        ]

    def __str__(self) -> str:
        return self.label


class Decision(models.Model):
    """Why a proposal was made: its criteria as they were applied, with what they found.

    Apart from the proposal, since fewer people may see it. `clauses` is the list that
    `explaining.OfferCriteria` gives of an offer, frozen.
    """

    proposal = models.OneToOneField(
        Proposal, models.CASCADE, related_name="decision", verbose_name="proposition"
    )
    clauses = models.JSONField("critères appliqués")

    class Meta:
        verbose_name = "décision"

    def __str__(self) -> str:
        return f"Pourquoi {self.proposal}"
