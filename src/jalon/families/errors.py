"""What cannot be done with a family, said in one sentence."""

from __future__ import annotations

from jalon.rules.errors import ClearError


class FamilyError(ClearError):
    """A change that cannot be made, or no longer."""
