"""Declares the room to Django."""

from __future__ import annotations

from django.apps import AppConfig


class InterventionsConfig(AppConfig):
    """Interventions."""

    name = "jalon.interventions"
    label = "interventions"
    verbose_name = "Interventions"

    def ready(self) -> None:
        """Have the families' page ask what they think, and appointments lead to what was said."""
        from jalon.agenda.said import add  # noqa: PLC0415 - once loaded
        from jalon.interventions.at_appointments import said_of  # noqa: PLC0415 - once loaded
        from jalon.interventions.reply.steps import BEYOND  # noqa: PLC0415 - once loaded
        from jalon.outreach.reply.beyond import lead_to  # noqa: PLC0415 - once loaded

        lead_to(BEYOND)
        add(said_of)
