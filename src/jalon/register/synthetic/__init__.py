"""Generate a synthetic extract: a fund's population that nobody belongs to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from jalon.register.synthetic.boundaries import boundary_cases, boundary_tables
from jalon.register.synthetic.chunk import ChunkMaker, Start
from jalon.register.synthetic.errors import SyntheticError
from jalon.register.synthetic.period import Period
from jalon.register.synthetic.population import read_population
from jalon.register.synthetic.writer import Extract, Format, extract_in
from jalon.rules.calendar import Month

__all__ = ["GeneratedCounts", "SyntheticError", "generate"]

_CHUNK: Final = 100_000
_MOST_HOUSEHOLDS: Final = 30_000_000
_FIRST_YEAR: Final = 2000
_LAST_YEAR: Final = 2100


@dataclass(frozen=True)
class GeneratedCounts:
    """The rows written in each table."""

    households: int
    persons: int
    events: int
    benefits: int


def _nobody_watches(_done: int, _total: int) -> None:
    """Say nothing of the progress."""


def generate(  # noqa: PLR0913 - each is one option of the command
    folder: Path,
    *,
    population: Path,
    month: Month,
    households: int | None = None,
    seed: int = 1,
    format: Format = "parquet",  # noqa: A002 - the option's name
    on_progress: Callable[[int, int], None] = _nobody_watches,
) -> GeneratedCounts:
    """Write a synthetic extract into the folder: the same for the same arguments.

    `population` is a profile's `population.toml`; `households` defaults to its published
    number, and the households on the rules' boundaries, written last, are part of it.
    `on_progress` is told the households done and their total. SyntheticError, with one French
    sentence, for what cannot be done; then nothing is left behind.
    """
    figures = read_population(population)
    total = figures.households if households is None else households
    _check_month(month)
    boundaries = len(boundary_cases(month))
    _check(total, boundaries, seed)
    maker = ChunkMaker(figures, Period(month), seed)
    with extract_in(folder, format) as extract:
        drawn = total - boundaries
        for number, first in enumerate(range(0, drawn, _CHUNK)):
            size = min(_CHUNK, drawn - first)
            extract.write(maker.draw(number, size, _next(extract)))
            on_progress(first + size, total)
        extract.write(boundary_tables(month, figures.communes, _next(extract)))
        on_progress(total, total)
    return GeneratedCounts(**extract.rows)


def _next(extract: Extract) -> Start:
    rows = extract.rows
    return Start(rows["households"] + 1, rows["persons"] + 1, rows["events"] + 1)


def _check_month(month: Month) -> None:
    # Before, the eldest would be born before 1900, which the contract refuses.
    if not _FIRST_YEAR <= month.year <= _LAST_YEAR:
        raise SyntheticError(
            f"Un extrait synthétique se fabrique pour un mois de {_FIRST_YEAR} à {_LAST_YEAR}, "
            f"pas pour {month}."
        )


def _check(total: int, boundaries: int, seed: int) -> None:
    if total < boundaries:
        raise SyntheticError(
            f"{total} dossiers ne suffisent pas : les cas limites des règles en demandent "
            f"{boundaries} à eux seuls."
        )
    if total > _MOST_HOUSEHOLDS:
        raise SyntheticError(
            f"{total} dossiers, c'est plus que les {_MOST_HOUSEHOLDS} qu'un numéro peut désigner."
        )
    if seed < 0:
        raise SyntheticError(f"La graine {seed} est négative : donnez un entier à partir de 0.")
