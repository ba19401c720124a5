"""A folder for an embedded server, of which nothing runs any more after the test."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.embedded.processes import copy, wait_stopped
from jalon.config.embedded import EmbeddedServer, running

MEMORY = Path("/dev/shm")  # noqa: S108 - only for a folder of ours in it
ROOM = 4_000_000_000


@pytest.fixture(scope="session")
def quick() -> Iterator[Path]:
    """Return a closed folder, in memory where there is room: the disk may be busy with others."""
    roomy = MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM
    path = Path(tempfile.mkdtemp(prefix="jalon-", dir=MEMORY if roomy else None))
    yield path
    shutil.rmtree(path)


@pytest.fixture
def short_path(quick: Path) -> Iterator[Path]:
    """Return a closed folder for one test."""
    path = Path(tempfile.mkdtemp(dir=quick))
    yield path
    shutil.rmtree(path)


@pytest.fixture
def folder(short_path: Path) -> Iterator[Path]:
    """Return a folder to be made, with a name that a program could trip over."""
    path = short_path / "données de l'été" / "base"
    yield path
    if path.exists():
        wait_stopped(path)


@pytest.fixture(scope="session")
def pattern(quick: Path) -> Path:
    """Return a folder whose server was made, and stopped."""
    path = quick / "pattern"
    with running(path):
        pass
    wait_stopped(path)
    return path


@pytest.fixture
def made(folder: Path, pattern: Path) -> Path:
    """Return a folder whose server was made before."""
    copy(pattern, folder)
    return folder


@pytest.fixture
def outside(quick: Path) -> Iterator[Path]:
    """Return a folder that every account may enter."""
    path = Path(tempfile.mkdtemp(prefix="jalon-outside-", dir=quick.parent))
    path.chmod(0o755)
    yield path
    shutil.rmtree(path)


@pytest.fixture(scope="session")
def server(quick: Path) -> Iterator[EmbeddedServer]:
    """Return a server that many tests share, and only read."""
    path = Path(tempfile.mkdtemp(dir=quick)) / "base"
    with running(path) as one:
        yield one
    wait_stopped(path)
