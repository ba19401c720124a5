"""What a situation says that cannot all be true: asked about, never guessed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from jalon.rights.situation import Income, Leave, Per, Person, Relation, Situation, Tenure, Union
from jalon.rules.calendar import Month, add_months, age_on
from jalon.web import french

_YOUNGEST_PARENT: Final = 12
_YOUNGEST_ADULT: Final = 14
_OLDEST: Final = 110
_GROWN: Final = 25
# Above, a month's income was most often told for a year; below, a year's for a month.
_MUCH_A_MONTH: Final = Decimal(9_000)
_LITTLE_A_YEAR: Final = Decimal(1_500)
_HIGH_RENT: Final = Decimal(3_000)
# A birth is expected no later after a month than a pregnancy lasts.
_PREGNANT: Final = 9
_TENANTS: Final = {Tenure.PRIVATE_TENANT, Tenure.SOCIAL_TENANT}


@dataclass(frozen=True)
class Question:
    """Something to ask the family, in French. `person` is whose, by number in the situation.

    `about` names what it asks of, as fields of the situation are called. While one that is
    `blocking` is unanswered, nothing is computed. One that is `confirmable` is of what is rare
    and may be true: the family says so.
    """

    text: str
    person: int | None = None
    blocking: bool = True
    about: str = ""
    confirmable: bool = False


def questions_of(said: Situation) -> list[Question]:
    """Return what is to be asked of a situation before its rights are computed."""
    return [*_of_household(said), *_of_people(said), *_of_home(said)]


def _of_household(said: Situation) -> Iterator[Question]:
    claimants = [one for one in said.people if one.relation is Relation.CLAIMANT]
    partners = [one for one in said.people if one.relation is Relation.PARTNER]
    if len(claimants) != 1:
        yield Question("Qui demande ? Une personne, et une seule, demande pour le foyer.")
    if len(partners) > 1:
        yield Question("Deux conjoints sont notés : lequel vit avec la personne qui demande ?")
    if partners and said.union is Union.NONE:
        yield Question(
            "Un conjoint vit au foyer : mariés, pacsés ou en concubinage ?", about="union"
        )
    if not partners and said.union is not Union.NONE:
        yield Question(
            "Le couple est noté, mais pas le conjoint : vit-il encore au foyer ?", about="union"
        )
    if partners and said.alone_since is not None:
        yield Question(
            "Une séparation est notée, et un conjoint au foyer : qu'en est-il ?",
            about="alone_since",
        )
    if said.alone_since is not None and said.alone_since > said.month.last_day:
        yield Question(
            "La séparation est notée après le mois du calcul : à quelle date ?",
            about="alone_since",
        )


def _of_people(said: Situation) -> Iterator[Question]:
    day = said.month.last_day
    parents = [one for one in said.people if one.relation is not Relation.CHILD]
    for number, one in enumerate(said.people):
        if one.born > day:
            yield Question(
                "Cette personne naît après le mois du calcul : quelle date ?", number, about="born"
            )
            continue
        age = age_on(one.born, day)
        if age > _OLDEST:
            yield Question(
                f"Cette personne aurait {age} ans : quelle est sa date ?", number, about="born"
            )
        if one.relation is not Relation.CHILD and age < _YOUNGEST_ADULT:
            yield Question(
                f"Cette personne n'aurait que {age} ans : quelle est sa date ?",
                number,
                about="born",
            )
        if one.relation is Relation.CHILD:
            yield from _of_child(one, number, age, parents)
            yield from _of_adoption(one, number, said.month)
        else:
            yield from _of_birth(one, number, said.month)
            yield from _of_leave(one, number, said.month)
        yield from _of_incomes(one, number)


def _of_child(one: Person, number: int, age: int, parents: list[Person]) -> Iterator[Question]:
    older = [parent.born >= one.born for parent in parents]
    if any(older):
        yield Question(
            "Cet enfant serait plus âgé qu'un parent : quelles sont les dates ?",
            number,
            about="born",
            # Of whoever one of the two lives with, that is rare, and may be.
            confirmable=not all(older),
        )
    elif parents and all(age_on(parent.born, one.born) < _YOUNGEST_PARENT for parent in parents):
        yield Question(
            f"Ses parents auraient eu moins de {_YOUNGEST_PARENT} ans : quelles dates ?",
            number,
            about="born",
        )
    if age >= _GROWN:
        yield Question(
            f"Cet enfant a {age} ans : il compte rarement encore au foyer. Vérifiez.",
            number,
            blocking=False,
            about="born",
        )


def _of_adoption(one: Person, number: int, month: Month) -> Iterator[Question]:
    if one.adopted_on and not one.born <= one.adopted_on <= month.last_day:
        yield Question(
            "Son arrivée au foyer est notée avant sa naissance, ou après le mois : quel jour ?",
            number,
            about="adopted_on",
        )


def _of_birth(one: Person, number: int, month: Month) -> Iterator[Question]:
    if one.due is None or not one.pregnant:
        return
    if one.due < month.first_day:
        yield Question(
            "La naissance était prévue avant le mois du calcul : l'enfant est-il né ?",
            number,
            about="due",
        )
    elif one.due > add_months(month.last_day, _PREGNANT):
        yield Question("Une naissance si tard après le mois : quelle date ?", number, about="due")


def _of_leave(one: Person, number: int, month: Month) -> Iterator[Question]:
    if one.leave is Leave.NONE:
        return
    if one.on_leave_since and one.on_leave_since > month.last_day:
        yield Question(
            "Le congé est noté après le mois du calcul : depuis quel jour ?",
            number,
            about="on_leave_since",
        )
    salary = one.incomes.get(Income.SALARY)
    if one.leave is Leave.FULL and salary is not None and salary.euros > 0:
        yield Question(
            "En congé sans travailler du tout, et un salaire noté : qu'en est-il ?",
            number,
            about="leave",
            confirmable=True,
        )


def _of_incomes(one: Person, number: int) -> Iterator[Question]:
    told = {kind.value: amount for kind, amount in one.incomes.items()}
    if one.taxed:
        told["taxed"] = one.taxed
    for about, amount in told.items():
        if amount.euros < 0:
            yield Question(
                "Un montant est négatif : combien est-ce vraiment ?", number, about=about
            )
        elif amount.per is Per.MONTH and amount.euros > _MUCH_A_MONTH:
            yield Question(
                f"{french.euros(amount.euros, 0)} par mois : est-ce par mois, ou par an ?",
                number,
                about=about,
                confirmable=True,
            )
        elif amount.per is Per.YEAR and 0 < amount.euros < _LITTLE_A_YEAR:
            # Of a whole year's income, that is little, and so it is of whom one receives here.
            of_year = amount is one.taxed
            yield Question(
                f"{french.euros(amount.euros, 0)} par an : est-ce par an, ou par mois ?",
                number,
                blocking=not of_year,
                about=about,
                confirmable=not of_year,
            )
    yield from _of_same(one, number)
    salary = one.incomes.get(Income.SALARY)
    if one.barred_from_work and salary is not None and salary.euros > 0:
        yield Question(
            "Son handicap empêche de travailler, et un salaire est noté : qu'en est-il ?",
            number,
            about="barred_from_work",
            confirmable=True,
        )


def _of_same(one: Person, number: int) -> Iterator[Question]:
    """Yield what to ask where a year's income is told as so much as a month's of it."""
    if one.taxed is None or not one.taxed.euros:
        return
    alike = [
        amount
        for amount in one.incomes.values()
        if amount.euros == one.taxed.euros and amount.per is not one.taxed.per
    ]
    if alike:
        yield Question(
            f"{french.euros(one.taxed.euros, 0)}, pour un mois et pour une année : "
            "lequel des deux est-ce ?",
            number,
            about="taxed",
            confirmable=True,
        )


def _of_home(said: Situation) -> Iterator[Question]:
    home = said.home
    if home.tenure in _TENANTS and home.rent == 0:
        yield Question(
            "Locataire, sans loyer noté : combien est le loyer, hors charges ?",
            about="rent",
            confirmable=True,
        )
    if home.tenure not in _TENANTS and home.tenure is not Tenure.OWNER_WITH_LOAN and home.rent > 0:
        yield Question(
            "Un loyer est noté sans être locataire : qui paie, et pour quoi ?", about="rent"
        )
    if home.rent > _HIGH_RENT:
        yield Question(
            f"{french.euros(home.rent, 0)} de loyer ou de prêt : est-ce par mois, ou par an ?",
            about="rent",
            confirmable=True,
        )
    if home.loan_on and home.loan_on > said.month.last_day:
        yield Question("Le prêt est signé après le mois du calcul : quel jour ?", about="loan_on")
    if home.charges > home.rent > 0:
        yield Question(
            "Les charges dépassent le loyer : les deux montants sont-ils mêlés ?",
            about="charges",
            confirmable=True,
        )
    if home.rent < 0 or home.charges < 0:
        yield Question(
            "Un montant du logement est négatif : combien est-ce vraiment ?", about="rent"
        )
