"""A process that computes: right, slow, dying, and dead with whoever asked."""

from __future__ import annotations

import os
import signal
import time
from contextlib import closing
from decimal import Decimal
from multiprocessing.connection import Connection
from pathlib import Path

import numpy as np
import pytest

from jalon.rights import calculator
from jalon.rights.calculator import Calculator
from jalon.rights.catalogue import RIGHTS
from jalon.rights.computing import compute
from rights.families import adult, child, family

_FAMILY = family(adult(), child(6))
# As long as the process itself may take to begin on a busy machine.
_BUSY = 120.0


def _quick(asked: Connection) -> None:
    """Answer each right by its place in the catalogue."""
    asked.send("ready")
    while True:
        asked.recv()
        for place, kind in enumerate(RIGHTS):
            asked.send((kind.code, np.array([float(place)])))


def _slow(asked: Connection) -> None:
    """Answer the first right, then nothing."""
    asked.send("ready")
    asked.recv()
    asked.send(("AF", np.array([12.0])))
    time.sleep(60)


def _dying(asked: Connection) -> None:
    """Answer the first right, then die."""
    asked.send("ready")
    asked.recv()
    asked.send(("AF", np.array([12.0])))
    os.kill(os.getpid(), signal.SIGKILL)


def test_it_answers_as_this_process_would() -> None:
    # To the cent; how fast is asked of a machine that does nothing else (`benchmarks`).
    with closing(Calculator(within=_BUSY)) as asked:
        assert asked.compute([_FAMILY]) == compute([_FAMILY])


@pytest.mark.parametrize("work", [_slow, _dying])
def test_what_came_is_kept_and_the_rest_is_said(work: calculator.Work) -> None:
    with closing(Calculator(within=1.0, work=work)) as asked:
        (rights,) = asked.compute([_FAMILY])

    assert (rights[0].kind.code, rights[0].euros) == ("AF", Decimal(12))
    assert {one.euros for one in rights[1:]} == {None}
    assert all("n'a pas abouti" in one.why for one in rights[1:])


def test_another_begins_where_one_was_lost_and_ends_when_closed() -> None:
    asked = Calculator(work=_quick)
    expected = asked.compute([_FAMILY])
    os.kill(_child_of(asked), signal.SIGKILL)

    (lost,) = asked.compute([_FAMILY])
    assert {one.euros for one in lost} == {None}
    assert asked.compute([_FAMILY]) == expected

    last = _child_of(asked)
    asked.close()
    assert not Path(f"/proc/{last}").exists()


def _child_of(asked: Calculator) -> int:
    process = asked._process  # noqa: SLF001 - whom to kill, or look for
    assert process is not None
    assert process.pid is not None
    return process.pid
