"""What Jalon writes is closed to others, and whoever calls it keeps their own mask."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from jalon.cli import main

_COMMANDS = pytest.mark.parametrize(
    "arguments",
    [["--help"], ["no-such-command"], ["register", "check", "nowhere"]],
    ids=["done", "unknown", "refused"],
)


@pytest.fixture
def mask() -> Iterator[int]:
    """A caller's mask that Jalon's own would change."""
    before = os.umask(0o022)
    yield 0o022
    os.umask(before)


@_COMMANDS
def test_the_caller_keeps_its_mask(mask: int, arguments: list[str]) -> None:
    with pytest.raises(SystemExit):
        main(arguments)

    found = os.umask(mask)
    assert found == mask


def test_files_are_closed_to_others_meanwhile(mask: int, tmp_path: Path) -> None:
    out = tmp_path / "extract"
    with pytest.raises(SystemExit) as ended:
        main(
            [
                *("register", "generate", "--profile", "herault", "--month", "2026-10"),
                *("--households", "300", "--out", str(out)),
            ]
        )

    assert ended.value.code == 0
    assert mask == 0o022
    written = [one for one in out.rglob("*") if one.is_file()]
    assert written
    assert {one.stat().st_mode & 0o077 for one in (out, *written)} == {0}
