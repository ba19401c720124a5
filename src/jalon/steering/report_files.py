"""A report as the files that one presents and keeps: a PDF, and a workbook of all its tables."""

from __future__ import annotations

from typing import Final

from django.conf import settings
from django.utils import timezone

from jalon.letters.report import Account, Grid, Meaning, Part, Picture, render_account
from jalon.outreach.wording import read_wording
from jalon.rules.sentences import capitalised
from jalon.steering.charts import Chart
from jalon.steering.models import Report
from jalon.steering.pictures import Width, picture
from jalon.steering.report_content import SUMMARY, TITLES, Chapter, Content, Definition
from jalon.steering.tables import Meaning as SheetMeaning
from jalon.steering.tables import Table, as_xlsx
from jalon.web import french

# A table's first columns that are words: what the figure is, and its unit.
_WORDS: Final = 2
_HOW_READ: Final = (
    "Ces chiffres sont comptés chaque mois à partir du travail enregistré, sans nommer personne.",
    "Une case « masqué » compte de une à quatre familles, ou en protège une autre.",
    "Un tiret dit qu'il n'y a pas de valeur à donner.",
)


def state_of(report: Report) -> str:
    """Say how a report stands."""
    if report.adopted_at is None:
        return "Projet, pas encore adopté"
    version = f", version {report.version}" if report.version > 1 else ""
    return f"Adopté le {french.long_date(timezone.localdate(report.adopted_at))}{version}"


def report_pdf(report: Report, content: Content) -> bytes:
    """Return a report as a PDF; of one that is adopted, the same words each time."""
    parts = [
        Part(TITLES[SUMMARY], _comment(report, SUMMARY), (), (_grid(content.targets),), ()),
        *(_part(report, one) for one in content.chapters),
    ]
    account = Account(
        sender=read_wording(settings.PROFILE).sender.name,
        title=f"{report.get_kind_display()} de l'action sociale",
        subtitle=f"{capitalised(report.when)}, {report.where}",
        state=state_of(report),
        is_draft=not report.is_adopted,
        lead=(content.basis,),
        parts=parts,
        notes=(*_HOW_READ, content.note),
        meanings=[Meaning(one.label, _defined(one)) for one in content.definitions],
    )
    return render_account(account, on=timezone.localdate(report.adopted_at or report.counted_at))


def _comment(report: Report, code: str) -> list[str]:
    return [one.strip() for one in report.comment_on(code).splitlines() if one.strip()]


def _part(report: Report, chapter: Chapter) -> Part:
    return Part(
        chapter.title,
        _comment(report, chapter.code),
        [_picture(one) for one in chapter.charts],
        [_grid(one, chapter.title) for one in chapter.tables],
        chapter.not_given,
    )


def _grid(table: Table, under: str = "") -> Grid:
    title = capitalised(table.title.removeprefix(f"{under} : "))
    return Grid(title, table.head, table.written, _WORDS)


def _picture(chart: Chart) -> Picture:
    return Picture(chart.title, chart.says, picture(chart, Width.NARROW).decode())


def _defined(one: Definition) -> str:
    return f"{one.words} Calcul : {one.formula}. Source : {one.source}."


def report_workbook(report: Report, content: Content) -> bytes:
    """Return every table of a report, with what its figures mean, as a workbook."""
    day = timezone.localdate(report.counted_at)
    said = [
        (TITLES[code], "\n".join(lines)) for code in TITLES if (lines := _comment(report, code))
    ]
    comments = [Table("Commentaires", ("Chapitre", "Ce qui en est dit"), tuple(said))]
    meanings = [
        SheetMeaning(one.label, one.words, one.formula, one.unit, one.source, day)
        for one in content.definitions
    ]
    return as_xlsx([*(comments if said else []), *content.tables], meanings)
