"""What pages and commands do not need is not read when they start."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

_PAGES = "import jalon.config.wsgi, jalon.config.urls"
_COMMANDS = "import jalon.cli"
_ON_A_DATABASE = "from jalon.config.database import application\nwith application(): pass"
# What only a run, its checks or the generator read; each takes a good part of a start.
_OF_RUNS = {"ibis", "openfisca_core", "openfisca_france", "pandas", "pyspark"}
# Pages read extracts; most commands read none.
_OF_EXTRACTS = {"duckdb", "numpy", "pyarrow"}


@pytest.mark.parametrize(
    ("start", "heavy"),
    [
        (_PAGES, _OF_RUNS),
        (_COMMANDS, _OF_RUNS | _OF_EXTRACTS),
        (_ON_A_DATABASE, _OF_RUNS | _OF_EXTRACTS),
    ],
)
def test_what_is_not_read_yet_waits(start: str, heavy: set[str]) -> None:
    told = subprocess.run(  # noqa: S603 - our own code
        [sys.executable, "-c", f"{start}\nimport sys; print(*sys.modules)"],
        env={**os.environ, "JALON_MODE": "development", "DATABASE_URL": "postgresql:///nowhere"},
        capture_output=True,
        text=True,
        check=True,
    )

    assert not heavy & set(told.stdout.split())
