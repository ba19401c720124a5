"""What is known of a family for its rights, in French: each thing with who gave it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from jalon.directory.models import Commune
from jalon.interventions.rights_check.asked import (
    Asked,
    Kind,
    asked_of,
    asked_of_home,
    asked_of_paid,
)
from jalon.interventions.rights_check.of_file import file_title, file_told
from jalon.interventions.rights_check.sure import sure_name
from jalon.interventions.rights_check.told import HOME, PAID, SOME, Told
from jalon.rights.situation import Per
from jalon.rules.calendar import Month
from jalon.web import french


@dataclass(frozen=True)
class Said:
    """Something known: what it is, what it says, who gave it."""

    label: str
    value: str
    source: str


def said_of(
    told: Told, month: Month, result: Sequence[Mapping[str, Any]] | None = None
) -> Iterator[tuple[str, list[Said]]]:
    """Yield what is known of each person, of the home and of what is paid, under their titles.

    And what the fund's aids read of the extract, once there is a result.
    """
    for group, member in told.everyone():
        yield str(member), _said(told, group, list(asked_of(told, group, member.relation, month)))
    yield "Le couple et le logement", _said(told, HOME, list(asked_of_home(told)))
    yield "Ce qui est versé, par mois", _said(told, PAID, list(asked_of_paid(told, month)))
    file = result[0].get("file") if result else None
    if file is not None and file["month"]:
        yield file_title(file), [Said(label, one, "") for label, one in file_told(file)]


def _said(told: Told, group: str, asked: Sequence[Asked]) -> list[Said]:
    found = []
    for one in asked:
        fact = told.facts.get(f"{group}-{one.name}")
        sure = told.facts.get(sure_name(group, one.name))
        if sure is not None:
            value = "rien" if fact is None else _in_words(one, fact.value)
            found.append(Said(one.label, value, f"rare, confirmé : {sure.source}"))
        elif fact is not None:
            found.append(Said(one.label, _in_words(one, fact.value), str(fact.source)))
    return found


def _in_words(asked: Asked, value: str) -> str:
    if value == SOME:
        return "versé, montant non connu"
    if asked.kind is Kind.DAY:
        return french.long_date(date.fromisoformat(value))
    if asked.kind is Kind.COMMUNE:
        return next((f"{one} ({one.code})" for one in Commune.objects.filter(code=value)), value)
    if asked.kind is Kind.WORD:
        return dict(asked.words).get(value, value)
    euros, _, per = value.partition(" ")
    rhythm = {Per.MONTH: " par mois", Per.YEAR: " par an"}[Per(per)] if per else ""
    return f"{french.euros(Decimal(euros))}{rhythm}"
