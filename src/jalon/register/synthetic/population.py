"""Read a profile's `population.toml`: the dated, sourced figures an extract is drawn from."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from jalon.register.synthetic.errors import SyntheticError
from jalon.rules.communes import Commune, list_of, read_communes
from jalon.rules.errors import reason_of

COUNTS: Final = (
    "households",
    "lone_parents",
    "single_without_children",
    "couples_without_children",
    "low_income",
    "activity_bonus",
)
YEARLY: Final = (
    "separations",
    "births",
    "adoptions",
    "stillbirths",
    "adult_deaths",
    "child_deaths",
    "rent_arrears",
    "ajpp_opened",
    "indecent_housing",
    "overcrowding",
    "urban_renewal",
)
SHARES: Final = (
    "activity_bonus_single",
    "activity_bonus_lone_parents",
    "rsa",
    "rsa_increased",
    "rsa_sanction",
    "housing_benefit",
    "multiple_births",
    "divorces",
    "reported_late",
    "protected_address",
    "do_not_contact",
    "in_support",
    "family_quotient_unknown",
    "gross_income_unknown",
    "rent_unknown",
)
MEASURES: Final = ("persons_per_household", "low_income_threshold")
SEASONS: Final = ("general", "separations", "births", "rent_arrears")
_MONTHS_A_YEAR: Final = 12


@dataclass(frozen=True)
class Figure:
    """One calibrated figure, with where it comes from; `assumption` marks those of ours."""

    value: float
    source: str
    assumption: bool


@dataclass(frozen=True)
class Population:
    """A fund's figures, its communes, and the weight of each calendar month (mean 1)."""

    figures: dict[str, Figure]
    seasons: dict[str, NDArray[np.float64]]
    communes: tuple[Commune, ...]

    @property
    def households(self) -> int:
        """The published number of beneficiary households."""
        return int(self.figures["households"].value)

    def value(self, name: str) -> float:
        """Return a figure as it is written: a share, a mean or an amount in euros."""
        return self.figures[name].value

    def share(self, name: str) -> float:
        """Return a number of households, or of events a year, as a share of the households."""
        return self.figures[name].value / self.households


def read_population(path: Path) -> Population:
    """Read and check a `population.toml`; SyntheticError tells what is wrong with it."""
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SyntheticError(
            f"Le fichier de population {path} ne peut pas être lu : {reason_of(error)}."
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SyntheticError(
            f"Le fichier de population {path} n'est pas du TOML lisible : {error}."
        ) from error
    population = Population(
        figures={name: _figure(path, content, name) for name in _expected()},
        seasons={name: _season(path, content, name) for name in SEASONS},
        communes=_communes(path, content),
    )
    _check(path, population)
    return population


def _expected() -> tuple[str, ...]:
    return COUNTS + YEARLY + SHARES + MEASURES


def _figure(path: Path, content: dict[str, Any], name: str) -> Figure:
    entry = _table(content, "figures").get(name)
    if not isinstance(entry, dict) or not _is_number(entry.get("value")):
        raise SyntheticError(
            f"{path} : le chiffre « {name} » manque ; écrivez [figures.{name}] avec value, "
            "source et assumption."
        )
    source = entry.get("source")
    if not isinstance(source, str) or not source.strip():
        raise SyntheticError(f"{path} : le chiffre « {name} » n'a pas de source.")
    value = float(entry["value"])
    if value < 0 or (name in SHARES and value > 1):
        raise SyntheticError(f"{path} : le chiffre « {name} » vaut {value:g}, hors limites.")
    return Figure(value, source, bool(entry.get("assumption", False)))


def _season(path: Path, content: dict[str, Any], name: str) -> NDArray[np.float64]:
    entry = _table(content, "seasonality").get(name)
    weights = entry.get("weights") if isinstance(entry, dict) else None
    if (
        not isinstance(weights, list)
        or len(weights) != _MONTHS_A_YEAR
        or not all(_is_number(weight) and weight >= 0 for weight in weights)
        or not any(weights)
    ):
        raise SyntheticError(
            f"{path} : [seasonality.{name}] doit porter douze poids positifs, de janvier "
            "à décembre."
        )
    drawn = np.array(weights, dtype=np.float64)
    return np.asarray(drawn / drawn.mean(), dtype=np.float64)


def _communes(path: Path, content: dict[str, Any]) -> tuple[Commune, ...]:
    territory = _table(content, "territory")
    if isinstance(territory.get("communes"), str):
        source = path.parent / territory["communes"]
    else:
        source = list_of(str(territory.get("department")))
    try:
        return read_communes(source)
    except (OSError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise SyntheticError(
            f"{path} : les communes ne peuvent pas être lues dans {source} (colonnes attendues : "
            "code;name;postal_codes;population)."
        ) from error


def _check(path: Path, population: Population) -> None:
    kinds = ("lone_parents", "single_without_children", "couples_without_children")
    if sum(population.value(name) for name in kinds) > population.households:
        raise SyntheticError(
            f"{path} : les familles par type dépassent le nombre de dossiers (households)."
        )
    if any(sign in town.name + town.code for town in population.communes for sign in ';"\n'):
        raise SyntheticError(
            f"{path} : un nom de commune contient un point-virgule ou un guillemet."
        )
    if population.households < 1 or sum(town.inhabitants for town in population.communes) < 1:
        raise SyntheticError(f"{path} : aucun dossier ou aucun habitant à répartir.")


def _table(content: dict[str, Any], name: str) -> dict[str, Any]:
    found = content.get(name)
    return found if isinstance(found, dict) else {}


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
