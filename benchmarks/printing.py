"""Measure letters: how many a second on two cores, and what WeasyPrint takes for the same ones.

Each letter has its own name, address, code and square; the words are as long as real ones. Both
render the same letters in this process as well, in turn, and their processor seconds are compared:
other work on the machine weighs on both alike.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Final

import results
from letters_in_html import with_weasyprint
from results import Figure, Section

from jalon.letters.content import Letter
from jalon.letters.processes import render_parts
from jalon.letters.rendering import render_batch

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from factories import letters as samples

DAY: Final = date(2026, 11, 3)
LETTERS: Final = 5_000
A_PART: Final = 250
# WeasyPrint's letters, few, since each takes it a tenth of a second or more.
FEW: Final = 50
ROUNDS: Final = 3


def written(count: int) -> list[Letter]:
    """Return letters of a month: most of one service, some of two, a few in mourning."""
    return [_one(number) for number in range(count)]


def _one(number: int) -> Letter:
    code = f"{number % 9973:04d} {number % 7919:04d} {number % 9}"
    recipient = (
        f"Madame Camille DURAND {number}",
        "Résidence les Marronniers",
        f"{number % 300 + 1} avenue de la République",
        f"{94000 + number % 47 * 10} CRETEIL",
    )
    if number % 20 == 0:
        return samples.mourning(recipient=recipient, code=code)
    texts = samples.TWO_SERVICES if number % 3 == 0 else samples.PARAGRAPHS
    return replace(samples.letter(recipient=recipient, code=code), paragraphs=texts)


def parts_of(letters: Sequence[Letter]) -> list[Sequence[Letter]]:
    """Return the letters as a batch cuts them."""
    return [letters[at : at + A_PART] for at in range(0, len(letters), A_PART)]


def seconds(work: Callable[[], object]) -> float:
    """Return how long some work takes, by the clock."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _each(some: Sequence[Letter], render: Callable[[Sequence[Letter]], object]) -> float:
    """Return what a letter takes of the processors, in this process."""
    started = time.process_time()
    render(some)
    return (time.process_time() - started) / len(some)


def main() -> None:
    """Render, compare, keep the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--letters", type=int, default=LETTERS)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    asked = parser.parse_args()
    load_before = os.getloadavg()[0]
    letters = written(asked.letters)
    for first in (with_weasyprint, lambda some: render_batch(some, on=DAY, for_paper=True)):
        first(letters[-1:])  # both have read their fonts
    batches, ours, theirs = [], [], []
    for turn in range(asked.rounds):
        # Never the same ones: Typst lays out once what it sees again.
        others = letters[turn * A_PART : (turn + 1) * A_PART]
        batches.append(seconds(lambda: list(render_parts(parts_of(letters), on=DAY))))
        ours.append(_each(others, lambda some: render_batch(some, on=DAY, for_paper=True)))
        theirs.append(_each(others[:FEW], with_weasyprint))
    rate = asked.letters / statistics.median(batches)
    ratio = statistics.median(theirs) / statistics.median(ours)
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    rounds = f"median of {asked.rounds}"
    of = f"{asked.letters:,} letters, files of {A_PART}, two processes, starting them included"
    figures = [
        Figure("letters a second", rate, "letters/s", 800, "at least", f"{of}, {rounds}"),
        Figure(
            "processor time a letter",
            1000 * statistics.median(ours),
            "ms",
            how=f"one process, {rounds}",
        ),
        Figure(
            "the same letter by WeasyPrint",
            1000 * statistics.median(theirs),
            "ms",
            how=f"one process, {FEW} letters in a file, {rounds}",
        ),
        Figure("WeasyPrint / Jalon", ratio, "times", how="processor time, runs interleaved"),
        Figure("peak memory of a process", children.ru_maxrss / 1024, "MiB", how="highest"),
    ]
    raw = {"batches": batches, "ours": ours, "theirs": theirs}
    section = Section("Letters", figures, raw)
    results.keep("letters", section, load_before)
    results.show(section)


if __name__ == "__main__":
    main()
