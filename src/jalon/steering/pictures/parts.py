"""A chart on a page: its picture, its table and its files, each an address of its own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.text import slugify

from jalon.steering.pictures.charts import Chart
from jalon.steering.pictures.drawn import Width, picture
from jalon.steering.pictures.reading import sentence
from jalon.steering.pictures.tables import Meaning, Table, as_xlsx
from jalon.web.spreadsheets import csv_answer

_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_SVG: Final = "image/svg+xml"
# Longer tables are unfolded by whoever wants them.
_SHORT: Final = 12
_WIDTHS: Final = {"etroit": Width.NARROW, "large": Width.WIDE}


@dataclass(frozen=True)
class Part:
    """A chart of a page with its table, and where its picture and its files are."""

    name: str
    chart: Chart
    table: Table
    narrow: str
    wide: str
    csv: str
    svg: str

    @property
    def says(self) -> str:
        """What its picture shows, in a sentence."""
        return sentence(self.chart)

    @property
    def is_short(self) -> bool:
        """Whether its table is read at a glance."""
        return len(self.table.rows) <= _SHORT


def parts_of(
    charts: Mapping[str, Chart],
    of: str,
    query: str,
    *args: str,
    links: Mapping[str, tuple[str, ...]] | None = None,
) -> list[Part]:
    """Return a page's charts; `of` and `args` name its addresses, `query` what they are kept to.

    A page named `figure` has `steering:figure_drawing`, `figure_csv` and `figure_svg`. `links` is
    where the rows of a part's table lead.
    """

    def address(what: str, *more: str) -> str:
        return f"{reverse(f'steering:{of}_{what}', args=[*args, *more])}?{query}"

    return [
        Part(
            name,
            chart,
            replace(chart.table(), links=(links or {}).get(name, ())),
            address("drawing", name, "etroit"),
            address("drawing", name, "large"),
            address("csv", name),
            address("svg", name),
        )
        for name, chart in charts.items()
    ]


def drawing_of(charts: Mapping[str, Chart], part: str, width: str) -> HttpResponse:
    """Return the picture of a part, as a page shows it; Http404 where there is none."""
    if width not in _WIDTHS:
        raise Http404
    return HttpResponse(picture(_found(charts, part), _WIDTHS[width]), content_type=_SVG)


def svg_of(charts: Mapping[str, Chart], part: str) -> HttpResponse:
    """Return the picture of a part as a file; Http404 where there is none."""
    chart = _found(charts, part)
    answer = HttpResponse(picture(chart, Width.WIDE), content_type=_SVG)
    answer["Content-Disposition"] = f'attachment; filename="{slugify(chart.title)}.svg"'
    return answer


def csv_of(charts: Mapping[str, Chart], part: str) -> HttpResponseBase:
    """Return the table of a part as a file; Http404 where there is none."""
    table = _found(charts, part).table()
    return csv_answer(slugify(table.title), table.head, table.rows)


def workbook_of(tables: Iterable[Table], meanings: Iterable[Meaning], name: str) -> HttpResponse:
    """Return tables as a workbook, with what they mean; Http404 where there is none."""
    told = list(tables)
    if not told:
        raise Http404
    answer = HttpResponse(as_xlsx(told, meanings), content_type=_XLSX)
    answer["Content-Disposition"] = f'attachment; filename="{slugify(name)}.xlsx"'
    return answer


def _found(charts: Mapping[str, Chart], part: str) -> Chart:
    if part not in charts:
        raise Http404
    return charts[part]
