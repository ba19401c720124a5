"""Set aside the CSV rows with too few or too many cells, with the identifiers they may hold."""

from __future__ import annotations

import hashlib
import re
from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import pyarrow as pa

from jalon.register import sql
from jalon.register.source import Malformed

_IDENTIFIER: Final = re.compile(r"[A-Za-z0-9._/-]+")
_SCHEMA: Final = pa.schema([("line", pa.int64()), ("cell", pa.string())])
_PENDING: Final = 100_000
# Beyond, the whole file is wrong: what its rows may name would fill the memory for nothing.
_KEPT_ROWS: Final = 500_000


@dataclass
class Odd:
    """What the reading of a CSV sets aside, and the failure that stopped it, if any."""

    lines: array[int] = field(default_factory=lambda: array("q"))
    widths: array[int] = field(default_factory=lambda: array("q"))
    skipped: list[int] = field(default_factory=list)
    content: int = 0
    failure: BaseException | None = None  # kept as it was, since DuckDB would reword it
    _named: list[tuple[int, str]] = field(default_factory=list)
    _batches: list[pa.RecordBatch] = field(default_factory=list)

    def set_aside(self, line: int, width: int, row: Sequence[str]) -> None:
        """Keep a malformed row: its line, its width and what its cells may name."""
        cells = [cell.strip(sql.WHITESPACE) for cell in row]
        self.lines.append(line)
        self.widths.append(width)
        text = "\x1f".join(cells)  # whatever the separator and the quotes of the file
        digest = hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8)
        self.content += int.from_bytes(digest.digest(), "big")
        if len(self.lines) <= _KEPT_ROWS:
            self._named += ((line, cell) for cell in cells if _IDENTIFIER.fullmatch(cell))
            if len(self._named) > _PENDING:
                self._pack()

    def _pack(self) -> None:
        """Move the cells kept so far to where they take less memory."""
        columns = list(zip(*self._named, strict=True)) or [(), ()]
        self._batches.append(
            pa.record_batch(
                [pa.array(c, f.type) for c, f in zip(columns, _SCHEMA, strict=True)],
                schema=_SCHEMA,
            )
        )
        self._named = []

    def malformed(self, expected: int) -> Malformed:
        """Return what was set aside of a file whose rows should have `expected` cells."""
        self._pack()
        return Malformed(
            self.lines,
            self.widths,
            expected,
            self.content,
            pa.Table.from_batches(self._batches, _SCHEMA),
            overflowing=len(self.lines) > _KEPT_ROWS,
        )
