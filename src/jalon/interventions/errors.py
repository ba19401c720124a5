"""What cannot be done in an intervention, said in one sentence."""

from __future__ import annotations

from jalon.rules.errors import ClearError


class InterventionError(ClearError):
    """A change that cannot be made, or no longer."""


class RevisedMeanwhileError(InterventionError):
    """Somebody else changed the same text since it was read: nothing is written."""

    def __init__(self) -> None:
        super().__init__("Ce texte vient d'être changé : relisez, puis choisissez.")
