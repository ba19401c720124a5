"""The order that a seed draws: the same for everybody, of nothing but chance, and for all."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path

import pytest
from django.db import connection

from jalon.rules.profile import built_in_profiles, load_profile
from jalon.rules.toml_source import ProfileError
from jalon.targeting.models import Draw
from jalon.targeting.waves import Waves, places, read_practice, wave_of

SEED = "5f" * 32
NUMBERS = [f"94{number:05d}" for number in range(101)]


def draw(waves: int = 3, days: int = 14) -> Draw:
    at = datetime(2026, 11, 2, 9, tzinfo=UTC)
    return Draw(seed=SEED, waves=waves, days_between=days, at=at)


def test_anybody_finds_the_order_and_the_waves_again_with_the_seed() -> None:
    digests = {one: sha256((SEED + one).encode()).hexdigest() for one in NUMBERS}
    found = places(draw(waves=4), NUMBERS)
    assert sorted(found, key=lambda one: found[one].rank) == sorted(
        NUMBERS, key=digests.__getitem__
    )
    assert {one: place.wave for one, place in found.items()} == {
        one: int(digest[0], 16) // 4 + 1 for one, digest in digests.items()
    }


def test_everybody_has_a_rank_a_wave_and_its_day() -> None:
    found = places(draw(), NUMBERS[::-1])
    assert found.keys() == set(NUMBERS)
    assert sorted(one.rank for one in found.values()) == list(range(1, 102))
    assert {(one.wave, one.from_on) for one in found.values()} == {
        (1, date(2026, 11, 2)),
        (2, date(2026, 11, 16)),
        (3, date(2026, 11, 30)),
    }


def test_waves_are_of_one_size_but_for_chance() -> None:
    sizes = Counter(wave_of(SEED, f"{number}", 3) for number in range(3000))
    assert sorted(sizes) == [1, 2, 3]
    assert all(900 < size < 1100 for size in sizes.values())


@pytest.mark.django_db
def test_the_database_finds_the_same_waves() -> None:
    numbers = [f"{number}" for number in range(500)]
    for waves in (2, 7, 183):
        with connection.cursor() as cursor:
            query = "SELECT wall.wave_of(%s, one, %s) FROM unnest(%s::text[]) AS one"
            cursor.execute(query, [SEED, waves, numbers])
            found = [wave for (wave,) in cursor.fetchall()]
        assert found == [wave_of(SEED, one, waves) for one in numbers]


def test_a_family_has_one_turn_whatever_it_is_offered() -> None:
    some, others = (places(draw(), numbers) for numbers in (NUMBERS[:40], NUMBERS[20:]))
    assert all(some[one].from_on == others[one].from_on for one in NUMBERS[20:40])


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
