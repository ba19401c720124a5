"""A report as its page shows it: chapter by chapter, with who said what, and who may say more."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import reverse

from jalon.directory.models import StaffMember, Territory
from jalon.directory.roles import Permission
from jalon.rules.sentences import capitalised
from jalon.steering.models import Comment, Report
from jalon.steering.pictures.charts import Chart
from jalon.steering.pictures.reading import sentence
from jalon.steering.pictures.tables import Table
from jalon.steering.queries import comments_of
from jalon.steering.reports.commenting import may_comment
from jalon.steering.reports.content import SUMMARY, TITLES, Chapter, Content


def title_under(chapter: str, table: Table) -> str:
    """Return a table's title without that of its chapter, which is just above."""
    return capitalised(table.title.removeprefix(f"{chapter} : "))


@dataclass(frozen=True)
class Said:
    """A text of a chapter, or the place for one: of the whole where `where` is empty.

    `url` leads to where it is written; empty for who may not.
    """

    where: str
    comment: Comment | None
    url: str


@dataclass(frozen=True)
class Shown:
    """A chapter: what is said of it, then its charts and tables."""

    code: str
    title: str
    said: tuple[Said, ...]
    charts: tuple[Chart, ...] = ()
    tables: tuple[Table, ...] = ()
    not_given: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()

    @property
    def pictures(self) -> list[tuple[Chart, str]]:
        """Its charts, each with what it shows in a sentence."""
        return [(one, sentence(one)) for one in self.charts]

    @property
    def grids(self) -> list[tuple[str, Table]]:
        """Its tables, each with its title as it is read under the chapter's."""
        return [(title_under(self.title, one), one) for one in self.tables]


def titles_of(content: Content | None) -> dict[str, str]:
    """Return the chapters by code; once counted, a report keeps those that it had."""
    if content is None:
        return TITLES
    return {SUMMARY: TITLES[SUMMARY], **{one.code: one.title for one in content.chapters}}


def chapters_of(report: Report, content: Content | None, by: StaffMember) -> list[Shown]:
    """Return the chapters of a report as somebody reads them."""
    told = {one.code: one for one in content.chapters} if content else {}
    said = _Texts(report, by)
    return [
        _summed_up(content, tuple(said.of(code)))
        if content and code == SUMMARY
        else _shown(code, title, tuple(said.of(code)), told.get(code))
        for code, title in titles_of(content).items()
    ]


def _summed_up(content: Content, said: tuple[Said, ...]) -> Shown:
    targets = (content.targets,)
    return Shown(SUMMARY, TITLES[SUMMARY], said, tables=targets, facts=content.brief)


def _shown(code: str, title: str, said: tuple[Said, ...], chapter: Chapter | None) -> Shown:
    if chapter is None:
        return Shown(code, title, said)
    return Shown(code, title, said, chapter.charts, chapter.tables, chapter.not_given)


class _Texts:
    """What was said of a report, and where one may say it."""

    def __init__(self, report: Report, by: StaffMember) -> None:
        self._report, self._by = report, by
        self._found = {(one.chapter, one.territory_id): one for one in comments_of(report)}
        self._places = [] if report.territory else list(Territory.objects.all())
        # Who answers for all of it says it of the whole, and corrects what others said.
        self._heads = by.may(Permission.MANAGE_DEPARTMENT)

    def of(self, chapter: str) -> Iterator[Said]:
        yield Said("", self._found.get((chapter, None)), self._url(chapter, None))
        for place in self._places:
            comment = self._found.get((chapter, place.pk))
            url = self._url(chapter, place)
            if comment or (url and not self._heads):
                yield Said(place.label, comment, url)

    def _url(self, chapter: str, place: Territory | None) -> str:
        if self._report.is_adopted:
            return ""
        if not may_comment(self._report, self._by, place):
            return ""
        where = [] if place is None else [place.code]
        name = "steering:comment" if place is None else "steering:comment_of_territory"
        return reverse(name, args=[self._report.public_id, chapter, *where])
