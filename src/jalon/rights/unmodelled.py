"""What the model does not compute as the law of the month has it: said, never approached."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Final

from jalon.rights.births import granted_in
from jalon.rights.catalogue import RightKind
from jalon.rights.situation import (
    Care,
    Leave,
    Occupation,
    Relation,
    Situation,
    Tenure,
)
from jalon.rules.calendar import Month, add_months, age_on

_EMPLOYED: Final = {Care.CHILDMINDER, Care.EMPLOYEE}
# The rule that the model has of it stops there.
_CARE_CHANGED: Final = Month(2025, 9)
_ASK: Final = "Demandez au service des prestations, ou faites la simulation sur caf.fr."
# What counts an aid for housing in, or being housed for nothing.
OF_HOUSING: Final = frozenset({"RSA", "PPA", "AL", "CSS"})
_OF_INCOMES: Final = OF_HOUSING | {"AAH"}
# Of loans signed since then no aid is paid; of those before, the model asks for what nobody tells:
# of which zone, of what state the home was, of which kind the loan (loi 2017-1837, art. 126).
_LOANS_HELPED: Final = date(2020, 1, 1)
_YOUNG: Final = 3
_THREE: Final = 3
_YEARS_AFTER_ADOPTION: Final = 3


def why_not_modelled(kind: RightKind, said: Situation) -> str:
    """Say why a right of this family is not computed; nothing where it is, or is not due."""
    if why := _of_incomes_or_home(kind, said):
        return why
    match kind.code:
        case "CMG" if any(one.care in _EMPLOYED for one in said.children):
            return f"Sa règle a changé en {_CARE_CHANGED.in_french} : pas encore calculée. {_ASK}"
        case "PRIME":
            return _of_another_year(said)
        case "PAJE" if _has_older_adopted(said):
            return (
                f"Pour un enfant adopté de {_YOUNG} ans ou plus, elle n'est pas calculée. {_ASK}"
            )
        case "PREPARE" if _has_leave(said) and _has_longer_leave(said):
            return f"Pour une adoption, ou des triplés, elle n'est pas calculée. {_ASK}"
    return ""


def _of_incomes_or_home(kind: RightKind, said: Situation) -> str:
    """Say that what one lives on, or the loan of one's home, has a rule that is not there."""
    on_their_own = any(one.occupation is Occupation.SELF_EMPLOYED for one in said.people)
    if kind.code in _OF_INCOMES and on_their_own:
        return f"Les revenus d'un travail à son compte ne sont pas encore calculés. {_ASK}"
    if kind.code in OF_HOUSING and _has_helped_loan(said):
        return (
            f"Pour un prêt signé avant {_LOANS_HELPED.year}, l'aide au logement n'est pas "
            f"calculée, ni ce qui en dépend. {_ASK}"
        )
    if kind.code == "RSA" and _is_lone_parent_studying(said):
        return f"Pour un parent seul qui étudie, il n'est pas calculé. {_ASK}"
    return ""


def _has_helped_loan(said: Situation) -> bool:
    home = said.home
    signed = home.loan_on if home.tenure is Tenure.OWNER_WITH_LOAN else None
    return signed is not None and signed < _LOANS_HELPED


def _is_lone_parent_studying(said: Situation) -> bool:
    """Tell whether somebody studies whom the law lets have it all the same (CASF, L. 262-4, 3°).

    The model refuses it to all who study.
    """
    claimant = said.claimant
    lone = said.partner is None and (bool(said.children) or claimant.pregnant)
    return lone and claimant.occupation is Occupation.STUDENT


def _of_another_year(said: Situation) -> str:
    """Say that the grant waits for a year whose incomes and ceilings nobody knows yet."""
    month = granted_in(said)
    if month is None or month.year == said.month.year:
        return ""
    return (
        f"Elle se calcule en {month.in_french}, avec les revenus déclarés de {month.year - 2}. "
        f"{_ASK}"
    )


def _has_older_adopted(said: Situation) -> bool:
    """Tell whether a child is past the age of the model, and not of the law: three years after."""
    return any(
        age_on(one.born, said.month.last_day) >= _YOUNG
        and said.month.first_day < add_months(one.adopted_on, 12 * _YEARS_AFTER_ADOPTION)
        for one in said.children
        if one.adopted_on is not None
    )


def _has_leave(said: Situation) -> bool:
    return any(one.leave is not Leave.NONE for one in said.people)


def _has_longer_leave(said: Situation) -> bool:
    births = Counter(one.born for one in said.people if one.relation is Relation.CHILD)
    return max(births.values(), default=0) >= _THREE or _has_older_adopted(said)
