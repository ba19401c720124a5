"""Reports in tests, prepared and counted as the application's own job does."""

from __future__ import annotations

from datetime import date

from factories.directory import AreaFactory, CommuneFactory
from factories.families import FamilyFactory
from factories.interventions import InformationAdviceFactory
from jalon.audit.identity import acting
from jalon.directory.models import StaffMember, Territory
from jalon.rules.calendar import Month
from jalon.steering import tasks
from jalon.steering.enums import ReportKind
from jalon.steering.models import Report
from jalon.steering.reports.reporting import count_report, prepare_report
from steering.counted import worker_of_a_team


def advices(where: Territory, month: Month, many: int) -> None:
    """As many information-advices begun there in a month, by one of a team of four."""
    commune = CommuneFactory.create(area=AreaFactory.create(territory=where))
    worker = worker_of_a_team()
    for _ in range(many):
        InformationAdviceFactory.create(
            family=FamilyFactory.create(commune=commune),
            worker=worker,
            opened_on=date(month.year, month.month, 3),
        )


def prepare(
    by: StaffMember, territory: Territory | None = None, quarter: int = 2, reason: str = ""
) -> Report:
    """Prepare the review of a quarter of 2026, or the report of 2025, without its figures."""
    with acting(by.pk):
        return prepare_report(
            kind=ReportKind.QUARTER if quarter else ReportKind.YEAR,
            year=2026 if quarter else 2025,
            quarter=quarter,
            territory=territory,
            by=by,
            reason=reason,
        )


def counted(
    by: StaffMember, territory: Territory | None = None, quarter: int = 2, reason: str = ""
) -> Report:
    """Prepare it, and take its figures by the job that was put."""
    made = prepare(by, territory, quarter, reason)
    tasks.take_figures()
    with acting(by.pk):
        made.refresh_from_db()
    return made


def take_figures(report: Report) -> None:
    """Take its figures once more."""
    with acting(0):
        count_report(report_id=report.pk)


def territory_of(manager: StaffMember) -> Territory:
    """The territory that a manager answers for."""
    assert manager.team
    assert manager.team.territory
    return manager.team.territory


def text_of(report: Report, chapter: str, territory: Territory | None = None) -> str:
    """What is said of a chapter; nothing where nobody wrote it."""
    found = report.comments.filter(chapter=chapter, territory=territory).first()
    return found.text if found else ""
