"""What the generator says when it cannot work."""

from __future__ import annotations

from jalon.rules.errors import ClearError


class SyntheticError(ClearError):
    """The extract cannot be generated; the message is one French sentence for the screen."""
