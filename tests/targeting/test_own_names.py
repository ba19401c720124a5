"""A fund that names its files, columns and codes otherwise, and the mistakes it can make."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from jalon.rules.errors import ClearError
from jalon.rules.profile import load_profile
from jalon.targeting.engine.target import layout_of
from rules.small_profiles import FILES, PROFILE, write_profile


@dataclass(frozen=True)
class Mistake:
    """A mapping that cannot be right: `at` stands on its line, `says` in the sentence."""

    about: str
    mapping: str
    at: str
    says: str

    def __str__(self) -> str:
        return self.about.replace(" ", "-")


MISTAKES = [
    Mistake(
        "unknown part of the mapping",
        '[extract.file]\nhouseholds = "D"',
        "[extract.file]",
        "files »",
    ),
    Mistake(
        "unknown table in files",
        '[extract.files]\nhousehold = "D"',
        "household = ",
        "households »",
    ),
    Mistake(
        "file name not a text", "[extract.files]\nhouseholds = 3", "households = 3", "un texte"
    ),
    Mistake("files as one text", '[extract]\nfiles = "D"', "files = ", "un tableau"),
    Mistake(
        "file name is a table",
        '[extract.files.households]\nname = "D"',
        "[extract.files.households]",
        "un texte",
    ),
    Mistake(
        "unknown table in columns",
        '[extract.columns.household]\ncommune = "C"',
        "[extract.columns.household]",
        "households »",
    ),
    Mistake("unknown column", '[extract.columns.households]\ncomune = "C"', "comune", "commune »"),
    Mistake(
        "column name not a text",
        "[extract.columns.households]\ncommune = 1",
        "commune = 1",
        "un texte",
    ),
    Mistake(
        "columns not by table", '[extract.columns]\ncommune = "C"', 'commune = "C"', "Possibles"
    ),
    Mistake(
        "unknown table in values",
        '[extract.values.person.sex]\nH = "M"',
        "[extract.values.person.sex]",
        "persons »",
    ),
    Mistake(
        "unknown column in values",
        '[extract.values.persons.sexe]\nH = "M"',
        "[extract.values.persons.sexe]",
        "sex »",
    ),
    Mistake("unknown code", '[extract.values.persons.sex]\nH = "H"', 'H = "H"', "F"),
    Mistake(
        "code of a column without codes",
        '[extract.values.persons.last_name]\nA = "B"',
        "[extract.values.persons.last_name]",
        "last_name",
    ),
    Mistake("code not a text", "[extract.values.persons.sex]\nH = 1", "H = 1", "un texte"),
]


@pytest.mark.parametrize("mistake", MISTAKES, ids=str)
def test_a_mapping_that_cannot_be_right_is_refused_with_its_place(
    tmp_path: Path, mistake: Mistake
) -> None:
    text = f"{PROFILE}\n{mistake.mapping}\n"
    folder = write_profile(tmp_path, {**FILES, "profile.toml": text})

    with pytest.raises(ClearError) as refused:
        layout_of(load_profile(str(folder)))

    line = text[: text.index(mistake.at)].count("\n") + 1
    assert str(refused.value).startswith(f"{folder / 'profile.toml'}, ligne {line} : ")
    assert mistake.says in str(refused.value)
