"""A simulation counts who would enter and leave, as two runs would."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest

from cli.running import (
    Answer,
    cohort,
    done,
    generated,
    jalon,
    ran,
    small_extract,
    target,
    temporary,
)
from rules.small_profiles import FILES, SEPARATION, YOUNG, write_profile


def simulate(extract: Path, profile: object, offer: str, *settings: str) -> Answer:
    changes = [part for setting in settings for part in ("--set", setting)]
    return jalon(
        *("simulate", extract, "--profile", profile, "--month", "2026-10", "--offer", offer),
        *("--format", "json", *changes),
    )


def selected(out: Path, offer: str) -> set[tuple[str, str | None]]:
    return {
        (row["household_id"], row["event_id"] or None)
        for row in cohort(out)
        if row["offer"] == offer and row["outcome"] == "selected"
    }


def moves(plain: dict[str, Any], key: str) -> set[tuple[str, str | None]]:
    return {(one["household_id"], one["event_id"]) for one in plain[key]}


BOOLEAN = """
[[criteria]]
fact = "has_spouse"
is = true
"""


@cache
def _before() -> tuple[Path, dict[str, str]]:
    """Return the profile that is simulated upon, and its files."""
    files = {
        **FILES,
        "parameters.toml": FILES["parameters.toml"] + _constants(low="700", under="799.99"),
        "offers/separation.toml": SEPARATION,
        "offers/young.toml": YOUNG + BOOLEAN,
    }
    return write_profile(temporary() / "before", files), files


@cache
def _ran(profile: Path) -> Path:
    out = temporary() / "out"
    done(target(generated("val-de-marne"), profile, out))
    return out


@pytest.mark.parametrize(
    ("offer", "setting", "written", "instead"),
    [
        ("young", "responsible_age=18..40", "[18, 24]", "[18, 40]"),
        ("young", "responsible_age=18;40", "[18, 24]", "[18, 40]"),
        ("young", "responsible_age=30..99", "[18, 24]", "[30, 99]"),
        ("young", "has_spouse=non", "is = true", "is = false"),
        ("separation", "home/dependent_children_under_20=2", "at_least = 1", "at_least = 2"),
        ("separation", "dependent_children_under_20=0", "at_least = 1", "at_least = 0"),
        (
            "separation",
            "tenure=hosted,private_tenant",
            '["owner", "other"]',
            '["hosted", "private_tenant"]',
        ),
        ("separation", "family_quotient=700", "quotient.ceiling", "quotient.low"),
        ("separation", "family_quotient=799,99", "quotient.ceiling", "quotient.under"),
    ],
)
def test_who_enters_and_leaves_is_the_difference_of_two_runs(
    tmp_path: Path, offer: str, setting: str, written: str, instead: str
) -> None:
    before, files = _before()
    name = f"offers/{offer}.toml"
    assert written in files[name]
    after = write_profile(
        tmp_path / "after", {**files, name: files[name].replace(written, instead)}
    )
    extract = generated("val-de-marne")

    plain = done(simulate(extract, before, offer, setting)).json

    done(target(extract, after, tmp_path / "out-after"))
    was, would_be = selected(_ran(before), offer), selected(tmp_path / "out-after", offer)
    assert was != would_be
    assert moves(plain, "entered") == would_be - was
    assert moves(plain, "left") == was - would_be
    assert plain["before"]["selected"] == len(was)
    assert plain["after"]["selected"] == len(would_be)
    totals = plain["by_territory"].values()
    assert sum(one["entered"] for one in totals) == len(would_be - was)
    assert sum(one["left"] for one in totals) == len(was - would_be)


def _constants(**values: str) -> str:
    return "".join(
        f'\n[quotient.{name}]\nlabel = "{name}"\nunit = "euros_per_month"\n'
        f'[[quotient.{name}.values]]\nfrom = 2020-01-01\nvalue = {value}\nsource = "x"\n'
        for name, value in values.items()
    )


def test_moves_are_counted_by_territory(tmp_path: Path) -> None:
    extract = small_extract(tmp_path / "extract")
    profile = write_profile(tmp_path / "profile")

    plain = done(simulate(extract, profile, "separation", "family_quotient=300")).json

    assert plain["by_territory"] == {"Nord": {"entered": 0, "left": 2}}
    assert moves(plain, "left") == {("H3", "E2"), ("H3", "E10")}
    both = done(simulate(extract, profile, "separation", "family_quotient=299")).json
    assert both["by_territory"]["Sud"] == {"entered": 0, "left": 1}


@pytest.mark.parametrize("amount", ["1200,50", "1 200,5", "1\u202f200.50", "1200.5"])
def test_an_amount_is_written_as_people_write_it(tmp_path: Path, amount: str) -> None:
    extract = small_extract(tmp_path / "extract")
    profile = write_profile(tmp_path / "profile")

    plain = done(simulate(extract, profile, "separation", f"family_quotient={amount}")).json

    assert moves(plain, "entered") == {("a4", "E4"), ("H1", "E7")}
    assert plain["left"] == []


def test_several_criteria_change_together(tmp_path: Path) -> None:
    extract = small_extract(tmp_path / "extract")
    profile = write_profile(tmp_path / "profile")

    changes = ("family_quotient=1300", "tenure=other", "dependent_children_under_20=1")
    plain = done(simulate(extract, profile, "separation", *changes)).json

    assert moves(plain, "entered") == {("a4", "E4")}
    assert moves(plain, "left") == {("H3", "E2"), ("H3", "E10")}
    assert [one["criterion"] for one in plain["changes"]] == [
        *("family_quotient", "home/tenure", "home/dependent_children_under_20"),
    ]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("oui", "oui"),
        ("O", "oui"),
        ("true", "oui"),
        ("1", "oui"),
        ("NON", "non"),
        ("false", "non"),
    ],
)
def test_yes_and_no_are_said_in_several_ways(tmp_path: Path, text: str, value: str) -> None:
    profile = write_profile(tmp_path / "profile", {**FILES, "offers/young.toml": YOUNG + BOOLEAN})
    extract = small_extract(tmp_path / "extract")

    plain = done(simulate(extract, profile, "young", f"has_spouse={text}")).json

    assert plain["changes"] == [{"criterion": "has_spouse", "before": "oui", "after": value}]


def test_nothing_changed_moves_nobody() -> None:
    plain = done(simulate(generated("herault"), "herault", "separation", "rsa=none")).json

    assert (plain["entered"], plain["left"], plain["by_territory"]) == ([], [], {})
    assert plain["before"] == plain["after"]
    assert plain["before"]["selected"] == len(selected(ran("herault"), "separation"))


def test_in_words_it_says_who_and_where(tmp_path: Path) -> None:
    extract = small_extract(tmp_path / "extract")
    command = ("simulate", extract, "--profile", write_profile(tmp_path / "p"))

    change = ("--month", "2026-10", "--offer", "separation", "--set", "family_quotient=300")
    out = done(jalon(*command, *change)).out

    assert "Sortiraient : H3" in out
    assert "Nord" in out
