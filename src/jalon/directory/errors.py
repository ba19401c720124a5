"""What the directory refuses, in a sentence that the page shows."""

from __future__ import annotations

from jalon.rules.errors import ClearError


class DirectoryError(ClearError):
    """What cannot be done to an account, a role, a sector or an absence, and why."""
