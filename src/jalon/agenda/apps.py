"""Declares the room to Django."""

from __future__ import annotations

from django.apps import AppConfig


class AgendaConfig(AppConfig):
    """Agenda."""

    name = "jalon.agenda"
    label = "agenda"
    verbose_name = "Agenda"
