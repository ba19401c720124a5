"""What changes in the room of runs."""

from jalon.targeting.actions.computing import compute_run, fail_run
from jalon.targeting.actions.deferring import families_of, may_wait, room_for
from jalon.targeting.actions.keeping import forget_others, forget_runs
from jalon.targeting.actions.making import make_run, make_run_again, record_run, take_run
from jalon.targeting.actions.releasing import Part, release_run, withdraw_run
from jalon.targeting.actions.trying import (
    compute_trial,
    delete_trial,
    fail_trial,
    forget_trials,
    keep_trial,
    try_rule,
)

__all__ = [
    "Part",
    "compute_run",
    "compute_trial",
    "delete_trial",
    "fail_run",
    "fail_trial",
    "families_of",
    "forget_others",
    "forget_runs",
    "forget_trials",
    "keep_trial",
    "make_run",
    "make_run_again",
    "may_wait",
    "record_run",
    "release_run",
    "room_for",
    "take_run",
    "try_rule",
    "withdraw_run",
]
