"""An installation from nothing: its database, its department, its first account."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from installations import JALON, installed, migrate, told
from jalon.config.embedded import running


def _jalon(data: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - our own command
        [*JALON, *words],
        env=told(data, JALON_MODE="development"),
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )


@pytest.fixture
def data(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A data folder whose database is up to date, and stays up: each command would start it."""
    folder = installed(tmp_path_factory, "migrated", migrate, tmp_path / "data")
    with running(folder / "postgresql"):
        yield folder


def test_the_first_administrator_is_opened_once_and_the_department_as_often_as_wished(
    data: Path,
) -> None:
    who = ("administrator", "--first-name", "Léa", "--last-name", "Roux", "--email")
    laid_out = [_jalon(data, "department") for _ in range(2)]
    wrong = _jalon(data, *who, "lea")
    opened = _jalon(data, *who, "lea.roux@example.org")
    again = _jalon(data, *who, "autre@example.org")

    assert [one.returncode for one in laid_out] == [0, 0]
    assert "Caf du Val-de-Marne" in laid_out[0].stdout
    assert "n'est pas une adresse électronique" in wrong.stderr
    assert re.search(r"http://127.0.0.1:8000/equipe/invitation/[\w-]{43}/", opened.stdout)
    assert "lea" not in opened.stdout
    assert again.returncode != 0
    assert "Un administrateur technique existe déjà" in again.stderr
    assert "Traceback" not in again.stderr + wrong.stderr


def test_the_operators_command_says_what_it_did_not_do(data: Path) -> None:
    answered = _jalon(data, "confirm", "--email", "nul@example.org")

    assert answered.returncode != 0
    assert "Aucun compte n'a l'adresse" in answered.stderr
    assert "Traceback" not in answered.stderr
