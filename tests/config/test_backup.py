"""A backup made while files arrive, grow and go holds what it says, and is restored whole."""

from __future__ import annotations

import io
import json
import tarfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
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
        *("documents/ab/abcd", "documents/ab/.half-written"),
        "runs/one/uploads/kept",
    ):
        (data / name).parent.mkdir(parents=True, exist_ok=True)
        (data / name).write_text(name, encoding="utf-8")

    content, elsewhere = saved_and_restored(server, data, tmp_path)

    expected = [
        "documents/ab/abcd",
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
    server: EmbeddedServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (data := tmp_path / "data").mkdir()
    (data / "closed").touch()
    (told,) = new_databases(server, "told")
    opened = Path.open

    def refuse(path: Path, *how: Any, **more: Any) -> Any:
        if path.name == "closed":
            raise PermissionError(13, "Permission denied", str(path))
        return opened(path, *how, **more)

    monkeypatch.setattr(Path, "open", refuse)

    with pytest.raises(BackupError, match="closed ne peut pas être sauvegardé"):
        back_up(owner_url=told, data=data, archive=tmp_path / "sauvegarde.tar")

    assert not (tmp_path / "sauvegarde.tar").exists()


def test_neither_links_nor_large_objects_stop_a_backup(
    server: EmbeddedServer, tmp_path: Path
) -> None:
    told, fresh = new_databases(server, "told", "fresh")
    data, archive = tmp_path / "data" / "runs", tmp_path / "sauvegarde.tar"
    data.mkdir(parents=True)
    (tmp_path / "outside").write_text("not ours", encoding="utf-8")
    (data / "link").symlink_to(tmp_path / "outside")
    (data / "kept").write_text("ours", encoding="utf-8")
    with psycopg.connect(told, autocommit=True) as login:
        login.execute("SELECT lo_create(0)")

    content = back_up(owner_url=told, data=data.parent, archive=archive)
    restore(owner_url=fresh, data=tmp_path / "elsewhere", archive=archive)

    assert list(content.files) == ["runs/kept"]


def archive_of(tmp_path: Path, manifest: str, *members: tarfile.TarInfo) -> Path:
    archive = tmp_path / "made.tar"
    with tarfile.open(archive, "w") as tar:
        for name, content in {"manifest.json": manifest, "database.dump": "", "evil": "x"}.items():
            told = tarfile.TarInfo(name)
            told.size = len(content)
            tar.addfile(told, io.BytesIO(content.encode()))
        for one in members:
            tar.addfile(one)
    return archive


def link(name: str, target: str) -> tarfile.TarInfo:
    told = tarfile.TarInfo(name)
    told.type, told.linkname = tarfile.SYMTYPE, target
    return told


@pytest.mark.parametrize(
    "manifest",
    ["{", "[]", "{}", '{"tables": 1, "files": 1}', '{"tables": {"a": "b"}, "files": {}}'],
)
def test_a_manifest_that_is_none_is_refused(
    server: EmbeddedServer, tmp_path: Path, manifest: str
) -> None:
    (fresh,) = new_databases(server, "fresh")

    with pytest.raises(BackupError, match="n'est pas une sauvegarde"):
        restore(
            owner_url=fresh,
            data=tmp_path / "elsewhere",
            archive=archive_of(tmp_path, manifest),
        )


@pytest.mark.parametrize("name", ["../evil", "missing", "{outside}", "deep/../../evil"])
@pytest.mark.parametrize("linked", [False, True])
def test_nothing_is_restored_from_outside_the_archive_nor_put_outside_the_folder(
    server: EmbeddedServer, tmp_path: Path, name: str, *, linked: bool
) -> None:
    (fresh,) = new_databases(server, "fresh")
    outside = tmp_path / "outside"
    outside.write_text("not ours", encoding="utf-8")
    files = {name.format(outside=outside): "0"}
    members = [link("files/deep", "../")] if linked else []
    archive = archive_of(tmp_path, json.dumps({"tables": {}, "files": files}), *members)
    elsewhere = tmp_path / "elsewhere" / "data"

    with pytest.raises(BackupError, match=r"abîmée|n'est pas une sauvegarde"):
        restore(owner_url=fresh, data=elsewhere, archive=archive)

    assert outside.read_text(encoding="utf-8") == "not ours"
    assert [path for path in (tmp_path / "elsewhere").rglob("*") if path.is_file()] == []


def test_an_archive_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(BackupError, match="n'existe pas"):
        restore(owner_url="", data=tmp_path, archive=tmp_path / "absent.tar")
