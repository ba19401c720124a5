"""Nothing that names a family shows on screen or in an error, the file of rejects apart."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from cli.running import PERSONAL, Answer, contents, jalon, small_extract, small_profile

PROFILE = ("--profile", str(small_profile()))
MONTH = ("--month", "2026-10")


def assert_nobody_named(answer: Answer) -> None:
    for text in PERSONAL:
        assert text not in answer.out
        assert text not in answer.err


@pytest.mark.parametrize("damage", ["none", "faults", "quotes", "bytes", "parquet", "header"])
def test_no_command_shows_who_they_are(tmp_path: Path, damage: str) -> None:
    extract = small_extract(
        tmp_path / "extract", format="parquet" if damage == "parquet" else "csv"
    )
    spoil(extract, damage)
    out = tmp_path / "out"
    commands = [
        ("register", "check", extract, *PROFILE, *MONTH, "--rejects", tmp_path / "r.csv"),
        ("target", extract, *PROFILE, *MONTH, "--out", out),
        ("explain", extract, *PROFILE, *MONTH, "--household", "H3"),
        ("explain", extract, *PROFILE, *MONTH, "--household", "H3", "--format", "json"),
        ("explain", extract, *PROFILE, *MONTH, "--household", "a4"),
        (
            *("simulate", extract, *PROFILE, *MONTH, "--offer", "separation"),
            *("--set", "family_quotient=300"),
        ),
    ]

    for command in commands:
        assert_nobody_named(jalon(*command))

    for name, written in contents(out).items() if out.exists() else ():
        if name != "rejects.csv":
            assert not any(text.encode() in written for text in PERSONAL)


def spoil(extract: Path, damage: str) -> None:
    if damage == "none":
        return
    if damage == "parquet":
        file = extract / "persons.parquet"
        file.write_bytes(file.read_bytes()[:-40])
        return
    file = extract / "persons.csv"
    text = file.read_text(encoding="utf-8")
    if damage == "faults":  # a name slips into a column where it is a fault
        lines = text.splitlines()
        lines[1] = lines[1].replace(
            "PH3;H3;responsible", f"{PERSONAL[0]};{PERSONAL[0]};{PERSONAL[0]}"
        )
        text = "\n".join(lines)
    elif damage == "quotes":
        text = text.replace(PERSONAL[0], f'"{PERSONAL[0]}', 1)
    elif damage == "header":
        text = text.split("\n", 1)[1]
    file.write_text(text, encoding="utf-8")
    if damage == "bytes":
        file.write_bytes(file.read_bytes().replace(b"H3", b"\x81\x00H3", 1))


def test_an_unforeseen_error_shows_no_data(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_arguments: object, **_options: object) -> None:
        raise RuntimeError(f"Impossible de lire {PERSONAL[0]}")

    monkeypatch.setattr("jalon.register.extract.open_extract", fail)
    monkeypatch.delenv("JALON_DEBUG", raising=False)

    answer = jalon("register", "check", tmp_path)

    assert answer.status == 2
    assert "RuntimeError" in answer.err
    assert_nobody_named(answer)


@pytest.mark.parametrize(
    "stopped", [duckdb.InterruptException("INTERRUPT"), RuntimeError("Query interrupted")]
)
def test_a_query_that_one_stops_is_no_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stopped: Exception
) -> None:
    def stop(*_arguments: object, **_options: object) -> None:
        raise stopped

    monkeypatch.setattr("jalon.register.extract.open_extract", stop)
    monkeypatch.setenv("JALON_DEBUG", "1")

    answer = jalon("register", "check", tmp_path)

    assert answer.sentence.startswith("Interrompu")
