"""Files beside the database: sealed, whole or not at all, and gone when nobody knows them."""

from __future__ import annotations

import os
import stat
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import Settings

from factories.files import pdf, photo
from jalon.documents import store
from jalon.documents.checking import CheckedFile
from jalon.documents.errors import FileLostError
from jalon.documents.kinds import Kind

_PAPER = CheckedFile(pdf(), Kind.PDF)


@pytest.fixture(autouse=True)
def folder(settings: Settings, tmp_path: Path) -> Path:
    settings.DATA_FOLDER = tmp_path
    return tmp_path / "documents"


def files(folder: Path) -> Iterator[Path]:
    return (one for one in folder.rglob("*") if one.is_file())


def test_what_is_kept_is_given_back_and_reads_as_nothing(folder: Path) -> None:
    reference = store.keep(_PAPER)

    assert store.given_back(reference, _PAPER.sha256) == _PAPER.content
    (path,) = files(folder)
    assert path.name == str(reference)
    assert b"%PDF" not in path.read_bytes()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_one_that_is_gone_exchanged_or_sealed_by_another_secret_is_said(
    folder: Path, settings: Settings
) -> None:
    paper, other = store.keep(_PAPER), store.keep(CheckedFile(photo(), Kind.JPEG))
    with pytest.raises(FileLostError, match="manque"):
        store.given_back(uuid.uuid4(), _PAPER.sha256)
    with pytest.raises(FileLostError, match="n'est plus celui"):
        store.given_back(other, _PAPER.sha256)
    settings.SECRET_KEY = "another"  # noqa: S105 - of nothing
    with pytest.raises(FileLostError, match="ne s'ouvre plus"):
        store.given_back(paper, _PAPER.sha256)
    next(path for path in files(folder) if path.name == str(paper)).write_bytes(b"damaged")
    with pytest.raises(FileLostError, match="ne s'ouvre plus"):
        store.given_back(paper, _PAPER.sha256)


def test_when_the_secret_changes_files_open_by_the_former_one_until_they_are_sealed_anew(
    settings: Settings,
) -> None:
    reference = store.keep(_PAPER)
    settings.FORMER_SECRET_KEY, settings.SECRET_KEY = settings.SECRET_KEY, "of tomorrow"
    assert store.given_back(reference, _PAPER.sha256) == _PAPER.content
    store.seal_anew(str(reference)[:2])
    settings.FORMER_SECRET_KEY = ""
    assert store.given_back(reference, _PAPER.sha256) == _PAPER.content


def test_a_writing_that_fails_leaves_no_file(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="space"):
        store.keep(_PAPER)
    # What is half written has a name that nobody asks for, nor saves.
    assert all(path.name.startswith(".") for path in files(folder))


def test_a_file_that_nobody_knows_goes_after_an_hour(folder: Path) -> None:
    known, stray, young = (store.keep(_PAPER) for _ in range(3))
    half = folder / str(stray)[:2] / f".{stray}"
    half.touch()
    an_hour_ago = time.time() - 3700
    for path in files(folder):
        if path.name != str(young):
            os.utime(path, (an_hour_ago, an_hour_ago))

    gone = sum(store.forget_strays(shelf, {known}) for shelf in store.shelves())

    assert gone == 2
    assert {uuid.UUID(path.name) for path in files(folder)} == {known, young}
    store.remove([known, uuid.uuid4()])
    assert {uuid.UUID(path.name) for path in files(folder)} == {young}


def test_what_others_left_there_is_taken_for_no_file(folder: Path) -> None:
    kept = store.keep(_PAPER)
    place = next(files(folder))
    place.with_name("Thumbs.db").write_bytes(b"")
    place.with_name(f".{kept}").write_bytes(b"half")

    assert store.on_shelf(place.parent.name) == {kept}
