"""What pages and commands do not need is not read when they start."""

from __future__ import annotations

import subprocess
import sys

import pytest

_PAGES = "import jalon.config.wsgi, jalon.config.urls"
_COMMANDS = "import jalon.cli"
# What only a run, its checks or the generator read; each takes a good part of a start.
_HEAVY = {"ibis", "openfisca_core", "openfisca_france", "pandas", "pyspark"}


@pytest.mark.parametrize("start", [_PAGES, _COMMANDS])
def test_what_only_a_run_reads_waits_for_it(start: str) -> None:
    told = subprocess.run(  # noqa: S603 - our own code
        [sys.executable, "-c", f"{start}; import sys; print(*sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
    )

    assert not _HEAVY & set(told.stdout.split())
