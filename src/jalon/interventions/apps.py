"""Declares the room to Django."""

from __future__ import annotations

from django.apps import AppConfig


class InterventionsConfig(AppConfig):
    """Interventions."""

    name = "jalon.interventions"
    label = "interventions"
    verbose_name = "Interventions"
