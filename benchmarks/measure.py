"""Time a whole process: seconds, peak memory, and what it spilled on disk."""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_LOOK_EVERY: Final = 0.1
GIB: Final = 1 << 30
# A process inherits at its start the peak of the one that started it: this one stays small.
_LAUNCHER: Final = """
import json, os, subprocess, sys, time
started = time.perf_counter()
process = subprocess.Popen(sys.argv[2:])
_, status, usage = os.wait4(process.pid, 0)
found = {
    "seconds": time.perf_counter() - started,
    "status": os.waitstatus_to_exitcode(status),
    "processor_seconds": usage.ru_utime + usage.ru_stime,
    "peak_memory": usage.ru_maxrss * 1024,
}
with open(sys.argv[1], "w", encoding="utf-8") as file:
    json.dump(found, file)
"""


@dataclass(frozen=True)
class Measured:
    """One process: wall-clock and processor seconds, peak resident bytes, peak bytes spilled."""

    seconds: float
    processor_seconds: float
    peak_memory: int
    peak_spill: int
    output: str


class _Spill:
    """Watches, from another thread, how large a folder of temporary files becomes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.peak = 0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def stop(self) -> int:
        """Return the largest size seen."""
        self._over.set()
        self._thread.join()
        return self.peak

    def _look(self) -> None:
        while not self._over.wait(_LOOK_EVERY):
            self.peak = max(self.peak, sum(map(_size, self.folder.rglob("*"))))


def _size(path: Path) -> int:
    try:
        return path.stat().st_size if path.is_file() else 0
    except FileNotFoundError:
        return 0


def run(command: Sequence[str], workspace: Path) -> Measured:
    """Run a command to its end; RuntimeError, with what it said, where it fails.

    Its temporary files go into a folder of `workspace`, emptied afterwards.
    """
    temporary = Path(tempfile.mkdtemp(prefix="measured-", dir=workspace))
    said, figures = temporary.with_suffix(".out"), temporary.with_suffix(".json")
    spill = _Spill(temporary)
    try:
        with said.open("wb") as output:
            subprocess.run(
                [sys.executable, "-S", "-c", _LAUNCHER, str(figures), *command],
                stdout=output,
                stderr=subprocess.STDOUT,
                env=_environment(temporary),
                check=True,
            )
        found = json.loads(figures.read_text(encoding="utf-8"))
        text = said.read_text(encoding="utf-8", errors="replace")
        if found["status"]:
            raise RuntimeError(f"{' '.join(command)} failed ({found['status']}): {text}")
        return Measured(
            seconds=found["seconds"],
            processor_seconds=found["processor_seconds"],
            peak_memory=found["peak_memory"],
            peak_spill=spill.stop(),
            output=text,
        )
    finally:
        spill.stop()
        said.unlink(missing_ok=True)
        shutil.rmtree(temporary, ignore_errors=True)


def _environment(temporary: Path) -> dict[str, str]:
    # Installed programs keep their compiled modules, whatever this shell was told.
    told = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**told, "TMPDIR": str(temporary)}


def median_of(runs: Sequence[Measured]) -> Measured:
    """Return the run of median duration, with the highest peaks of all runs."""
    middle = sorted(runs, key=lambda one: one.seconds)[(len(runs) - 1) // 2]
    return Measured(
        seconds=statistics.median(one.seconds for one in runs),
        processor_seconds=statistics.median(one.processor_seconds for one in runs),
        peak_memory=max(one.peak_memory for one in runs),
        peak_spill=max(one.peak_spill for one in runs),
        output=middle.output,
    )
