"""The terms of supports, as profiles say them: strict, and refused with their line."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from jalon.interventions.terms import read_terms
from jalon.rules.profile import built_in_profiles
from jalon.rules.toml_source import ProfileError


def test_every_profile_of_a_fund_has_them() -> None:
    for name in ("val-de-marne", "isere", "herault"):
        found = read_terms(name)
        assert found.usual_end(date(2026, 1, 31)) == date(2026, 7, 31)
        assert found.limit(date(2026, 1, 1)) == date(2027, 1, 1)
        assert found.next_review(date(2026, 1, 1), date(2026, 2, 12)) == date(2026, 4, 2)
        assert found.next_review(date(2026, 1, 1), date(2026, 12, 31)) is None


@pytest.mark.parametrize(
    ("line", "match"),
    [
        ("usual_month = 6", "ligne 3 : la clé « usual_month »"),
        ("usual_months = 99", "ligne 3 : « usual_months » est hors de mesure"),
        ("limit_months = 13", "ligne 3 : « limit_months » est hors de mesure"),
        ('usual_months = "six"', "ligne 3"),
        ("review_weeks = [13, 6]", "ligne 3 : les semaines des bilans ne se suivent pas"),
        ("limit_months = 3", "ligne 3 : la limite vient avant"),
    ],
)
def test_what_cannot_be_right_is_refused_with_its_line(
    tmp_path: Path, line: str, match: str
) -> None:
    source = (built_in_profiles() / "herault" / "profile.toml").read_text(encoding="utf-8")
    (tmp_path / "profile.toml").write_text(source, encoding="utf-8")
    (tmp_path / "offers").mkdir()
    (tmp_path / "support.toml").write_text(
        f'source = "essai"\nassumptions = []\n{line}\n', encoding="utf-8"
    )
    with pytest.raises(ProfileError, match=match):
        read_terms(str(tmp_path))
