"""The page that says what each figure is: docs/indicators.md, made from the definitions."""

from __future__ import annotations

from collections.abc import Iterator

from jalon.steering.indicators import (
    CHAPTERS,
    COLUMNS,
    COMPARED,
    INDICATORS,
    REPORTED,
    Formula,
    Indicator,
)
from jalon.steering.measures import MEASURES

_OPENING = """\
# Les indicateurs

Chaque chiffre du pilotage, tel que le code le définit : `jalon steering indicators` écrit cette
page. Un chiffre repose sur les faits du mois, comptés sans nommer personne, et figés une fois le
mois passé. Ce qui ne peut pas être donné le dit, avec la raison : rien n'est inventé.

Chaque fait est dit pour le département et pour chaque territoire, et par une seule chose à la fois
(commune, équipe, offre, issue...) : croisés, les petits nombres désigneraient des familles.
"""


def indicators_page() -> str:
    """Return the page, in Markdown."""
    return "\n".join([_OPENING, *_chapters(), *_columns(), *_measures()]).rstrip() + "\n"


def _chapters() -> Iterator[str]:
    for title, indicators in {**CHAPTERS, **COMPARED, **REPORTED}.items():
        yield f"## {title}\n"
        for one in indicators:
            yield from _sheet(one)


def _sheet(one: Indicator) -> Iterator[str]:
    yield f"### {one.label}\n"
    yield f"{one.definition}\n"
    yield f"- Code : `{one.code}`"
    yield f"- Population : {one.population}"
    if isinstance(one.formula, Formula):
        yield f"- Calcul : {one.formula.in_words}"
        yield f"- Sur : {one.period.value}"
    else:
        yield f"- Non mesuré : {one.formula.why}"
    yield f"- Unité : {one.unit.value}"
    if one.is_measured:
        by = ["territoire", *(by.label.lower() for by in one.breakdowns)]
        yield f"- Ventilé par : {', '.join(by)}"
    if one.target:
        yield f"- Cible : « {one.target.value} » du profil (`steering.toml`)"
    yield f"- Source : {one.source}\n"


def _columns() -> Iterator[str]:
    yield "## Les colonnes du fichier pour l'outil national\n"
    yield "Dans leur ordre, un mois et un territoire par ligne. Un petit nombre y est masqué.\n"
    yield "| Colonne | Indicateur | Ce qu'elle dit |"
    yield "|---|---|---|"
    for one in map(INDICATORS.__getitem__, COLUMNS):
        formula = one.formula
        why = "" if isinstance(formula, Formula) else f" Ne peut être donné : {formula.why}."
        yield f"| {one.column} | `{one.code}` | {one.definition}{why} |"
    yield ""


def _measures() -> Iterator[str]:
    yield "## Les mesures\n"
    yield "Ce qui est compté chaque mois, et dont les indicateurs sont faits.\n"
    yield "| Mesure | Ce qu'elle compte | Ajoute | Ventilée par |"
    yield "|---|---|---|---|"
    for one in MEASURES.values():
        by = ", ".join(by.label.lower() for by in one.breakdowns) or "rien"
        yield f"| `{one.code}` | {one.label} | {one.adds.value} | {by} |"
