"""Reads a profile's parameters: holes, overlaps and missing sources are refused."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from jalon.rules.fact import Unit, exact_number
from jalon.rules.parameters import (
    DatedValue,
    ListedValues,
    OpenFiscaValues,
    Parameter,
    openfisca_has,
)
from jalon.rules.toml_source import Node, read_toml

if TYPE_CHECKING:
    from pathlib import Path


def read_parameters(file: Path) -> dict[str, Parameter]:
    """Return the parameters of a file by name; none where there is no file."""
    return dict(_parameters_below(read_toml(file), "")) if file.is_file() else {}


def _parameters_below(node: Node, prefix: str) -> list[tuple[str, Parameter]]:
    found = []
    for key, child in node.items():
        child.expect(dict)
        name = f"{prefix}{key}"
        if "unit" in child or "label" in child:
            found.append((name, _read_parameter(name, child)))
        else:
            found += _parameters_below(child, f"{name}.")
    return found


def _read_parameter(name: str, node: Node) -> Parameter:
    node.only("label", "unit", "values", "openfisca")
    if ("values" in node) == ("openfisca" in node):
        raise node.refusal(
            f"« {name} » demande des valeurs, d'une façon et d'une seule.",
            "Écrivez des [[….values]] ou un [….openfisca].",
        )
    values = _read_values(node["values"]) if "values" in node else _read_openfisca(node)
    unit = Unit(node.choice("unit", Unit))
    return Parameter(name, node.required("label", str), unit, values)


def _read_openfisca(parameter: Node) -> OpenFiscaValues:
    node = parameter["openfisca"]
    node.only("parameter", "sum_over_year", "times", "round", "source", "assumption")
    series = node.required("parameter", str)
    if not openfisca_has(series):
        raise node["parameter"].refusal(
            f"OpenFisca-France n'a pas de paramètre « {series} ».", "Vérifiez son nom."
        )
    factors = node["times"].entries() if "times" in node else ()
    return OpenFiscaValues(
        parameter=series,
        factors=tuple(Decimal(item.expect(int, Decimal).value) for item in factors),
        source=node.required("source", str),
        sum_over_year=node.optional("sum_over_year", int),
        decimals=node.optional("round", int),
        assumption=node.optional("assumption", str),
    )


def _read_values(node: Node) -> ListedValues:
    values: list[DatedValue] = []
    for item in node.entries():
        item.only("from", "until", "value", "source", "assumption")
        value = DatedValue(
            starts=item.required("from", date),
            ends=item.optional("until", date),
            value=_number(item),
            source=item.required("source", str),
            assumption=item.optional("assumption", str),
        )
        if value.ends is not None and value.ends < value.starts:
            raise item["until"].refusal("la période finit avant de commencer.", "Corrigez-la.")
        if values:
            values[-1] = _until(values[-1], value, item)
        values.append(value)
    if not values:
        raise node.refusal("aucune valeur n'est donnée.", "Ajoutez-en une, datée et sourcée.")
    return ListedValues(tuple(values))


def _number(node: Node) -> Decimal:
    try:
        value = exact_number(node.required("value", int, Decimal))
    except ValueError as error:
        raise node["value"].refusal(str(error), "Corrigez ce nombre.") from error
    if value < 0:
        raise node["value"].refusal("un paramètre n'est pas négatif.", "Corrigez ce nombre.")
    return value


def _until(before: DatedValue, after: DatedValue, node: Node) -> DatedValue:
    """Return the earlier value, ended the day before the later one; refuse holes and overlaps."""
    eve = after.starts - timedelta(days=1)
    ends = before.ends or eve
    if after.starts <= before.starts or ends > eve:
        raise node["from"].refusal(
            "cette période chevauche la précédente.", "Rangez les valeurs par date croissante."
        )
    if ends < eve:
        raise node["from"].refusal(
            f"il manque une valeur du {ends + timedelta(days=1):%Y-%m-%d} au {eve:%Y-%m-%d}.",
            "Faites se suivre les périodes.",
        )
    return DatedValue(before.starts, ends, before.value, before.source, before.assumption)
