"""A backup made while files arrive, grow and go holds what it says, and is restored whole."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import pytest

from config.test_dumping import new_databases
from jalon.config.backup import BackupError, Content, back_up, restore
from jalon.config.embedded import EmbeddedServer

MEBIBYTE = 1 << 20


def saved_and_restored(server: EmbeddedServer, data: Path, tmp_path: Path) -> tuple[Content, Path]:
    """Save a data folder and restore it elsewhere; what was saved, and where it is now."""
    told, fresh = new_databases(server, "told", "fresh")
    archive, elsewhere = tmp_path / "sauvegarde.tar", tmp_path / "ailleurs"
    content = back_up(owner_url=told, data=data, archive=archive)
    restore(owner_url=fresh, data=elsewhere, archive=archive)
    return content, elsewhere


@contextmanager
def meanwhile(do: Callable[[int], None]) -> Iterator[None]:
    """Do something over and over, given how often it was done, until the block ends."""
    over, begun = threading.Event(), threading.Event()

    def work() -> None:
        for times in count():
            do(times)
            begun.set()
            if over.is_set():
                return

    thread = threading.Thread(target=work)
    thread.start()
    begun.wait()
    try:
        yield
    finally:
        over.set()
        thread.join()


def test_what_still_arrives_is_left_out(server: EmbeddedServer, tmp_path: Path) -> None:
    data = tmp_path / "data"
    for name in (
        *("runs/one/cohort.parquet", "extracts/one/households.csv"),
        *("uploads/tmp1", "incoming/october/households.csv", "static/style.css"),
        *("extracts/.draft-1-one/households.csv", "runs/one/.jalon-1-x/a", ".probe"),
        "runs/one/uploads/kept",
    ):
        (data / name).parent.mkdir(parents=True, exist_ok=True)
        (data / name).write_text(name, encoding="utf-8")

    content, elsewhere = saved_and_restored(server, data, tmp_path)

    expected = [
        *("extracts/one/households.csv", "runs/one/cohort.parquet", "runs/one/uploads/kept"),
    ]
    assert sorted(content.files) == expected
    restored = [path for path in elsewhere.rglob("*") if path.is_file()]
    assert sorted(str(path.relative_to(elsewhere)) for path in restored) == expected


def test_a_file_that_grows_meanwhile_is_saved_as_it_was(
    server: EmbeddedServer, tmp_path: Path
) -> None:
    growing = tmp_path / "data" / "runs" / "growing"
    growing.parent.mkdir(parents=True)
    growing.write_bytes(b"0" * MEBIBYTE)

    def grow(_times: int) -> None:
        with growing.open("ab") as file:
            file.write(b"1" * 100)

    with meanwhile(grow):
        content, elsewhere = saved_and_restored(server, tmp_path / "data", tmp_path)

    assert list(content.files) == ["runs/growing"]
    assert (elsewhere / "runs" / "growing").stat().st_size >= MEBIBYTE


def test_files_deleted_meanwhile_are_said(server: EmbeddedServer, tmp_path: Path) -> None:
    folder = tmp_path / "data" / "runs"
    folder.mkdir(parents=True)
    (folder / "kept").touch()

    def come_and_go(times: int) -> None:
        name = folder / f"file-{times % 300}"
        if name.exists():
            name.unlink()
        else:
            name.touch()

    with meanwhile(come_and_go):
        content, elsewhere = saved_and_restored(server, tmp_path / "data", tmp_path)

    assert "runs/kept" in content.files
    assert not set(content.files) & set(content.vanished)
    restored = {path.name for path in (elsewhere / "runs").iterdir()}
    assert restored == {Path(name).name for name in content.files}


def test_a_file_that_cannot_be_read_is_never_skipped(
    server: EmbeddedServer, tmp_path: Path
) -> None:
    (data := tmp_path / "data").mkdir()
    (data / "endless").symlink_to("endless")
    (told,) = new_databases(server, "told")

    with pytest.raises(BackupError, match="endless ne peut pas être sauvegardé"):
        back_up(owner_url=told, data=data, archive=tmp_path / "sauvegarde.tar")

    assert not (tmp_path / "sauvegarde.tar").exists()
