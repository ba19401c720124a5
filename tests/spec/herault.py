"""Hérault: each criterion of each offer with its examples."""

from __future__ import annotations

from spec.cases import Case, not_concerned, selected, sheet, to_verify
from spec.criteria import (
    LOST_ROW,
    amounts,
    at_least_one_child,
    codes,
    event_in_month,
    nobody_responsible,
    responsible_ages,
    until_20,
    without_spouse,
)
from spec.households import Home, turning
from spec.months import HERAULT, OCTOBER, catalogue_of

UNDER_20 = "dependent_children_under_20"
_DAY = OCTOBER.last_day
_QUOTIENT = catalogue_of(HERAULT, OCTOBER).values["family_quotient.separation_ceiling"]
FAMILY = (
    Home(OCTOBER)
    .responsible(turning(40, _DAY))
    .children(turning(9, _DAY))
    .having(commune="34172", family_quotient=_QUOTIENT - 100, rsa="none")
)
SEPARATED = FAMILY.event("separation")
BEREAVED = FAMILY.spouse(turning(45, _DAY), death_date=_DAY).event("adult_death", of="S")
YOUNG = FAMILY.responsible(turning(21, _DAY)).children(turning(1, _DAY))

SEPARATION = sheet(
    HERAULT,
    "separation",
    SEPARATED,
    "Responsable de 40 ans, un enfant de 9 ans, quotient familial inférieur de 100 € au "
    "plafond, pas de RSA ; une séparation est enregistrée dans le mois.",
    {
        "event": event_in_month(SEPARATED, "separation", "divorce", other="adult_death"),
        "dependent_children": (*at_least_one_child(SEPARATED, UNDER_20), *until_20(SEPARATED)),
        "family_quotient": amounts(SEPARATED, "family_quotient", _QUOTIENT, at_bound=True),
        "rsa": codes(SEPARATED, "rsa", holding=("none",)),
    },
)

BEREAVEMENT = sheet(
    HERAULT,
    "bereavement",
    BEREAVED,
    "Responsable de 40 ans ; le décès de son conjoint est enregistré dans le mois.",
    {
        "event": (
            *event_in_month(BEREAVED, "adult_death", "child_death", other="stillbirth"),
            Case("Décès d'un adulte, sans aucun enfant", BEREAVED.children(), selected),
        ),
    },
)


def _exactly_one_child() -> tuple[Case, ...]:
    one, two = turning(1, _DAY), turning(2, _DAY)
    twenty = turning(20, _DAY)
    return (
        Case("Aucun enfant", YOUNG.children(), not_concerned),
        Case("Un enfant", YOUNG.children(one), selected),
        Case("Deux enfants", YOUNG.children(one, two), not_concerned),
        Case("Un enfant, et un autre de 20 ans", YOUNG.children(one, twenty), selected),
        Case(
            f"Un enfant ; {LOST_ROW} : peut-être un second, peut-être un conjoint",
            YOUNG.lost(persons=1),
            to_verify(UNDER_20, "has_spouse"),
        ),
        Case(
            f"Deux enfants ; en outre, {LOST_ROW}",
            YOUNG.children(one, two).lost(persons=1),
            not_concerned,
        ),
        Case(
            "Un enfant à charge, et un second dont l'extraction ne dit pas la garde",
            YOUNG.children(one, two).without_column("persons", "custody"),
            to_verify(UNDER_20),
        ),
    )


YOUNG_LONE_PARENT = sheet(
    HERAULT,
    "young_lone_parent",
    YOUNG,
    "Responsable de 21 ans, sans conjoint, un enfant d'un an.",
    {
        "age": (
            *responsible_ages(YOUNG, eve_of=(18, 25), ages=(18, 24, 25), holding=(18, 24)),
            nobody_responsible(YOUNG, "responsible_age"),
        ),
        "alone": without_spouse(YOUNG, also_unknown=UNDER_20),
        "first_child": _exactly_one_child(),
    },
)

SHEETS = (SEPARATION, BEREAVEMENT, YOUNG_LONE_PARENT)
