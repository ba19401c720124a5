"""A department is laid out from its profile."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.db import DatabaseError, transaction

from conftest import as_owner
from jalon.directory.actions import set_up_department
from jalon.directory.enums import PlaceKind, Service
from jalon.directory.models import Area, Commune, Place, Team, Territory
from jalon.directory.places import read_department
from jalon.rules.profile import load_profile
from jalon.rules.toml_source import ProfileError

_PROFILE = """
name = "essai"
label = "Caf d'essai"
department = "94"
abstract = false
window = "letter"
source = "essai"
[[territories]]
code = "nord"
label = "Nord"
communes = ["94001", "94002"]
"""
_PLACES = """
source = "essai"
[[territories]]
code = "un"
label = "Un"
areas = ["nord"]
[[places]]
kind = "site"
name = "Le site"
commune = "94001"
half_days = 3
"""


def _profile(folder: Path, places: str) -> Path:
    (folder / "profile.toml").write_text(_PROFILE)
    (folder / "places.toml").write_text(places)
    return folder


@pytest.mark.django_db
def test_val_de_marne_has_two_territories_three_areas_and_every_place_of_its_project() -> None:
    with as_owner():
        set_up_department(profile=load_profile("val-de-marne"))

    areas = {
        territory.label: sorted(territory.areas.values_list("label", flat=True))
        for territory in Territory.objects.all()
    }
    assert areas == {
        "Créteil et Orly": ["Créteil", "Orly"],
        "Champigny-sur-Marne": ["Champigny-sur-Marne"],
    }
    assert Commune.objects.count() == 47
    assert Commune.objects.get(code="94028").label == "Créteil"
    half_days = dict(
        Place.objects.filter(kind=PlaceKind.PERMANENCE).values_list("name", "half_days_a_week")
    )
    assert half_days == {
        "EDS de Vitry-sur-Seine": 6,
        "Relais social de Valenton": 2,
        "CMAM de Villejuif": 2,
        "CCAS de L'Haÿ-les-Roses": 2,
        "Centre social de Boissy-Saint-Léger": 2,
        "RAM d'Alfortville": 2,
        "CCAS de Marolles-en-Brie": 1,
        "CCAS de Mandres-les-Roses": 1,
        "CCAS du Kremlin-Bicêtre": 1,
        "Espace communal des solidarités de Chevilly-Larue": 1,
        "EDS d'Ivry-sur-Seine": 2,
        "Centre social Asphalte, Villeneuve-Saint-Georges": 2,
        "Maison du Rond d'Or, Sucy-en-Brie": 1,
    }
    sites = Place.objects.filter(kind=PlaceKind.SITE).values_list("commune__label", flat=True)
    assert sorted(sites) == ["Champigny-sur-Marne", "Créteil", "Orly"]
    assert set(Team.objects.values_list("service", flat=True)) == set(Service.values)


@pytest.mark.django_db
def test_laying_out_twice_changes_nothing_and_follows_the_profile() -> None:
    profile = load_profile("val-de-marne")
    with as_owner():
        set_up_department(profile=profile)
        models = (Territory, Area, Commune, Place, Team)
        before = {model: model.objects.count() for model in models}
        Place.objects.filter(name="CMAM de Villejuif").update(half_days_a_week=9)
        set_up_department(profile=profile)

    assert {model: model.objects.count() for model in models} == before
    assert Place.objects.get(name="CMAM de Villejuif").half_days_a_week == 2


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "areas"), [("isere", None), ("herault", 1)])
def test_a_fund_without_places_has_a_territory_for_each_area(name: str, areas: int | None) -> None:
    profile = load_profile(name)
    with as_owner():
        set_up_department(profile=profile)

    wanted = areas or len(profile.territories) or 1
    assert Territory.objects.count() == Area.objects.count() == wanted
    assert Commune.objects.exists()
    assert not Place.objects.exists()


@pytest.mark.django_db
def test_the_application_lays_out_nothing_as_nobody() -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        set_up_department(profile=load_profile("val-de-marne"))


@pytest.mark.parametrize(
    ("wrong", "right", "line", "said"),
    [
        ('areas = ["nord"]', 'areas = ["nrd"]', 6, "« nord »"),
        ('areas = ["nord"]', "areas = []", 3, "dans aucun territoire"),
        ('commune = "94001"', 'commune = "75001"', 10, "dans aucun secteur"),
        ("half_days = 3", "half_days = 15", 11, "de 1 à 14"),
        ("half_days = 3", 'half_days = "3"', 11, "un nombre entier"),
        ('kind = "site"', 'kind = "sit"', 8, "« site »"),
        ("half_days = 3", "halfdays = 3", 11, "n'existe pas ici"),
        ("half_days = 3", f"half_days = 3\naddress = '{'x' * 151}'", 12, "est trop longue"),
    ],
)
def test_a_mistake_is_told_with_its_line(
    tmp_path: Path, wrong: str, right: str, line: int, said: str
) -> None:
    folder = _profile(tmp_path, _PLACES.replace(wrong, right))

    with pytest.raises(ProfileError) as refused:
        read_department(load_profile(str(folder)))

    assert f"places.toml, ligne {line} : " in str(refused.value)
    assert said in str(refused.value)
