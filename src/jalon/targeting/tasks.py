"""What runs do in the background; each may begin again after a kill."""

from __future__ import annotations

from typing import Final

from procrastinate import JobContext, RetryStrategy
from procrastinate.contrib.django import app

from jalon.audit.identity import acting
from jalon.targeting import actions
from jalon.targeting.actions.making import COMPUTE

# A run that stopped its worker this often would stop it again: someone must look.
MOST_ATTEMPTS: Final = 5
_AGAIN: Final = RetryStrategy(max_attempts=MOST_ATTEMPTS, wait=15)
_INTERRUPTED: Final = (
    f"Le calcul s'est interrompu {MOST_ATTEMPTS} fois (serveur arrêté, ou mémoire trop petite) : "
    "prévenez l'administrateur technique, puis refaites ce requêtage."
)
_BROKEN: Final = (
    "Le calcul s'est arrêté sur une erreur imprévue, notée dans le journal du serveur : prévenez "
    "l'administrateur technique."
)


@app.task(name=COMPUTE, pass_context=True, retry=_AGAIN)
def compute(context: JobContext, run_id: int, by_id: int) -> None:
    """Compute a run as whoever made it; give up, saying so, after too many attempts."""
    attempts = context.job.attempts if context.job else 0
    with acting(by_id):
        if attempts >= MOST_ATTEMPTS:
            actions.fail_run(run_id=run_id, problem=_INTERRUPTED)
            return
        try:
            actions.compute_run(run_id=run_id)
        except Exception:
            if attempts + 1 >= MOST_ATTEMPTS:
                actions.fail_run(run_id=run_id, problem=_BROKEN)
            raise


@app.periodic(cron="* * * * *")
@app.task(
    name="targeting.retry_stalled", queueing_lock="targeting.retry_stalled", pass_context=True
)
async def retry_stalled(context: JobContext, timestamp: int) -> None:  # noqa: ARG001
    """Begin again the computing whose worker was killed or froze."""
    manager = context.app.job_manager
    for job in await manager.get_stalled_jobs(task_name=COMPUTE):
        await manager.retry_job(job)
