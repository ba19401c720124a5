"""Many guesses sent at the same moment from one place: as many are heard as may be."""

from __future__ import annotations

from collections import Counter
from threading import Barrier, Thread

import pytest
from django.db import connection, transaction

from conftest import as_owner
from jalon.audit.identity import acting
from jalon.outreach.codes import new_code
from jalon.outreach.models import WrongReply

pytestmark = pytest.mark.django_db(transaction=True)
_THREADS, _EACH = 10, 6


def _guess() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT wall.open_reply(%s, 1, 1, 'one place')", [new_code()])
        (verdict,) = cursor.fetchone()
    return str(verdict)


def test_of_many_guesses_at_once_twenty_are_heard() -> None:
    start = Barrier(_THREADS)
    told: list[str] = []

    def run() -> None:
        try:
            start.wait(10)
            with acting(None):
                told.extend(_guess() for _ in range(_EACH))
        finally:
            connection.close()

    threads = [Thread(target=run) for _ in range(_THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert Counter(told) == {"wrong": 20, "locked": _THREADS * _EACH - 20}
    with as_owner():
        assert WrongReply.objects.count() == 20


def test_who_answers_from_one_place_does_not_wait_for_another() -> None:
    told: list[str] = []

    def run() -> None:
        try:
            with acting(None):
                told.append(_guess())
        finally:
            connection.close()

    with acting(None), transaction.atomic():
        _guess()
        other = Thread(target=run)
        other.start()
        other.join(10)
        assert told == ["wrong"]
