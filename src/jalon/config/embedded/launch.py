"""Start the guardian of a folder, and wait for its answer."""

from __future__ import annotations

import os
import select
import subprocess
import sys
import time
from typing import Final

from jalon.config.embedded.errors import EmbeddedError, too_slow
from jalon.config.embedded.home import Home

READY: Final = "ready"
_GUARDIAN: Final = "jalon.config.embedded.guardian"


def launch_guardian(home: Home, guard: int, deadline: float) -> None:
    """Start a guardian, hand it the guardian's lock, and return once its server is up.

    The lock goes with its descriptor, so that there is never a moment without it, and never two
    guardians.
    """
    began = time.monotonic()
    reading, writing = os.pipe()
    try:
        try:
            _spawn(home, guard, writing)
        finally:
            os.close(writing)
            os.close(guard)
        answer = _read(reading, deadline)
    finally:
        os.close(reading)
    if answer is None:
        raise too_slow(home.path, home.log, time.monotonic() - began)
    if answer != READY:
        raise EmbeddedError(
            answer or f"La base embarquée s'est arrêtée au démarrage : lisez « {home.log} »."
        )


def _spawn(home: Home, guard: int, writing: int) -> None:
    """Run the guardian in a session of its own; it leaves us at once, so it is nobody's child."""
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


def _environment() -> dict[str, str]:
    """Return what the guardian needs of our environment: none of our secrets is in it."""
    paths = [os.path.abspath(path) for path in sys.path if path]  # noqa: PTH100 - kept as text
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
            return said.decode()
        said += chunk
