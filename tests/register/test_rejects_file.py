"""The file of rejects: safe to open, private, and never in place of what was read."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from extracts import open_and_close, read_rejects, write_extract
from jalon.register.extract import ExtractError, open_extract


def refusal(folder: Path, target: Path) -> str:
    """Return why rejects cannot be written there; nothing is changed around."""
    before = sorted(target.parent.iterdir()) if target.parent.is_dir() else []
    with open_extract(folder) as extract, pytest.raises(ExtractError) as caught:
        extract.write_rejects(target)
    assert (sorted(target.parent.iterdir()) if target.parent.is_dir() else []) == before
    assert str(target) in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        ("-2+3+cmd|' /C calc'!A0", "'-2+3+cmd|' /C calc'!A0"),
        ("=1+1", "'=1+1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("+33", "'+33"),
        ("\uff1d1+1", "'\uff1d1+1"),
        ("-", "'-"),
        ("-1", "-1"),
        ("-1 234,50", "-1 234,50"),
        ("-1\u202f234.5", "-1\u202f234.5"),
        ("1-2", "1-2"),
    ],
)
def test_a_cell_is_never_a_formula(tmp_path: Path, cell: str, shown: str) -> None:
    folder = write_extract(tmp_path, events=[{"occurred_on": cell}])

    [reject] = open_and_close(folder).rejects

    assert reject.value == shown


def test_rejects_are_for_their_writer_only(tmp_path: Path) -> None:
    folder = write_extract(tmp_path / "in", events=[{"kind": "?"}])
    target = tmp_path / "rejects.csv"
    target.write_text("an earlier one")
    target.chmod(0o644)

    with open_extract(folder) as extract:
        extract.write_rejects(target)

    assert target.stat().st_mode & 0o777 == 0o600
    assert len(read_rejects(target)) == 1


def test_rejects_never_replace_a_table(tmp_path: Path) -> None:
    folder = write_extract(tmp_path / "in")
    link = tmp_path / "link.csv"
    link.symlink_to(folder / "households.csv")
    twin = tmp_path / "twin.csv"
    os.link(folder / "persons.csv", twin)
    (tmp_path / "other").symlink_to(folder)

    for target in (
        folder / "households.csv",
        folder / ".." / "in" / "benefits.csv",
        tmp_path / "other" / "events.csv",
        folder / "households.csv.gz",  # two files for one table
        link,
        twin,
    ):
        assert "fichier de l'extraction" in refusal(folder, target)


def test_rejects_go_to_a_file_that_can_be_written(tmp_path: Path) -> None:
    folder = write_extract(tmp_path / "in")
    (tmp_path / "directory").mkdir()
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "circle").symlink_to(tmp_path / "circle")

    assert "n'est pas un fichier" in refusal(folder, tmp_path / "directory")
    assert "n'est pas un fichier" in refusal(folder, tmp_path / "pipe")
    assert "ne peuvent pas être écrits" in refusal(folder, tmp_path / "nowhere" / "rejects.csv")
    assert "ne peuvent pas être écrits" in refusal(folder, tmp_path / "circle" / "rejects.csv")
