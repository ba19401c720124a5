"""What cannot be done in a diary, said in one sentence."""

from __future__ import annotations

from jalon.rules.errors import ClearError


class AgendaError(ClearError):
    """A change that cannot be made, or no longer."""


class TakenError(AgendaError):
    """Somebody has this time already; what it holds is not said."""
