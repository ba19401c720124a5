"""Texts of a report: each says what it answers for, and the database knows it."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.utils import timezone

from factories.directory import StaffFactory, TeamFactory, TerritoryFactory
from jalon.audit.identity import acting
from jalon.directory.models import StaffMember
from jalon.directory.roles import Role
from jalon.steering.actions import SteeringError
from jalon.steering.models import Comment, Report
from jalon.steering.reports.commenting import MOST_WORDS, WrittenMeanwhileError, write_comment
from jalon.steering.reports.content import SUMMARY
from jalon.steering.reports.reporting import ask_figures
from steering.reported import prepare, territory_of, text_of

pytestmark = pytest.mark.django_db
_PUT = (
    "INSERT INTO steering_comment (report_id, chapter, territory_id, text, revision, "
    "written_by_id, written_at) VALUES (%s, %s, %s, %s, 1, %s, now())"
)


@pytest.fixture
def head() -> StaffMember:
    made: StaffMember = StaffFactory.create(role=Role.DEPARTMENT_HEAD)
    return made


@pytest.fixture
def manager() -> StaffMember:
    made: StaffMember = StaffFactory.create(role=Role.TERRITORY_MANAGER, team=TeamFactory.create())
    return made


def _put(report: Report, territory: int | None, by: StaffMember, chapter: str = SUMMARY) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_PUT, [report.pk, chapter, territory, "Forcé.", by.pk])


def test_a_manager_speaks_of_one_territory_and_the_head_of_all(
    head: StaffMember, manager: StaffMember
) -> None:
    whole = prepare(head)
    mine, other = territory_of(manager), TerritoryFactory.create()
    elsewhere = prepare(head, other)
    told: dict[str, Any] = {"chapter": SUMMARY, "seen": 0, "by": manager, "text": "Vu d'ici."}
    with acting(manager.pk):
        write_comment(report=whole, territory=mine, **told)
        for report, territory in ((whole, None), (whole, other), (elsewhere, None)):
            with pytest.raises(SteeringError, match="qui répond de ce territoire"):
                write_comment(report=report, territory=territory, **told)
        with pytest.raises(SteeringError, match="qui en répond"):
            ask_figures(report=whole, by=manager)
        with pytest.raises(SteeringError, match="qui en répond"):
            prepare(manager, other, quarter=1)
    with acting(head.pk):
        write_comment(report=whole, **told | {"by": head})
        assert text_of(whole, SUMMARY, mine) == "Vu d'ici."
        # A report of a territory is of that one alone.
        with pytest.raises(SteeringError, match="qui répond de ce territoire"):
            write_comment(report=elsewhere, territory=mine, **told | {"by": head})


def test_the_database_knows_of_what_each_may_speak(
    head: StaffMember, manager: StaffMember
) -> None:
    whole, mine = prepare(head), territory_of(manager).pk
    other = TerritoryFactory.create().pk
    worker = StaffFactory.create(role=Role.SOCIAL_WORKER, team=manager.team)
    with acting(head.pk):
        _put(whole, None, head)
    for person, territory in ((manager, None), (manager, other), (worker, mine)):
        with acting(person.pk), pytest.raises(ProgrammingError, match="row-level security"):
            _put(whole, territory, person, "autre")
    with acting(manager.pk):
        with pytest.raises(ProgrammingError, match="row-level security"):
            _put(whole, mine, head)
        _put(whole, mine, manager)
        # What is the head's is not there to be changed; the report's own columns are refused.
        assert not Comment.objects.filter(territory=None).update(text="Autre.")
        for change in ({"asked_at": timezone.now()}, {"revision": 99}, {"problem": "Rien."}):
            with pytest.raises(IntegrityError), transaction.atomic():
                Report.objects.filter(pk=whole.pk).update(**change)
    with acting(head.pk):
        rows = Comment.objects.filter(territory=mine)
        for forged in ({"text": "Autre."}, {"written_by": manager.pk, "text": "Autre."}):
            with pytest.raises(IntegrityError), transaction.atomic():
                rows.update(**forged)
        for moved in ({"territory": other}, {"chapter": "autre"}):
            with pytest.raises(IntegrityError), transaction.atomic():
                rows.update(**moved, written_by=head)
        assert rows.update(text="Repris.", written_by=head) == 1


def test_a_text_makes_the_report_another_one(head: StaffMember) -> None:
    made = prepare(head)
    before = made.revision
    with acting(head.pk):
        _put(made, None, head)
        made.refresh_from_db()

    assert made.revision == before + 1


def test_two_who_write_one_text_see_each_other_and_other_chapters_do_not_matter(
    head: StaffMember,
) -> None:
    made = prepare(head)
    deputy = StaffFactory.create(role=Role.DEPARTMENT_HEAD)
    told: dict[str, Any] = {"report": made, "by": head}
    with acting(head.pk):
        write_comment(chapter=SUMMARY, text="Le premier.", seen=0, **told)
        write_comment(chapter="rencontres-et-visites", text="Autre.", seen=0, **told)
    told["by"] = deputy
    with acting(deputy.pk):
        with pytest.raises(WrittenMeanwhileError) as met:
            write_comment(chapter=SUMMARY, text="Le second.", seen=0, **told)
        assert (met.value.comment.text, met.value.comment.revision) == ("Le premier.", 1)
        now = write_comment(chapter=SUMMARY, text="Les deux.", seen=1, **told)
        assert (now.text, now.revision, now.written_by) == ("Les deux.", 2, deputy)
        with pytest.raises(SteeringError, match="n'est pas du rapport"):
            write_comment(chapter="ailleurs", text="Perdu.", seen=0, **told)
        with pytest.raises(SteeringError, match="dépasse"):
            write_comment(chapter=SUMMARY, text="x" * (MOST_WORDS + 1), seen=2, **told)


def test_nobody_who_does_not_steer_prepares_one() -> None:
    worker = StaffFactory.create(role=Role.SOCIAL_WORKER)
    with pytest.raises(SteeringError, match="qui en répond"):
        prepare(worker)
