"""What can stop a person at work on runs: each error is one French sentence, shown as it is."""

from __future__ import annotations

from jalon.rules.errors import ClearError


class RunError(ClearError):
    """Something that cannot be done to a run, and why."""


class BusyRunError(RunError):
    """Another process is computing this run already."""
