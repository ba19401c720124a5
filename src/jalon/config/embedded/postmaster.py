"""The server's process: our child, or one that a guardian killed before us has left."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from jalon.config.embedded.place import CLUSTER, PID_FILE

_TICK: Final = 0.05
# Fast: sessions are ended, all is written. Immediate: recovery at the next start.
_ENDINGS: Final = ((signal.SIGINT, 60.0), (signal.SIGQUIT, 10.0), (signal.SIGKILL, 10.0))


@dataclass
class Postmaster:
    """A server's first process. `child` is None for one that we did not start."""

    pid: int
    child: subprocess.Popen[bytes] | None = None

    def alive(self) -> bool:
        """Tell whether the process lives; its number may have gone to another since."""
        if self.child is not None:
            return self.child.poll() is None
        return _stands_in_cluster(self.pid)

    def stop(self) -> None:
        """Stop the server, gently at first."""
        for number, patience in _ENDINGS:
            if not self.alive():
                return
            with suppress(ProcessLookupError):
                os.kill(self.pid, number)
            deadline = time.monotonic() + patience
            while self.alive() and time.monotonic() < deadline:
                time.sleep(_TICK)


def orphan() -> Postmaster | None:
    """Return the server that an earlier guardian left alive; a stale pid file does not fool us."""
    try:
        pid = int(PID_FILE.read_text().split("\n", 1)[0])
    except (OSError, ValueError):
        return None
    return Postmaster(pid) if _stands_in_cluster(pid) else None


def kill_stragglers() -> None:
    """End what a killed server left behind: with it gone, its sessions have nothing to do."""
    pids = (int(process.name) for process in Path("/proc").iterdir() if process.name.isdigit())
    for pid in pids:
        if _stands_in_cluster(pid):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


def _stands_in_cluster(pid: int) -> bool:
    """Tell whether a process is a postgres whose current directory is our cluster."""
    process = Path("/proc", str(pid))
    try:
        program = os.readlink(process / "exe")  # noqa: PTH115 - may end in " (deleted)"
        where = (process / "cwd").stat()
        here = CLUSTER.stat()
    except OSError:
        return False
    return Path(program).name.startswith("postgres") and os.path.samestat(where, here)
