"""`jalon steering` says what each figure is, without a database."""

from __future__ import annotations

from cli.running import jalon
from jalon.steering.sheets import indicators_page


def test_the_definitions_are_written_as_the_page_is() -> None:
    done = jalon("steering", "indicators")

    assert done.status == 0
    assert done.out == indicators_page()
