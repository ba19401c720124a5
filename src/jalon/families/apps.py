"""Declares the room to Django."""

from __future__ import annotations

from django.apps import AppConfig


class FamiliesConfig(AppConfig):
    """Families."""

    name = "jalon.families"
    label = "families"
    verbose_name = "Familles"
