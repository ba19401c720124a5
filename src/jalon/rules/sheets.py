"""The catalogue on paper: an offer's public sheet, written from the rule itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from jalon.rules.calendar import french_date
from jalon.rules.criteria import Criterion
from jalon.rules.offers import Base, Catalogue, Field, Offer, Service, Window
from jalon.rules.records import record_parameters
from jalon.rules.sentences import capitalised, expected, in_force, quantity, sentence

BASES = {
    Base.NATIONAL: "socle national",
    Base.LOCAL: "offre locale",
    Base.SERVICE: "offre d'un service",
    Base.AID: "aide automatique",
}
FIELDS = {
    Field.PARENTHOOD: "parentalité",
    Field.HOUSING: "logement",
    Field.INCLUSION: "insertion",
    Field.FAMILY_LIFE: "vie familiale",
    Field.MEDIATION: "médiation",
}
SERVICES = {
    Service.SOCIAL_WORK: "travail social",
    Service.PSYCHOLOGY: "psychologie",
    Service.MEDIATION: "médiation familiale",
    Service.FINANCIAL_AID: "aides financières individuelles",
}
_ANY_MONTH = "dans le mois"


def trigger(offer: Offer) -> str:
    """Say what sets an offer off."""
    if offer.request is not None:
        return "sur demande"
    return "chaque mois, dans tout le fichier" if offer.stock else "un événement du mois"


def kind(offer: Offer) -> str:
    """Say where an offer comes from and what it is about."""
    return BASES[offer.base] + (f", {FIELDS[offer.field]}" if offer.field else "")


def who(offer: Offer, catalogue: Catalogue) -> list[str]:
    """Say each top-level criterion of an offer: all of them must hold."""
    if offer.request is not None:
        return [offer.request]
    return [
        capitalised(sentence(member, catalogue, when=_ANY_MONTH)) + "."
        for member in offer.rule.members
    ]


def time_to_answer(offer: Offer, catalogue: Catalogue) -> str:
    """Say how long a family has to answer; nothing where it is the one who asks."""
    if offer.request is not None:
        return ""
    counted = catalogue.window is Window.REGISTRATION and offer.events
    start = "l'enregistrement de l'événement" if counted else "la lettre"
    return f"La famille a un an pour répondre, à compter de {start}."


def assumptions(offer: Offer, catalogue: Catalogue) -> list[str]:
    """Return every assumption that an offer rests on.

    Its own, its criteria's, its parameters', and those of the whole profile.
    """
    said = list(offer.assumptions)
    said += [leaf.assumption for _, leaf in offer.leaves() if leaf.assumption]
    parameters = (catalogue.parameters[name] for name in sorted(offer.parameter_names()))
    said += [
        f"{one.label}, {quantity(one.value, one.unit)} : {one.assumption}"
        for one in parameters
        if one.assumption
    ]
    return list(dict.fromkeys([*said, *catalogue.assumptions]))


def as_markdown(offer: Offer, catalogue: Catalogue) -> str:
    """Write an offer's public sheet."""
    return "\n".join(_markdown(offer, catalogue)) + "\n"


def _markdown(offer: Offer, catalogue: Catalogue) -> Iterator[str]:
    yield f"# {offer.label}"
    yield ""
    yield f"{capitalised(kind(offer))} · {', '.join(SERVICES[one] for one in offer.services)} · "
    yield f"{in_force(offer.valid_from, offer.valid_until)} · code `{offer.code}`"
    yield ""
    yield offer.purpose
    yield from _section("Pour qui", who(offer, catalogue))
    yield from _section("Objectifs", offer.objectives)
    yield from _section("Ce que nous pouvons faire ensemble", offer.actions)
    yield from _section("Hypothèses", assumptions(offer, catalogue))
    yield ""
    if said := time_to_answer(offer, catalogue):
        yield said
        yield ""
    yield f"Source : {offer.source}."
    used = [catalogue.parameters[name] for name in sorted(offer.parameter_names())]
    for one in used:
        day = french_date(catalogue.day)
        yield f"{one.label} : {quantity(one.value, one.unit)} au {day} ({one.source})."


def _section(title: str, items: Any) -> Iterator[str]:  # noqa: ANN401
    if items:
        yield ""
        yield f"## {title}"
        yield ""
        yield from (f"- {item}" for item in items)


def as_json(offer: Offer, catalogue: Catalogue) -> dict[str, Any]:
    """Return an offer's sheet as plain data, criteria as leaves with their paths."""
    return {
        "code": offer.code,
        "label": offer.label,
        "base": offer.base.value,
        "field": offer.field.value if offer.field else None,
        "services": [service.value for service in offer.services],
        "valid_from": offer.valid_from.isoformat(),
        "valid_until": offer.valid_until.isoformat() if offer.valid_until else None,
        "source": offer.source,
        "trigger": "request" if offer.request else "stock" if offer.stock else "event",
        "events": list(offer.events),
        "purpose": offer.purpose,
        "objectives": list(offer.objectives),
        "actions": list(offer.actions),
        "who": who(offer, catalogue),
        "criteria": [
            {
                "id": path,
                "fact": leaf.fact.name,
                "operator": leaf.operator.value if isinstance(leaf, Criterion) else "one_of",
                "text": capitalised(sentence(leaf, catalogue, when=_ANY_MONTH)),
                "expected": expected(leaf, catalogue, when=_ANY_MONTH),
                "source": leaf.source,
                "assumption": leaf.assumption,
            }
            for path, leaf in offer.leaves()
        ],
        "parameters": {
            name: one
            for name, one in record_parameters(catalogue).items()
            if name in offer.parameter_names()
        },
        "assumptions": assumptions(offer, catalogue),
    }
