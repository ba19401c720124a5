"""Computes rights in the background: one process, beside the worker, keeps the model loaded."""

from __future__ import annotations

from typing import Final

from procrastinate.contrib.django import app

from jalon.audit.identity import acting
from jalon.interventions.checking_rights import COMPUTE, compute_check
from jalon.rights.calculator import Calculator

# It begins with the first rights asked for, and stays. Nobody waits for it before a page: on a
# machine that is busy, late is better than in part.
_CALCULATOR: Final = Calculator(within=60.0)


@app.task(name=COMPUTE, pass_context=False)
def compute_rights(check_id: int, by_id: int) -> None:
    """Compute a check's rights as its worker; done twice, it ends once."""
    with acting(by_id):
        compute_check(check_id=check_id, calculator=_CALCULATOR)
