"""Lists that leave as a file: one way to write them, that a spreadsheet opens and never runs."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Final

from django.http import StreamingHttpResponse

# What a spreadsheet takes for the beginning of a formula, in full width too.
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_AS_TEXT: Final = "'"
# Without it, a French spreadsheet reads UTF-8 as something else.
_BYTE_ORDER_MARK: Final = "\N{ZERO WIDTH NO-BREAK SPACE}"
_ROWS_AT_ONCE: Final = 500


def csv_answer(
    name: str, head: Sequence[str], rows: Iterable[Sequence[object]]
) -> StreamingHttpResponse:
    """Return rows as a file to download: UTF-8, `;` between cells, dates as 31/10/2026.

    `rows` may be read while they are sent, when nobody acts any more: not from the database. The
    caller writes the reading down before. `name` tells nothing of what is inside.
    """
    answer = StreamingHttpResponse(csv_text(head, rows), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    answer["Cache-Control"] = "no-store"
    return answer


def csv_text(head: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """Yield the file's text by pieces, as `csv_answer` sends it."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    text.write(_BYTE_ORDER_MARK)
    writer.writerow(head)
    for number, row in enumerate(rows, start=1):
        writer.writerow([_cell(one) for one in row])
        if number % _ROWS_AT_ONCE == 0:
            yield text.getvalue()
            text.seek(0)
            text.truncate()
    yield text.getvalue()


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, float | Decimal):
        return decimal_comma(value)
    said = str(value)
    begins = said.startswith(_FORMULA) or said.lstrip().startswith(_FORMULA)
    return f"{_AS_TEXT}{said}" if begins and not isinstance(value, int) else said


def decimal_comma(value: float | Decimal) -> str:
    """Write a number as a French spreadsheet reads it: 0,35, to the millionth."""
    said = f"{value:f}"
    return (said.rstrip("0").rstrip(".") if "." in said else said).replace(".", ",")
