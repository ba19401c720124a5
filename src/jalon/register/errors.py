"""What stops the reading of an extract, in one sentence for the person who gave the command."""

from __future__ import annotations

from jalon.rules.errors import ClearError


class ExtractError(ClearError):
    """The extract cannot be read at all; the message is one clear French sentence."""
