"""An installation from nothing: its database, its department, its first account."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path


def _jalon(data: Path, *words: str) -> subprocess.CompletedProcess[str]:
    kept = {name: one for name, one in os.environ.items() if not name.startswith("DATABASE_")}
    return subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-m", "jalon.cli", *words],
        env={**kept, "JALON_MODE": "development", "JALON_DATA": str(data)},
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )


def test_the_first_administrator_is_opened_once_and_the_department_as_often_as_wished(
    tmp_path: Path,
) -> None:
    who = ("administrator", "--first-name", "Léa", "--last-name", "Roux", "--email")
    assert _jalon(tmp_path, "migrate").returncode == 0

    laid_out = [_jalon(tmp_path, "department") for _ in range(2)]
    wrong = _jalon(tmp_path, *who, "lea")
    opened = _jalon(tmp_path, *who, "lea.roux@example.org")
    again = _jalon(tmp_path, *who, "autre@example.org")

    assert [one.returncode for one in laid_out] == [0, 0]
    assert "Caf du Val-de-Marne" in laid_out[0].stdout
    assert "n'est pas une adresse électronique" in wrong.stderr
    assert re.search(r"http://127.0.0.1:8000/equipe/invitation/[\w-]{43}/", opened.stdout)
    assert "lea" not in opened.stdout
    assert again.returncode != 0
    assert "Un administrateur technique existe déjà" in again.stderr
    assert "Traceback" not in again.stderr + wrong.stderr
