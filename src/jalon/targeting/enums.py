"""The states of a monthly run."""

from __future__ import annotations

from django.db import models


class RunState(models.TextChoices):
    """Where a run stands; `transitions` says what may follow what."""

    RECEIVED = "received", "Extraction reçue"
    CHECKED = "checked", "Extraction vérifiée"
    REVIEW = "review", "À relire"
    FAILED = "failed", "Refusé"
    RELEASED = "released", "Libéré"
    WITHDRAWN = "withdrawn", "Retiré"
