"""The harness of kill tests itself: work that fails is told at once, and is no kill."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path

import pytest

from killed import Aim, killed_until_done, of_the_application


def kills_of(work_is: str, aim: Aim, data: Path) -> Counter[str]:
    """Begin work once that needs no database, and say where it was killed."""
    return killed_until_done(
        work_is,
        of_the_application("postgresql://jalon_app@127.0.0.1:1/jalon", data),
        [aim],
        goes_on=lambda: True,
        chance=random.Random(1),  # noqa: S311 - a moment to kill at
    )


@pytest.mark.parametrize("step", ["", "never begun"])
def test_work_that_raises_fails_the_test_at_once(
    step: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    work = "def work():\n    raise LookupError('nothing there')"

    with pytest.raises(AssertionError, match="the work itself failed, and ended with 1"):
        kills_of(work, Aim(60, step), tmp_path)

    assert "LookupError: nothing there" in capfd.readouterr().err


def test_what_ends_after_its_work_was_not_killed(tmp_path: Path) -> None:
    work = "import time\ndef work():\n    told('done')\n    time.sleep(0.3)"

    assert not kills_of(work, Aim(60), tmp_path)
