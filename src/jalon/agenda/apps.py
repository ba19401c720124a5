"""Declares the room to Django."""

from __future__ import annotations

from django.apps import AppConfig


class AgendaConfig(AppConfig):
    """Agenda."""

    name = "jalon.agenda"
    label = "agenda"
    verbose_name = "Agenda"

    def ready(self) -> None:
        """Have the families' page lead to their appointments."""
        from jalon.agenda.reply.steps import BEYOND  # noqa: PLC0415 - once loaded
        from jalon.outreach.reply.beyond import lead_to  # noqa: PLC0415 - once loaded

        lead_to(BEYOND)
