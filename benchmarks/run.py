"""Measure speed and memory, department and nation, each target with whether it is met."""

from __future__ import annotations

import json
import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import by_reference
import click
import duckdb
import equality
import in_a_loop
import plot
import results
from cohorts import (
    MONTH,
    PROFILE,
    bounds_of,
    catalogue_of,
    count_differences,
    engine_sql,
    fill,
    floor_sql,
    opened,
)
from measure import GIB, Measured, median_of, run
from results import Figure, Section

from jalon.register.extract import Extract

HERE: Final = Path(__file__).parent
DEPARTMENT: Final = 257_504
NATION: Final = 13_500_000
SIZES: Final = (1_000_000, 3_000_000)
BOUNDARIES: Final = 20_000
_RUNS: Final = 5
_LONG_RUNS: Final = 3
_PAIRS: Final = 3
_TOLERANCE: Final = 1.15
_SLOPES: Final = 2
_MOST_FOR_PANDAS: Final = 20 * GIB
# The plain-Python engine takes minutes for a department: it sees one household in so many.
_ONE_IN: Final = 50
_TABLES: Final = ("households", "persons", "events", "benefits")


@dataclass
class Bench:
    """Where the data are, how many households a nation has, and what was already measured."""

    data: Path
    households: int
    nation_at: Path | None
    targets: dict[int, list[Measured]] = field(default_factory=dict)

    def extract(self, households: int) -> Path:
        """Return the extract of so many households, generated where it is not there yet."""
        if self.nation_at and households == self.households:
            return self.nation_at
        folder = self.data / str(households)
        if not all((folder / f"{table}.parquet").exists() for table in _TABLES):
            print(f"Generating {households:,} households into {folder}", flush=True)
            command = ("register", "generate", *_options(), "--households", str(households))
            run(jalon(*command, "--out", str(folder)), self.data)
        return folder

    def held(self, target: float) -> float | None:
        """Return a target set for a nation, none where the register is smaller."""
        return target if self.households >= NATION else None

    def target(self, households: int, runs: int) -> Measured:
        """Time `jalon target`, whole process, so many times; what was timed once is kept."""
        done = self.targets.setdefault(households, [])
        folder = self.extract(households)
        while len(done) < runs:
            out = Path(tempfile.mkdtemp(prefix="out-", dir=self.data))
            command = jalon("target", str(folder), *_options(), "--out", str(out))
            done.append(run(command, self.data))
            shutil.rmtree(out)
            print(f"jalon target, {households:,}: {done[-1].seconds:.2f} s", flush=True)
        return median_of(done)


def jalon(*arguments: str) -> list[str]:
    """Return the command line of the console script."""
    return [str(Path(sys.executable).with_name("jalon")), *arguments]


def _options() -> tuple[str, ...]:
    return ("--profile", PROFILE, "--month", str(MONTH))


def _timings(runs: Sequence[Measured]) -> list[dict[str, float]]:
    return [
        {
            "seconds": one.seconds,
            "processor_seconds": one.processor_seconds,
            "peak_memory_gib": one.peak_memory / GIB,
            "peak_spill_gib": one.peak_spill / GIB,
        }
        for one in runs
    ]


def department(bench: Bench) -> Section:
    """Measure a department's run, whole process."""
    run_of = bench.target(DEPARTMENT, _RUNS)
    how = f"median of {_RUNS}, highest peak"
    return Section(
        f"Department: {DEPARTMENT:,} households",
        [
            Figure("`jalon target`, whole process", run_of.seconds, "s", 5, how=how),
            Figure("peak resident memory", run_of.peak_memory / GIB, "GiB", how=how),
        ],
        {"runs": _timings(bench.targets[DEPARTMENT])},
    )


def nation(bench: Bench) -> Section:
    """Measure a nation's run, then its query alone against other ways to write it."""
    size = bench.households
    run_of = bench.target(size, _LONG_RUNS)
    how = f"median of {_LONG_RUNS}, highest peak"
    queries = time_queries(bench.extract(size))
    pandas = in_pandas(bench)
    loops = in_loops(bench)
    engine = statistics.median(queries["engine"])
    by_hand = statistics.median(queries["by_hand"])
    per_household = engine / size
    pandas_ratio = pandas["seconds"] / pandas["engine"]
    return Section(
        f"Nation: {size:,} households",
        [
            Figure("`jalon target`, whole process", run_of.seconds, "s", bench.held(60), how=how),
            Figure(
                "peak resident memory", run_of.peak_memory / GIB, "GiB", bench.held(6), how=how
            ),
            Figure("peak spilled on disk", run_of.peak_spill / GIB, "GiB", how=how),
            Figure("cohort query alone", engine, "s", how=f"median of {_PAIRS}"),
            Figure("hand-written SQL, the same rows", by_hand, "s", how=f"median of {_PAIRS}"),
            Figure(
                "cohort query / hand-written SQL",
                engine / by_hand,
                "times",
                1.5,
                how="runs interleaved, rows compared both ways",
            ),
            _ratio(
                "pandas / cohort query",
                pandas_ratio,
                20,
                f"both on {pandas['households']:,} households, both reading their columns",
            ),
            _ratio(
                "rules alone in pandas / cohort query",
                pandas["rules"] / pandas["engine"],
                None,
                "the tables already in memory, the query still reading its own",
            ),
            _ratio(
                "profile's rules, object by object / cohort query",
                loops["reference"] / per_household,
                200,
                f"the plain-Python engine, rules alone, on one household in {_ONE_IN} of a "
                "department, in proportion",
            ),
            _ratio(
                "hand-written loop over objects / cohort query",
                loops["by_hand"] / per_household,
                200,
                "rules alone, on a department, in proportion",
            ),
        ],
        {"runs": _timings(bench.targets[size]), "queries": queries, "pandas": pandas}
        | {"seconds_a_household": loops},
    )


def _ratio(what: str, value: float, target: float | None, how: str) -> Figure:
    return Figure(what, value, "times", target, "at least", how)


def time_queries(folder: Path) -> dict[str, list[float]]:
    """Time the engine's query and the hand-written one in turn, and compare their rows.

    RuntimeError where the rows are not the same.
    """
    catalogue = catalogue_of(MONTH)
    bounds = bounds_of(catalogue).as_sql()
    taken: dict[str, list[float]] = {"engine": [], "by_hand": []}
    with opened(folder, MONTH) as extract:
        queries: dict[str, tuple[str, dict[str, Any] | None]] = {
            "engine": (engine_sql(extract, catalogue), None),
            "by_hand": (floor_sql(), bounds),
        }
        for _ in range(_PAIRS):
            for name, (query, parameters) in queries.items():
                extract.connection.execute(f"DROP TABLE IF EXISTS {name}")
                taken[name].append(_seconds(lambda: fill(extract, name, query, parameters)))  # noqa: B023 - called at once
                print(f"{name}: {taken[name][-1]:.2f} s", flush=True)
        if found := count_differences(extract, "engine", "by_hand"):
            raise RuntimeError(f"{found} rows are not the same in the hand-written SQL")
    return taken


def time_engine(extract: Extract) -> float:
    """Return the median seconds of the engine's query."""
    query = engine_sql(extract, catalogue_of(MONTH))
    return statistics.median(
        _seconds(lambda: fill(extract, "engine", query, None)) for _ in range(_PAIRS)
    )


def _seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def in_pandas(bench: Bench) -> dict[str, float]:
    """Time pandas in its own process, on the nation where its memory allows it."""
    smaller = min(SIZES[0], bench.households)
    found = _pandas_on(bench, smaller)
    expected = found["peak_memory_gib"] * GIB * bench.households / smaller
    if smaller < bench.households and expected < min(_MOST_FOR_PANDAS, _free_memory()):
        found = _pandas_on(bench, bench.households)
    with opened(bench.extract(int(found["households"])), MONTH) as extract:
        return {**found, "engine": time_engine(extract)}


def _pandas_on(bench: Bench, households: int) -> dict[str, float]:
    command = [sys.executable, str(HERE / "in_pandas.py"), str(bench.extract(households))]
    measured = run(command, bench.data)
    told = json.loads(measured.output)
    print(f"pandas, {households:,}: {told}", flush=True)
    return {
        **told,
        "households": households,
        "seconds": told["reading"] + told["rules"],
        "peak_memory_gib": measured.peak_memory / GIB,
    }


def _free_memory() -> int:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_AVPHYS_PAGES")


def in_loops(bench: Bench) -> dict[str, float]:
    """Return the seconds that a household takes in each loop over objects, rules alone."""
    catalogue = catalogue_of(MONTH)
    bounds = bounds_of(catalogue)
    with opened(bench.extract(DEPARTMENT), MONTH) as extract:
        everyone = in_a_loop.households(extract)
    some = by_reference.records(everyone[::_ONE_IN])
    by_hand = _seconds(lambda: in_a_loop.cohort(everyone, bounds))
    reference = _seconds(lambda: by_reference.cohort(some, catalogue))
    print(f"loops: {by_hand:.2f} s by hand, {reference:.2f} s on a sample", flush=True)
    return {"by_hand": by_hand / len(everyone), "reference": reference / len(some)}


def explain(bench: Bench) -> Section:
    """Measure the explanation of one family, whole process."""
    folder = bench.extract(bench.households)
    identifiers = _spread(folder / "households.parquet", bench.households)
    runs = [
        run(jalon("explain", str(folder), *_options(), "--household", one), bench.data)
        for one in identifiers
    ]
    middle = median_of(runs)
    how = f"{_RUNS} families spread over the file"
    return Section(
        f"Explain one family of {bench.households:,}",
        [
            Figure(
                "`jalon explain`, whole process",
                middle.seconds,
                "s",
                bench.held(2),
                how=f"median, {how}",
            ),
            Figure("slowest", max(one.seconds for one in runs), "s", how=how),
            Figure("peak resident memory", middle.peak_memory / GIB, "GiB", how="highest"),
        ],
        {"runs": _timings(runs)},
    )


def _spread(households: Path, number: int) -> list[str]:
    """Return some identifiers, evenly spread over a file."""
    step = number // _RUNS
    with duckdb.connect() as connection:
        rows = connection.execute(
            "SELECT household_id FROM read_parquet(?, file_row_number = true) "
            "WHERE file_row_number % ? = ? ORDER BY file_row_number LIMIT ?",
            [str(households), step, step // 2, _RUNS],
        ).fetchall()
    return [identifier for (identifier,) in rows]


def growth(bench: Bench) -> Section:
    """Measure the same run on registers of growing size, and draw it."""
    sizes = sorted({*SIZES, bench.households})
    points = [(size, bench.target(size, _LONG_RUNS).seconds) for size in sizes]
    smallest = points[0][1] / points[0][0]
    title = "jalon target, whole process, by size"
    results.FOLDER.mkdir(exist_ok=True)
    (results.FOLDER / "growth.svg").write_text(plot.growth(points, title), encoding="utf-8")
    figures = []
    for size, seconds in points:
        figures += [
            Figure(f"{size:,} households", seconds, "s", how=f"median of {_LONG_RUNS}"),
            Figure(
                f"{size:,} households: time a household / that of {sizes[0]:,}",
                seconds / size / smallest,
                "times",
                _TOLERANCE,
                how="no worse than linear, within 15 %",
            ),
        ]
    if len(points) > _SLOPES:
        first, last = (_slope(*points[:2]), _slope(*points[-2:]))
        how = "what the time to start a process does not soften"
        figures.append(
            Figure(
                "time of one more household, last stretch / first", last / first, "times", how=how
            )
        )
    timed = {str(size): _timings(bench.targets[size]) for size in sizes}
    return Section("Growth", figures, {"runs": timed, "plot": "growth.svg"})


def _slope(one: tuple[int, float], other: tuple[int, float]) -> float:
    return (other[1] - one[1]) / (other[0] - one[0])


def same_rows(bench: Bench) -> Section:
    """Check that all ways give the same rows, households on every boundary included."""
    size = min(bench.households, BOUNDARIES)
    found = equality.differences(bench.extract(size), MONTH)
    return Section(
        f"Equality: {size:,} households",
        [Figure(f"rows that differ: {way}", number, "rows", 0) for way, number in found.items()],
    )


SECTIONS: Final[dict[str, Callable[[Bench], Section]]] = {
    "equality": same_rows,
    "department": department,
    "nation": nation,
    "explain": explain,
    "growth": growth,
}


@click.command()
@click.option("--only", type=click.Choice(list(SECTIONS)), help="One section (all by default).")
@click.option(
    "--households",
    type=click.IntRange(min=1),
    default=NATION,
    envvar="JALON_BENCH_HOUSEHOLDS",
    help="Households of the nation.",
)
@click.option(
    "--data",
    "nation_at",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="An extract of that many households to use as the nation (generated by default).",
)
def main(only: str | None, households: int, nation_at: Path | None) -> None:
    """Measure, print and keep the figures in benchmarks/results/."""
    data = HERE / "data"
    data.mkdir(exist_ok=True)
    bench = Bench(data, households, nation_at.resolve() if nation_at else None)
    for name in [only] if only else SECTIONS:
        load_before = os.getloadavg()[0]
        section = SECTIONS[name](bench)
        results.keep(name, section, load_before)
        results.show(section)


if __name__ == "__main__":
    main()
