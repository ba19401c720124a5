"""Proposals: what is offered to which family, because of what, until when."""

from __future__ import annotations

import uuid
from typing import ClassVar

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from jalon.audit.models import HistoryEvent
from jalon.directory.enums import Service
from jalon.families.models import Family, Snapshot
from jalon.outreach.enums import Channel
from jalon.targeting.models import TargetingRun


@pghistory.track(
    pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent(), base_model=HistoryEvent
)
class Proposal(models.Model):
    """An offer made to a family for an event, or once and for all where no event sets it off.

    `event` is the register's number of the event, empty for an offer of stock. `clauses` are
    the criteria as they were applied, each with its sentence, value and verdict. The window ends
    on `window_ends_on`; it is empty while it counts from a letter not sent yet.
    """

    public_id = models.UUIDField("référence", default=uuid.uuid4, unique=True, editable=False)
    family = models.ForeignKey(
        Family, models.PROTECT, related_name="proposals", verbose_name="famille"
    )
    offer = models.CharField("offre", max_length=50)
    label = models.CharField("intitulé", max_length=200)
    services = ArrayField(models.CharField(max_length=20, choices=Service), verbose_name="services")
    event = models.CharField("fait générateur", max_length=64, blank=True)
    event_kind = models.CharField("nature du fait", max_length=30, blank=True)
    reported_on = models.DateField("enregistré le", null=True)
    channel = models.CharField("voie", max_length=20, choices=Channel)
    window_ends_on = models.DateField("fin du délai", null=True)
    clauses = models.JSONField("critères appliqués")
    run = models.ForeignKey(
        TargetingRun, models.PROTECT, related_name="proposals", verbose_name="requêtage"
    )
    snapshot = models.ForeignKey(
        Snapshot, models.PROTECT, related_name="proposals", verbose_name="situation figée"
    )
    made_at = models.DateTimeField("faite le", auto_now_add=True)

    class Meta:
        verbose_name = "proposition"
        constraints: ClassVar = [
            models.UniqueConstraint("family", "offer", "event", name="proposal_once"),
            models.CheckConstraint(
                condition=Q(event="", reported_on=None) | ~Q(event="") & Q(reported_on__isnull=False),
                name="proposal_event_with_its_date",
            ),
        ]
        indexes: ClassVar = [models.Index("run", "offer", name="proposal_of_run")]

    def __str__(self) -> str:
        return self.label
