"""Computes rights in a process of its own, which may be slow, fail or die without harm."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from threading import Lock
from typing import Final, TypeAlias

from jalon.rights.catalogue import RIGHTS
from jalon.rights.columns import columns_of
from jalon.rights.computing import Amounts, amounts_of, month_of, rights_of, with_births
from jalon.rights.legislation import legislation
from jalon.rights.right import Right
from jalon.rights.situation import Situation

# To load the model, on a machine that is busy; then to answer, twenty times what a family takes.
_LOADS_WITHIN: Final = 120.0
_ANSWERS_WITHIN: Final = 20.0
_READY: Final = "ready"
Work: TypeAlias = Callable[[Connection], None]


def answer(asked: Connection) -> None:
    """Answer situations by amounts, one right after the other, until nobody asks any more."""
    legislation()
    asked.send(_READY)
    while True:
        try:
            situations: Sequence[Situation] = asked.recv()
        except EOFError:
            return
        households = columns_of(with_births(situations))
        for kind, amounts in amounts_of(households, month_of(situations)):
            asked.send((kind.code, amounts))


class Calculator:
    """A process that keeps the model loaded, begun when first asked, and again if it was lost.

    Whoever asks at once waits for one another.
    """

    def __init__(self, within: float = _ANSWERS_WITHIN, work: Work = answer) -> None:
        """Give each answer so many seconds; `work` is what the process does."""
        self._within = within
        self._work = work
        self._lock = Lock()
        self._process: BaseProcess | None = None
        self._connection: Connection | None = None

    def compute(self, situations: Sequence[Situation]) -> list[list[Right]]:
        """Return the rights of each situation, as `computing.compute` does.

        What did not come in time, or because the process died, was not computed: the rest was.
        """
        month_of(situations)
        found: dict[str, Amounts | None] = dict.fromkeys(one.code for one in RIGHTS)
        with self._lock:
            try:
                self._ask(situations, found)
            except (EOFError, OSError):  # it died, or was too slow: another begins next time
                self._lose()
        return rights_of(situations, found)

    def close(self) -> None:
        """End the process."""
        with self._lock:
            self._lose()

    def _ask(self, situations: Sequence[Situation], found: dict[str, Amounts | None]) -> None:
        connection = self._connection or self._begin()
        connection.send(situations)
        until = time.monotonic() + self._within
        for _ in RIGHTS:
            code, amounts = _received(connection, until)
            found[code] = amounts

    def _begin(self) -> Connection:
        # Not a fork: of a server's threads, only one would come along.
        context = get_context("spawn")
        ours, theirs = context.Pipe()
        process = context.Process(target=self._work, args=(theirs,), daemon=True)
        process.start()
        theirs.close()
        self._process, self._connection = process, ours
        _received(ours, time.monotonic() + _LOADS_WITHIN)
        return ours

    def _lose(self) -> None:
        if self._connection is not None:
            self._connection.close()
        if self._process is not None:
            self._process.kill()
            self._process.join()
        self._process = self._connection = None


def _received(connection: Connection, until: float) -> tuple[str, Amounts | None]:
    """Return what comes next; TimeoutError where nothing does, EOFError where nothing will."""
    if not connection.poll(max(0.0, until - time.monotonic())):
        raise TimeoutError
    told: tuple[str, Amounts | None] = connection.recv()
    return told
