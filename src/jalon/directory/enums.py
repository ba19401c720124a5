"""The short lists that the directory's records choose from."""

from __future__ import annotations

from django.db import models


class Service(models.TextChoices):
    """The four services that work for the same families."""

    SOCIAL_WORK = "social_work", "Travail social"
    MEDIATION = "mediation", "Médiation familiale"
    PSYCHOLOGY = "psychology", "Psychologues"
    FINANCIAL_AID = "financial_aid", "Aides financières individuelles"


class PlaceKind(models.TextChoices):
    """Where families are received: the fund's own sites, and partners' places."""

    SITE = "site", "Site de la Caf"
    PERMANENCE = "permanence", "Permanence"
