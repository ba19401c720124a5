"""The order that a seed draws: the same for everybody, of nothing but chance, and for all."""

from __future__ import annotations

from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path

import pytest

from jalon.rules.profile import built_in_profiles, load_profile
from jalon.rules.toml_source import ProfileError
from jalon.targeting.models import Draw
from jalon.targeting.waves import Waves, in_order, places, read_practice

SEED = "5f" * 32
NUMBERS = [f"94{number:05d}" for number in range(101)]


def draw(waves: int = 3, days: int = 14) -> Draw:
    at = datetime(2026, 11, 2, 9, tzinfo=UTC)
    return Draw(seed=SEED, waves=waves, days_between=days, at=at)


def test_anybody_finds_the_order_again_with_the_seed() -> None:
    digests = {one: sha256((SEED + one).encode()).hexdigest() for one in NUMBERS}
    assert in_order(SEED, reversed(NUMBERS)) == sorted(NUMBERS, key=digests.__getitem__)
    assert in_order("00" * 32, NUMBERS) != in_order(SEED, NUMBERS)


def test_everybody_has_a_wave_and_waves_are_of_one_size() -> None:
    found = places(draw(), NUMBERS)
    assert found.keys() == set(NUMBERS)
    assert sorted(one.rank for one in found.values()) == list(range(1, 102))
    sizes = [sum(one.wave == wave for one in found.values()) for wave in (1, 2, 3)]
    assert max(sizes) - min(sizes) <= 1
    assert {(one.wave, one.from_on) for one in found.values()} == {
        (1, date(2026, 11, 2)),
        (2, date(2026, 11, 16)),
        (3, date(2026, 11, 30)),
    }


def test_those_drawn_first_come_first_even_fewer_than_waves() -> None:
    found = places(draw(waves=4), NUMBERS[:2])
    assert sorted((one.rank, one.wave) for one in found.values()) == [(1, 1), (2, 3)]


def test_the_last_wave_begins_when_all_the_others_did() -> None:
    assert Waves(4, 14).last_after == 42


def test_a_profile_says_what_never_waits() -> None:
    practice = read_practice("val-de-marne")
    urgent = {one.code for one in load_profile("val-de-marne").offers if practice.is_urgent(one)}
    assert {"parent_death", "child_death", "child_illness"} <= urgent
    assert "separation" not in urgent
    assert practice.longest_days == 56


@pytest.mark.parametrize(
    ("told", "why"),
    [
        ('longest_days = 400\nurgent_events = ["divorce"]', "hors de mesure"),
        ('longest_days = 28\nurgent_events = ["mariage"]', "n'est pas un événement connu"),
    ],
)
def test_a_profile_that_cannot_be_right_is_refused_with_its_line(
    tmp_path: Path, told: str, why: str
) -> None:
    source = (built_in_profiles() / "herault" / "profile.toml").read_text(encoding="utf-8")
    (tmp_path / "profile.toml").write_text(source, encoding="utf-8")
    (tmp_path / "offers").mkdir()
    (tmp_path / "waves.toml").write_text(f'source = "essai"\n{told}\n', encoding="utf-8")
    with pytest.raises(ProfileError, match=why):
        read_practice(str(tmp_path))
