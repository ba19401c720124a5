"""Declares the room to Django."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig


class OutreachConfig(AppConfig):
    """Outreach."""

    name = "jalon.outreach"
    label = "outreach"
    verbose_name = "Propositions"

    def ready(self) -> None:
        """Take up families as soon as they are released."""
        from jalon.targeting.events import released  # noqa: PLC0415 - once loaded

        released.connect(_take_up, dispatch_uid="jalon.outreach")


def _take_up(run_id: int, **_: Any) -> None:  # noqa: ANN401
    from jalon.outreach.tasks import take_up_released  # noqa: PLC0415 - once loaded

    take_up_released(run_id)
