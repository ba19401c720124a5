"""Time a whole process: seconds, peak memory, and what it spilled on disk."""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_LOOK_EVERY: Final = 0.1
_KIB: Final = 1024
GIB: Final = 1 << 30


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
    said = temporary.with_suffix(".out")
    spill = _Spill(temporary)
    try:
        with said.open("wb") as output:
            started = time.perf_counter()
            process = subprocess.Popen(
                list(command),
                stdout=output,
                stderr=subprocess.STDOUT,
                env={**os.environ, "TMPDIR": str(temporary)},
            )
            # The only way to learn one child's peak: getrusage gives the largest of all children.
            _, status, usage = os.wait4(process.pid, 0)
            seconds = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        text = said.read_text(encoding="utf-8", errors="replace")
        if process.returncode:
            raise RuntimeError(f"{' '.join(command)} failed ({process.returncode}): {text}")
        return Measured(
            seconds=seconds,
            processor_seconds=usage.ru_utime + usage.ru_stime,
            peak_memory=usage.ru_maxrss * _KIB,
            peak_spill=spill.stop(),
            output=text,
        )
    finally:
        spill.stop()
        said.unlink(missing_ok=True)
        shutil.rmtree(temporary, ignore_errors=True)


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
