"""Reports: prepared by who answers for them, counted, adopted once by who heads."""

from __future__ import annotations

from typing import Final

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from procrastinate.contrib.django import app

from jalon.audit.refusals import refused_as
from jalon.directory.models import StaffMember, Territory
from jalon.directory.queries import answers_for_territory
from jalon.directory.roles import Permission
from jalon.rules.calendar import Month
from jalon.steering.actions import SteeringError
from jalon.steering.enums import ReportKind
from jalon.steering.models import Comment, Report
from jalon.steering.reports.content import content_of, kept_content

COUNT: Final = "steering.count_reports"
_NOTHING_CAME: Final = (
    "Les chiffres n'ont pas pu être repris : demandez-les à nouveau. Si cela échoue encore, "
    "prévenez l'administrateur technique."
)
_NO_MONTH: Final = "Aucun mois de cette période n'est compté : il n'y a rien à en dire encore."
_NOT_OVER: Final = "Cette période n'est pas finie : son rapport viendra après."
_ALREADY: Final = "Ce rapport est déjà en préparation : continuez celui-là."
_WHY: Final = (
    "Ce rapport est adopté : dites ce que cette autre version corrige, et pourquoi. Ce sera écrit "
    "dessus."
)
_FIRST: Final = "C'est la première version de ce rapport : il n'y a rien à corriger."


@transaction.atomic
def prepare_report(  # noqa: PLR0913 - a period is three of them
    *,
    kind: ReportKind,
    year: int,
    quarter: int,
    territory: Territory | None,
    by: StaffMember,
    reason: str = "",
) -> Report:
    """Begin a report of a period that is over, and ask for its figures.

    `quarter` is 0 for a year. Of one that was adopted, it is another version, with the texts of
    the one before, that says in `reason` what it corrects. SteeringError where the period is not
    over, where a draft is there already, where the reason is missing or of no use, or where one
    does not answer for that place.
    """
    report = Report(kind=kind, year=year, quarter=quarter, territory=territory, drafted_by=by)
    _answers(report, by)
    if report.months[-1] >= Month.of(timezone.localdate()):
        raise SteeringError(_NOT_OVER)
    same = Report.objects.filter(kind=kind, year=year, quarter=quarter, territory=territory)
    last = same.order_by("-version").first()
    if last and not last.is_adopted:
        raise SteeringError(_ALREADY)
    report.reason = reason.strip()
    if bool(last) != bool(report.reason):
        raise SteeringError(_WHY if last else _FIRST)
    report.version = last.version + 1 if last else 1
    already = SteeringError(_ALREADY)
    with refused_as({"report_one_draft": already, "report_version_once": already}):
        report.save(force_insert=True)
    if last:
        _take_up(last, report, by)
    _have_counted()
    return report


def _take_up(former: Report, report: Report, by: StaffMember) -> None:
    for one in former.comments.exclude(text=""):
        Comment.objects.create(
            report=report,
            chapter=one.chapter,
            territory_id=one.territory_id,
            text=one.text,
            written_by=by,
        )


@transaction.atomic
def ask_figures(*, report: Report, by: StaffMember) -> Report:
    """Have the figures of a draft taken again; SteeringError where it is adopted."""
    locked = held_draft(report)
    _answers(locked, by)
    locked.asked_at, locked.problem = timezone.now(), ""
    locked.save(update_fields=["asked_at", "problem"])
    _have_counted()
    return locked


def _have_counted() -> None:
    """Have the application count what waits for it: it is told of no report, nor by whom."""
    app.configure_task(COUNT, lock=COUNT).defer()


def waiting_reports() -> QuerySet[Report]:
    """Return the drafts whose figures were asked for and may still come, the first asked first."""
    late = Q(counted_at=None) | Q(counted_at__lt=F("asked_at"))
    return Report.objects.filter(late, adopted_at=None, problem="").order_by("asked_at", "pk")


def count_report(*, report_id: int) -> None:
    """Write down a draft's figures as they stand; nothing where it is adopted, or gone.

    As the application itself (`acting(0)`): nobody else writes figures. They take long the first
    time: what is hidden is worked out before anything is locked. Where no month was counted, the
    report says so, and may ask again.
    """
    report = Report.objects.select_related("territory").filter(pk=report_id).first()
    if report is None or report.is_adopted:
        return
    asked = timezone.now()
    content = content_of(report)
    if content is None:
        fail_report(report_id=report_id, why=_NO_MONTH)
        return
    with transaction.atomic():
        rows = Report.objects.select_for_update(of=("self",)).filter(adopted_at=None)
        locked = rows.filter(pk=report_id).first()
        # Counted twice at once, the later figures stay.
        if locked is None or (locked.counted_at and locked.counted_at > asked):
            return
        # Asked for again while they were taken, they are taken again.
        locked.content, locked.counted_at = kept_content(content), asked
        locked.problem = ""
        locked.revision += 1
        locked.save(update_fields=["content", "counted_at", "problem", "revision"])


def fail_report(*, report_id: int, why: str = _NOTHING_CAME) -> None:
    """Say that the figures of a draft did not come, and why."""
    Report.objects.filter(pk=report_id, adopted_at=None).update(problem=why)


@transaction.atomic
def adopt_report(*, report: Report, seen: int, by: StaffMember) -> Report:
    """Adopt a draft as it was read, at its revision `seen`: nothing of it changes any more.

    SteeringError for who does not head the department, where it changed meanwhile, or where its
    figures are not there or may still change.
    """
    _heads(by)
    locked = held_draft(report)
    if locked.content is None or locked.is_counting:
        raise SteeringError("Les chiffres se préparent : adoptez-le une fois qu'ils sont là.")
    if locked.revision != seen:
        raise SteeringError("Ce rapport a changé depuis que vous l'avez lu : relisez-le d'abord.")
    if not_frozen := locked.content["not_frozen"]:
        raise SteeringError(
            f"Ces mois peuvent encore changer : {', '.join(not_frozen)}. Reprenez les chiffres "
            "une fois qu'ils sont figés, puis adoptez."
        )
    locked.adopted_by, locked.adopted_at = by, timezone.now()
    locked.save(update_fields=["adopted_by", "adopted_at"])
    return locked


@transaction.atomic
def discard_report(*, report: Report, by: StaffMember) -> None:
    """Delete a draft; SteeringError for who does not head the department, or once adopted."""
    _heads(by)
    held_draft(report).delete()


def held_draft(report: Report) -> Report:
    """Hold a report that may still change, within a transaction; SteeringError for any other."""
    rows = Report.objects.select_for_update(of=("self",))
    locked = rows.filter(pk=report.pk).first()
    if locked is None:
        raise SteeringError("Ce rapport n'est plus là.")
    if locked.is_adopted:
        raise SteeringError("Ce rapport est adopté : il ne change plus. Préparez-en un autre.")
    return locked


def _answers(report: Report, by: StaffMember) -> None:
    if not answers_for_territory(by, report.territory_id):
        raise SteeringError(
            "Le rapport d'un territoire est à qui en répond ; celui du département, à son "
            "responsable."
        )


def _heads(by: StaffMember) -> None:
    if not by.may(Permission.MANAGE_DEPARTMENT):
        raise SteeringError("C'est au responsable du département d'en décider.")
