"""The fund's own aids: read from its profile, and told of a family as possible, not or unknown."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from jalon.rights.aid_reader import fund_aids
from jalon.rights.aids import AidState, OnFile, aids_of, read_of
from jalon.rights.situation import Relation, Situation, Tenure
from jalon.rules.calendar import Month
from jalon.rules.profile import profile_names
from jalon.rules.toml_source import ProfileError
from rights.families import MONTH, adult, child, earns, family
from rules.small_profiles import FILES, write_profile

_HEAD = 'source = "Règlement"\nevent_months = 12\n'
_OWN = """
[[aids]]
code = "move"
label = "Aide au déménagement"
plain = "Une aide pour changer de logement."
automatic = false
valid_from = 2024-01-01
source = "Règlement, § 1"
"""
_CRITERION = """
[[aids.criteria]]
fact = "{}"
{}
"""
_LONE = family(adult(), child(8))
_PARTNER = adult(Relation.PARTNER)


def criterion(fact: str, asked: str) -> str:
    return _CRITERION.format(fact, asked)


def folder_with(folder: Path, aids: str) -> Path:
    return write_profile(folder, {**FILES, "aids.toml": _HEAD + aids})


def state_of(folder: Path, aids: str, said: Situation = _LONE, **known: Any) -> AidState:
    fund = fund_aids(str(folder_with(folder, aids)), MONTH)
    file = OnFile(**known)
    (found,) = aids_of(said, fund, file)
    # What is kept with a result is all that it depends on.
    assert aids_of(said, fund, read_of(fund, file)) == [found]
    return found.state


@pytest.mark.parametrize(
    ("quotient", "state", "says"),
    [
        (Decimal("800.50"), AidState.POSSIBLE, "est rempli"),
        (
            Decimal("800.51"),
            AidState.NO,
            "Il faudrait : le quotient familial est d'au plus 800,50",
        ),
        (None, AidState.UNKNOWN, "Il manque, pour le dire : le quotient familial."),
    ],
)
def test_what_nobody_told_is_neither_possible_nor_refused(
    tmp_path: Path, quotient: Decimal | None, state: AidState, says: str
) -> None:
    asked = criterion("family_quotient", 'at_most = "quotient.ceiling"')
    fund = fund_aids(str(folder_with(tmp_path, _OWN + asked)), MONTH)

    (found,) = aids_of(_LONE, fund, OnFile({"family_quotient": quotient}))

    assert found.state is state
    assert says in found.sentence.replace("\N{NO-BREAK SPACE}", " ")
    assert (found.label, found.source) == ("Aide au déménagement", "Règlement, § 1")


@pytest.mark.parametrize(
    ("fact", "asked", "said", "state"),
    [
        ("dependent_children_6_to_17", "at_least = 2", _LONE, AidState.NO),
        ("has_spouse", "is = true", family(adult(), _PARTNER), AidState.POSSIBLE),
        ("has_spouse", "is = true", _LONE, AidState.NO),
        ("tenure", 'is = "owner"', family(adult(), tenure=Tenure.OWNER), AidState.POSSIBLE),
        ("declared_pregnancy", "is = true", family(adult(pregnant=True)), AidState.POSSIBLE),
        ("family_status", 'is = "married"', family(adult(), _PARTNER), AidState.POSSIBLE),
        ("family_status", 'is = "widowed"', _LONE, AidState.UNKNOWN),
        (
            "dependent_children_family_benefits",
            "at_least = 1",
            family(adult(), child(17, incomes=earns(1500))),
            AidState.NO,
        ),
        (
            "dependent_children_family_benefits",
            "at_least = 1",
            family(adult(), child(9, schooled=None)),
            AidState.UNKNOWN,
        ),
        ("rsa", 'is = "none"', _LONE, AidState.UNKNOWN),
    ],
)
def test_facts_are_told_by_the_family(
    tmp_path: Path, fact: str, asked: str, said: Situation, state: AidState
) -> None:
    assert state_of(tmp_path, _OWN + criterion(fact, asked), said) is state


def test_the_file_tells_what_a_family_does_not_say(tmp_path: Path) -> None:
    widowed = _OWN + criterion("family_status", 'is = "widowed"')
    assert state_of(tmp_path, widowed, columns={"family_status": "widowed"}) is AidState.POSSIBLE

    # A file that has them married still is out of date: they live alone.
    assert state_of(tmp_path, widowed, columns={"family_status": "married"}) is AidState.UNKNOWN


def test_what_nobody_said_is_left_to_the_file_or_is_not_known(tmp_path: Path) -> None:
    asked = criterion("tenure", 'is = "hosted"')
    fund = fund_aids(str(folder_with(tmp_path, _OWN + asked)), MONTH)

    columns: list[dict[str, Any]] = [{}, {"tenure": "hosted"}]
    found = [aids_of(_LONE, fund, OnFile(one), {(None, "tenure")})[0].state for one in columns]

    assert found == [AidState.UNKNOWN, AidState.POSSIBLE]


def test_a_pregnancy_that_nobody_speaks_of_is_the_one_on_file(tmp_path: Path) -> None:
    asked = criterion("declared_pregnancy", "is = true")
    fund = fund_aids(str(folder_with(tmp_path, _OWN + asked)), MONTH)
    file = OnFile({"pregnancy_declared_on": date(2026, 8, 1)})

    assert aids_of(_LONE, fund, file)[0].state is AidState.NO
    assert aids_of(_LONE, fund, file, {(0, "pregnant")})[0].state is AidState.POSSIBLE


def test_a_pay_that_nobody_said_leaves_an_aid_to_be_verified(tmp_path: Path) -> None:
    asked = criterion("dependent_children_family_benefits", "at_least = 1")
    fund = fund_aids(str(folder_with(tmp_path, _OWN + asked)), MONTH)
    said = family(adult(), child(17))

    assert aids_of(said, fund)[0].state is AidState.POSSIBLE
    assert aids_of(said, fund, None, {(1, "salary")})[0].state is AidState.UNKNOWN


def test_what_is_paid_is_known_or_not(tmp_path: Path) -> None:
    paid = _OWN + criterion("paid_asf", "is = true")
    assert state_of(tmp_path, paid) is AidState.UNKNOWN
    assert state_of(tmp_path, paid, paid=["ASF"]) is AidState.POSSIBLE
    assert state_of(tmp_path, paid, paid=["AF"]) is AidState.NO


@pytest.mark.parametrize(
    ("kind", "said", "state"),
    [
        ("separation", _LONE, AidState.UNKNOWN),
        ("separation", family(adult(), _PARTNER), AidState.NO),
        ("separation", family(adult(), alone_since=date(2026, 1, 9)), AidState.POSSIBLE),
        ("separation", family(adult(), alone_since=date(2025, 10, 31)), AidState.NO),
        ("birth", family(adult(), child(0)), AidState.POSSIBLE),
        ("birth", _LONE, AidState.NO),
        ("multiple_birth", family(adult(), child(0)), AidState.NO),
        ("multiple_birth", family(adult(), child(0), child(0)), AidState.POSSIBLE),
        ("adult_death", _LONE, AidState.UNKNOWN),
    ],
)
def test_an_event_is_told_by_the_family_or_is_not_known(
    tmp_path: Path, kind: str, said: Situation, state: AidState
) -> None:
    assert state_of(tmp_path, f'{_OWN}events = ["{kind}"]', said) is state


def test_an_event_on_file_counts_for_the_months_that_the_profile_says(tmp_path: Path) -> None:
    aid = f'{_OWN}events = ["rent_arrears"]'
    assert (
        state_of(tmp_path, aid, events=[("rent_arrears", date(2025, 11, 1))]) is AidState.POSSIBLE
    )
    assert (
        state_of(tmp_path, aid, events=[("rent_arrears", date(2025, 10, 31))]) is AidState.UNKNOWN
    )
    assert state_of(tmp_path, aid, events=[("overcrowding", MONTH.first_day)]) is AidState.UNKNOWN


def test_an_aid_of_which_nothing_is_said_is_for_nobody_in_particular(tmp_path: Path) -> None:
    fund = fund_aids(str(folder_with(tmp_path, _OWN)), MONTH)

    (found,) = aids_of(_LONE, fund)

    assert found.state is AidState.UNKNOWN
    assert "voyez son règlement" in found.sentence


def test_an_aid_that_is_an_offer_takes_its_conditions_on_the_day(tmp_path: Path) -> None:
    aid = '[[aids]]\ncode = "young"\noffer = "young"\nplain = "Une aide aux jeunes."\n'
    fund = fund_aids(str(folder_with(tmp_path, aid)), MONTH)
    before = fund_aids(str(tmp_path), Month(2023, 12))

    (found,) = aids_of(family(adult(born=date(2003, 5, 4))), fund)

    assert (found.state, found.label) == (AidState.POSSIBLE, "Jeunes parents")
    assert not before.aids


def test_a_death_of_a_child_is_looked_at_as_the_offer_does() -> None:
    fund = fund_aids("val-de-marne", MONTH)
    told = aids_of(_LONE, fund, OnFile(events=[("stillbirth", date(2026, 9, 2))]))
    states = {one.aid.code: one.state for one in told}

    assert states["child_death"] is AidState.POSSIBLE
    assert states["parent_death"] is AidState.UNKNOWN


def test_every_profile_has_aids_that_can_be_read_and_said() -> None:
    for name in profile_names():
        fund = fund_aids(name, MONTH)
        for one in aids_of(_LONE, fund):
            assert one.aid.plain.endswith(".")
            assert len(one.aid.plain) <= 90
            assert one.sentence.endswith(".")
    assert len(fund_aids("val-de-marne", MONTH).aids) == 22
    assert not fund_aids("isere", MONTH).aids


@pytest.mark.parametrize(
    ("aids", "match"),
    [
        (_OWN + _OWN, "ligne 13 : deux aides ont le code « move »"),
        (_OWN + "colour = 1", "ligne 11 : la clé « colour » n'existe pas"),
        (_OWN.replace("automatic = false", ""), "ligne 4 : la clé « automatic » manque"),
        (f'{_OWN}events = ["moving"]', "ligne 11 : « moving » n'est pas un événement connu"),
        (f"{_OWN}events = []", "ligne 11 : la liste des événements est vide"),
        (_OWN + criterion("quotient", "is = 1"), "ligne 13 : « quotient » n'est pas un fait"),
        (
            _OWN + criterion("age_at_death", "below = 9"),
            "ligne 13 : « age_at_death » ne se lit que sur un événement",
        ),
        (
            _OWN.replace("2024", "2019")
            + criterion("family_quotient", 'below = "quotient.ceiling"'),
            "ligne 9 : le paramètre « quotient.ceiling » n'a pas de valeur le 2019-01-01",
        ),
        ('[[aids]]\ncode = "a"\noffer = "yung"\nplain = "A."', "ligne 5 .*« yung ».*« young »"),
        (f'{_OWN}offer = "young"', "l'offre dit déjà"),
        ('[[aids]]\ncode = "a"\noffer = "young"', "la clé « plain » manque"),
    ],
)
def test_what_cannot_be_right_is_refused_with_its_line(
    tmp_path: Path, aids: str, match: str
) -> None:
    with pytest.raises(ProfileError, match=match):
        fund_aids(str(folder_with(tmp_path, aids)), MONTH)


@pytest.mark.parametrize(
    ("said", "missing"), [("aids = []", "event_months"), ("event_months = 12", "aids")]
)
def test_a_file_says_both_its_aids_and_how_long_events_count(
    tmp_path: Path, said: str, missing: str
) -> None:
    write_profile(tmp_path, {**FILES, "aids.toml": f'source = "Règlement"\n{said}\n'})

    with pytest.raises(ProfileError, match=f"« {missing} » manque"):
        fund_aids(str(tmp_path), MONTH)
