"""A report as the files that one presents and keeps: a PDF, and a workbook of all its tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from django.conf import settings
from django.utils import timezone

from jalon.letters.report import Account, Grid, Meaning, Part, Picture, Voice, render_account
from jalon.outreach.wording import read_wording
from jalon.rules.sentences import capitalised
from jalon.steering.models import Comment, Report
from jalon.steering.pictures.charts import Chart
from jalon.steering.pictures.drawn import Width, picture
from jalon.steering.pictures.reading import sentence
from jalon.steering.pictures.tables import Meaning as SheetMeaning
from jalon.steering.pictures.tables import Table, as_xlsx
from jalon.steering.queries import comments_of
from jalon.steering.reports.content import SUMMARY, TITLES, Chapter, Content, Definition
from jalon.steering.reports.shown import title_under, titles_of
from jalon.web import french

# A table's first columns that are words: what the figure is, and its unit.
_WORDS: Final = 2
# More columns of numbers are not read on a page: a table goes on below itself.
_ABREAST: Final = 5
_HOW_READ: Final = (
    "Ces chiffres sont comptés chaque mois à partir du travail enregistré, sans nommer personne.",
    "Un tiret dit qu'il n'y a pas de valeur à donner.",
)


def state_of(report: Report) -> str:
    """Say how a report stands."""
    if report.adopted_at is None:
        return "Projet, pas encore adopté"
    return f"Adopté le {french.long_date(timezone.localdate(report.adopted_at))}"


def report_pdf(report: Report, content: Content) -> bytes:
    """Return a report as a PDF; of one that is adopted, the same words each time."""
    said = list(comments_of(report))
    parts = [
        Part(
            TITLES[SUMMARY],
            _voices(said, SUMMARY),
            (),
            tuple(_grids(content.targets)),
            (),
            content.brief,
        ),
        *(_part(said, one) for one in content.chapters),
    ]
    account = Account(
        sender=read_wording(settings.PROFILE).sender.name,
        title=f"{report.get_kind_display()} de l'action sociale",
        subtitle=f"{capitalised(report.when)}, {report.where}",
        state=_signed(report),
        is_draft=not report.is_adopted,
        lead=(*_corrects(report), content.basis),
        parts=parts,
        notes=(*_HOW_READ, content.note),
        meanings=[Meaning(one.label, _defined(one)) for one in content.definitions],
    )
    return render_account(account, on=timezone.localdate(report.adopted_at or report.counted_at))


def _signed(report: Report) -> str:
    by = f" par {report.adopted_by}, responsable du département" if report.adopted_by else ""
    return f"{state_of(report)}{by}"


def _corrects(report: Report) -> list[str]:
    """Say which version it is, and what it corrects; nothing of a first one."""
    if not report.reason:
        return []
    return [f"Version {report.version}, qui remplace la précédente. {report.reason}"]


def _voices(said: Sequence[Comment], chapter: str) -> list[Voice]:
    return [
        Voice(_of(one), [line.strip() for line in one.text.splitlines() if line.strip()])
        for one in said
        if one.chapter == chapter
    ]


def _of(comment: Comment) -> str:
    """Return which territory a text is of; nothing where it is of the whole."""
    return str(comment.territory) if comment.territory else ""


def _part(said: Sequence[Comment], chapter: Chapter) -> Part:
    return Part(
        chapter.title,
        _voices(said, chapter.code),
        [_picture(one) for one in chapter.charts],
        [grid for one in chapter.tables for grid in _grids(one, chapter.title)],
        chapter.not_given,
    )


def _grids(table: Table, under: str = "") -> Iterator[Grid]:
    """Yield a table, in as many as its columns take on a page."""
    title = title_under(under, table)
    for first in range(_WORDS, len(table.head), _ABREAST):
        kept = slice(first, first + _ABREAST)
        rows = [[*row[:_WORDS], *row[kept]] for row in table.written]
        more = ", suite" if first > _WORDS else ""
        yield Grid(f"{title}{more}", [*table.head[:_WORDS], *table.head[kept]], rows, _WORDS)


def _picture(chart: Chart) -> Picture:
    drawn = picture(chart, Width.PAPER).decode()
    return Picture(chart.title, sentence(chart), chart.says, drawn)


def _defined(one: Definition) -> str:
    worked_out = f" Calcul : {one.formula}." if one.formula else ""
    return f"{one.words}{worked_out} Source : {one.source}."


def report_workbook(report: Report, content: Content) -> bytes:
    """Return every table of a report, with what its figures mean, as a workbook."""
    day = timezone.localdate(report.counted_at)
    titles = titles_of(content)
    said = [
        (titles.get(one.chapter, one.chapter), capitalised(_of(one) or report.where), one.text)
        for one in comments_of(report)
    ]
    told = [
        ("Rapport", str(report)),
        ("De quoi", capitalised(report.where)),
        ("État", _signed(report)),
        *(("Version", one) for one in _corrects(report)),
        *((TITLES[SUMMARY], one) for one in content.brief),
        ("Chiffres", content.basis),
        ("Lecture", " ".join((*_HOW_READ, content.note))),
    ]
    about = Table("Ce rapport", ("", ""), tuple(told))
    comments = Table("Commentaires", ("Chapitre", "De quoi", "Ce qui en est dit"), tuple(said))
    meanings = [
        SheetMeaning(one.label, one.words, one.formula, one.unit, one.source, day)
        for one in content.definitions
    ]
    return as_xlsx([about, *([comments] if said else []), *content.tables], meanings)
