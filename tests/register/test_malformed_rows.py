"""A row cut into too many or too few cells is lost to whoever it may have been about."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from extracts import Format, Opened, open_and_close, write_extract
from jalon.register import malformed

TWO = [{}, {"household_id": "H2", "responsible_person_id": "P3"}]
P3 = {"person_id": "P3", "household_id": "H2"}
SPOUSE = {"person_id": "P2", "role": "spouse", "last_name": "Dupont"}


def edit(folder: Path, table: str, change: Callable[[str], str]) -> None:
    path = folder / f"{table}.csv"
    path.write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8")


def losses(opened: Opened) -> dict[str, tuple[int, int, int]]:
    return {
        row["household_id"]: (row["lost_persons"], row["lost_events"], row["lost_benefits"])
        for row in opened.rows["households"]
    }


def with_a_cut_name(folder: Path) -> Path:
    write_extract(folder, households=TWO, persons=[{}, SPOUSE, P3])
    edit(folder, "persons", lambda text: text.replace("Dupont", "Du;pont"))
    return folder


@pytest.mark.parametrize("asked", [None, ["H1"], ["H2"]])
@pytest.mark.parametrize("spanning", ["", '"12\nrue"'])
def test_a_malformed_person_is_lost_to_its_household(
    tmp_path: Path, asked: list[str] | None, spanning: str
) -> None:
    folder = with_a_cut_name(tmp_path)
    if spanning:  # so that the slower reading is needed
        edit(
            folder,
            "persons",
            lambda text: text.replace("P3;H2;responsible;", f"P3;H2;responsible;{spanning}"),
        )

    lost = losses(open_and_close(folder, households=asked))

    expected = {"H1": (1, 0, 0), "H2": (0, 0, 0)}
    assert lost == {key: expected[key] for key in asked or expected}


def test_a_shifted_row_is_lost_to_whom_any_cell_names(tmp_path: Path) -> None:
    folder = write_extract(tmp_path, households=TWO, persons=[{}, P3])
    edit(folder, "persons", lambda text: text + "P2;oops; H1 ;spouse;;;;1990-01-01;;;;;\n")
    edit(folder, "events", lambda text: text + "E1;H2;birth\n")
    edit(folder, "benefits", lambda text: text + "H2;2026-10\nH2;2026-09\n")

    assert losses(open_and_close(folder)) == {"H1": (1, 0, 0), "H2": (0, 1, 2)}


def test_so_many_malformed_rows_that_nobody_knows_whose(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(malformed, "_KEPT_ROWS", 1)
    folder = write_extract(tmp_path, households=TWO, persons=[{}, P3])
    edit(folder, "persons", lambda text: text + "P8;H1\nP9;H1\n")

    assert losses(open_and_close(folder)) == {"H1": (2, 0, 0), "H2": (1, 0, 0)}


@pytest.mark.parametrize("asked", [None, ["H1"]])
@pytest.mark.parametrize("home", ["", "H 1", "H9"])
@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_a_row_of_no_household_is_lost_to_whom_its_person_leads(
    tmp_path: Path, home: str, asked: list[str] | None, form: Format
) -> None:
    folder = write_extract(
        tmp_path,
        households=TWO,
        persons=[{}, P3, {"person_id": "P2", "role": "child", "household_id": home}],
        events=[
            {"person_id": "P2", "kind": "child_death"},
            {"event_id": "E2", "person_id": "P3", "household_id": home},
            {"event_id": "E3", "person_id": "P1", "household_id": home},
        ],
        format=form,
    )

    lost = losses(open_and_close(folder, households=asked))

    assert lost["H1"] == (1, 2, 0)
    assert asked or lost["H2"] == (0, 1, 0)


def test_what_refers_to_a_malformed_row_follows_it(tmp_path: Path) -> None:
    folder = write_extract(
        tmp_path,
        households=[*TWO, {"household_id": "H3", "responsible_person_id": "P4"}],
        persons=[{}, P3, {"person_id": "P4", "household_id": "H3"}],
        events=[{}, {"event_id": "E2", "household_id": "H2", "person_id": "P4"}],
        benefits=[{}, {"household_id": "H9"}],
    )
    edit(folder, "households", lambda text: text.replace("H1;P1;", "H1;P1;;"))
    edit(folder, "persons", lambda text: text.replace("P4;H3;", "P4;H3;;"))

    opened = open_and_close(folder)

    faults = [(r.table, r.line) for r in opened.rejects if r.kind == "fault"]
    assert faults == [("households", 2), ("persons", 4), ("benefits", 3)]
    followers = [(r.table, r.line) for r in opened.rejects if r.kind == "follower"]
    assert followers == [
        ("households", 4),
        ("persons", 2),
        ("events", 2),
        ("events", 3),
        ("benefits", 2),
    ]
    assert losses(opened) == {"H2": (1, 1, 0)}


def test_a_sound_row_is_not_lost_with_its_malformed_copy(tmp_path: Path) -> None:
    folder = write_extract(tmp_path)
    edit(folder, "households", lambda text: text + "H1;P1\n")

    opened = open_and_close(folder)

    assert opened.ids("households") == {"H1"}
    assert opened.ids("persons") == {"P1"}


def test_the_fingerprint_of_malformed_rows_ignores_how_they_are_written(tmp_path: Path) -> None:
    plain = with_a_cut_name(tmp_path / "plain")
    others = []
    for name, change in (
        ("commas", lambda text: text.replace(";", ",")),
        ("tabs", lambda text: text.replace(";", "\t")),
        ("padded", lambda text: text.replace("pont;", " pont\u00a0;")),
        ("quoted", lambda text: text.replace("pont;", '"pont";')),
        ("spanning", lambda text: text.replace("\n", "\n\n")),
        ("crlf", lambda text: text.replace("\n", "\r\n")),
        ("shuffled", lambda text: text[: text.index("\n") + 1] + shuffled_rows(text)),
    ):
        folder = with_a_cut_name(tmp_path / name)
        edit(folder, "persons", change)
        others.append(open_and_close(folder).fingerprint)

    assert set(others) == {open_and_close(plain).fingerprint}
    edit(plain, "persons", lambda text: text.replace("pont", "bois"))
    assert open_and_close(plain).fingerprint not in others


def shuffled_rows(text: str) -> str:
    rows = text.splitlines(keepends=True)[1:]
    return "".join(random.Random(1).sample(rows, len(rows)))  # noqa: S311 - no secret
