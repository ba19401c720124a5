"""A catalogue written as JSON comes back the same; any change that decides changes its print."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings

from jalon.rules.calendar import Month
from jalon.rules.offers import Catalogue
from jalon.rules.profile import load_profile
from jalon.rules.records import rebuild, record
from rules.random_rules import catalogues
from rules.small_profiles import (
    FILES,
    PARAMETERS,
    PROFILE,
    SEPARATION,
    YOUNG,
    profile_with,
    write_profile,
)

OCTOBER = Month(2026, 10)


def assert_comes_back(catalogue: Catalogue) -> None:
    again = rebuild(json.loads(json.dumps(record(catalogue))))

    assert again == catalogue
    assert again.fingerprint == catalogue.fingerprint


@pytest.mark.parametrize("month", [Month(2020, 12), Month(2023, 1), OCTOBER], ids=str)
@pytest.mark.parametrize("profile", ["val-de-marne", "isere", "herault"])
def test_a_built_in_catalogue_comes_back_from_json(profile: str, month: Month) -> None:
    assert_comes_back(load_profile(profile).catalogue(month))


@settings(max_examples=40, deadline=None, derandomize=True)
@given(catalogues())
def test_any_catalogue_comes_back_from_json(catalogue: Catalogue) -> None:
    assert_comes_back(catalogue)


CHANGES = {
    "any to all": ("separation", SEPARATION, "any =", "all ="),
    "operator": ("separation", SEPARATION, "at_least", "at_most"),
    "number": ("separation", SEPARATION, "at_least = 1", "at_least = 2"),
    "code": ("separation", SEPARATION, '"other"', '"hosted"'),
    "code added": ("separation", SEPARATION, '"other"', '"other", "hosted"'),
    "fact": (
        "separation",
        SEPARATION,
        "dependent_children_under_20",
        "dependent_children_6_to_17",
    ),
    "id": ("separation", SEPARATION, 'id = "home"', 'id = "house"'),
    "event": ("separation", SEPARATION, '["separation"]', '["divorce"]'),
    "event added": ("separation", SEPARATION, '["separation"]', '["separation", "divorce"]'),
    "services": ("separation", SEPARATION, '["social_work"]', '["mediation"]'),
    "operands swapped": ("young", YOUNG, "[18, 24]", "[17, 24]"),
    "trigger": ("young", YOUNG, "stock = true", 'events = ["birth"]'),
    "parameter's value": ("parameters", PARAMETERS, "800.5", "800.51"),
    "parameter used": (
        "separation",
        SEPARATION,
        "quotient.ceiling",
        "family_benefits.child_pay_ceiling",
    ),
    "window": ("profile", PROFILE, "registration", "letter"),
    "name": ("profile", PROFILE, '"essai"', '"autre"'),
}


@pytest.mark.parametrize(("file", "text", "written", "instead"), CHANGES.values(), ids=CHANGES)
def test_whatever_decides_changes_the_fingerprint(
    tmp_path: Path, file: str, text: str, written: str, instead: str
) -> None:
    assert written in text
    before = profile_with(tmp_path / "before")

    after = profile_with(tmp_path / "after", **{file: text.replace(written, instead)})

    assert after.catalogue(OCTOBER).fingerprint != before.catalogue(OCTOBER).fingerprint


def test_neither_the_order_of_files_nor_comments_change_the_fingerprint(tmp_path: Path) -> None:
    before = profile_with(tmp_path / "before").catalogue(OCTOBER).fingerprint
    swapped = {name: f"# commentaire\n{text}" for name, text in reversed(list(FILES.items()))}

    after = load_profile(str(write_profile(tmp_path / "after", swapped))).catalogue(OCTOBER)

    assert after.fingerprint == before


def test_what_is_not_in_force_changes_nothing(tmp_path: Path) -> None:
    before = profile_with(tmp_path / "before").catalogue(OCTOBER).fingerprint
    late = SEPARATION.replace("2024-01-01", "2026-11-01")
    over = SEPARATION.replace("source =", "valid_until = 2026-10-31\nsource =", 1)
    files = {**FILES, "offers/separation.toml": over, "offers/separation@2026.toml": late}

    profile = load_profile(str(write_profile(tmp_path / "after", files)))

    one, two = (profile.catalogue_on(day) for day in (date(2026, 10, 31), date(2026, 11, 1)))
    assert [offer.code for offer in one.offers] == ["separation", "young"]
    assert one.offer("separation").valid_from == date(2024, 1, 1)
    assert two.offer("separation").valid_from == date(2026, 11, 1)
    assert one.fingerprint != two.fingerprint
    assert before != two.fingerprint
