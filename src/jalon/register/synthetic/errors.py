"""What the generator says when it cannot work."""

from __future__ import annotations


class SyntheticError(Exception):
    """The extract cannot be generated; the message is one French sentence for the screen."""
