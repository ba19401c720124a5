"""Reports: prepared, counted, commented chapter by chapter, adopted once by who heads."""

from __future__ import annotations

from typing import Final

from django.db import transaction
from django.utils import timezone
from procrastinate.contrib.django import app

from jalon.audit.refusals import refused_as
from jalon.directory.models import StaffMember, Territory
from jalon.directory.roles import Permission
from jalon.rules.calendar import Month
from jalon.steering.actions import SteeringError
from jalon.steering.enums import ReportKind
from jalon.steering.models import Report
from jalon.steering.report_content import TITLES, content_of, kept_content

COUNT: Final = "steering.count_report"
MOST_WORDS: Final = 4_000
_NOTHING_CAME: Final = (
    "Les chiffres n'ont pas pu être repris : demandez-les à nouveau. Si cela échoue encore, "
    "prévenez l'administrateur technique."
)
_NO_MONTH: Final = "Aucun mois de cette période n'est compté : il n'y a rien à en dire encore."


class WrittenMeanwhileError(SteeringError):
    """Somebody else wrote the same chapter: `text` is what stands now, of that revision."""

    def __init__(self, text: str, revision: int) -> None:
        super().__init__("Ce chapitre a été écrit entre-temps : gardez ce qui va des deux textes.")
        self.text, self.revision = text, revision


@transaction.atomic
def prepare_report(
    *, kind: ReportKind, year: int, quarter: int, territory: Territory | None, by: StaffMember
) -> Report:
    """Begin a report of a period that is over, and ask for its figures.

    `quarter` is 0 for a year. Of one that was adopted, it is another version. SteeringError where
    the period is not over, or where a draft is there already.
    """
    _steers(by)
    report = Report(kind=kind, year=year, quarter=quarter, territory=territory, drafted_by=by)
    if report.months[-1] >= Month.of(timezone.localdate()):
        raise SteeringError("Cette période n'est pas finie : son rapport viendra après.")
    same = Report.objects.filter(kind=kind, year=year, quarter=quarter, territory=territory)
    last = same.order_by("-version").values_list("version", flat=True).first()
    report.version = (last or 0) + 1
    already = SteeringError("Ce rapport est déjà en préparation : continuez celui-là.")
    with refused_as({"report_one_draft": already, "report_version_once": already}):
        report.save(force_insert=True)
    _defer(report, by)
    return report


@transaction.atomic
def ask_figures(*, report: Report, by: StaffMember) -> Report:
    """Have the figures of a draft taken again; SteeringError where it is adopted."""
    locked = _draft(report, by)
    locked.asked_at, locked.problem = timezone.now(), ""
    locked.save(update_fields=["asked_at", "problem"])
    _defer(locked, by)
    return locked


def _defer(report: Report, by: StaffMember) -> None:
    app.configure_task(COUNT, lock=f"report-{report.pk}").defer(report_id=report.pk, by_id=by.pk)


def count_report(*, report_id: int) -> None:
    """Write down a draft's figures as they stand; nothing where it is adopted, or gone.

    Inside `acting`. They take long the first time: what is hidden is worked out before anything is
    locked. Where no month was counted, the report says so, and may ask again.
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
        locked.content, locked.counted_at = kept_content(content), timezone.now()
        locked.problem = ""
        locked.revision += 1
        locked.save(update_fields=["content", "counted_at", "problem", "revision"])


def fail_report(*, report_id: int, why: str = _NOTHING_CAME) -> None:
    """Say that the figures of a draft did not come, and why."""
    Report.objects.filter(pk=report_id, adopted_at=None).update(problem=why)


@transaction.atomic
def write_comment(
    *, report: Report, chapter: str, text: str, seen: int, by: StaffMember
) -> Report:
    """Write what is said of a chapter, over the revision `seen`, 0 where nothing was said.

    WrittenMeanwhileError where another text stands there by now; SteeringError where the report is
    adopted, the chapter unknown or the text too long.
    """
    locked = _draft(report, by)
    if chapter not in TITLES:
        raise SteeringError("Ce chapitre n'est pas du rapport.")
    text = text.strip()
    if len(text) > MOST_WORDS:
        raise SteeringError(f"Ce texte dépasse {MOST_WORDS} signes : un rapport se lit.")
    now = locked.comments.get(chapter, {"text": "", "revision": 0})
    if now["text"] == text:
        return locked
    if now["revision"] != seen:
        raise WrittenMeanwhileError(now["text"], now["revision"])
    locked.comments = {**locked.comments, chapter: {"text": text, "revision": seen + 1}}
    locked.revision += 1
    locked.save(update_fields=["comments", "revision"])
    return locked


@transaction.atomic
def adopt_report(*, report: Report, seen: int, by: StaffMember) -> Report:
    """Adopt a draft as it was read, at its revision `seen`: nothing of it changes any more.

    SteeringError for who does not head the department, where it changed meanwhile, or where its
    figures are not there or may still change.
    """
    _heads(by)
    locked = _draft(report, by)
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
    _draft(report, by).delete()


def _draft(report: Report, by: StaffMember) -> Report:
    """Hold a report that may still change."""
    _steers(by)
    rows = Report.objects.select_for_update(of=("self",))
    locked = rows.filter(pk=report.pk).first()
    if locked is None:
        raise SteeringError("Ce rapport n'est plus là.")
    if locked.is_adopted:
        raise SteeringError("Ce rapport est adopté : il ne change plus. Préparez-en un autre.")
    return locked


def _steers(by: StaffMember) -> None:
    if not by.may(Permission.SEE_FIGURES):
        raise SteeringError("Les rapports sont à qui pilote.")


def _heads(by: StaffMember) -> None:
    if not by.may(Permission.MANAGE_DEPARTMENT):
        raise SteeringError("C'est au responsable du département d'en décider.")
