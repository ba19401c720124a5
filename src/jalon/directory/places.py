"""Reads where a fund receives families: the file `places.toml` of its profile.

The file says which areas of the profile make each territory, and lists the fund's sites and its
partners' places with their half-days a week. A profile without one has a territory for each area,
and no places.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from jalon.directory.enums import PlaceKind
from jalon.rules.communes import commune_names
from jalon.rules.profile import Profile
from jalon.rules.toml_source import Node, nearest, read_toml

_MOST_HALF_DAYS = 14
_LONGEST_ADDRESS = 150


@dataclass(frozen=True)
class AreaPlan:
    """An area and its communes, by code and name."""

    code: str
    label: str
    communes: dict[str, str]


@dataclass(frozen=True)
class TerritoryPlan:
    """A territory and its areas."""

    code: str
    label: str
    areas: tuple[AreaPlan, ...]


@dataclass(frozen=True)
class PlacePlan:
    """A place, the code of its commune, its half-days a week, 1 to 14, its address if said."""

    kind: PlaceKind
    name: str
    commune: str
    half_days: int
    address: str


@dataclass(frozen=True)
class DepartmentPlan:
    """How a department is laid out."""

    territories: tuple[TerritoryPlan, ...]
    places: tuple[PlacePlan, ...]


def read_department(profile: Profile) -> DepartmentPlan:
    """Return a profile's territories and places; ProfileError where its file cannot be right."""
    areas = _areas(profile)
    file = profile.folder / "places.toml"
    if not file.is_file():
        return DepartmentPlan(
            tuple(TerritoryPlan(area.code, area.label, (area,)) for area in areas.values()), ()
        )
    node = read_toml(file)
    node.only("source", "assumptions", "territories", "places")
    node.required("source", str)
    node.texts("assumptions")
    node.required("territories", list)
    territories = tuple(_territories(node["territories"], dict(areas)))
    if left := {one.code for one in areas.values()} - {
        area.code for territory in territories for area in territory.areas
    }:
        raise node["territories"].refusal(
            f"le secteur « {min(left)} » n'est dans aucun territoire.", "Mettez-le dans l'un."
        )
    communes = {code for area in areas.values() for code in area.communes}
    listed = node["places"].entries() if "places" in node else ()
    return DepartmentPlan(territories, tuple(_places(listed, communes)))


def _areas(profile: Profile) -> dict[str, AreaPlan]:
    names = commune_names(profile.department) if profile.department else {}
    if not profile.territories:
        return {profile.name: AreaPlan(profile.name, profile.label, names)}
    return {
        one.code: AreaPlan(
            one.code, one.label, {code: names.get(code, code) for code in sorted(one.communes)}
        )
        for one in profile.territories
    }


def _territories(node: Node, left: dict[str, AreaPlan]) -> Iterator[TerritoryPlan]:
    codes: set[str] = set()
    for item in node.entries():
        item.only("code", "label", "areas")
        code = item.required("code", str)
        if code in codes:
            raise item["code"].refusal(
                f"deux territoires ont le code « {code} ».", "Donnez un code à chacun."
            )
        codes.add(code)
        item.required("areas", list)
        areas = []
        for area in item["areas"].entries():
            found = left.pop(area.expect(str).value, None)
            if found is None:
                raise area.refusal(
                    f"« {area.value} » n'est pas un secteur du profil, ou est déjà placé.",
                    nearest(area.value, left),
                )
            areas.append(found)
        yield TerritoryPlan(code, item.required("label", str), tuple(areas))


def _places(items: Iterator[Node] | tuple[Node, ...], communes: set[str]) -> Iterator[PlacePlan]:
    names: set[str] = set()
    for item in items:
        item.only("kind", "name", "commune", "half_days", "address", "assumption")
        name = item.required("name", str)
        if name in names:
            raise item["name"].refusal(
                f"« {name} » est déjà dans la liste.", "Gardez-le une fois."
            )
        names.add(name)
        commune = item.required("commune", str)
        if commune not in communes:
            raise item["commune"].refusal(
                f"la commune « {commune} » n'est dans aucun secteur du profil.",
                'Écrivez son code Insee, comme "94028".',
            )
        half_days = item.required("half_days", int)
        if not 1 <= half_days <= _MOST_HALF_DAYS:
            raise item["half_days"].refusal(
                "une semaine compte de 1 à 14 demi-journées.", "Corrigez ce nombre."
            )
        item.optional("assumption", str)
        address = item.optional("address", str) or ""
        if len(address) > _LONGEST_ADDRESS or not address.isprintable():
            raise item["address"].refusal(
                "cette adresse est trop longue, ou a plusieurs lignes.",
                f"Écrivez-la sur une ligne, en {_LONGEST_ADDRESS} caractères.",
            )
        kind = PlaceKind(item.choice("kind", PlaceKind.values))
        yield PlacePlan(kind, name, commune, half_days, address)
