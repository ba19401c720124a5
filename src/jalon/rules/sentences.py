"""Says a rule in French: the sentence is made from the tree, so it cannot differ from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any, Final

from jalon.rules.calendar import french_date
from jalon.rules.criteria import (
    AllOf,
    AnyOf,
    Criterion,
    EventCriterion,
    Leaf,
    Not,
    Operand,
    Operator,
    Rule,
)
from jalon.rules.fact import Fact, FactType, Unit
from jalon.rules.facts import EVENT_KINDS, FACTS
from jalon.rules.logic import Interval
from jalon.rules.offers import Catalogue
from jalon.rules.parameters import ResolvedParameter

NO_BREAK: Final = "\N{NO-BREAK SPACE}"
NARROW: Final = "\N{NARROW NO-BREAK SPACE}"
_UNKNOWN: Final = "inconnu"
_SUFFIXES: Final = {
    Unit.EUROS: f"{NO_BREAK}€",
    Unit.EUROS_PER_MONTH: f"{NO_BREAK}€ par mois",
    Unit.EUROS_PER_YEAR: f"{NO_BREAK}€ par an",
    Unit.YEARS: f"{NO_BREAK}ans",
    Unit.MONTHS: f"{NO_BREAK}mois",
    Unit.PERSONS: "",
}
_FEMININE: Final = frozenset(
    {
        *("separation", "stillbirth", "birth", "multiple_birth", "adoption", "pregnancy"),
        "ajpp_opened",
    }
)
# What stands above the members of a group.
GROUPS: Final[Mapping[type[Rule], str]] = {
    AllOf: "Tout à la fois :",
    AnyOf: "L'un au moins :",
    Not: "Le contraire de :",
}


def french_number(value: Decimal | int, *, decimals: int | None = None) -> str:
    """Write a number as on screen: `1 234,50`; as many decimals as it has unless told."""
    exact = Decimal(value)
    if decimals is None:
        exact = exact.normalize()
        decimals = max(0, -int(exact.as_tuple().exponent))
    return f"{exact:,.{decimals}f}".replace(",", NARROW).replace(".", ",")


def quantity(value: Decimal | int, unit: Unit | None) -> str:
    """Write a number with its unit; amounts have two decimals."""
    money = unit is not None and unit.is_money
    decimals = max(2, -int(Decimal(value).normalize().as_tuple().exponent)) if money else None
    suffix = _SUFFIXES[unit] if unit else ""
    if unit is Unit.YEARS and -1 <= value <= 1:
        suffix = suffix.removesuffix("s")
    return french_number(value, decimals=decimals) + suffix


def said_value(fact: Fact, value: Any) -> str:  # noqa: ANN401
    """Write what was found of a household for a fact; nothing for a yes or a no.

    The criterion's sentence and its verdict say those: « n'est pas protégée : oui » is enough.
    """
    match value:
        case bool():
            return ""
        case None | "":
            return _UNKNOWN
        case Interval(low=low, high=high):
            return str(low) if low == high else f"de {low} à {high}"
        case date():
            return french_date(value)
        case str():
            return fact.french(value)
        case _:
            return quantity(round(value, 2), fact.unit)


def sentence(rule: Rule, catalogue: Catalogue, *, when: str = "") -> str:
    """Say a rule as one sentence, with the values of the catalogue's day.

    `when` says the month of events; by default the catalogue's.
    """
    when = when or f"en {catalogue.month.in_french}"
    match rule:
        case EventCriterion(kinds=kinds):
            return f"{_events(kinds)} a été enregistré {when}"
        case Criterion():
            return _criterion(rule, catalogue)
        case AllOf(members=members):
            return " et ".join(_grouped(member, catalogue, when) for member in members)
        case AnyOf(members=members):
            return " ou bien ".join(_grouped(member, catalogue, when) for member in members)
        case Not(member=member):
            return _elided("il n'est pas vrai que", _grouped(member, catalogue, when))


def to_the_cent(catalogue: Catalogue) -> Catalogue:
    """Return a catalogue whose amounts are rounded, to say rules with: never to apply them."""
    return replace(
        catalogue,
        parameters={
            name: replace(one, value=round(one.value, 2)) if one.unit.is_money else one
            for name, one in catalogue.parameters.items()
        },
    )


def registered(kind: str) -> str:
    """Return the participle that goes with an event: une séparation est « enregistrée »."""
    return "enregistrée" if kind in _FEMININE else "enregistré"


def _elided(words: str, text: str) -> str:
    """Join words that end in a mute e to a text, as French does before a vowel."""
    return f"{words[:-1]}'{text}" if text[:1] in "aeiouyhéè" else f"{words} {text}"


def _grouped(rule: Rule, catalogue: Catalogue, when: str) -> str:
    text = sentence(rule, catalogue, when=when)
    several = isinstance(rule, AllOf | AnyOf) and len(rule.members) > 1
    return f"({text})" if several else text


def expected(leaf: Leaf, catalogue: Catalogue, *, when: str = "") -> str:
    """Say what a criterion asks of its fact, without its subject: « de 18 à 34 ans »."""
    if isinstance(leaf, EventCriterion):
        return f"{_events(leaf.kinds)} {when or f'en {catalogue.month.in_french}'}"
    return _expected(leaf, catalogue.parameters)


def _criterion(leaf: Criterion, catalogue: Catalogue) -> str:
    fact, asked = leaf.fact, _expected(leaf, catalogue.parameters)
    if fact.type is FactType.BOOLEAN:
        return fact.when_true if leaf.operands[0].value else fact.when_false
    if fact.type is FactType.COUNT:
        return f"le dossier compte {asked}"
    return f"{fact.label} est {asked}"


def _events(kinds: Sequence[str]) -> str:
    names = dict(EVENT_KINDS)
    return f"un événement {_choices([f'« {names[kind]} »' for kind in kinds])}"


def _choices(texts: Sequence[str]) -> str:
    return texts[0] if len(texts) == 1 else f"{', '.join(texts[:-1])} ou {texts[-1]}"


_PHRASES: Final = {
    Operator.IS: "de {}",
    Operator.BELOW: "de moins de {}",
    Operator.AT_MOST: "d'au plus {}",
    Operator.AT_LEAST: "d'au moins {}",
    Operator.ABOVE: "de plus de {}",
    Operator.BETWEEN: "de {} à {}",
}
_COUNT_PHRASES: Final = {
    Operator.IS: "exactement {}",
    Operator.BELOW: "moins de {}",
    Operator.AT_MOST: "au plus {}",
    Operator.AT_LEAST: "au moins {}",
    Operator.ABOVE: "plus de {}",
    Operator.BETWEEN: "de {} à {}",
}


def _expected(leaf: Criterion, parameters: Mapping[str, ResolvedParameter]) -> str:
    fact, operands = leaf.fact, leaf.operands
    if fact.type is FactType.BOOLEAN:
        return "oui" if operands[0].value else "non"
    if fact.type is FactType.CODE:
        return _choices([f"« {fact.french(str(operand.value))} »" for operand in operands])
    said = [_operand(operand, fact, parameters) for operand in operands]
    if fact.type is FactType.COUNT:
        values = {name: parameter.value for name, parameter in parameters.items()}
        noun = fact.noun[int(operands[-1].resolve(values)) > 1]
        return f"{_COUNT_PHRASES[leaf.operator].format(*said)} {noun}"
    if leaf.operator is Operator.BETWEEN and fact.unit and not leaf.operands[0].parameter:
        # The unit is said once: « de 18 à 34 ans ».
        said[0] = said[0].removesuffix(_SUFFIXES[fact.unit])
    return _PHRASES[leaf.operator].format(*said)


def _operand(operand: Operand, fact: Fact, parameters: Mapping[str, ResolvedParameter]) -> str:
    if operand.parameter is not None:
        parameter = parameters[operand.parameter]
        return f"{quantity(parameter.value, parameter.unit)} ({parameter.label})"
    value = operand.value
    if not isinstance(value, Decimal):
        raise TypeError(f"{fact.name} is compared with a number")
    return quantity(value, fact.unit)


def capitalised(text: str) -> str:
    """Return a text with its first letter in upper case, the rest untouched."""
    return text[:1].upper() + text[1:]


def fact_label(name: str) -> str:
    """Return a fact's French label, by its name."""
    return FACTS[name].label.strip(" ,")


def in_force(starts: date, ends: date | None) -> str:
    """Say a period of validity."""
    return f"en vigueur {period(starts, ends)}"


def period(starts: date, ends: date | None) -> str:
    """Say from when to when, or since when."""
    if ends is None:
        return f"depuis le {french_date(starts)}"
    return f"du {french_date(starts)} au {french_date(ends)}"
