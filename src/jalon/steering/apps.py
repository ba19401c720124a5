"""Declares the room to Django."""

from __future__ import annotations

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class SteeringConfig(AppConfig):
    """Steering."""

    name = "jalon.steering"
    label = "steering"
    verbose_name = "Pilotage"

    def ready(self) -> None:
        """Have the database count by the measures as they are declared today."""
        from jalon.steering.facts.counting import write_counting  # noqa: PLC0415 - once loaded

        post_migrate.connect(
            write_counting, sender=self, dispatch_uid="jalon.steering.facts.counting"
        )
