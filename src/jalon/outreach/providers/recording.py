"""The provider of the demonstration: nothing leaves, and the message is kept as if it had."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from jalon.outreach.providers.interface import Outgoing


@dataclass(frozen=True)
class RecordingProvider:
    """Takes every message, and carries none: invented families have nobody to write to."""

    remembers: timedelta = timedelta(days=3650)

    def send(self, outgoing: Outgoing) -> str:
        """Return a reference that says so."""
        return f"demo-{outgoing.key}"
