"""What can stop a person at work on runs: each error is one French sentence, shown as it is."""

from __future__ import annotations

from typing import Final

from jalon.rules.errors import ClearError

CHANGED: Final = (
    "Les fichiers de ce requêtage ont été modifiés, abîmés ou effacés depuis son calcul : rien "
    "n'en est libéré ni repris. L'administrateur technique peut les rétablir d'une sauvegarde ; "
    "sinon, refaites-le, ou déposez de nouveau l'extraction."
)


class RunError(ClearError):
    """Something that cannot be done to a run, and why."""


class BusyRunError(RunError):
    """Another process is computing this run already."""
