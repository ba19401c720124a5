"""Isère: each criterion of each offer with its examples."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from functools import partial

from spec.cases import Case, Examples, Sheet, not_concerned, selected, sheet, to_verify
from spec.criteria import (
    arrears,
    at_least_one_child,
    codes,
    event_in_month,
    nobody_responsible,
    responsible_ages,
    without_spouse,
)
from spec.households import Home, turning
from spec.months import ISERE, OCTOBER

A_DAY = timedelta(days=1)
BENEFITS, HOUSING = "dependent_children_family_benefits", "dependent_children_housing"
_DAY = OCTOBER.last_day
FAMILY = (
    Home(OCTOBER)
    .responsible(turning(40, _DAY))
    .children(turning(3, _DAY))
    .having(commune="38185", responsible_is_student=False)
)
SEPARATED = FAMILY.event("separation")
NEW_CHILD = FAMILY.event("birth")
BEREAVED = FAMILY.spouse(turning(45, _DAY), death_date=_DAY).event("adult_death", of="S")
TENANT = FAMILY.having(
    tenure="private_tenant",
    housing_benefit="als",
    rent_gross=500,
    rent_charges=100,
    rent_residual=300,
    arrears_amount=1500,
)


def _separation() -> Sheet:
    children = at_least_one_child(SEPARATED, BENEFITS, also_unknown="has_spouse")
    return sheet(
        ISERE,
        "separation",
        SEPARATED,
        "Responsable de 40 ans, sans conjoint, un enfant de 3 ans ; une séparation est "
        "enregistrée dans le mois.",
        {
            "event": event_in_month(SEPARATED, "separation", "divorce", other="adult_death"),
            "dependent_children": children,
            "alone": without_spouse(SEPARATED),
        },
    )


def _new_child() -> Sheet:
    kinds = ("birth", "multiple_birth", "adoption")
    return sheet(
        ISERE,
        "new_child_lone_parent",
        NEW_CHILD,
        "Responsable de 40 ans, sans conjoint ; une naissance est enregistrée dans le mois.",
        {
            "event": event_in_month(NEW_CHILD, *kinds, other="stillbirth"),
            "alone": without_spouse(NEW_CHILD),
        },
    )


def _bereavement() -> Sheet:
    kinds = ("adult_death", "child_death")
    return sheet(
        ISERE,
        "bereavement",
        BEREAVED,
        "Responsable de 40 ans, un enfant de 3 ans ; le décès de son conjoint est enregistré "
        "dans le mois.",
        {
            "event": event_in_month(BEREAVED, *kinds, other="stillbirth"),
            "dependent_children": at_least_one_child(BEREAVED, BENEFITS),
        },
    )


def _family_or_young_person(offer: str, base: Home) -> dict[str, tuple[Case, ...] | Examples]:
    """Require a dependent child, or a responsible person under 25 who is not a student."""
    about = partial(Examples, ISERE, offer)
    group = "family_or_young_person"
    young = base.children().responsible(turning(24, _DAY))
    return {
        f"{group}/{HOUSING}": about(
            at_least_one_child(base, HOUSING),
            f"{group}/{HOUSING}",
            "La personne responsable a 40 ans.",
        ),
        f"{group}/young_person/responsible_age": about(
            (
                *responsible_ages(young, eve_of=(25,), ages=(24, 25, 26), holding=(24,)),
                nobody_responsible(young, "responsible_age", "responsible_is_student"),
            ),
            f"{group}/young_person/responsible_age",
            "Pas d'enfant ; la personne responsable n'est pas étudiante.",
        ),
        f"{group}/young_person/responsible_is_student": about(
            _student(young),
            f"{group}/young_person/responsible_is_student",
            "Pas d'enfant ; la personne responsable a 24 ans.",
        ),
    }


def _student(young: Home) -> tuple[Case, ...]:
    spouse = young.responsible(turning(24, _DAY), death_date=_DAY).spouse(turning(24, _DAY))
    unknown = to_verify("responsible_is_student")
    return (
        Case("Pas étudiante", young.having(responsible_is_student=False), selected),
        Case("Étudiante", young.having(responsible_is_student=True), not_concerned),
        Case("Non renseigné", young.having(responsible_is_student=None), unknown),
        Case(
            "Responsable décédé, pas étudiant ; on ne sait rien du conjoint de 24 ans qui prend "
            "sa place",
            spouse,
            unknown,
        ),
    )


def _tenant(base: Home) -> dict[str, tuple[Case, ...] | Examples]:
    return {
        "tenure": codes(base, "tenure", holding=("private_tenant",)),
        "housing_benefit": codes(base, "housing_benefit", holding=("alf", "als")),
    }


def _indecent_housing() -> Sheet:
    base = TENANT.event("indecent_housing")
    return sheet(
        ISERE,
        "indecent_housing",
        base,
        "Responsable de 40 ans, un enfant de 3 ans, locataire du parc privé avec un droit à "
        "l'ALS ; un logement non décent est enregistré dans le mois.",
        {
            "event": event_in_month(base, "indecent_housing", other="overcrowding"),
            **_tenant(base),
            **_family_or_young_person("indecent_housing", base),
        },
    )


def _urban_renewal() -> Sheet:
    base = FAMILY.event("urban_renewal")
    return sheet(
        ISERE,
        "urban_renewal",
        base,
        "Responsable de 40 ans, un enfant de 3 ans ; un programme de rénovation urbaine est "
        "enregistré dans le mois.",
        {
            "event": event_in_month(base, "urban_renewal", other="indecent_housing"),
            **_family_or_young_person("urban_renewal", base),
        },
    )


def _gross_rents(base: Home) -> tuple[Case, ...]:
    fact = "arrears_in_gross_rents"
    alone = base.having(rent_residual=1000)
    return (
        *arrears(alone, fact, rent=Decimal(600), months=2),
        Case("Loyer brut inconnu", alone.having(rent_gross=None), to_verify(fact)),
        Case("Charges inconnues", alone.having(rent_charges=None), to_verify(fact)),
        Case(
            "Loyer brut et charges nuls : on ne compte pas en mois",
            alone.having(rent_gross=0, rent_charges=0),
            to_verify(fact),
        ),
    )


def _residual_rents(base: Home) -> tuple[Case, ...]:
    fact = "arrears_in_residual_rents"
    alone = base.having(arrears_amount=900, rent_residual=300)
    return (
        *arrears(alone, fact, rent=Decimal(300), months=3),
        Case("Loyer résiduel inconnu", alone.having(rent_residual=None), to_verify(fact)),
        Case(
            "Loyer résiduel nul : on ne compte pas en mois",
            alone.having(rent_residual=0),
            to_verify(fact),
        ),
        Case(
            "Dette inconnue",
            alone.having(arrears_amount=None),
            to_verify("arrears_in_gross_rents", fact),
        ),
    )


def _rent_arrears() -> Sheet:
    base = TENANT.event("rent_arrears")
    about = partial(Examples, ISERE, "rent_arrears")
    gross, residual = "arrears/arrears_in_gross_rents", "arrears/arrears_in_residual_rents"
    return sheet(
        ISERE,
        "rent_arrears",
        base,
        "Responsable de 40 ans, un enfant de 3 ans, locataire du parc privé avec un droit à "
        "l'ALS ; 1 500 € dus, pour 600 € de loyer brut et charges et 300 € de loyer résiduel ; "
        "un impayé de loyer est enregistré dans le mois.",
        {
            "event": event_in_month(base, "rent_arrears", other="indecent_housing"),
            **_tenant(base),
            gross: about(
                _gross_rents(base),
                gross,
                "Le loyer résiduel est de 1 000 € : la dette n'en fait pas trois.",
            ),
            residual: about(
                _residual_rents(base),
                residual,
                "Le loyer brut et les charges sont de 600 € : la dette n'en fait pas deux.",
            ),
            **_family_or_young_person("rent_arrears", base),
        },
    )


SHEETS = (
    _separation(),
    _new_child(),
    _bereavement(),
    _rent_arrears(),
    _urban_renewal(),
    _indecent_housing(),
)
