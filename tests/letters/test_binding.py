"""One file of several: every page, in order, the same each time."""

from __future__ import annotations

from datetime import date

import pytest

from factories.letters import letter
from jalon.letters.binding import bound
from jalon.letters.rendering import render_batch
from letters.seeing import opened


def test_every_page_is_there_in_order_and_the_same_each_time() -> None:
    day = date(2026, 11, 23)
    files = [render_batch([letter()] * count, on=day, for_paper=True).pdf for count in (2, 1)]

    whole = bound(files)

    apart = [page.text for file in files for page in opened(file)]
    assert [page.text for page in opened(whole)] == apart
    assert bound(files) == whole


def test_nothing_to_bind_is_refused() -> None:
    with pytest.raises(ValueError, match="nothing to bind"):
        bound([])
