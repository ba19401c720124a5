"""What pages and commands do not need is not read when they start."""

from __future__ import annotations

import subprocess
import sys

import pytest

_PAGES = "import jalon.config.wsgi, jalon.config.urls"
_COMMANDS = "import jalon.cli"


@pytest.mark.parametrize("start", [_PAGES, _COMMANDS])
def test_ibis_waits_for_a_run(start: str) -> None:
    told = subprocess.run(  # noqa: S603 - our own code
        [sys.executable, "-c", f"{start}; import sys; print('ibis' in sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
    )

    assert told.stdout.strip() == "False"
