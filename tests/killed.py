"""Work in processes of the application's own login: begun, killed at any moment, begun again."""

from __future__ import annotations

import os
import queue
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

# Each line begins a worker of its own, the next asks how it ended: Django starts once for all.
_STARTER: Final = """
import os, sys, traceback
import django
django.setup()
def say(*words):
    # Whole, or the lines of the two processes mingle where Python writes unbuffered.
    os.write(1, (" ".join(map(str, words)) + "\\n").encode())
def told(step):
    say("at", step)
{work_is}
while sys.stdin.readline():
    if worker := os.fork():
        say("began", worker)
        sys.stdin.readline()
        say("ended", os.waitstatus_to_exitcode(os.waitpid(worker, 0)[1]))
    else:
        try:
            work()
        except BaseException:
            told("failed")
            traceback.print_exc()
            os._exit(1)
        told("done")
        os._exit(0)
"""
_DONE, _FAILED = "done", "failed"
_OVER: Final = {_DONE, _FAILED}  # what is then killed was not at work
_AT, _BEGAN, _ENDED = "at ", "began ", "ended "
_PATIENCE: Final = 120.0  # seconds


@dataclass(frozen=True)
class Aim:
    """A moment to kill at: within so many seconds of a step's beginning, as it ends at the latest.

    Without a step, of the work's.
    """

    within: float  # seconds
    step: str = ""


def of_the_application(url: str, data: Path, **more: str) -> dict[str, str]:
    """Return the environment of a process that logs in as the application does."""
    kept = {name: value for name, value in os.environ.items() if name != "DATABASE_OWNER_URL"}
    return {
        **kept,
        "JALON_MODE": "development",
        "DATABASE_URL": url,
        "JALON_DATA": str(data),
        "DJANGO_SETTINGS_MODULE": "jalon.config.settings",
        **more,
    }


def killed_until_done(
    work_is: str,
    environment: dict[str, str],
    aims: Iterable[Aim],
    *,
    goes_on: Callable[[], bool],
    chance: random.Random,
) -> Counter[str]:
    """Begin work again and again, killed each time at another moment, while it goes on.

    `work_is` is Python that defines `work()`, which may call `told(step)` as it begins one.
    Return how many kills fell in each step; AssertionError as soon as the work itself fails.
    """
    kills: Counter[str] = Counter()
    with subprocess.Popen(  # noqa: S603 - our own work
        [sys.executable, "-c", _STARTER.format(work_is=work_is)],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        starter = _Starter(process)
        try:
            for aim in aims:
                if not goes_on():
                    break
                step, code = starter.begun_and_killed(aim, chance)
                worked = step != _FAILED and code in {0, -signal.SIGKILL}
                assert worked, f"the work itself failed, and ended with {code}"
                kills[step] += step != _DONE
        finally:
            # Its worker as well: leaving waits for both to close what they write to.
            os.killpg(process.pid, signal.SIGKILL)
    return +kills


class _Starter:
    """The process that begins workers, and the lines that it and they write."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self._lines: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._step = ""
        threading.Thread(target=self._read, daemon=True).start()

    def begun_and_killed(self, aim: Aim, chance: random.Random) -> tuple[str, int]:
        """Return the step at which a worker was killed, or over, and the status it ended with."""
        self._ask()
        worker, self._step = 0, ""
        while not worker or (aim.step and self._step not in {aim.step, *_OVER}):
            line = self._line(_PATIENCE)
            if line.startswith(_BEGAN):
                worker = int(line.removeprefix(_BEGAN))
        self._sleep(aim, chance)
        if self._step not in _OVER:
            # Until it is asked how it ended, its number is nobody else's.
            os.kill(worker, signal.SIGKILL)
        self._ask()
        while not (line := self._line(_PATIENCE)).startswith(_ENDED):
            pass
        return self._step, int(line.removeprefix(_ENDED))

    def _sleep(self, aim: Aim, chance: random.Random) -> None:
        """Sleep, but no longer than what is aimed at lasts."""
        until = time.monotonic() + chance.uniform(0, aim.within)
        while (left := until - time.monotonic()) > 0:
            if self._step in _OVER or (aim.step and self._step != aim.step):
                return
            with suppress(queue.Empty):
                self._line(left)

    def _ask(self) -> None:
        print(file=self._process.stdin, flush=True)

    def _line(self, patience: float) -> str:
        line = self._lines.get(timeout=patience)
        assert line, "the process that begins workers ended"
        if line.startswith(_AT):
            self._step = line.removeprefix(_AT).strip()
        return line

    def _read(self) -> None:
        for line in self._process.stdout or ():
            self._lines.put(line)
        self._lines.put("")
