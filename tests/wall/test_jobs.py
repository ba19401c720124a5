"""Jobs act as whom they name, in whatever thread runs them, and leave nothing behind."""

from __future__ import annotations

import psycopg
import pytest
from django.db import connection
from procrastinate.contrib.django import app

from factories.directory import StaffFactory
from jalon.audit.identity import acting
from jalon.audit.models import Read
from jalon.directory.models import StaffMember

pytestmark = pytest.mark.django_db(transaction=True)
_SEEN: list[int | None] = []
_LOGINS: set[psycopg.Connection] = set()


def _person() -> int | None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT wall.person()")
        (found,) = cursor.fetchone()
        return None if found is None else int(found)


def _look(by_id: int, *, fail: bool = False) -> None:
    _SEEN.append(_person())
    _LOGINS.add(connection.connection)
    with acting(by_id):
        _SEEN.append(_person())
        if fail:
            raise RuntimeError("on purpose")


def test_each_job_acts_as_its_own_person_on_a_kept_connection() -> None:
    one, other = StaffFactory.create(), StaffFactory.create()
    _SEEN.clear()
    task = app.task(name="tests.look")(_look)
    try:
        for person, fail in ((one, True), (other, False), (one, False)):
            _defer(task, person, fail=fail)
        worker = app.connector.get_worker_connector()  # type: ignore[attr-defined]
        with app.replace_connector(worker):
            app.run_worker(
                wait=False, concurrency=1, install_signal_handlers=False, listen_notify=False
            )
    finally:
        app.tasks.pop("tests.look")
        for login in _LOGINS:
            login.close()

    assert len(_LOGINS) < 3, "no connection was kept from one job to the next"
    assert [None, one.pk, None, other.pk, None, one.pk] == _SEEN
    assert _person() is None
    assert not Read.objects.exists()


def _defer(task: object, person: StaffMember, *, fail: bool) -> None:
    with acting(person.pk):
        task.defer(by_id=person.pk, fail=fail)  # type: ignore[attr-defined]
