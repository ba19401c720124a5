"""Reports: prepared once, commented by several, adopted as they were read, and never changed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, ProgrammingError, transaction
from pytest_django import Settings

from conftest import as_owner
from factories.directory import StaffFactory, TeamFactory, TerritoryFactory
from jalon.audit.identity import acting
from jalon.directory.models import StaffMember
from jalon.directory.roles import Role
from jalon.rules.calendar import Month
from jalon.steering.actions import SteeringError
from jalon.steering.enums import ReportKind
from jalon.steering.figures.figure import NOT_YET
from jalon.steering.models import Comment, Reckoning, Report
from jalon.steering.reports.commenting import write_comment
from jalon.steering.reports.content import SUMMARY, Content, read_content
from jalon.steering.reports.reporting import (
    adopt_report,
    ask_figures,
    discard_report,
    prepare_report,
)
from steering.counted import count
from steering.reported import advices, counted, prepare, take_figures, territory_of, text_of

pytestmark = pytest.mark.django_db
APRIL, MAY, JUNE, JULY = (Month(2026, one) for one in (4, 5, 6, 7))
_ADVICE = "Informations-conseils et accompagnements"


@pytest.fixture(autouse=True)
def data(settings: Settings, tmp_path: Path) -> None:
    settings.DATA_FOLDER = tmp_path


@pytest.fixture
def head() -> StaffMember:
    made: StaffMember = StaffFactory.create(role=Role.DEPARTMENT_HEAD)
    return made


@pytest.fixture
def manager() -> StaffMember:
    made: StaffMember = StaffFactory.create(role=Role.TERRITORY_MANAGER, team=TeamFactory.create())
    return made


def told(report: Report) -> Content:
    """What a report tells."""
    assert report.content is not None, report.problem
    return read_content(report.content)


def rows(content: Content, title: str) -> dict[Any, tuple[Any, ...]]:
    """The rows of a table, by what names them."""
    (table,) = [one for one in content.tables if one.title == title]
    return {row[0]: row[1:] for row in table.rows}


def test_a_review_tells_the_quarter_the_year_so_far_and_each_territory(head: StaffMember) -> None:
    north = TerritoryFactory.create(code="nord", label="Nord")
    south = TerritoryFactory.create(code="sud", label="Sud")
    for month, many in ((Month(2026, 3), 6), (APRIL, 7), (MAY, 8), (JUNE, 9)):
        advices(north, month, many)
        advices(south, month, many + 10)
        count(month)
    content = told(counted(head))

    begun = rows(content, f"{_ADVICE} : les chiffres")["Informations-conseils commencées"]
    assert begun[1:3] == (78, 100)
    places = rows(content, f"{_ADVICE} : par territoire, depuis janvier")
    assert places["Informations-conseils commencées"][1:3] == (30, 70)
    assert "avril 2026 à juin 2026" in content.basis
    assert content.not_frozen == ()


def test_noughts_and_a_lone_month_are_not_drawn(head: StaffMember) -> None:
    nord = TerritoryFactory.create(code="nord", label="Nord")
    advices(nord, JUNE, 12)
    count(JUNE)
    charts = {one.title: one.charts for one in told(counted(head)).chapters}
    assert [one.title for one in charts[_ADVICE]] == [
        "Informations-conseils commencées, par territoire"
    ]
    assert charts["Droits trouvés et accordés"] == ()


def test_small_counts_are_hidden_there_as_on_pages(head: StaffMember) -> None:
    north = TerritoryFactory.create(code="nord", label="Nord")
    south = TerritoryFactory.create(code="sud", label="Sud")
    advices(north, APRIL, 3)
    advices(south, APRIL, 30)
    count(APRIL)
    content = told(counted(head))

    found = rows(content, f"{_ADVICE} : par territoire, depuis janvier")
    assert found["Informations-conseils commencées"][1] == "masqué"
    assert not any(cell == 3 for table in content.tables for row in table.rows for cell in row[1:])


def test_a_period_that_is_not_over_or_was_never_counted_gives_none(head: StaffMember) -> None:
    today = date.today()  # noqa: DTZ011 - the year alone
    with acting(head.pk), pytest.raises(SteeringError, match="n'est pas finie"):
        prepare_report(kind=ReportKind.YEAR, year=today.year, quarter=0, territory=None, by=head)
    made = counted(head, quarter=0)

    assert made.content is None
    assert "Aucun mois" in made.problem
    with acting(head.pk), pytest.raises(SteeringError, match="se préparent"):
        adopt_report(report=made, seen=made.revision, by=head)


def test_one_draft_at_a_time_and_another_version_once_adopted(head: StaffMember) -> None:
    count(APRIL)
    first = counted(head)
    with pytest.raises(SteeringError, match="déjà en préparation"):
        prepare(head)
    with acting(head.pk):
        adopt_report(report=first, seen=first.revision, by=head)

    with pytest.raises(SteeringError, match="ce que cette autre version corrige"):
        prepare(head)
    with pytest.raises(SteeringError, match="première version"):
        prepare(head, TerritoryFactory.create(), reason="Rien.")
    assert prepare(head, reason="Avril était incomplet.").version == 2
    assert prepare(head, TerritoryFactory.create()).version == 1


def test_a_correction_begins_with_the_texts_of_what_it_corrects(head: StaffMember) -> None:
    place = TerritoryFactory.create(code="nord", label="Nord")
    count(APRIL)
    first = counted(head)
    with acting(head.pk):
        write_comment(report=first, chapter=SUMMARY, text="Calme.", seen=0, by=head)
        write_comment(
            report=first, chapter=SUMMARY, territory=place, text="Vu d'ici.", seen=0, by=head
        )
        first.refresh_from_db()
        adopt_report(report=first, seen=first.revision, by=head)
    second = prepare(head, reason="Avril était incomplet.")

    with acting(head.pk):
        assert (text_of(second, SUMMARY), text_of(second, SUMMARY, place)) == (
            "Calme.",
            "Vu d'ici.",
        )
        change = Report.objects.filter(pk=second.pk)
        with pytest.raises(IntegrityError), transaction.atomic():
            change.update(reason="")


def test_what_is_adopted_is_what_was_read_and_nothing_changes_it_any_more(
    head: StaffMember, manager: StaffMember
) -> None:
    place = territory_of(manager)
    advices(place, APRIL, 12)
    count(APRIL)
    made = counted(head)
    with acting(manager.pk):
        write_comment(
            report=made, chapter=SUMMARY, territory=place, text="Bien.", seen=0, by=manager
        )
    with acting(head.pk):
        with pytest.raises(SteeringError, match="a changé depuis"):
            adopt_report(report=made, seen=made.revision, by=head)
        made.refresh_from_db()
        adopt_report(report=made, seen=made.revision, by=head)
    advices(place, APRIL, 5)
    count(APRIL)
    before = told(made)
    take_figures(made)
    with acting(head.pk):
        made.refresh_from_db()
        for change in _changes(made, head):
            with pytest.raises(SteeringError, match="est adopté"):
                change()
        for change in (
            lambda: Comment.objects.filter(report=made).update(text="Autre.", written_by=head),
            lambda: Comment.objects.filter(report=made).delete(),
            lambda: Comment.objects.create(report=made, chapter=SUMMARY, written_by=head),
            lambda: Report.objects.filter(pk=made.pk).update(content={}),
            lambda: Report.objects.filter(pk=made.pk).update(adopted_at=None, adopted_by=None),
            lambda: Report.objects.filter(pk=made.pk).delete(),
        ):
            with pytest.raises(IntegrityError), transaction.atomic():
                change()

        assert told(made) == before
        assert text_of(made, SUMMARY, place) == "Bien."


def _changes(made: Report, by: StaffMember) -> list[Callable[[], object]]:
    return [
        lambda: write_comment(report=made, chapter=SUMMARY, text="Autre.", seen=1, by=by),
        lambda: ask_figures(report=made, by=by),
        lambda: adopt_report(report=made, seen=made.revision, by=by),
        lambda: discard_report(report=made, by=by),
    ]


def test_months_that_may_still_change_are_not_adopted(head: StaffMember) -> None:
    count(APRIL)
    with as_owner():
        Reckoning.objects.filter(month=str(APRIL)).update(version=0, cause="going_on")
    made = counted(head)

    with acting(head.pk), pytest.raises(SteeringError, match="avril 2026"):
        adopt_report(report=made, seen=made.revision, by=head)


def test_who_heads_adopts_and_discards_and_the_database_knows_it(
    head: StaffMember, manager: StaffMember
) -> None:
    count(APRIL)
    made = counted(manager, territory_of(manager))
    with acting(manager.pk):
        for change in (
            lambda: adopt_report(report=made, seen=made.revision, by=manager),
            lambda: discard_report(report=made, by=manager),
        ):
            with pytest.raises(SteeringError, match="responsable du département"):
                change()
        mine: Any = {"adopted_at": made.counted_at, "adopted_by": manager}
        with pytest.raises(IntegrityError), transaction.atomic():
            Report.objects.filter(pk=made.pk).update(**mine)
    with acting(head.pk):
        with pytest.raises(IntegrityError), transaction.atomic():
            Report.objects.filter(pk=made.pk).update(**mine)
        discard_report(report=made, by=head)
        assert not Report.objects.exists()


def test_nobody_but_the_application_writes_figures(head: StaffMember) -> None:
    count(APRIL)
    made = counted(head)
    with acting(head.pk):
        rows = Report.objects.filter(pk=made.pk)
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(content={"basis": "Inventé."})
        with pytest.raises(ProgrammingError), transaction.atomic():
            Report.objects.create(
                kind=ReportKind.YEAR,
                year=2025,
                drafted_by=head,
                content={},
                counted_at=made.counted_at,
            )


def test_what_nobody_records_is_said_not_to_be_measured(head: StaffMember) -> None:
    count(APRIL)
    content = told(counted(head))
    aimed = rows(content, "Les cibles")
    for label in ("Part du temps collectif", "Part de la vie institutionnelle"):
        assert aimed[label][1] == "non mesuré"
        assert any(
            line.startswith(f"{label} : non mesuré")
            for chapter in content.chapters
            for line in chapter.not_given
        )


def test_a_year_of_one_month_is_beside_no_target_of_twelve(head: StaffMember) -> None:
    count(Month(2025, 12))
    content = told(counted(head, quarter=0))

    unit, _, aim, gap = rows(content, "Les cibles")["Familles reçues par temps plein"]
    assert (unit, aim, gap) == ("familles par temps plein", NOT_YET, "—")


def test_it_says_which_figures_count_families_and_workers_in_two_places(head: StaffMember) -> None:
    count(APRIL)
    note = told(counted(head)).note
    assert "« Familles reçues par temps plein », « Part du temps individuel » : " in note
    assert "une famille compte où elle habite et un temps plein où est son équipe" in note
