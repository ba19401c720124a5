"""Two people at the same moment: one report is prepared, one text written, and none is lost."""

from __future__ import annotations

from collections.abc import Callable
from threading import Barrier, Thread

import pytest
from django.db import connection

from conftest import as_owner
from factories.directory import StaffFactory
from jalon.audit.identity import acting
from jalon.directory.models import StaffMember
from jalon.directory.roles import Role
from jalon.steering.actions import SteeringError
from jalon.steering.models import Report
from jalon.steering.reports.commenting import WrittenMeanwhileError, write_comment
from jalon.steering.reports.content import SUMMARY
from steering.reported import prepare

pytestmark = pytest.mark.django_db(transaction=True)


def _two() -> list[StaffMember]:
    return [StaffFactory.create(role=Role.DEPARTMENT_HEAD) for _ in range(2)]


def _at_once(act: Callable[[StaffMember], object]) -> list[SteeringError]:
    """Have two people act at the same moment; return what they were refused."""
    ready, refused = Barrier(2), list[SteeringError]()

    def run(person: StaffMember) -> None:
        try:
            ready.wait()
            act(person)
        except SteeringError as error:
            refused.append(error)
        finally:
            connection.close()

    threads = [Thread(target=run, args=[one]) for one in _two()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return refused


def test_two_who_prepare_the_same_report_make_one() -> None:
    refused = _at_once(prepare)

    assert [str(one) for one in refused] == [
        "Ce rapport est déjà en préparation : continuez celui-là."
    ]
    with as_owner():
        assert Report.objects.get().version == 1


def test_two_who_write_one_chapter_lose_nothing() -> None:
    made = prepare(StaffFactory.create(role=Role.DEPARTMENT_HEAD))

    def write(by: StaffMember) -> None:
        with acting(by.pk):
            write_comment(report=made, chapter=SUMMARY, text=f"Vu par {by.pk}.", seen=0, by=by)

    (refused,) = _at_once(write)

    assert isinstance(refused, WrittenMeanwhileError)
    with as_owner():
        (kept,) = Report.objects.get().comments.all()
        assert (kept.text, kept.revision) == (refused.comment.text, 1)
