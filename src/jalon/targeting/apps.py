"""Declares the room to Django."""

from __future__ import annotations

from django.apps import AppConfig


class TargetingConfig(AppConfig):
    """Targeting."""

    name = "jalon.targeting"
    label = "targeting"
    verbose_name = "Requêtages"
