"""Reads an offer's file: what cannot be right is refused with its line and what to do."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from jalon.rules.criteria import (
    EVENT_CRITERION,
    OPERATORS_BY_TYPE,
    AllOf,
    AnyOf,
    Criterion,
    EventCriterion,
    Not,
    Operand,
    Operator,
    Rule,
)
from jalon.rules.fact import Fact, FactType
from jalon.rules.facts import EVENT_KINDS, FACTS
from jalon.rules.offers import Base, Field, Offer, Service
from jalon.rules.toml_source import Node, nearest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jalon.rules.parameters import Parameter

_TRIGGERS: Final = ("events", "stock", "request")
_KEYS: Final = (
    *("code", "extends", "without", "label", "base", "field", "services", "valid_from"),
    *("valid_until", "source", "assumptions", *_TRIGGERS, "purpose", "objectives", "actions"),
    "criteria",
)
_GROUPS: Final = ("all", "any", "not")
_OPERATORS: Final = tuple(operator.value for operator in Operator)


@dataclass(frozen=True)
class OfferSource:
    """An offer's keys, each with the place it was written, after inheritance."""

    node: Node
    keys: Mapping[str, Node]
    criteria: Mapping[str, Node] = field(default_factory=dict)

    @classmethod
    def read(cls, node: Node) -> OfferSource:
        """Take up an offer's file, its criteria by id."""
        node.only(*_KEYS)
        node.required("code", str)
        keys = {key: value for key, value in node.items() if key != "criteria"}
        criteria = dict(_identified(node["criteria"])) if "criteria" in node else {}
        return cls(node, keys, criteria)

    @property
    def code(self) -> str:
        """The offer's code."""
        code: str = self.keys["code"].value
        return code

    def extending(self, parent: OfferSource) -> OfferSource:
        """Return this offer with what it leaves unsaid taken from the parent profile's."""
        inherited = dict(parent.keys)
        if any(trigger in self.keys for trigger in _TRIGGERS):
            inherited = {key: node for key, node in inherited.items() if key not in _TRIGGERS}
        removed = set(self.node.texts("without"))
        if unknown := removed - set(parent.criteria):
            raise self.keys["without"].refusal(
                f"l'offre d'origine n'a pas de critère « {min(unknown)} ».",
                nearest(min(unknown), parent.criteria),
            )
        kept = {id_: node for id_, node in parent.criteria.items() if id_ not in removed}
        return OfferSource(self.node, {**inherited, **self.keys}, {**kept, **self.criteria})


def _identified(criteria: Node) -> list[tuple[str, Node]]:
    """Return criteria with their ids: written, or the fact's name, or the group's word."""
    found: dict[str, Node] = {}
    for item in criteria.entries():
        item.expect(dict)
        id_ = item.optional("id", str)
        if id_ is None:
            words = [group for group in _GROUPS if group in item]
            id_ = words[0] if words else _fact_name(item)
        if id_ in found or id_ == EVENT_CRITERION:
            raise item.refusal(
                f"deux critères voisins portent l'identifiant « {id_} ».",
                "Donnez à celui-ci une clé « id » différente.",
            )
        if not id_.replace("_", "").replace("-", "").isalnum():
            raise item.refusal(
                f"« {id_} » n'est pas un identifiant.", "Utilisez lettres, chiffres, - et _."
            )
        found[id_] = item
    return list(found.items())


def _fact_name(criterion: Node) -> str:
    criterion.only("id", "fact", "source", "assumption", *_GROUPS, *_OPERATORS)
    name: str = criterion.required("fact", str)
    return name


def read_offer(source: OfferSource, parameters: Mapping[str, Parameter]) -> Offer:
    """Build the offer; ProfileError for whatever cannot be right."""
    keys = Node(source.node.file, (), source.keys, source.node.lines)
    trigger = _trigger(keys)
    offer_source = keys.required("source", str)
    rule = _rule(source, trigger, offer_source, parameters)
    offer = Offer(
        code=source.code,
        label=keys.required("label", str),
        base=Base(keys.choice("base", Base)),
        field=Field(keys.choice("field", Field)) if "field" in keys else None,
        services=_services(keys),
        valid_from=keys.required("valid_from", date),
        valid_until=keys.optional("valid_until", date),
        source=offer_source,
        assumptions=keys.texts("assumptions"),
        events=read_events(keys["events"]) if trigger == "events" else (),
        stock=trigger == "stock",
        request=keys.required("request", str) if trigger == "request" else None,
        purpose=keys.required("purpose", str),
        objectives=keys.texts("objectives"),
        actions=keys.texts("actions"),
        rule=rule,
    )
    _check_dates(offer, keys, parameters)
    return offer


def read_criteria(
    node: Node, said_by: str, parameters: Mapping[str, Parameter], *, of_event: bool
) -> AllOf:
    """Read a list of criteria that all must hold, on the source that one without its own has.

    ProfileError for whatever cannot be right.
    """
    reader = _RuleReader(said_by, parameters, of_event)
    return AllOf("", tuple(reader.read(*item) for item in _identified(node)))


def read_events(node: Node) -> tuple[str, ...]:
    """Read a list of kinds of events; ProfileError for one that is not known, or for none."""
    kinds = dict(EVENT_KINDS)
    for item in node.entries():
        if item.expect(str).value not in kinds:
            raise item.refusal(
                f"« {item.value} » n'est pas un événement connu.", nearest(item.value, kinds)
            )
    if not node.value:
        raise node.refusal("la liste des événements est vide.", "Nommez-en un.")
    return tuple(str(item.value) for item in node.entries())


def _trigger(keys: Node) -> str:
    present = [trigger for trigger in _TRIGGERS if trigger in keys]
    if len(present) != 1:
        raise keys.refusal(
            "une offre a un déclencheur, et un seul.",
            'Écrivez « events = [...] », « stock = true » ou « request = "..." ».',
        )
    if present == ["stock"] and keys.required("stock", bool) is not True:
        raise keys["stock"].refusal(
            "« stock » ne peut valoir que true.", "Retirez la clé ou écrivez true."
        )
    return present[0]


def _services(keys: Node) -> tuple[Service, ...]:
    known = {service.value for service in Service}
    services = keys.texts("services") if "services" in keys else ()
    if not services:
        raise keys.refusal("aucun service ne porte l'offre.", 'Ajoutez « services = ["…"] ».')
    for item in keys["services"].entries():
        if item.value not in known:
            raise item.refusal(
                f"« {item.value} » n'est pas un service.", nearest(item.value, known)
            )
    return tuple(Service(service) for service in services)


def _rule(
    source: OfferSource, trigger: str, said_by: str, parameters: Mapping[str, Parameter]
) -> AllOf:
    reader = _RuleReader(said_by, parameters, of_event=trigger == "events")
    members = [reader.read(id_, node) for id_, node in source.criteria.items()]
    if trigger == "events":
        events = tuple(str(item.value) for item in source.keys["events"].entries())
        return AllOf("", (EventCriterion(events, said_by), *members))
    if trigger == "stock" and not members:
        raise source.node.refusal(
            "une offre de stock sans critère toucherait tous les dossiers.",
            "Ajoutez au moins un [[criteria]].",
        )
    return AllOf("", tuple(members))


@dataclass(frozen=True)
class _RuleReader:
    """Reads the criteria of one offer."""

    source: str
    parameters: Mapping[str, Parameter]
    of_event: bool

    def read(self, id_: str, node: Node) -> Rule:
        groups = [group for group in _GROUPS if group in node]
        if not groups:
            return self._criterion(id_, node)
        if len(groups) > 1 or "fact" in node:
            raise node.refusal(
                "ce critère mélange plusieurs formes.",
                "Gardez un seul mot parmi fact, all, any et not.",
            )
        group = groups[0]
        node.only("id", group)
        if group == "not":
            negated = Node(node.file, node.path, [node["not"].expect(dict)], node.lines)
            ((inner_id, inner),) = _identified(negated)
            return Not(id_, self.read(inner_id, inner))
        members = tuple(self.read(*item) for item in _identified(node[group]))
        if not members:
            raise node[group].refusal(f"« {group} » est vide.", "Ajoutez au moins un critère.")
        return (AllOf if group == "all" else AnyOf)(id_, members)

    def _criterion(self, id_: str, node: Node) -> Criterion:
        name = _fact_name(node)
        if name not in FACTS:
            raise node["fact"].refusal(
                f"« {name} » n'est pas un fait connu.", nearest(name, FACTS)
            )
        fact = FACTS[name]
        if fact.of_event and not self.of_event:
            raise node["fact"].refusal(
                f"« {name} » ne se lit que sur un événement.",
                "Ne l'utilisez que dans une offre déclenchée par « events ».",
            )
        self._check_parameters(node, fact)
        written = [operator for operator in Operator if operator.value in node]
        allowed = OPERATORS_BY_TYPE[fact.type]
        words = ", ".join(operator.value for operator in allowed)
        if len(written) != 1 or written[0] not in allowed:
            place = node[written[-1].value] if written else node
            raise place.refusal(
                f"« {name} » demande un opérateur, et un seul.", f"Possibles : {words}."
            )
        return Criterion(
            id=id_,
            fact=fact,
            operator=written[0],
            operands=self._operands(fact, written[0], node[written[0].value]),
            source=node.optional("source", str) or self.source,
            assumption=node.optional("assumption", str),
        )

    def _check_parameters(self, node: Node, fact: Fact) -> None:
        if missing := sorted(fact.parameters - set(self.parameters)):
            raise node["fact"].refusal(
                f"« {fact.name} » s'appuie sur le paramètre « {missing[0]} », qui n'est pas "
                "défini.",
                "Définissez-le dans parameters.toml.",
            )

    def _operands(self, fact: Fact, operator: Operator, node: Node) -> tuple[Operand, ...]:
        if operator is Operator.ONE_OF:
            items = list(node.entries())
            if not items:
                raise node.refusal("cette liste est vide.", "Ajoutez au moins une valeur.")
            return tuple(self._operand(fact, item) for item in items)
        if operator is Operator.BETWEEN:
            items = list(node.entries())
            if len(items) != 2:  # noqa: PLR2004
                raise node.refusal("un intervalle a deux bornes.", "Écrivez [minimum, maximum].")
            low, high = (self._operand(fact, item) for item in items)
            if isinstance(low.value, Decimal) and isinstance(high.value, Decimal):  # noqa: SIM102
                if low.value > high.value:
                    raise node.refusal(
                        "le minimum dépasse le maximum.", "Échangez les deux bornes."
                    )
            return (low, high)
        return (self._operand(fact, node),)

    def _operand(self, fact: Fact, node: Node) -> Operand:
        value: Any = node.value
        if fact.type is FactType.BOOLEAN:
            return Operand(value=node.expect(bool).value)
        if fact.type is FactType.CODE:
            known = dict(fact.codes)
            if node.expect(str).value not in known:
                raise node.refusal(
                    f"« {value} » n'est pas une valeur de « {fact.name} ».", nearest(value, known)
                )
            return Operand(value=value)
        if isinstance(value, str):
            return self._parameter(fact, node)
        node.expect(int, Decimal)
        if fact.unit is not None and fact.unit.is_money:
            raise node.refusal(
                "un montant en euros s'écrit comme un paramètre daté, avec sa source.",
                "Définissez-le dans parameters.toml et écrivez son nom entre guillemets.",
            )
        try:
            return Operand(value=fact.number(value))
        except ValueError as error:
            raise node.refusal(str(error), "Corrigez ce nombre.") from error

    def _parameter(self, fact: Fact, node: Node) -> Operand:
        name = node.value
        if name not in self.parameters:
            raise node.refusal(
                f"le paramètre « {name} » n'est pas défini.", nearest(name, self.parameters)
            )
        unit = self.parameters[name].unit
        if unit is not fact.unit:
            raise node.refusal(
                f"« {fact.name} » est en {fact.unit} et « {name} » en {unit}.",
                "Comparez des grandeurs de même unité.",
            )
        return Operand(parameter=name)


def _check_dates(offer: Offer, keys: Node, parameters: Mapping[str, Parameter]) -> None:
    if offer.valid_until is not None and offer.valid_until < offer.valid_from:
        raise keys["valid_until"].refusal(
            "l'offre finit avant de commencer.", "Corrigez « valid_from » ou « valid_until »."
        )
    for name in sorted(offer.parameter_names()):
        gap = parameters[name].gap_within(offer.valid_from, offer.valid_until)
        if gap is not None:
            raise keys["valid_from"].refusal(
                f"l'offre est en vigueur le {gap:%Y-%m-%d}, mais le paramètre « {name} » n'a pas "
                "de valeur ce jour-là.",
                "Complétez ses valeurs dans parameters.toml ou les dates de l'offre.",
            )
