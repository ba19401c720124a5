"""Turn numpy arrays into Arrow columns, with a sentinel for what the file leaves empty."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from jalon.register.schema import Column, Kind, Table

UNKNOWN: Final = -1
UNKNOWN_DAY: Final = int(np.iinfo(np.int32).min)
HOUSEHOLD_WIDTH: Final = 8
PERSON_WIDTH: Final = 9
EVENT_WIDTH: Final = 9

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

_AMOUNT: Final = pa.decimal128(10, 2)
_REPEATED: Final = pa.dictionary(pa.int32(), pa.string())
_MOSTLY_DISTINCT: Final = ("phone", "email")


def arrow_schema(table: Table) -> Any:  # noqa: ANN401 - pyarrow publishes no types
    """Return the Arrow schema of one table of the extract."""
    return pa.schema([(column.name, _arrow_type(column)) for column in table.columns])


def _arrow_type(column: Column) -> Any:  # noqa: ANN401 - pyarrow publishes no types
    match column.kind:
        case Kind.DATE:
            return pa.date32()
        case Kind.AMOUNT:
            return _AMOUNT
        case Kind.BOOLEAN:
            return pa.bool_()
        case Kind.IDENTIFIER if column.name != "code":
            return pa.string()
        case _:
            return pa.string() if column.name in _MOSTLY_DISTINCT else _REPEATED


def identifiers(numbers: Integers, width: int) -> pa.Array:
    """Write numbers as text of a fixed width; `UNKNOWN` becomes empty."""
    digits = np.empty((len(numbers), width), dtype=np.uint8)
    rest = np.maximum(numbers, 0)
    for place in range(width - 1, -1, -1):
        rest, digit = np.divmod(rest, 10)
        digits[:, place] = digit + ord("0")
    offsets = np.arange(len(numbers) + 1, dtype=np.int32) * np.int32(width)
    text = pa.Array.from_buffers(
        pa.string(), len(numbers), [None, pa.py_buffer(offsets), pa.py_buffer(digits)]
    )
    known = numbers >= 0
    return text if known.all() else pa.compute.if_else(pa.array(known), text, None)


def codes(index: NDArray[Any], values: Sequence[str] | pa.Array) -> pa.Array:
    """Write positions in a list as the texts of that list; `UNKNOWN` becomes empty."""
    dictionary = values if isinstance(values, pa.Array) else pa.array(values, pa.string())
    positions = pa.array(index.astype(np.int32), mask=_mask(index < 0))
    return pa.DictionaryArray.from_arrays(positions, dictionary)


class Listing:
    """A list of texts, some the same, that columns draw from by position."""

    def __init__(self, texts: Sequence[str]) -> None:
        # A column's dictionary must name each value once: Parquet would otherwise write one
        # that it does not use, with bytes left in memory, different at each run.
        distinct = {text: position for position, text in enumerate(dict.fromkeys(texts))}
        self._positions = np.array([distinct[text] for text in texts], dtype=np.int64)
        self._texts = pa.array(distinct, pa.string())

    def column(self, index: Integers) -> pa.Array:
        """Write positions in the list as its texts."""
        return codes(self._positions[index], self._texts)


def dates(days: NDArray[Any]) -> pa.Array:
    """Write days since 1970-01-01 as dates; `UNKNOWN_DAY` becomes empty."""
    return pa.array(days.astype(np.int32), mask=_mask(days == UNKNOWN_DAY)).view(pa.date32())


def booleans(values: NDArray[Any]) -> pa.Array:
    """Write 0 and 1 as false and true; `UNKNOWN` becomes empty."""
    return pa.array(values > 0, mask=_mask(values < 0))


def amounts(cents: Integers) -> pa.Array:
    """Write cents as euros with two decimals; `UNKNOWN` becomes empty."""
    words = np.empty((len(cents), 2), dtype=np.int64)
    words[:, 0] = cents
    words[:, 1] = 0
    known = np.packbits(cents >= 0, bitorder="little")
    return pa.Array.from_buffers(_AMOUNT, len(cents), [pa.py_buffer(known), pa.py_buffer(words)])


def _mask(empty: Flags) -> Flags | None:
    return empty if empty.any() else None
