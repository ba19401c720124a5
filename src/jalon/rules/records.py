"""A catalogue as plain data and back, so that a run's record is enough to rebuild its list."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, TypeAlias

from jalon.rules.criteria import (
    AllOf,
    AnyOf,
    Criterion,
    EventCriterion,
    Not,
    Operand,
    Operator,
    Rule,
)
from jalon.rules.fact import Unit
from jalon.rules.facts import FACTS
from jalon.rules.offers import Base, Catalogue, Field, Offer, Service, Window
from jalon.rules.parameters import ResolvedParameter

Plain: TypeAlias = dict[str, Any]


def record(catalogue: Catalogue) -> Plain:
    """Return a catalogue as plain data, to be written as JSON."""
    return {
        "profile": catalogue.profile,
        "day": catalogue.day.isoformat(),
        "window": catalogue.window.value,
        "offers": [_offer(offer) for offer in catalogue.offers],
        "parameters": record_parameters(catalogue),
        "assumptions": list(catalogue.assumptions),
    }


def record_parameters(catalogue: Catalogue) -> Plain:
    """Return the dated parameters in use, with the values of the month and their sources."""
    return {
        name: {
            "label": parameter.label,
            "unit": parameter.unit.value,
            "value": str(parameter.value),
            "source": parameter.source,
            "assumption": parameter.assumption,
        }
        for name, parameter in sorted(catalogue.parameters.items())
    }


def rebuild(plain: Plain) -> Catalogue:
    """Return the catalogue of a record; KeyError, TypeError or ValueError where it is none."""
    return Catalogue(
        profile=plain["profile"],
        day=date.fromisoformat(plain["day"]),
        window=Window(plain["window"]),
        offers=tuple(_rebuilt_offer(offer) for offer in plain["offers"]),
        parameters={
            name: ResolvedParameter(
                name,
                one["label"],
                Unit(one["unit"]),
                Decimal(one["value"]),
                one["source"],
                one["assumption"],
            )
            for name, one in plain["parameters"].items()
        },
        assumptions=tuple(plain["assumptions"]),
    )


def _offer(offer: Offer) -> Plain:
    return {
        "code": offer.code,
        "label": offer.label,
        "base": offer.base.value,
        "field": offer.field.value if offer.field else None,
        "services": [service.value for service in offer.services],
        "valid_from": offer.valid_from.isoformat(),
        "valid_until": offer.valid_until.isoformat() if offer.valid_until else None,
        "source": offer.source,
        "assumptions": list(offer.assumptions),
        "events": list(offer.events),
        "stock": offer.stock,
        "request": offer.request,
        "purpose": offer.purpose,
        "objectives": list(offer.objectives),
        "actions": list(offer.actions),
        "rule": _rule(offer.rule),
    }


def _rebuilt_offer(plain: Plain) -> Offer:
    rule = _rebuilt_rule(plain["rule"])
    if not isinstance(rule, AllOf):
        raise TypeError("an offer's rule is a group of criteria that must all hold")
    until = plain["valid_until"]
    return Offer(
        code=plain["code"],
        label=plain["label"],
        base=Base(plain["base"]),
        field=Field(plain["field"]) if plain["field"] else None,
        services=tuple(Service(service) for service in plain["services"]),
        valid_from=date.fromisoformat(plain["valid_from"]),
        valid_until=date.fromisoformat(until) if until else None,
        source=plain["source"],
        assumptions=tuple(plain["assumptions"]),
        events=tuple(plain["events"]),
        stock=plain["stock"],
        request=plain["request"],
        purpose=plain["purpose"],
        objectives=tuple(plain["objectives"]),
        actions=tuple(plain["actions"]),
        rule=rule,
    )


def _rule(rule: Rule) -> Plain:
    match rule:
        case AllOf(id=id_, members=members):
            return {"id": id_, "all": [_rule(member) for member in members]}
        case AnyOf(id=id_, members=members):
            return {"id": id_, "any": [_rule(member) for member in members]}
        case Not(id=id_, member=member):
            return {"id": id_, "not": _rule(member)}
        case EventCriterion(kinds=kinds, source=source):
            return {"events": list(kinds), "source": source}
        case Criterion():
            return {
                "id": rule.id,
                "fact": rule.fact.name,
                "operator": rule.operator.value,
                "operands": [_operand(operand) for operand in rule.operands],
                "source": rule.source,
                "assumption": rule.assumption,
            }


def _operand(operand: Operand) -> Plain:
    if operand.parameter is not None:
        return {"parameter": operand.parameter}
    if isinstance(operand.value, Decimal):
        return {"number": str(operand.value)}
    return {"value": operand.value}


def _rebuilt_rule(plain: Plain) -> Rule:
    match plain:
        case {"all": members}:
            return AllOf(plain["id"], tuple(_rebuilt_rule(member) for member in members))
        case {"any": members}:
            return AnyOf(plain["id"], tuple(_rebuilt_rule(member) for member in members))
        case {"not": member}:
            return Not(plain["id"], _rebuilt_rule(member))
        case {"events": kinds}:
            return EventCriterion(tuple(kinds), plain["source"])
        case _:
            return Criterion(
                id=plain["id"],
                fact=FACTS[plain["fact"]],
                operator=Operator(plain["operator"]),
                operands=tuple(_rebuilt_operand(operand) for operand in plain["operands"]),
                source=plain["source"],
                assumption=plain["assumption"],
            )


def _rebuilt_operand(plain: Mapping[str, Any]) -> Operand:
    match plain:
        case {"parameter": str(name)}:
            return Operand(parameter=name)
        case {"number": str(number)}:
            return Operand(value=Decimal(number))
        case _:
            return Operand(value=plain["value"])
