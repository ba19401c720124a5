"""What can stop a run: each error is one sentence in French, shown as it is."""


class TargetingError(Exception):
    """A run, an explanation or a simulation that cannot be done."""


class EngineError(TargetingError):
    """The engine asked for cannot run here."""
