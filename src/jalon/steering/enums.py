"""The short lists that months' facts are told by."""

from __future__ import annotations

from typing import Final

from django.db import models


class Breakdown(models.TextChoices):
    """What a measure is told by, one at a time, within the department and each territory."""

    ALL = "", "Ensemble"
    COMMUNE = "commune", "Commune"
    TEAM = "team", "Équipe"
    OFFER = "offer", "Offre"
    EVENT = "event", "Fait générateur"
    CHANNEL = "channel", "Voie"
    ORIGIN = "origin", "Origine"
    MODE = "mode", "Mode"
    OUTCOME = "outcome", "Issue"
    DELAY = "delay", "Délai"
    RIGHT = "right_kind", "Droit"


class Cause(models.TextChoices):
    """Why a month was counted, where that left something."""

    GOING_ON = "going_on", "Mois en cours, ou pas encore figé"
    FIRST = "first", "Figé une fois le mois passé"
    CORRECTED = "corrected", "Écrit, corrigé ou réuni depuis"
    PURGED = "purged", "Purgé depuis en partie : ne remplace rien"


class ReportKind(models.TextChoices):
    """What a report tells of."""

    QUARTER = "quarter", "Revue trimestrielle"
    YEAR = "year", "Rapport annuel"


# Families, or what is told of them, outside every territory of the department.
NO_TERRITORY: Final = "-"
