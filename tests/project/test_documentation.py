"""The guides say what the code knows: a profile can be written from them alone."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from jalon.register.schema import TABLES, Table
from jalon.rules.criteria import Operator
from jalon.rules.fact import Unit
from jalon.rules.facts import EVENT_KINDS, FACTS
from jalon.rules.offers import Base, Field, Service, Window
from jalon.rules.profile import load_profile

DOCS = Path(__file__).parents[2] / "docs"
GUIDE = (DOCS / "ecrire-un-profil.md").read_text(encoding="utf-8")
EXTRACT = (DOCS / "extrait.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("fact", sorted(FACTS))
def test_the_guide_names_every_fact_with_its_codes(fact: str) -> None:
    assert f"`{fact}`" in GUIDE
    if fact != "event_kind" and FACTS[fact].codes:
        row = next(line for line in GUIDE.splitlines() if line.startswith(f"| `{fact}`"))
        assert all(f"`{code}`" in row for code, _ in FACTS[fact].codes)


@pytest.mark.parametrize(
    "word",
    [
        *(operator.value for operator in Operator),
        *(unit.value for unit in Unit),
        *(kind for kind, _ in EVENT_KINDS),
        *(one.value for values in (Base, Field, Service, Window) for one in values),
    ],
)
def test_the_guide_names_every_word_of_a_profile(word: str) -> None:
    assert word in GUIDE


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_the_extract_page_names_every_column_and_code(table: Table) -> None:
    section = EXTRACT.partition(f"## `{table.name}`")[2].partition("\n## ")[0]
    for column in table.columns:
        written = f"**{column.name}**" if column.required else column.name
        assert written in section
        assert all(f"`{code}`" in section for code in column.codes)


def test_the_whole_profile_of_the_guide_loads_as_it_is_written(tmp_path: Path) -> None:
    (tmp_path / "offers").mkdir()
    example = GUIDE.partition("## Un profil entier")[2]
    for name, content in re.findall(r"```toml\n# (\S+)\n(.*?)```", example, re.DOTALL):
        (tmp_path / name).write_text(content, encoding="utf-8")

    profile = load_profile(str(tmp_path))

    assert [offer.code for offer in profile.offers] == ["fragile_housing", "parent_death"]
