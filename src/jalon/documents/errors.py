"""What keeps a file from being taken, or from being given back, said in one sentence."""

from __future__ import annotations

from jalon.rules.errors import ClearError


class FileRefusedError(ClearError):
    """A file that may not be taken: what it is, and what to do instead."""


class FileLostError(ClearError):
    """A file that is not there any more, or that no longer opens."""
