"""What is counted each month, each measure declared once with the query that gives its rows."""

from __future__ import annotations

from typing import Final

from jalon.steering.measures.coverage import COVERAGE, COVERAGE_WITH
from jalon.steering.measures.draws import DRAWS
from jalon.steering.measures.interventions import INTERVENTIONS, INTERVENTIONS_WITH
from jalon.steering.measures.measure import BANDS, Leads, Measure, Total
from jalon.steering.measures.meetings import MEETINGS, MEETINGS_WITH
from jalon.steering.measures.rights import RIGHTS_FOLLOWED, RIGHTS_WITH
from jalon.steering.measures.staff import STAFF, STAFF_WITH
from jalon.steering.measures.steps import STEPS, STEPS_WITH

__all__ = ["BANDS", "MEASURES", "WITH", "Leads", "Measure", "Total"]

_ALL: Final = (*STEPS, *COVERAGE, *DRAWS, *MEETINGS, *INTERVENTIONS, *RIGHTS_FOLLOWED, *STAFF)
MEASURES: Final = {one.code: one for one in _ALL}
# What several measures read, worked out once.
WITH: Final = (
    *STEPS_WITH,
    *MEETINGS_WITH,
    *INTERVENTIONS_WITH,
    # After what it reads.
    *COVERAGE_WITH,
    *RIGHTS_WITH,
    *STAFF_WITH,
)
