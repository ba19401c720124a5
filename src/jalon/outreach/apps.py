"""Declares the room to Django."""

from __future__ import annotations

from django.apps import AppConfig


class OutreachConfig(AppConfig):
    """Outreach."""

    name = "jalon.outreach"
    label = "outreach"
    verbose_name = "Propositions"
