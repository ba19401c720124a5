"""What cannot be done with an approach, said in one sentence."""

from __future__ import annotations

from jalon.rules.errors import ClearError


class ApproachError(ClearError):
    """A change that cannot be made, or no longer."""


class OverError(ApproachError):
    """The window is over, or the approach was ended: the family begins anew."""


class AnsweredMeanwhileError(ApproachError):
    """Someone wrote an answer down since the form was opened."""

    def __init__(self) -> None:
        super().__init__("Une autre réponse a été notée entre-temps.")


class BatchError(ClearError):
    """What cannot be done with a batch of letters, or with one that came back."""
