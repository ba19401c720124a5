"""A profile that starts from another: what it takes, what it changes, what it cannot do."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from jalon.rules.profile import Profile, load_profile
from jalon.rules.toml_source import ProfileError
from rules.small_profiles import FILES, SEPARATION, write_profile

CHILD = """name = "enfant"
label = "Caf enfant"
window = "letter"
source = "Projet enfant"

[inherits]
profile = "../parent"
"""
EXTENDED = """code = "separation"
extends = "separation"
label = "Séparation récente"
valid_from = 2025-01-01
source = "Projet enfant"
"""


def child(tmp_path: Path, files: dict[str, str], profile: str = CHILD) -> Path:
    write_profile(tmp_path / "parent")
    return write_profile(tmp_path / "child", {"profile.toml": profile, **files})


def loaded(folder: Path) -> Profile:
    return load_profile(str(folder))


def refusal(folder: Path, file: str, at: str) -> str:
    """Return the sentence of a refusal, which names this file and the line of `at`."""
    with pytest.raises(ProfileError) as refused:
        load_profile(str(folder))
    text = (folder / file).read_text(encoding="utf-8")
    line = text[: text.index(at)].count("\n") + 1
    assert str(refused.value).startswith(f"{folder / file}, ligne {line} : ")
    return str(refused.value)


def criteria(profile: Profile, code: str = "separation") -> list[str]:
    (offer,) = [offer for offer in profile.offers if offer.code == code]
    return [path for path, _ in offer.leaves()]


def test_parameters_are_taken_but_no_offer_unless_named(tmp_path: Path) -> None:
    profile = loaded(child(tmp_path, {}))

    assert "quotient.ceiling" in profile.parameters
    assert profile.offers == ()
    assert profile.window == "letter"


@pytest.mark.parametrize(
    ("offers", "codes"),
    [('"all"', ["separation", "young"]), ('["young"]', ["young"])],
)
def test_offers_are_taken_all_or_by_name(tmp_path: Path, offers: str, codes: list[str]) -> None:
    profile = loaded(child(tmp_path, {}, f"{CHILD}offers = {offers}\n"))

    assert [offer.code for offer in profile.offers] == codes


def test_an_extended_offer_keeps_what_it_does_not_say(tmp_path: Path) -> None:
    profile = loaded(child(tmp_path, {"offers/separation.toml": EXTENDED}))

    (offer,) = profile.offers
    assert (offer.label, offer.purpose) == ("Séparation récente", "Aider les parents.")
    assert (offer.events, offer.valid_from) == (("separation",), date(2025, 1, 1))
    paths = ["event", "family_quotient", "home/dependent_children_under_20", "home/tenure"]
    assert criteria(profile) == paths


def test_criteria_are_removed_replaced_and_added(tmp_path: Path) -> None:
    rule = EXTENDED + (
        'without = ["family_quotient"]\n'
        '[[criteria]]\nid = "home"\nfact = "has_spouse"\nis = false\n'
        '[[criteria]]\nfact = "rsa"\nis = "none"\n'
    )

    profile = loaded(child(tmp_path, {"offers/separation.toml": rule}))

    assert criteria(profile) == ["event", "home", "rsa"]


def test_another_trigger_takes_the_place_of_the_parent_s(tmp_path: Path) -> None:
    profile = loaded(child(tmp_path, {"offers/separation.toml": EXTENDED + "stock = true\n"}))

    (offer,) = profile.offers
    assert offer.stock
    assert offer.events == ()


def test_the_fund_s_own_parameter_takes_the_place_of_the_parent_s(tmp_path: Path) -> None:
    own = FILES["parameters.toml"].replace("800.5", "950")

    profile = loaded(child(tmp_path, {"parameters.toml": own}, f'{CHILD}offers = "all"\n'))

    ceiling = profile.catalogue_on(date(2026, 10, 31)).values["quotient.ceiling"]
    assert ceiling == 950


def test_removing_what_is_not_there_is_refused(tmp_path: Path) -> None:
    rule = EXTENDED + 'without = ["familly_quotient"]\n'
    folder = child(tmp_path, {"offers/separation.toml": rule})

    assert "family_quotient »" in refusal(folder, "offers/separation.toml", "without")


def test_extending_what_is_not_there_is_refused(tmp_path: Path) -> None:
    rule = EXTENDED.replace('extends = "separation"', 'extends = "separations"')
    folder = child(tmp_path, {"offers/separation.toml": rule})

    assert "separation »" in refusal(folder, "offers/separation.toml", "extends")


def test_extending_without_a_parent_is_refused(tmp_path: Path) -> None:
    folder = write_profile(tmp_path, {**FILES, "offers/separation.toml": EXTENDED})

    assert "separation" in refusal(folder, "offers/separation.toml", "extends")


def test_taking_away_criteria_without_extending_is_refused(tmp_path: Path) -> None:
    rule = SEPARATION.replace("purpose", 'without = ["rsa"]\npurpose')
    folder = child(tmp_path, {"offers/separation.toml": rule})

    assert "extends" in refusal(folder, "offers/separation.toml", "without")


@pytest.mark.parametrize(
    ("offers", "words"),
    [
        ('["separations"]', "separation »"),
        ('"toutes"', "une liste"),
        ("[1]", "un texte"),
    ],
)
def test_offers_that_the_parent_does_not_have_are_refused(
    tmp_path: Path, offers: str, words: str
) -> None:
    folder = child(tmp_path, {}, f"{CHILD}offers = {offers}\n")

    assert words in refusal(folder, "profile.toml", "offers")


def test_an_unknown_parent_is_refused_where_it_is_named(tmp_path: Path) -> None:
    folder = child(tmp_path, {}, CHILD.replace("../parent", "natonal"))

    assert "national »" in refusal(folder, "profile.toml", "profile =")


def test_a_parent_without_profile_toml_is_refused_where_it_is_named(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    folder = child(tmp_path, {}, CHILD.replace("../parent", "../empty"))

    assert "profile.toml" in refusal(folder, "profile.toml", "profile =")


def test_no_parent_named_is_refused(tmp_path: Path) -> None:
    folder = child(tmp_path, {}, CHILD.replace('profile = "../parent"', 'offers = "all"'))

    assert "« profile »" in refusal(folder, "profile.toml", "[inherits]")


def test_a_profile_that_inherits_from_itself_is_refused(tmp_path: Path) -> None:
    folder = child(tmp_path, {}, CHILD.replace("../parent", "../child"))

    assert "boucle" in refusal(folder, "profile.toml", "profile =")


def test_two_profiles_that_inherit_from_each_other_are_refused(tmp_path: Path) -> None:
    first = write_profile(tmp_path / "a", {"profile.toml": CHILD.replace("../parent", "../b")})
    write_profile(tmp_path / "b", {"profile.toml": CHILD.replace("../parent", "../a")})

    with pytest.raises(ProfileError, match="boucle") as refused:
        load_profile(str(first))
    assert "b/profile.toml, ligne 7 : " in str(refused.value)


def test_a_mistake_in_an_inherited_offer_is_named_where_it_stands(tmp_path: Path) -> None:
    folder = child(tmp_path, {}, f'{CHILD}offers = "all"\n')
    broken = FILES["offers/separation.toml"].replace("at_most", "at_mots")
    (tmp_path / "parent/offers/separation.toml").write_text(broken, encoding="utf-8")

    with pytest.raises(ProfileError, match="at_most »") as refused:
        load_profile(str(folder))
    line = broken[: broken.index("at_mots")].count("\n") + 1
    assert f"parent/offers/separation.toml, ligne {line} : " in str(refused.value)
