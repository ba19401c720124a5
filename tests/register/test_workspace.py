"""What is written while one works is deleted, by the next who works where one was killed."""

from __future__ import annotations

import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from extracts import write_extract
from jalon.register.extract import open_extract

_WORKS = (
    "import sys; from pathlib import Path; from jalon.register.extract import open_extract; "
    "open_extract(Path(sys.argv[1])); print('open', flush=True); sys.stdin.read()"
)


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


@pytest.fixture
def extract(tmp_path: Path) -> Path:
    return write_extract(tmp_path / "extract", households=[{"household_id": "H1"}])


@contextmanager
def another(extract: Path) -> Iterator[subprocess.Popen[str]]:
    """A process that has opened the extract, and waits."""
    with subprocess.Popen(  # noqa: S603 - our own code
        [sys.executable, "-c", _WORKS, str(extract)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "open\n"
        yield process


def test_what_a_killed_process_left_goes_with_the_next(temporary: Path, extract: Path) -> None:
    with another(extract) as process:
        (left,) = temporary.iterdir()
        (left / "spilt.tmp").write_text("une famille", encoding="utf-8")
        process.send_signal(signal.SIGKILL)
    assert left.exists()

    with open_extract(extract):
        assert not left.exists()
        assert len(list(temporary.iterdir())) == 1

    assert list(temporary.iterdir()) == []


def test_what_another_works_on_stays(temporary: Path, extract: Path) -> None:
    with another(extract) as process:
        (theirs,) = temporary.iterdir()
        with open_extract(extract):
            assert len(list(temporary.iterdir())) == 2
        assert list(temporary.iterdir()) == [theirs]
        process.kill()


def test_a_file_or_a_link_of_that_name_is_left_alone(
    temporary: Path, extract: Path, tmp_path: Path
) -> None:
    kept = tmp_path / "kept"
    kept.mkdir()
    (kept / "letter").touch()
    (temporary / "jalon-work-link").symlink_to(kept)
    (temporary / "jalon-work-file").touch()

    with open_extract(extract):
        pass

    assert (kept / "letter").exists()
    assert {one.name for one in temporary.iterdir()} == {"jalon-work-link", "jalon-work-file"}
