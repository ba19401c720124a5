"""A row of a cohort in words, as a list shows it and as a file carries it."""

from __future__ import annotations

from typing import Any, Final

from jalon.targeting import queries
from jalon.targeting.cohort_files import Line
from jalon.targeting.explained import reason_in_french
from jalon.targeting.models import TargetingRun


class LineInWords:
    """Says the rows of a run: what they need of the database is read once."""

    HEAD: Final = (
        *("Dossier", "Offre", "Code commune", "Commune", "Raison", "Enregistré le"),
        *("Répondre avant le", "Voie"),
    )

    def __init__(self, run: TargetingRun) -> None:
        self._labels = run.labels
        self._communes = queries.names_of_communes()

    def __call__(self, line: Line) -> dict[str, Any]:
        """Return the offer, the commune and the reasons of a row, in French."""
        return {
            "offer": self._labels.get(line.offer, line.offer),
            "commune": self._communes.get(line.commune, line.commune),
            "reasons": [reason_in_french(line.outcome, one) for one in line.reasons],
        }

    def as_cells(self, line: Line) -> tuple[object, ...]:
        """Return the cells of a row, under `HEAD`; how to reach whom nobody chose is left out."""
        said = self(line)
        in_person = "En personne, jamais par écrit" if line.channel == "in_person" else "Courrier"
        return (
            *(line.household_id, said["offer"], line.commune, said["commune"]),
            *(" ; ".join(said["reasons"]), line.reported_on, line.window_ends_on),
            in_person if line.channel else "",
        )
