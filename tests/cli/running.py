"""Run the console script in this process and keep what it answered."""

from __future__ import annotations

import atexit
import csv
import hashlib
import io
import json
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from extracts import write_extract
from jalon.cli import main
from rules.small_profiles import FILES, write_profile

MONTH = "2026-10"
COLUMNS = (
    *("offer", "household_id", "event_id", "reported_on", "outcome", "reason", "channel"),
    *("window_ends_on", "commune"),
)
OUTPUTS = {"cohort.csv", "cohort.parquet", "events.parquet", "run.json", "rejects.csv"}


@dataclass(frozen=True)
class Answer:
    """What a command answered: its exit status and its two outputs."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def sentence(self) -> str:
        """The one sentence of a command that could not be done."""
        assert self.status == 2, self
        said = self.err.strip()
        assert said, self
        assert "\n" not in said
        assert said[-1] in ".?"
        assert "Traceback" not in said
        assert "erreur imprévue" not in said
        return said


def jalon(*arguments: object) -> Answer:
    """Run `jalon` with these arguments."""
    out, err = io.StringIO(), io.StringIO()
    status: Any = None
    with redirect_stdout(out), redirect_stderr(err):
        try:
            main([str(argument) for argument in arguments])
        except SystemExit as ended:
            status = ended.code
    assert "Traceback" not in err.getvalue()
    return Answer(status, out.getvalue(), err.getvalue())


def target(extract: Path, profile: object, out: Path, *more: object) -> Answer:
    """Run `jalon target` for October 2026."""
    return jalon("target", extract, "--profile", profile, "--month", MONTH, "--out", out, *more)


def done(answer: Answer) -> Answer:
    """Return an answer that must be a success."""
    assert answer.status == 0, answer
    return answer


def temporary() -> Path:
    """Return a folder that goes when the tests end."""
    folder = Path(tempfile.mkdtemp(prefix="jalon-tests-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


@cache
def generated(profile: str, *, form: str = "parquet", seed: int = 7) -> Path:
    """Return a synthetic extract of 400 households, all those on a boundary included."""
    folder = temporary() / "extract"
    command = ("register", "generate", "--profile", profile, "--month", MONTH, "--out", folder)
    done(jalon(*command, "--households", 400, "--seed", seed, "--format", form))
    return folder


@cache
def ran(profile: str) -> Path:
    """Return the folder of the run of a synthetic extract."""
    out = temporary() / "out"
    done(target(generated(profile), profile, out))
    return out


@cache
def small_profile() -> Path:
    """Return the folder of a profile of two short offers: its runs are quick."""
    return write_profile(temporary() / "essai", FILES)


NAMES: Mapping[str, str] = {
    "last_name": "Zvonimirovitch",
    "first_name": "Hermenegilde",
}
PLACES: Mapping[str, str] = {
    "address_line1": "17 impasse des Quetsches",
    "address_line2": "Escalier Wagram",
    "postal_code": "94999",
    "city": "Trifouillis",
    "phone": "0699988877",
    "email": "hermenegilde@courriel.test",
}
PERSONAL = (*NAMES.values(), *PLACES.values())


def small_tables() -> dict[str, list[dict[str, object]]]:
    """Return rows that give every outcome of the small profile, in no order."""
    households: list[dict[str, object]] = [
        {"household_id": "H3", "family_quotient": "800.5", "tenure": "owner"},
        {"household_id": "H1", "family_quotient": "800.51", "tenure": "owner"},
        {"household_id": "H10", "family_quotient": "", "tenure": "owner"},
        {"household_id": "H2", "family_quotient": "10", "tenure": "owner", "in_support": True},
        {"household_id": "a4", "family_quotient": "1200.5", "protected_address": True},
        {"household_id": "H5", "family_quotient": "300", "tenure": "other"},
    ]
    births = {"a4": date(2004, 2, 29), "H5": date(2008, 10, 31), "H1": date(2008, 11, 1)}
    persons: list[dict[str, object]] = []
    for household in households:
        id_ = str(household["household_id"])
        household |= {"responsible_person_id": f"P{id_}", **PLACES}
        born = births.get(id_, date(1990, 5, 1))
        one = {"person_id": f"P{id_}", "household_id": id_, "birth_date": born, **NAMES}
        persons.append(one)
    households[5]["commune"] = "2A004"
    persons.append(
        {"person_id": "C", "household_id": "a4", "role": "child", "birth_date": date(2020, 1, 1)}
    )
    event_days = (("E2", "H3", 1), ("E10", "H3", 31), ("E5", "H5", 2), ("E4", "a4", 3))
    more = (("E7", "H1", 9), ("E8", "H10", 10), ("E9", "H2", 31))
    events: list[dict[str, object]] = [
        {"event_id": event, "household_id": household, "reported_on": date(2026, 10, day)}
        for event, household, day in (*event_days, *more)
    ]
    benefits: list[dict[str, object]] = [{"household_id": "H3", "amount": "1234.5"}]
    return {"households": households, "persons": persons, "events": events, "benefits": benefits}


def small_extract(folder: Path, **options: Any) -> Path:
    """Write the small extract into a folder."""
    tables: dict[str, Any] = {**small_tables(), **options}
    return write_extract(folder, **tables)


def cohort(out: Path) -> list[dict[str, str]]:
    """Return the rows of a run's cohort.csv."""
    with (out / "cohort.csv").open(encoding="utf-8", newline="") as stream:
        reader = csv.DictReader(stream, delimiter=";", strict=True)
        assert tuple(reader.fieldnames or ()) == COLUMNS
        return list(reader)


def record(out: Path) -> Any:
    """Return a run's record."""
    return json.loads((out / "run.json").read_text(encoding="utf-8"))


def digest(rows: Sequence[Mapping[str, Any]]) -> str:
    """Return the digest of a cohort's rows, computed from its documented form."""
    lines = (
        ";".join("" if row[name] is None else str(row[name]) for name in COLUMNS) for row in rows
    )
    return hashlib.sha256("".join(f"{line}\n" for line in lines).encode()).hexdigest()


def contents(folder: Path) -> dict[str, bytes]:
    """Return the bytes of every file of a folder, by path."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
