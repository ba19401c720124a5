"""What runs and trials do in the background; each may begin again after a kill."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from procrastinate import JobContext, RetryStrategy
from procrastinate.contrib.django import app

from jalon.audit.identity import acting
from jalon.targeting import actions
from jalon.targeting.actions.making import COMPUTE
from jalon.targeting.actions.trying import TRY

# A computing that stopped its worker this often would stop it again: someone must look.
MOST_ATTEMPTS: Final = 5
_AGAIN: Final = RetryStrategy(max_attempts=MOST_ATTEMPTS, wait=15)
_INTERRUPTED: Final = (
    f"Le calcul s'est interrompu {MOST_ATTEMPTS} fois (serveur arrêté, ou mémoire trop petite) : "
    "prévenez l'administrateur technique, puis refaites"
)
_BROKEN: Final = (
    "Le calcul s'est arrêté sur une erreur imprévue, notée dans le journal du serveur : prévenez "
    "l'administrateur technique."
)


@app.task(name=COMPUTE, pass_context=True, retry=_AGAIN)
def compute(context: JobContext, run_id: int, by_id: int) -> None:
    """Compute a run as whoever made it."""
    with acting(by_id):
        _attempt(
            context,
            lambda: actions.compute_run(run_id=run_id),
            lambda problem: actions.fail_run(run_id=run_id, problem=problem),
            "ce requêtage",
        )


@app.task(name=TRY, pass_context=True, retry=_AGAIN)
def try_rule(context: JobContext, trial_id: int, by_id: int) -> None:
    """Compute a trial as whoever tries."""
    with acting(by_id):
        _attempt(
            context,
            lambda: actions.compute_trial(trial_id=trial_id),
            lambda problem: actions.fail_trial(trial_id=trial_id, problem=problem),
            "cet essai",
        )


def _attempt(
    context: JobContext, do: Callable[[], None], give_up: Callable[[str], None], what: str
) -> None:
    """Do a job once more; after too many attempts, give up and say so."""
    attempts = context.job.attempts if context.job else 0
    if attempts >= MOST_ATTEMPTS:
        give_up(f"{_INTERRUPTED} {what}.")
        return
    try:
        do()
    except Exception:
        if attempts + 1 >= MOST_ATTEMPTS:
            give_up(_BROKEN)
        raise


@app.periodic(cron="20 * * * *")
@app.task(name="targeting.forget_trials", pass_context=False)
def forget_trials(timestamp: int) -> None:  # noqa: ARG001 - said by the scheduler
    """Delete the trials that nobody kept in time."""
    actions.forget_trials()


@app.periodic(cron="30 3 * * *")
@app.task(name="targeting.forget_runs", pass_context=False)
def forget_runs(timestamp: int) -> None:  # noqa: ARG001 - said by the scheduler
    """Delete the runs that were kept long enough, with their files."""
    actions.forget_runs()


@app.periodic(cron="50 * * * *")
@app.task(name="targeting.forget_others", pass_context=False)
def forget_others(timestamp: int) -> None:  # noqa: ARG001 - said by the scheduler
    """Delete what runs keep of an extract that is gone, but for the households listed."""
    actions.forget_others()
