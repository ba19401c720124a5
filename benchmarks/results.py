"""Figures as they came: kept as JSON, shown as a table on screen and in Markdown."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final, Literal

from rich.console import Console
from rich.table import Table

FOLDER: Final = Path(__file__).with_name("results")
_JSON: Final = FOLDER / "results.json"
_MARKDOWN: Final = FOLDER / "results.md"
_KEPT, _MISSED = "tenu", "manqué"
_COLUMNS: Final = ("What", "Measured", "Target", "", "How")


@dataclass(frozen=True)
class Figure:
    """One figure with its target, if it has one: at most, or at least, so much."""

    what: str
    value: float
    unit: str
    target: float | None = None
    sense: Literal["at most", "at least"] = "at most"
    how: str = ""

    @property
    def verdict(self) -> str:
        """Whether the target is met, empty where there is none."""
        if self.target is None:
            return ""
        met = self.value <= self.target if self.sense == "at most" else self.value >= self.target
        return _KEPT if met else _MISSED

    def cells(self) -> tuple[str, ...]:
        """Return the figure as a row of a table."""
        target = "" if self.target is None else f"{self.sense} {self.target:g} {self.unit}"
        return self.what, f"{self.value:.2f} {self.unit}", target, self.verdict, self.how


@dataclass(frozen=True)
class Section:
    """The figures measured together, on a machine at a time, with all that was timed."""

    title: str
    figures: list[Figure]
    raw: dict[str, Any] = field(default_factory=dict)

    def as_json(self, load_before: float) -> dict[str, Any]:
        """Return the section as it is kept."""
        return {
            "title": self.title,
            "measured_at": datetime.now(tz=UTC).isoformat(timespec="seconds"),
            "machine": machine(),
            "load_average_before": round(load_before, 2),
            "load_average_after": round(os.getloadavg()[0], 2),
            "figures": [{**asdict(one), "verdict": one.verdict} for one in self.figures],
            "raw": self.raw,
        }


def machine() -> dict[str, Any]:
    """Return what the figures depend on."""
    return {
        "cores": os.cpu_count(),
        "memory_gib": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1),
        "processor": _processor(),
        "system": platform.platform(),
        "python": platform.python_version(),
        **{name: version(name) for name in ("jalon", "duckdb", "ibis-framework", "pandas")},
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor()
    return next((line.split(":")[1].strip() for line in lines if "model name" in line), "")


def keep(name: str, section: Section, load_before: float) -> None:
    """Keep a section in place of an earlier one; write the Markdown of all anew."""
    FOLDER.mkdir(exist_ok=True)
    kept = json.loads(_JSON.read_text(encoding="utf-8")) if _JSON.exists() else {}
    kept[name] = section.as_json(load_before)
    _JSON.write_text(json.dumps(kept, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    _MARKDOWN.write_text(_markdown(kept), encoding="utf-8")


def _markdown(kept: dict[str, Any]) -> str:
    lines = ["# Results", ""]
    for section in kept.values():
        lines += [
            f"## {section['title']}",
            "",
            _circumstances(section),
            "",
            _row(_COLUMNS),
            _row(["---"] * len(_COLUMNS)),
            *(_row(_figure(one).cells()) for one in section["figures"]),
            "",
        ]
        if plot := section["raw"].get("plot"):
            lines += [f"![{section['title']}]({plot})", ""]
    return "\n".join(lines)


def _circumstances(section: dict[str, Any]) -> str:
    on = section["machine"]
    return (
        f"{section['measured_at']}, {on['cores']} cores ({on['processor']}), "
        f"{on['memory_gib']} GiB; load average {section['load_average_before']} before, "
        f"{section['load_average_after']} after; Python {on['python']}, DuckDB {on['duckdb']}, "
        f"Ibis {on['ibis-framework']}."
    )


def _figure(plain: dict[str, Any]) -> Figure:
    return Figure(**{name: value for name, value in plain.items() if name != "verdict"})


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def show(section: Section) -> None:
    """Print a section as a table."""
    table = Table(*_COLUMNS, title=section.title, title_justify="left")
    for figure in section.figures:
        style = {"": None, _KEPT: "green", _MISSED: "red"}[figure.verdict]
        table.add_row(*figure.cells(), style=style)
    Console().print(table)
