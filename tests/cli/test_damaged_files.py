"""Whatever happens to an extract's bytes, a command ends properly and its counts add up."""

from __future__ import annotations

import random
import shutil
import tempfile
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from cli.running import (
    OUTPUTS,
    Answer,
    contents,
    jalon,
    record,
    small_extract,
    small_profile,
    target,
)
from extracts import Format

TABLES = ("households", "persons", "events", "benefits")
EVERY_DAMAGE = settings(
    max_examples=30,
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow],
)
PIECES = [
    b"\x00",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
    b'"',
    b";",
    b",",
    b"\t",
    b"\r",
    b"\n",
    b"\x81",
    b"=",
    b"-",
]
DAMAGES = ("cut", "flip", "insert", "repeat", "recode", "drop", "swap", "zip", "empty", "head")


@cache
def sound(form: Format) -> Path:
    folder = Path(tempfile.mkdtemp(prefix="jalon-tests-"))
    return small_extract(folder / "extract", format=form)


def damaged(data: bytes, kind: str, chance: random.Random) -> bytes:  # noqa: PLR0911 -- one each
    """Return the bytes of a file after one damage."""
    place = chance.randrange(len(data) + 1)
    lines = data.splitlines(keepends=True)
    row = chance.randrange(len(lines)) if lines else 0
    match kind:
        case "cut":
            return data[:place]
        case "flip":
            places = {chance.randrange(len(data)) for _ in range(3)} if data else set()
            return bytes(
                b ^ chance.randrange(1, 256) if i in places else b for i, b in enumerate(data)
            )
        case "insert":
            return data[:place] + chance.choice(PIECES) * chance.choice((1, 1, 40)) + data[place:]
        case "repeat":
            return b"".join(lines[: row + 1] + lines[row:])
        case "recode":
            return data[:place] + data[place:].decode("latin-1").encode(
                chance.choice(["utf-16", "utf-8", "cp037"])
            )
        case "drop":
            return b"".join(lines[:row] + lines[row + 1 :])
        case "swap":
            return data.replace(b";", chance.choice((b",", b"\t", b"|", b";;")))
        case "zip":
            return b"PK\x03\x04" + data
        case "head":
            return b"".join(lines[:1])
        case _:
            return b""


def assert_proper(answer: Answer) -> None:
    assert answer.status in {0, 1, 2}
    for output in (answer.out, answer.err):
        assert "Traceback" not in output
        assert "erreur imprévue" not in output
    if answer.status == 2:
        assert answer.sentence


@pytest.mark.parametrize("form", ["csv", "parquet"])
@EVERY_DAMAGE
@given(
    tables=st.lists(st.sampled_from(TABLES), min_size=1, max_size=2),
    kind=st.sampled_from(DAMAGES),
    seed=st.integers(0, 1_000_000),
)
def test_any_damage_ends_in_a_list_or_a_sentence(
    form: Format, tables: list[str], kind: str, seed: int
) -> None:
    chance = random.Random(seed)  # noqa: S311
    with tempfile.TemporaryDirectory() as name:
        extract, out = Path(name, "extract"), Path(name, "out")
        shutil.copytree(sound(form), extract)
        for table in tables:
            file = extract / f"{table}.{form}"
            file.write_bytes(damaged(file.read_bytes(), kind, chance))
        out.mkdir()
        (out / "run.json").write_text("avant")
        before = contents(extract)

        checked = jalon("register", "check", extract, "--month", "2026-10")
        targeted = target(extract, small_profile(), out)

        assert_proper(checked)
        assert_proper(targeted)
        assert checked.status == targeted.status
        assert contents(extract) == before
        left = {path.name for path in out.iterdir()}
        if targeted.status == 2:
            assert contents(out) == {"run.json": b"avant"}
            return
        assert left == (OUTPUTS if targeted.status == 0 else {"run.json", "rejects.csv"})
        for rows in record(out)["rows"].values():
            assert rows["read"] == rows["accepted"] + rows["rejected"]
