"""What goes wrong with a letter, said in French to whoever composes or prints it."""

from __future__ import annotations


class LetterRefusedError(ValueError):
    """A letter that cannot be printed as it is: which part, and why."""

    def __init__(self, part: str, why: str) -> None:
        super().__init__(part, why)
        self.part = part
        self.why = why

    def __str__(self) -> str:
        return f"{self.part} : {self.why}"


class RenderingFailedError(RuntimeError):
    """Pages that could not be made; nothing of them is kept, and they may be asked for again."""
