"""What changes in the room of runs."""

from jalon.targeting.actions.computing import compute_run, fail_run
from jalon.targeting.actions.making import make_run, make_run_again, record_run, take_run
from jalon.targeting.actions.releasing import Part, release_run, withdraw_run
from jalon.targeting.actions.trying import delete_draft, keep_draft

__all__ = [
    "Part",
    "compute_run",
    "delete_draft",
    "fail_run",
    "keep_draft",
    "make_run",
    "make_run_again",
    "record_run",
    "release_run",
    "take_run",
    "withdraw_run",
]
