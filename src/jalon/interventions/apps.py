"""Declares the room to Django."""

from __future__ import annotations

from django.apps import AppConfig


class InterventionsConfig(AppConfig):
    """Interventions."""

    name = "jalon.interventions"
    label = "interventions"
    verbose_name = "Interventions"

    def ready(self) -> None:
        """Add what families are asked, what was said at appointments, what goes with a family."""
        from jalon.agenda.said import add  # noqa: PLC0415 - once loaded
        from jalon.audit.purging import keeps_beside  # noqa: PLC0415 - once loaded
        from jalon.interventions.at_appointments import said_of  # noqa: PLC0415 - once loaded
        from jalon.interventions.documenting import removal_of_files  # noqa: PLC0415 - likewise
        from jalon.interventions.reply.steps import BEYOND  # noqa: PLC0415 - once loaded
        from jalon.outreach.reply.beyond import lead_to  # noqa: PLC0415 - once loaded

        lead_to(BEYOND)
        add(said_of)
        keeps_beside(removal_of_files)
