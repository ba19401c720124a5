"""Finds, of a whole department, the households that seem not to receive what they could."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import starmap
from multiprocessing import get_context
from typing import Final

import numpy as np

from jalon.rights.catalogue import BY_CODE
from jalon.rights.columns import Flags, Households
from jalon.rights.computing import Amounts, amounts_of
from jalon.rules.calendar import Month
from jalon.rules.facts import UNCLAIMED

# Support for a lone parent first: the one most often unclaimed, and that needs no income known.
SCANNED: Final = tuple(BY_CODE[code] for code in UNCLAIMED)
# A part computed at once: less, and the model's own pace counts; more, and memory does.
_PART: Final = 10_000
_PROCESSES: Final = 2
_LEAST: Final = 1.0  # euros a month


@dataclass(frozen=True)
class Unclaimed:
    """What a right would come to, household by household, where it seems not to be paid.

    `euros` a month, nought where nothing is missing. `unknown` marks the households of which the
    file does not tell enough: nothing is said of these.
    """

    code: str
    euros: Amounts
    unknown: Flags


def scan(
    households: Households,
    month: Month,
    *,
    paid: Mapping[str, Flags],
    unknown: Mapping[str, Flags],
    on_progress: Callable[[int, int], None],
) -> list[Unclaimed]:
    """Compute the rights of all households, and keep those that nobody pays them.

    `paid` and `unknown` tell of each code, household by household. RuntimeError where the model
    could not compute one of these rights.
    """
    parts: list[list[Amounts]] = []
    for done in _computed(households, month):
        parts.append(done)
        on_progress(min(len(parts) * _PART, len(households)), len(households))
    found = []
    for number, kind in enumerate(SCANNED):
        euros = np.concatenate([one[number] for one in parts])
        missing = (euros >= _LEAST) & ~paid[kind.code] & ~unknown[kind.code]
        found.append(Unclaimed(kind.code, np.where(missing, euros, 0.0), unknown[kind.code]))
    return found


def _computed(households: Households, month: Month) -> Iterator[list[Amounts]]:
    """Yield the amounts of each scanned right, part after part, in the households' order."""
    parts = households.parts(_PART)
    if len(households) <= _PART:
        yield from starmap(_of_part, ((part, month) for part in parts))
        return
    # Not forks: whoever asks reads files by threads that a fork would not take along.
    with ProcessPoolExecutor(_PROCESSES, mp_context=get_context("spawn")) as pool:
        yield from pool.map(_of_part, parts, [month] * -(-len(households) // _PART))


def _of_part(part: Households, month: Month) -> list[Amounts]:
    found = []
    for kind, amounts in amounts_of(part, month, SCANNED):
        if amounts is None:
            raise RuntimeError(f"{kind.code} could not be computed")
        found.append(amounts)
    # A simulation holds itself: left to Python's own pace, those of six parts fill gigabytes.
    gc.collect()
    return found
