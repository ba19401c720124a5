"""What is asked of a family for its rights: of each person, of the home, of what is paid."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Final

from jalon.interventions.rights_check.told import HOME, PAID, Told
from jalon.rights.catalogue import RIGHTS
from jalon.rights.comparing import is_compared
from jalon.rights.situation import (
    Care,
    Disability,
    Income,
    Leave,
    Occupation,
    Per,
    Relation,
    Tenure,
    Union,
)
from jalon.rules.calendar import Month, age_on


class Kind(StrEnum):
    """How something is asked."""

    DAY = "day"
    WORD = "word"
    AMOUNT = "amount"  # a month's or a year's
    EUROS = "euros"  # a month's
    COMMUNE = "commune"  # one of the directory's, by its code


YES, NO = "yes", "no"
_EITHER: Final = ((YES, "Oui"), (NO, "Non"))
UNIONS: Final = {
    Union.NONE: "Personne seule",
    Union.MARRIED: "Mariés",
    Union.CIVIL_UNION: "Pacsés",
    Union.COHABITING: "En concubinage",
}
TENURES: Final = {
    Tenure.PRIVATE_TENANT: "Locataire, logement privé",
    Tenure.SOCIAL_TENANT: "Locataire, logement social (HLM)",
    Tenure.OWNER: "Propriétaire, sans prêt",
    Tenure.OWNER_WITH_LOAN: "Propriétaire, prêt en cours",
    Tenure.HOSTED: "Hébergée gratuitement",
}
_RATES: Final = {
    Disability.NONE: "Aucun taux reconnu",
    Disability.FROM_50: "De 50 à 79 %",
    Disability.FROM_80: "80 % ou plus",
}
INCOMES: Final = {
    Income.SALARY: "Salaire net",
    Income.UNEMPLOYMENT: "Chômage",
    Income.PENSION: "Retraite",
    Income.DISABILITY_PENSION: "Pension d'invalidité",
    Income.SICK_PAY: "Indemnités journalières",
    Income.CHILD_SUPPORT: "Pension alimentaire reçue",
}
_OCCUPATIONS: Final = {
    Occupation.OTHER: "Ni l'un ni l'autre",
    Occupation.STUDENT: "Fait des études",
    Occupation.SELF_EMPLOYED: "Travaille à son compte",
}
LEAVES: Final = {
    Leave.NONE: "Aucun",
    Leave.FULL: "Ne travaille plus du tout",
    Leave.HALF: "Travaille à mi-temps, ou moins",
    Leave.PART: "Travaille entre 50 et 80 %",
}
_CARES: Final = {
    Care.FAMILY: "La famille, des proches",
    Care.NURSERY: "Une crèche, une école",
    Care.CHILDMINDER: "Une assistante maternelle",
    Care.EMPLOYEE: "Une personne payée, chez la famille",
}
_EXPECTED: Final = (("1", "Un"), ("2", "Deux"), ("3", "Trois"))
# Until which age a child is minded, or a parent on leave; a lone parent's is minded longer.
_LEAVE_UNTIL: Final = 3
_CARE_UNTIL, _CARE_UNTIL_ALONE = 6, 12
# What is paid of a young child alone, and until which age.
_OF_YOUNG: Final = {"PREPARE": _LEAVE_UNTIL, "CMG": _CARE_UNTIL_ALONE}
_HIGHEST_LEVEL: Final = 6
# From which age a child is asked about at school, and at work.
SCHOOLED: Final = 6
_AT_WORK: Final = 14


@dataclass(frozen=True)
class Asked:
    """One thing asked: the name of its fact, its label, how, and among which words."""

    name: str
    label: str
    kind: Kind
    words: tuple[tuple[str, str], ...] = ()
    per: Per = Per.MONTH
    help: str = ""

    @property
    def on_paper(self) -> bool:
        """Whether a document may tell it."""
        return self.kind in {Kind.AMOUNT, Kind.EUROS} or self.name == "disability"


def asked_of(told: Told, group: str, relation: Relation, month: Month) -> Iterator[Asked]:
    """Yield what is asked of somebody of the household; of a child, what their age calls for."""
    if relation is not Relation.CLAIMANT:
        yield Asked("here", "Vit au foyer", Kind.WORD, _EITHER)
    yield Asked("born", "Date de naissance", Kind.DAY)
    if relation is not Relation.CHILD:
        yield from _of_adult(month)
        yield from _of_birth(told, group)
        if _has_child_under(_LEAVE_UNTIL, told, month):
            yield from _of_leave(told, group)
        return
    age = _age(told, group, month)
    yield from _of_child(SCHOOLED if age is None else age)
    if age is not None and age < _minded_until(told):
        yield Asked("care", "Gardé, quand ses parents travaillent, par", Kind.WORD, _words(_CARES))
    yield Asked(
        "adopted_on", "Adopté : arrivé au foyer le", Kind.DAY, help="Si cet enfant est adopté."
    )


def _age(told: Told, group: str, month: Month) -> int | None:
    born = told.value(group, "born")
    return age_on(date.fromisoformat(born), month.last_day) if born else None


def _has_child_under(years: int, told: Told, month: Month) -> bool:
    ages = (
        _age(told, group, month) for group, one in told.people() if one.relation is Relation.CHILD
    )
    return any(age is not None and age < years for age in ages)


def _minded_until(told: Told) -> int:
    couple = any(one.relation is Relation.PARTNER for _, one in told.people())
    return _CARE_UNTIL if couple else _CARE_UNTIL_ALONE


def _of_birth(told: Told, group: str) -> Iterator[Asked]:
    yield Asked("pregnant", "Enceinte", Kind.WORD, _EITHER)
    if told.value(group, "pregnant") == YES:
        yield Asked("due", "Naissance prévue le", Kind.DAY)
        yield Asked("babies", "Enfants attendus", Kind.WORD, _EXPECTED)


def _of_leave(told: Told, group: str) -> Iterator[Asked]:
    yield Asked(
        "leave", "Congé parental, ou temps réduit, pour un enfant", Kind.WORD, _words(LEAVES)
    )
    if told.value(group, "leave") in {"", Leave.NONE}:
        return
    yield Asked("on_leave_since", "En congé depuis le", Kind.DAY)
    yield Asked(
        "contributed",
        "A travaillé deux ans avant",
        Kind.WORD,
        _EITHER,
        help="Huit trimestres, dans les 2 ans pour un enfant, les 4 ans pour deux, 5 ans sinon.",
    )


def _of_adult(month: Month) -> Iterator[Asked]:
    yield Asked("occupation", "Études, ou travail à son compte", Kind.WORD, _words(_OCCUPATIONS))
    for kind, label in INCOMES.items():
        yield Asked(kind.value, label, Kind.AMOUNT)
    yield Asked(
        "taxed",
        f"Revenus déclarés de {month.year - 2}",
        Kind.AMOUNT,
        per=Per.YEAR,
        help="Sur l'avis d'impôt, avant toute déduction.",
    )
    yield Asked("disability", "Taux d'incapacité reconnu", Kind.WORD, _words(_RATES))
    yield Asked("barred_from_work", "Ce handicap empêche de travailler", Kind.WORD, _EITHER)


def _of_child(age: int) -> Iterator[Asked]:
    if age >= SCHOOLED:
        yield Asked("schooled", "Scolarisé, ou étudiant", Kind.WORD, _EITHER)
    custody = (("full", "Tout le temps"), ("alternating", "Une semaine sur deux, environ"))
    yield Asked("custody", "Vit ici", Kind.WORD, custody)
    if age >= _AT_WORK:
        yield Asked("salary", "Salaire net", Kind.AMOUNT, help="D'un apprentissage, d'un emploi.")
    yield Asked("disability", "Taux d'incapacité reconnu", Kind.WORD, _words(_RATES))
    levels = tuple((str(one), f"Catégorie {one}") for one in range(1, _HIGHEST_LEVEL + 1))
    yield Asked("care_level", "Complément d'AEEH", Kind.WORD, (("0", "Aucun"), *levels))


def asked_of_home(told: Told) -> Iterator[Asked]:
    """Yield what is asked of the household and where it lives."""
    yield Asked("union", "Situation du couple", Kind.WORD, _words(UNIONS))
    yield Asked("alone_since", "Seule depuis le", Kind.DAY, help="Si c'est depuis peu.")
    yield Asked("tenure", "Logement", Kind.WORD, _words(TENURES))
    yield Asked("commune", "Commune", Kind.COMMUNE)
    yield Asked("rent", "Loyer ou prêt, hors charges, par mois", Kind.EUROS)
    if told.value(HOME, "tenure") == Tenure.OWNER_WITH_LOAN:
        yield Asked(
            "loan_on", "Prêt signé le", Kind.DAY, help="Avant 2020, une aide est possible."
        )
    yield Asked("charges", "Charges, par mois", Kind.EUROS)
    yield Asked("furnished", "Loué meublé", Kind.WORD, _EITHER)


def asked_of_paid(told: Told, month: Month) -> Iterator[Asked]:
    """Yield what is asked of what is paid today: of a young child, where there is one."""
    for kind in RIGHTS:
        until = _OF_YOUNG.get(kind.code)
        if is_compared(kind) and (until is None or _has_child_under(until, told, month)):
            yield Asked(kind.code, kind.label, Kind.EUROS)


def all_asked(told: Told, month: Month) -> Iterator[tuple[str, Asked]]:
    """Yield everything that is asked, each with the group of its fact."""
    for group, member in told.everyone():
        for one in asked_of(told, group, member.relation, month):
            yield group, one
    yield from ((HOME, one) for one in asked_of_home(told))
    yield from ((PAID, one) for one in asked_of_paid(told, month))


def _words(
    labels: Mapping[Any, str],
) -> tuple[tuple[str, str], ...]:
    return tuple((one.value, label) for one, label in labels.items())
