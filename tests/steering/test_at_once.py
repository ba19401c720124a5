"""Counted twice at the same moment, a month is frozen once."""

from __future__ import annotations

from datetime import date
from threading import Barrier, Thread

import pytest
from django.db import connection

from conftest import as_owner
from factories.interventions import InformationAdviceFactory
from jalon.steering.models import Reckoning
from steering.counted import JULY, count, number

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_jobs_freeze_one_version() -> None:
    InformationAdviceFactory.create(opened_on=date(2026, 7, 1))
    ready, found = Barrier(2), list[int]()

    def run() -> None:
        try:
            ready.wait()
            found.append(count(JULY).pk)
        finally:
            connection.close()

    threads = [Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(found) == 2
    assert len(set(found)) == 1
    with as_owner():
        assert Reckoning.objects.get().checked_at
    assert number("advice_begun") == {"": 1}
