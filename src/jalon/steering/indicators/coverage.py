"""The register of each commune, what offers could do there, and whom the department is with."""

from __future__ import annotations

from typing import Final

from jalon.steering.indicators.definition import (
    Formula,
    Indicator,
    Period,
    Term,
    Unit,
    counted,
)

_ISSUE: Final = "pilotage mensuel du département"
_FILE: Final = (
    "fichier des allocataires du mois, compté par commune quand le requêtage est calculé"
)
_HOUSEHOLDS: Final = "dossiers acceptés de l'extraction du dernier mois demandé"
_IN_CONTACT: Final = (
    "Une offre leur est parvenue (une lettre est partie, ou la famille est jointe), leur délai "
    "pour répondre court encore et elles n'ont pas dit « non » en dernier ; ou une "
    "information-conseil ou un accompagnement est ouvert. Une famille compte une fois, où elle "
    "habite ce jour-là."
)
_FOLLOWED: Final = (
    "Une information-conseil est ouverte, ou un accompagnement a commencé et n'est pas clos, "
    "suspendu compris."
)
# Who is received may have no file with the fund, or one that was closed since.
_APART: Final = (
    " Une famille sans dossier, ou dont le dossier est fermé, compte parmi les familles et non "
    "parmi les dossiers."
)


def _for_a_thousand(code: str, label: str, definition: str, of: str, noun: str) -> Indicator:
    return Indicator(
        code,
        label,
        definition,
        f"{_HOUSEHOLDS}, par commune",
        Unit.A_THOUSAND,
        Formula((Term(of),), (Term("register_households"),), times=1000, nouns=(noun, "dossier")),
        period=Period.LAST,
        source=_FILE,
    )


def _count(code: str, label: str, definition: str, population: str, unit: Unit) -> Indicator:
    source = _FILE if unit is Unit.HOUSEHOLDS else _ISSUE
    return Indicator(
        code,
        label,
        definition,
        population,
        unit,
        counted(code),
        period=Period.LAST,
        source=source,
    )


COVERAGE: Final = (
    _for_a_thousand(
        "coverage",
        "Couverture du fichier",
        "Familles en contact avec le service le dernier jour du mois, pour 1\N{NO-BREAK SPACE}000 "
        f"dossiers du fichier de ce mois. {_IN_CONTACT}{_APART}",
        "families_in_contact",
        "famille",
    ),
    _for_a_thousand(
        "coverage_followed",
        "Couverture par les interventions",
        "Familles reçues ou accompagnées le dernier jour du mois, pour 1\N{NO-BREAK SPACE}000 "
        f"dossiers du fichier de ce mois. {_FOLLOWED}{_APART}",
        "families_followed",
        "famille",
    ),
    _for_a_thousand(
        "eligible_rate",
        "Part des dossiers qu'une offre concerne",
        "Dossiers qui remplissent ce mois-là tous les critères d'une offre au moins, pour "
        "1\N{NO-BREAK SPACE}000 dossiers du fichier : avant toute mise à l'écart, qu'on leur ait "
        "déjà écrit ou non. Un dossier compte une fois ; les aides accordées sur liste n'y sont "
        "pas. À lire à côté de la couverture : où l'on pourrait davantage.",
        "register_eligible",
        "dossier concerné,dossiers concernés",
    ),
    _count(
        "register_households",
        "Dossiers du fichier",
        "Dossiers de l'extraction du mois, sans ceux que le contrôle rejette, par commune.",
        _HOUSEHOLDS,
        Unit.HOUSEHOLDS,
    ),
    _count(
        "register_eligible",
        "Dossiers du fichier qu'une offre concerne",
        "Ceux d'entre eux qui remplissent tous les critères d'une offre au moins.",
        _HOUSEHOLDS,
        Unit.HOUSEHOLDS,
    ),
    _count(
        "families_in_contact",
        "Familles en contact",
        _IN_CONTACT,
        "familles, d'où qu'elles viennent",
        Unit.FAMILIES,
    ),
    _count(
        "families_followed",
        "Familles reçues ou accompagnées",
        _FOLLOWED,
        "familles, d'où qu'elles viennent",
        Unit.FAMILIES,
    ),
)
