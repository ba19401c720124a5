"""The figures that a fund steers by, each defined once."""

from __future__ import annotations

from typing import Final

from jalon.steering.indicators.coverage import COVERAGE
from jalon.steering.indicators.definition import Formula, Indicator, NotMeasured, Period, Unit
from jalon.steering.indicators.draws import DRAWS
from jalon.steering.indicators.interventions import INTERVENTIONS
from jalon.steering.indicators.load import LOAD
from jalon.steering.indicators.meetings import MEETINGS
from jalon.steering.indicators.national import COLUMNS, NATIONAL
from jalon.steering.indicators.rights import RIGHTS
from jalon.steering.indicators.steps import STEPS

__all__ = [
    "CHAPTERS",
    "COLUMNS",
    "COMPARED",
    "INDICATORS",
    "REPORTED",
    "Formula",
    "Indicator",
    "NotMeasured",
    "Period",
    "Unit",
]

CHAPTERS: Final = {
    "Du repérage à la réponse": STEPS,
    "Couverture des communes": COVERAGE,
    "Rencontres et visites": MEETINGS,
    "Informations-conseils et accompagnements": INTERVENTIONS,
    "Droits trouvés et accordés": RIGHTS,
    "Charge, équilibre, plusieurs services": LOAD,
}
# Read side by side or not at all: pages and reports list no such figure by itself.
COMPARED: Final = {"Contactées d'abord, ou plus tard": DRAWS}
# Told for the national tool alone, in its file.
REPORTED: Final = {"Pour l'outil national": NATIONAL}
INDICATORS: Final = {
    one.code: one
    for chapters in (CHAPTERS, COMPARED, REPORTED)
    for chapter in chapters.values()
    for one in chapter
}
