"""Figures as files that a spreadsheet opens: CSV, and XLSX with what the figures mean."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import Enum, auto
from math import ceil
from typing import Final

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from jalon.steering.hiding.suppression import HIDDEN, NOTE
from jalon.web import french
from jalon.web.spreadsheets import csv_text, decimal_comma

Cell = str | int | float | Decimal | date | None
_SHEET_NAME: Final = 31
_NOT_IN_A_NAME: Final = re.compile(r"[\[\]:*?/\\']")
_WIDEST, _NARROWEST = 60, 10
# A note runs over so many columns at least; a line of it is so high, in points.
_NOTE_COLUMNS, _LINE = 6, 16
_A4: Final = 9
# As many columns as a telephone shows side by side.
_ABREAST: Final = 3
_CONTENTS: Final = "Sommaire"
_MEANING: Final = "Définitions"
_MEANING_HEAD: Final = ("Chiffre", "Définition", "Formule", "Unité", "Source", "Arrêtée au")
# One more written elsewhere would make files of the same figures differ.
_MADE: Final = datetime(2000, 1, 1)  # noqa: DTZ001 - a workbook's dates have no zone


class Kind(Enum):
    """What a number is, as it is written."""

    PLAIN = auto()
    SHARE = auto()
    DIFFERENCE = auto()


@dataclass(frozen=True)
class Table:
    """A table of figures: a title, the names of its columns, its rows and a note.

    `share_columns` hold shares of one, written 35 %, and `signed_columns` differences, written
    +3 or −3. The first column names the rows. `short` is
    what its sheet of a workbook is called, where the title is too long for one. On a page, the
    value of each row leads to its link in `links`, where there are any.
    """

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""
    share_columns: frozenset[int] = field(default_factory=frozenset)
    signed_columns: frozenset[int] = field(default_factory=frozenset)
    short: str = ""
    links: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if any(len(row) != len(self.head) for row in self.rows):
            raise ValueError("a row has one cell a column")
        if self.links and len(self.links) != len(self.rows):
            raise ValueError("a row has one link")

    @property
    def is_wide(self) -> bool:
        """Whether its columns have no room side by side on a telephone."""
        return len(self.head) > _ABREAST

    @property
    def note_on_page(self) -> str:
        """What hidden cells mean; nothing where there is none."""
        return NOTE if any(HIDDEN in row for row in self.rows) else ""

    @property
    def written(self) -> list[list[str]]:
        """The rows as a page writes them; a dash where there is nothing."""
        return [
            [_on_page(cell, self.kind(place)) for place, cell in enumerate(row)]
            for row in self.rows
        ]

    def kind(self, column: int) -> Kind:
        """Return what the numbers of a column are."""
        if column in self.share_columns:
            return Kind.SHARE
        return Kind.DIFFERENCE if column in self.signed_columns else Kind.PLAIN

    @property
    def on_page(self) -> list[tuple[list[tuple[str, str]], str]]:
        """The same, each cell with what its column is, each row with where its value leads."""
        labelled = (list(zip(self.head, row, strict=True)) for row in self.written)
        return list(zip(labelled, self.links or [""] * len(self.rows), strict=True))


@dataclass(frozen=True)
class Meaning:
    """What a figure is, for whoever opens the file a year later."""

    label: str
    definition: str
    formula: str
    unit: str
    source: str
    as_of: date


def as_csv(table: Table) -> Iterator[str]:
    """Yield a table as text that a French spreadsheet opens, and runs nothing of."""
    return csv_text(table.head, table.rows)


def as_xlsx(tables: Sequence[Table], meanings: Iterable[Meaning]) -> bytes:
    """Return a workbook: what it holds, a sheet a table, then what the figures mean.

    Cells are values, never formulas nor links, whatever they begin with. The same figures make
    the same bytes.
    """
    file = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(file, options) as book:
        book.set_properties({"created": _MADE, "author": "Jalon"})
        looks = _Looks.of(book)
        taken: set[str] = {_MEANING.lower(), _CONTENTS.lower()}
        names = [_sheet_name(table.short or table.title, taken) for table in tables]
        if len(tables) > 1:
            _write(book.add_worksheet(_CONTENTS), _contents(names, tables), looks)
        for name, table in zip(names, tables, strict=True):
            _write(book.add_worksheet(name), table, looks)
        _write(book.add_worksheet(_MEANING), _meaning_table(meanings), looks)
    return file.getvalue()


@dataclass(frozen=True)
class _Looks:
    """The few formats of a workbook."""

    title: Format
    head: Format
    text: Format
    whole: Format
    number: Format
    share: Format
    signed: Format
    day: Format
    note: Format

    @classmethod
    def of(cls, book: xlsxwriter.Workbook) -> _Looks:
        one = book.add_format
        return cls(
            title=one({"bold": True, "font_size": 14}),
            head=one({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"}),
            text=one({"text_wrap": True, "valign": "top"}),
            # One format for both would write 70 with a comma and nothing behind.
            whole=one({"num_format": "#,##0", "valign": "top"}),
            number=one({"num_format": "#,##0.0#", "valign": "top"}),
            share=one({"num_format": "0.0%", "valign": "top"}),
            signed=one({"num_format": "+#,##0.0#;-#,##0.0#;0", "valign": "top"}),
            day=one({"num_format": "dd/mm/yyyy", "align": "left", "valign": "top"}),
            note=one({"italic": True, "text_wrap": True, "valign": "top"}),
        )


def _write(sheet: Worksheet, table: Table, looks: _Looks) -> None:
    _lay_out(sheet)
    sheet.write_string(0, 0, table.title, looks.title)
    widths = [_width(table, column) for column in range(len(table.head))]
    for column, label in enumerate(table.head):
        sheet.write_string(2, column, label, looks.head)
        sheet.set_column(column, column, widths[column])
    for number, row in enumerate(table.rows, start=3):
        for column, value in enumerate(row):
            _put(sheet, (number, column), value, looks, table.kind(column))
    sheet.freeze_panes(3, 1)
    if table.note:
        _write_note(sheet, len(table.rows) + 4, table.note, widths, looks.note)


def _lay_out(sheet: Worksheet) -> None:
    """Have a sheet print as wide as a page, its column names on each."""
    sheet.set_paper(_A4)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(2)


def _width(table: Table, column: int) -> int:
    cells = [table.head[column], *(_written(row[column]) for row in table.rows)]
    return max(min(max(map(len, cells)) + 2, _WIDEST), _NARROWEST)


def _write_note(
    sheet: Worksheet, row: int, note: str, widths: Sequence[int], look: Format
) -> None:
    """Write a note across the columns, as tall as it takes: no spreadsheet fits merged cells."""
    last = max(len(widths), _NOTE_COLUMNS) - 1
    room = sum(widths) + _NARROWEST * (last + 1 - len(widths))
    sheet.merge_range(row, 0, row, last, note, look)
    sheet.set_row(row, _LINE * ceil(len(note) / room))


def _put(sheet: Worksheet, at: tuple[int, int], value: Cell, looks: _Looks, kind: Kind) -> None:
    match value:
        case None:
            sheet.write_blank(*at, None, looks.text)
        case str():
            sheet.write_string(*at, value, looks.text)
        case date():
            sheet.write_datetime(*at, value, looks.day)
        case _:
            plain = looks.whole if value == int(value) else looks.number
            look = {Kind.SHARE: looks.share, Kind.DIFFERENCE: looks.signed}.get(kind, plain)
            sheet.write_number(*at, value, look)


def _meaning_table(meanings: Iterable[Meaning]) -> Table:
    rows = (
        (one.label, one.definition, one.formula, one.unit, one.source, one.as_of)
        for one in meanings
    )
    return Table(_MEANING, _MEANING_HEAD, tuple(rows))


def _contents(names: Sequence[str], tables: Sequence[Table]) -> Table:
    """Return which sheet holds what, in whole words."""
    rows = zip(names, (table.title for table in tables), strict=True)
    return Table(_CONTENTS, ("Feuille", "Ce qu'elle contient"), tuple(rows))


def _sheet_name(title: str, taken: set[str]) -> str:
    """Return a name that a workbook takes, and has not yet, as near to the title as may be."""
    plain = " ".join(_NOT_IN_A_NAME.sub(" ", title).split()) or "Tableau"
    name, number = _whole_words(plain, _SHEET_NAME), 1
    while name.lower() in taken:
        number += 1
        end = f" ({number})"
        name = _whole_words(plain, _SHEET_NAME - len(end)) + end
    taken.add(name.lower())
    return name


def _whole_words(text: str, most: int) -> str:
    """Return the beginning of a text, so many letters at most, cut between two words."""
    if len(text) <= most:
        return text
    kept, _, _ = text[: most + 1].rpartition(" ")
    return (kept or text[:most]).rstrip(" ,;")


def _on_page(value: Cell, kind: Kind) -> str:
    match value:
        case None:
            return "\N{EM DASH}"
        case str():
            return value
        case date():
            return french.long_date(value)
        case int() | float() | Decimal():
            if kind is Kind.SHARE:
                return french.percentage(value, 1)
            sign = "+" if kind is Kind.DIFFERENCE and value > 0 else ""
            return f"{sign}{_rounded(value)}"


def _rounded(value: float | Decimal) -> str:
    return french.number(value, 0 if value == int(value) else 1)


def _written(value: Cell) -> str:
    return decimal_comma(value) if isinstance(value, float | Decimal) else str(value)
