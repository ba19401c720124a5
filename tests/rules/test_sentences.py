"""A rule is said in French from its own tree."""

from __future__ import annotations

from pathlib import Path

import pytest

from jalon.rules.calendar import Month
from jalon.rules.fact import Unit
from jalon.rules.offers import Catalogue
from jalon.rules.profile import load_profile
from jalon.rules.sentences import french_number, quantity, sentence
from jalon.rules.sheets import as_markdown
from rules.small_profiles import SEPARATION, profile_with

HEAD = SEPARATION[: SEPARATION.index("[[criteria]]")]


def said(tmp_path: Path, criterion: str) -> str:
    """Return the sentence of an offer's one criterion, its spaces made plain."""
    rule = f"{HEAD}[[criteria]]\n{criterion}\n"
    catalogue = profile_with(tmp_path, separation=rule).catalogue(Month(2026, 10))
    text = sentence(catalogue.offer("separation").rule.members[1], catalogue)
    return text.replace("\u00a0", " ").replace("\u202f", " ")


@pytest.mark.parametrize(
    ("criterion", "expected"),
    [
        (
            'fact = "responsible_age"\nbetween = [18, 34]',
            "l'âge de la personne responsable est de 18 à 34 ans",
        ),
        (
            'fact = "responsible_age"\nbelow = 25',
            "l'âge de la personne responsable est de moins de 25 ans",
        ),
        (
            'fact = "family_quotient"\nat_most = "quotient.ceiling"',
            "le quotient familial est d'au plus 800,50 € par mois (Plafond de quotient familial)",
        ),
        (
            'fact = "dependent_children_under_20"\nat_least = 1',
            "le dossier compte au moins 1 enfant à charge de moins de 20 ans",
        ),
        (
            'fact = "dependent_children_under_20"\nat_least = 3',
            "le dossier compte au moins 3 enfants à charge de moins de 20 ans",
        ),
        ('fact = "has_spouse"\nis = false', "le dossier ne compte pas de conjoint"),
        (
            'fact = "housing_benefit"\none_of = ["alf", "als"]',
            "le droit à une aide au logement est « ALF » ou « ALS »",
        ),
        (
            'fact = "arrears_in_gross_rents"\nat_least = 2.5',
            "la dette de loyer, en mois de loyer brut et charges, est d'au moins 2,5 mois",
        ),
    ],
)
def test_a_criterion_is_said(tmp_path: Path, criterion: str, expected: str) -> None:
    assert said(tmp_path, criterion) == expected


def test_groups_are_said_without_doubt_on_what_goes_with_what(tmp_path: Path) -> None:
    age = '{ fact = "responsible_age", below = 25 }'
    young = f'{{ id = "a", all = [{age}, {{ fact = "has_spouse", is = false }}] }}'

    text = said(tmp_path, f'id = "x"\nany = [{{ fact = "rsa", is = "none" }}, {young}]')

    assert text == (
        "le droit au RSA est « aucun » ou bien (l'âge de la personne responsable est de moins de "
        "25 ans et le dossier ne compte pas de conjoint)"
    )


def test_the_event_is_said_with_its_month(tmp_path: Path) -> None:
    catalogue = profile_with(tmp_path).catalogue(Month(2026, 10))

    text = sentence(catalogue.offer("separation").rule.members[0], catalogue)

    assert text == "un événement « séparation » a été enregistré en octobre 2026"


def test_numbers_are_written_as_in_french() -> None:
    assert french_number(1234567) == "1\u202f234\u202f567"
    assert quantity(1, Unit.YEARS) == "1\u00a0an"
    assert quantity(800, Unit.EUROS_PER_MONTH) == "800,00\u00a0€ par mois"


def every_catalogue() -> list[Catalogue]:
    months = (Month(2020, 12), Month(2026, 10))
    names = ("val-de-marne", "isere", "herault")
    return [load_profile(name).catalogue(month) for name in names for month in months]


def test_every_assumption_shows_on_the_sheet() -> None:
    for catalogue in every_catalogue():
        for offer in catalogue.offers:
            sheet = as_markdown(offer, catalogue)
            said = [*offer.assumptions, *(leaf.assumption for _, leaf in offer.leaves())]
            assert all(one in sheet for one in said if one)
            for name in offer.parameter_names():
                assert (catalogue.parameters[name].assumption or "") in sheet
            assert offer.source in sheet
            assert "None" not in sheet
