"""The short lists that proposals choose from."""

from __future__ import annotations

from django.db import models


class Channel(models.TextChoices):
    """How a family is to be reached first."""

    LETTER = "letter", "Courrier"
    IN_PERSON = "in_person", "En personne, jamais par écrit"
