"""A fund's profile: its offers, parameters, territories and the names of its own files."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from jalon.rules.offer_reader import OfferSource, read_offer
from jalon.rules.offers import Catalogue, Offer, Window
from jalon.rules.parameter_reader import read_parameters
from jalon.rules.parameters import Parameter
from jalon.rules.toml_source import Node, ProfileError, nearest, read_toml

if TYPE_CHECKING:
    from jalon.rules.calendar import Month

_COMMUNE = re.compile(r"\d{5}|2[AB]\d{3}")
DEFAULT_TOLERANCE = Decimal("0.01")


@dataclass(frozen=True)
class Territory:
    """A part of the department, as a set of communes (INSEE codes)."""

    code: str
    label: str
    communes: frozenset[str]


@dataclass(frozen=True)
class Profile:
    """What a fund decides for itself, as data.

    `extract` says how its own extract names its files, columns and codes: the register, which
    knows the contract's, reads it.
    """

    name: str
    label: str
    folder: Path
    department: str | None
    window: Window
    tolerance: Decimal
    source: str
    assumptions: tuple[str, ...]
    territories: tuple[Territory, ...]
    extract: Node | None
    parameters: Mapping[str, Parameter]
    offers: tuple[Offer, ...]

    def catalogue(self, month: Month) -> Catalogue:
        """Return the catalogue of a month's run: that of its last day."""
        return self.catalogue_on(month.last_day)

    def catalogue_on(self, day: date) -> Catalogue:
        """Return the offers in force on a day, with the parameters' values that day."""
        offers = tuple(offer for offer in self.offers if offer.in_force_on(day))
        names = sorted(frozenset[str]().union(*(offer.parameter_names() for offer in offers)))
        resolved = {name: self.parameters[name].on(day) for name in names}
        return Catalogue(self.name, day, self.window, offers, resolved, self.assumptions)

    def territory_of(self) -> dict[str, str]:
        """Return the territory's label of each commune that has one."""
        return {
            commune: territory.label
            for territory in self.territories
            for commune in territory.communes
        }


def built_in_profiles() -> Path:
    """Return the folder of built-in profiles: inside the package, or beside it in a checkout."""
    package = Path(__file__).parents[1]
    shipped = package / "profiles"
    return shipped if shipped.is_dir() else package.parents[1] / "profiles"


def lineage(folder: Path) -> Iterator[Path]:
    """Yield a profile's folder, then those that it inherits from, the nearest first."""
    while True:
        yield folder
        profile = read_toml(folder / "profile.toml")
        if "inherits" not in profile:
            return
        above = profile["inherits"].required("profile", str)
        built_in = built_in_profiles() / above
        folder = built_in if built_in.is_dir() else folder / above


def load_profile(name: str) -> Profile:
    """Load a built-in profile by name, or a profile's folder by path; ProfileError if refused."""
    folder = _folder(name, Path.cwd())
    loaded = _Loader().load(folder)
    if loaded.abstract:
        raise ProfileError(
            f"{folder} : ce profil sert de base à d'autres et ne s'applique pas seul. "
            "Choisissez le profil d'une caisse."
        )
    return loaded.profile


def profile_names() -> list[str]:
    """Return the names of the built-in profiles that apply to a fund."""
    files = sorted(built_in_profiles().glob("*/profile.toml"))
    return [file.parent.name for file in files if not read_toml(file).optional("abstract", bool)]


def _folder(name: str, relative_to: Path) -> Path:
    built_in = built_in_profiles()
    if name and "/" not in name and (built_in / name / "profile.toml").is_file():
        return built_in / name
    folder = relative_to / name
    if not folder.is_dir():
        known = [file.parent.name for file in built_in.glob("*/profile.toml")]
        raise ProfileError(
            f"« {name} » n'est ni un profil fourni ni un dossier. {nearest(name, known)}"
        )
    if not (folder / "profile.toml").is_file():
        raise ProfileError(f"{folder} : ce dossier n'a pas de fichier profile.toml. Ajoutez-le.")
    return folder


@dataclass(frozen=True)
class _Loaded:
    profile: Profile
    abstract: bool
    sources: Mapping[str, tuple[OfferSource, ...]]


class _Loader:
    """Loads a profile after those it inherits from."""

    def __init__(self) -> None:
        self._under_way: list[Path] = []

    def load(self, folder: Path) -> _Loaded:
        node = read_toml(folder / "profile.toml")
        node.only(
            *("name", "label", "department", "abstract", "window", "tolerance", "source"),
            *("assumptions", "inherits", "territories", "extract"),
        )
        parent = self._parent(node, folder)
        abstract = bool(node.optional("abstract", bool))
        parameters = {
            **(parent.profile.parameters if parent else {}),
            **read_parameters(folder / "parameters.toml"),
        }
        sources = self._offer_sources(node, folder, parent)
        # The offers of an abstract profile are only models: they are checked where they are used.
        read = [
            (read_offer(source, parameters), source)
            for versions in ({} if abstract else sources).values()
            for source in versions
        ]
        read.sort(key=lambda one: (one[0].code, one[0].valid_from))
        _check_versions(read)
        profile = Profile(
            name=node.required("name", str),
            label=node.required("label", str),
            folder=folder,
            department=node.optional("department", str),
            window=Window(node.choice("window", Window)) if not abstract else Window.LETTER,
            tolerance=_tolerance(node),
            source=node.required("source", str),
            assumptions=node.texts("assumptions"),
            territories=tuple(_read_territories(node)),
            extract=node["extract"].expect(dict) if "extract" in node else None,
            parameters=parameters,
            offers=tuple(offer for offer, _ in read),
        )
        return _Loaded(profile, abstract, sources)

    def _parent(self, node: Node, folder: Path) -> _Loaded | None:
        if "inherits" not in node:
            return None
        inherits = node["inherits"].expect(dict)
        inherits.only("profile", "offers")
        name = inherits.required("profile", str)
        try:
            resolved = _folder(name, folder).resolve()
        except ProfileError as error:
            raise inherits["profile"].refusal(str(error), "") from error
        self._under_way.append(folder.resolve())
        if resolved in self._under_way:
            raise inherits["profile"].refusal(
                "ce profil finit par hériter de lui-même.", "Rompez la boucle."
            )
        parent = self.load(resolved)
        self._under_way.pop()
        return parent

    def _offer_sources(
        self, node: Node, folder: Path, parent: _Loaded | None
    ) -> dict[str, tuple[OfferSource, ...]]:
        sources = dict(_inherited(node, parent))
        own: dict[str, list[OfferSource]] = {}
        for file in sorted(folder.glob("offers/*")):
            if file.suffix != ".toml":
                raise ProfileError(f"{file} : ce fichier n'est pas lu. Renommez-le en .toml.")
            source = OfferSource.read(read_toml(file))
            if file.stem.partition("@")[0] != source.code:
                raise source.keys["code"].refusal(
                    f"le fichier s'appelle « {file.stem} » et l'offre « {source.code} ».",
                    "Donnez-leur le même nom.",
                )
            own.setdefault(source.code, []).append(_extended(source, parent))
        return {**sources, **{code: tuple(versions) for code, versions in own.items()}}


def _inherited(node: Node, parent: _Loaded | None) -> Mapping[str, tuple[OfferSource, ...]]:
    if parent is None or "offers" not in node["inherits"]:
        return {}
    offers = node["inherits"]["offers"]
    if offers.expect(str, list).value == "all":
        return parent.sources
    for item in offers.entries():
        if item.expect(str).value not in parent.sources:
            raise item.refusal(
                f"le profil d'origine n'a pas d'offre « {item.value} ».",
                nearest(item.value, parent.sources),
            )
    return {item.value: parent.sources[item.value] for item in offers.entries()}


def _extended(source: OfferSource, parent: _Loaded | None) -> OfferSource:
    if "extends" not in source.keys:
        if "without" in source.keys:
            raise source.keys["without"].refusal(
                "« without » retire des critères repris d'une autre offre.",
                "Ajoutez « extends », ou retirez cette clé.",
            )
        return source
    code = source.keys["extends"].expect(str).value
    if parent is None:
        raise source.keys["extends"].refusal(
            "ce profil n'a pas de profil d'origine.",
            'Ajoutez « [inherits] profile = "national" » dans profile.toml.',
        )
    models = parent.sources
    if code not in models:
        raise source.keys["extends"].refusal(
            f"le profil d'origine n'a pas d'offre « {code} ».", nearest(code, models)
        )
    return source.extending(models[code][-1])


def _check_versions(offers: list[tuple[Offer, OfferSource]]) -> None:
    for (before, _), (after, source) in pairwise(offers):
        if before.code == after.code and (
            before.valid_until is None or before.valid_until >= after.valid_from
        ):
            raise source.keys["valid_from"].refusal(
                f"deux versions de l'offre « {after.code} » sont en vigueur le même jour.",
                "Donnez un « valid_until » à la plus ancienne.",
            )


def _tolerance(node: Node) -> Decimal:
    value = node.optional("tolerance", int, Decimal)
    if value is None:
        return DEFAULT_TOLERANCE
    if not (Decimal(value).is_finite() and 0 <= value <= 1):
        raise node["tolerance"].refusal(
            "la tolérance est une part.", "Écrivez un nombre de 0 à 1 : 0.01 pour 1 %."
        )
    return Decimal(value)


def _read_territories(node: Node) -> list[Territory]:
    territories: list[Territory] = []
    seen: dict[str, str] = {}
    for item in node["territories"].entries() if "territories" in node else ():
        item.only("code", "label", "communes")
        code = item.required("code", str)
        if code in (territory.code for territory in territories):
            raise item["code"].refusal(
                f"deux territoires ont le code « {code} ».", "Donnez un code à chacun."
            )
        for commune in item["communes"].entries() if "communes" in item else ():
            text = commune.value
            if not isinstance(text, str) or not _COMMUNE.fullmatch(text):
                raise commune.refusal(
                    f"« {text} » n'est pas un code Insee.",
                    'Écrivez cinq caractères entre guillemets, comme "94028".',
                )
            if text in seen:
                raise commune.refusal(
                    f"la commune {text} est déjà dans « {seen[text]} ».",
                    "Laissez-la dans un seul territoire.",
                )
            seen[text] = code
        communes = frozenset(item.texts("communes"))
        territories.append(Territory(code, item.required("label", str), communes))
    return territories
