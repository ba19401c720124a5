"""What the room tells the rooms above: families of a run may be taken up."""

from __future__ import annotations

from typing import Final

from django.dispatch import Signal

# Sent with `run_id: int` (sender: TargetingRun) once a release is committed, each time more of a
# run is released. What was released is in the database: the run's `Release` rows, one an offer
# and area (area None: the communes of no area). A receiver may be told twice, or not at all if
# the process dies between commit and call: it looks for rows whose `taken_up_at` is empty, now
# and then as well as when told.
released: Final = Signal()
