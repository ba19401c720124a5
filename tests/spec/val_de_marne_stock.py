"""Val-de-Marne: the offers looked for in the whole file, each criterion with examples."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from spec.cases import Case, Examples, not_concerned, selected, sheet, to_verify
from spec.criteria import (
    amounts,
    at_least_one_child,
    codes,
    nobody_responsible,
    pregnancy,
    responsible_ages,
    until_20,
    without_spouse,
)
from spec.households import Home, turning
from spec.months import OCTOBER, VAL_DE_MARNE, catalogue_of

A_DAY = timedelta(days=1)
UNDER_20 = "dependent_children_under_20"
_DAY = OCTOBER.last_day
_VALUES = catalogue_of(VAL_DE_MARNE, OCTOBER).values
_MINIMUM_WAGE = _VALUES["minimum_wage.gross_year_n2"]
_QUOTIENT = _VALUES["family_quotient.aids_ceiling"]

LONE_PARENT = (
    Home(OCTOBER)
    .responsible(turning(30, _DAY))
    .children(turning(3, _DAY))
    .having(
        family_status="single",
        gross_income_n2=_MINIMUM_WAGE - 1,
        income_adjustment="none",
        rsa="none",
        rsa_sanction=False,
    )
)
_OVER_MINIMUM_WAGE = LONE_PARENT.having(gross_income_n2=_MINIMUM_WAGE)
_ON_RSA = LONE_PARENT.having(rsa="standard")
_lone_parent = partial(Examples, VAL_DE_MARNE, "lone_parent")

LONE_PARENT_SHEET = sheet(
    VAL_DE_MARNE,
    "lone_parent",
    LONE_PARENT,
    "Célibataire de 30 ans, sans conjoint, un enfant de 3 ans ; revenu brut inférieur d'un euro "
    "au Smic de l'année, ni abattement ni neutralisation ; ne reçoit pas le RSA.",
    {
        "age": (
            *responsible_ages(LONE_PARENT, eve_of=(18, 35), ages=(18, 34, 35), holding=(18, 34)),
            nobody_responsible(LONE_PARENT, "responsible_age"),
        ),
        "alone": without_spouse(LONE_PARENT),
        "family_status": _lone_parent(
            codes(LONE_PARENT, "family_status", holding=("single",)),
            "family_status",
            never_unknown="La colonne est obligatoire : un dossier où elle est vide est rejeté.",
        ),
        "child/dependent_children_under_20": _lone_parent(
            (
                *at_least_one_child(LONE_PARENT, UNDER_20, also_unknown="has_spouse"),
                *until_20(LONE_PARENT),
            ),
            "child/dependent_children_under_20",
            "Aucune grossesse n'est déclarée.",
        ),
        "child/declared_pregnancy": _lone_parent(
            pregnancy(LONE_PARENT.children()), "child/declared_pregnancy", "Pas d'enfant."
        ),
        "resources/gross_income_n2": _lone_parent(
            amounts(LONE_PARENT, "gross_income_n2", _MINIMUM_WAGE, at_bound=False),
            "resources/gross_income_n2",
            "Ni abattement ni neutralisation.",
        ),
        "resources/income_adjustment": _lone_parent(
            codes(
                _OVER_MINIMUM_WAGE,
                "income_adjustment",
                holding=("abatement", "neutralisation"),
            ),
            "resources/income_adjustment",
            "Le revenu brut atteint le Smic de l'année.",
        ),
        "rsa/rsa": _lone_parent(
            codes(LONE_PARENT, "rsa", holding=("none",)), "rsa/rsa", "Pas de sanction."
        ),
        "rsa/rsa_sanction": _lone_parent(
            (
                Case("Une sanction", _ON_RSA.having(rsa_sanction=True), selected),
                Case("Pas de sanction", _ON_RSA, not_concerned),
                Case(
                    "Sanction non renseignée",
                    _ON_RSA.having(rsa_sanction=None),
                    to_verify("rsa_sanction"),
                ),
            ),
            "rsa/rsa_sanction",
            "Le dossier reçoit le RSA.",
        ),
    },
)

_MODEST = (
    Home(OCTOBER)
    .responsible(turning(40, _DAY))
    .children(turning(9, _DAY))
    .having(family_quotient=_QUOTIENT - 100)
)


def _from_6_to_17() -> tuple[Case, ...]:
    two = _MODEST.children(turning(6, _DAY), turning(17, _DAY))
    one = _MODEST.children
    return (
        Case("Aucun enfant", one(), not_concerned),
        Case("Un enfant de 5 ans, 6 le lendemain", one(turning(6, _DAY) + A_DAY), not_concerned),
        Case("Un enfant de 6 ans le dernier jour du mois", one(turning(6, _DAY)), selected),
        Case("Un enfant de 17 ans, 18 le lendemain", one(turning(18, _DAY) + A_DAY), selected),
        Case("Un enfant de 18 ans le dernier jour du mois", one(turning(18, _DAY)), not_concerned),
        Case("Deux enfants, de 6 et 17 ans", two, selected),
        Case(
            "Un enfant de 18 ans ; une ligne de personne du dossier a été rejetée",
            one(turning(18, _DAY)).lost(persons=1),
            to_verify("dependent_children_6_to_17"),
        ),
    )


_MODEST_FAMILY = (
    "Responsable de 40 ans, un enfant de 9 ans, quotient familial inférieur de 100 € au plafond."
)
HOLIDAYS = sheet(
    VAL_DE_MARNE,
    "aid_holidays",
    _MODEST,
    _MODEST_FAMILY,
    {
        "dependent_children": (*at_least_one_child(_MODEST, UNDER_20), *until_20(_MODEST)),
        "family_quotient": amounts(_MODEST, "family_quotient", _QUOTIENT, at_bound=True),
    },
)
LEISURE = sheet(
    VAL_DE_MARNE,
    "aid_leisure",
    _MODEST,
    _MODEST_FAMILY,
    {
        "children": _from_6_to_17(),
        "family_quotient": amounts(_MODEST, "family_quotient", _QUOTIENT, at_bound=True),
    },
)

SHEETS = (LONE_PARENT_SHEET, HOLIDAYS, LEISURE)
