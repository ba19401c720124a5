"""What can stop a run: each error is one sentence in French, shown as it is."""

from jalon.rules.errors import ClearError


class TargetingError(ClearError):
    """A run, an explanation or a simulation that cannot be done."""


class EngineError(TargetingError):
    """The engine asked for cannot run here."""
