"""Installations that are long to make: made once for all the processes that test, then copied."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from config.embedded.processes import copy, wait_stopped

JALON = [sys.executable, "-m", "jalon.cli"]
_DATABASE = "postgresql"


def told(data: Path, **more: str) -> dict[str, str]:
    """Return the environment of the commands that work on a data folder."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("DATABASE_")}
    return {**kept, "JALON_DATA": str(data), **more}


def installed(
    factory: pytest.TempPathFactory, name: str, make: Callable[[Path], None], data: Path
) -> Path:
    """Return a data folder, a copy of what `make` makes for all; its server does not run yet."""
    alone = "PYTEST_XDIST_WORKER" not in os.environ
    common = factory.getbasetemp() if alone else factory.getbasetemp().parent
    pattern, draft = common / name, common / f"{name}.draft"
    with (common / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not pattern.exists():
            # What was left by one that was killed.
            shutil.rmtree(draft, ignore_errors=True)
            make(draft)
            wait_stopped(draft / _DATABASE)
            draft.rename(pattern)
    copy(pattern, data)
    return data


def migrate(data: Path) -> None:
    """Make an installation whose database is up to date, and holds nothing."""
    done = subprocess.run(  # noqa: S603 - our own command
        [*JALON, "migrate"],
        env=told(data, JALON_MODE="development"),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "Base à jour" in done.stdout
