"""Start the guardian of a folder, and wait for its answer."""

from __future__ import annotations

import os
import select
import subprocess
import sys
import time
from pathlib import Path
from typing import Final

from jalon.config.embedded.errors import EmbeddedError, too_slow
from jalon.config.embedded.home import Home
from jalon.config.embedded.locks import is_held, try_whole

READY: Final = "ready"
_GUARDIAN: Final = "jalon.config.embedded.guardian"


def launch_guardian(home: Home, guard: int, deadline: float) -> None:
    """Start a guardian, hand it the guardian's lock, and return once its server is up.

    The lock goes with its descriptor, so that there is never a moment without it, and never two
    guardians.
    """
    began = time.monotonic()
    reading = _spawn(home, guard)
    try:
        answer = _read(reading, deadline)
    finally:
        os.close(reading)
    if answer is None:
        raise too_slow(home.path, home.log, time.monotonic() - began)
    if answer != READY:
        raise EmbeddedError(
            answer or f"La base embarquée s'est arrêtée au démarrage : lisez « {home.log} »."
        )


def relieve_guardian(home: Home) -> None:
    """Where the guardian was killed and left a server behind, start another to see to it."""
    if is_held(home.server, home.account):
        guard = try_whole(home.guard, home.account)
        if guard is not None:
            os.close(_spawn(home, guard))


def _spawn(home: Home, guard: int) -> int:
    """Run the guardian and return the pipe in which it answers; the lock is its own from now on.

    It has a session of its own and leaves us at once, so that it is nobody's child.
    """
    reading, writing = os.pipe()
    try:
        subprocess.run(  # noqa: S603 - our own module
            [sys.executable, "-P", "-m", _GUARDIAN, str(home.path), str(guard)],
            check=False,
            stdin=subprocess.DEVNULL,
            stdout=writing,
            stderr=subprocess.DEVNULL,
            pass_fds=(guard,),
            cwd="/",
            env=_environment(),
            start_new_session=True,
        )
    except BaseException:
        os.close(reading)
        raise
    finally:
        os.close(writing)
        os.close(guard)
    return reading


def _environment() -> dict[str, str]:
    """Return what the guardian needs of our environment: none of our secrets is in it."""
    ours = str(Path(__file__).parents[3])
    paths = [ours, *(str(Path(path).absolute()) for path in sys.path if path)]
    kept = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH") if name in os.environ}
    return kept | {"PYTHONPATH": os.pathsep.join(paths), "PYTHONUTF8": "1"}


def _read(reading: int, deadline: float) -> str | None:
    """Return all that the guardian says, or None where it says nothing in time."""
    said = b""
    while True:
        left = deadline - time.monotonic()
        if left <= 0 or not select.select([reading], [], [], left)[0]:
            return None
        chunk = os.read(reading, 4096)
        if not chunk:
            return os.fsdecode(said)
        said += chunk
