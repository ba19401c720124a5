"""Measure rights: one family's, warm, beside OpenFisca-France asked directly; a department's scan.

Our own share is what is left of a family's computation once the model's own answers are taken off.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import results
from application import command
from measure import run
from openfisca_core.simulations import Simulation
from release import MONTH, extract
from results import Figure, Section

from jalon.rights.computing import compute
from jalon.rights.legislation import legislation

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from rights.direct import asked_directly
from rights.generated import families

_DEPARTMENT: Final = 257_504
_FAMILIES: Final = 40
_SITUATIONS: Final = 4


@contextmanager
def in_the_model() -> Iterator[list[float]]:
    """Add up the seconds that the model takes to answer, in a list of one."""
    spent, depth, calculate = [0.0], [0], Simulation.calculate

    def timed(simulation: Simulation, name: str, period: Any) -> Any:  # noqa: ANN401 - not typed
        depth[0] += 1
        started = time.perf_counter()
        try:
            return calculate(simulation, name, period)
        finally:
            depth[0] -= 1
            if not depth[0]:
                spent[0] += time.perf_counter() - started

    Simulation.calculate = timed
    try:
        yield spent
    finally:
        Simulation.calculate = calculate


def one_family() -> list[Figure]:
    """Return the figures of families computed one at a time, the model loaded."""
    legislation()
    drawn = families(_FAMILIES, MONTH, seed=7)
    compute(drawn[:1])
    asked_directly(drawn[:1])
    whole, alone, shares = [], [], []
    for one in drawn:
        started = time.perf_counter()
        with in_the_model() as spent:
            compute([one])
        took = time.perf_counter() - started
        whole.append(took)
        shares.append(1 - spent[0] / took)
        started = time.perf_counter()
        asked_directly([one])
        alone.append(time.perf_counter() - started)
    started = time.perf_counter()
    compute(drawn[:_SITUATIONS])
    several = time.perf_counter() - started
    how = f"{_FAMILIES} families in turn, the model loaded"
    return [
        Figure("rights of a family, median", statistics.median(whole), "s", 1.5, how=how),
        Figure("rights of a family, slowest", max(whole), "s", how=how),
        Figure("our own share of it", 100 * statistics.median(shares), "%", 10, how="medians"),
        Figure(
            "OpenFisca-France asked directly, median",
            statistics.median(alone),
            "s",
            how="the same families, in turn with ours",
        ),
        Figure(f"{_SITUATIONS} situations side by side", several, "s", how="once"),
    ]


def department(data: Path) -> list[Figure]:
    """Return the figures of the scan of a department's extract, from its files to its list."""
    folder = extract(data / f"month-{_DEPARTMENT}", _DEPARTMENT)
    with tempfile.TemporaryDirectory() as workspace:
        out = Path(workspace, "unclaimed.csv")
        asked = command("rights", "scan", str(folder), "--month", str(MONTH), "--out", str(out))
        found = run(asked, Path(workspace))
    how = f"{_DEPARTMENT:,} households, seven rights, whole process"
    return [
        Figure("`jalon rights scan`", found.seconds, "s", 120, how=how),
        Figure("peak memory of a process", found.peak_memory / (1 << 20), "MiB", how="highest"),
    ]


def main() -> None:
    """Measure, keep the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path(__file__).parent / "data")
    asked = parser.parse_args()
    load_before = os.getloadavg()[0]
    section = Section("Rights", [*one_family(), *department(asked.data)])
    results.keep("rights", section, load_before)
    results.show(section)


if __name__ == "__main__":
    main()
