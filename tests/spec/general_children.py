"""Who counts as a dependent child, definition by definition, with examples."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from functools import partial

from jalon.rules.calendar import Month, french_date
from jalon.rules.fact import Unit
from jalon.rules.sentences import quantity
from spec.cases import Case, Examples, Expected, Topic, not_concerned, selected, to_verify
from spec.criteria import LOST_ROW
from spec.households import Home, turning
from spec.months import HERAULT, ISERE, JANUARY_2018, OCTOBER, VAL_DE_MARNE, catalogue_of

A_DAY = timedelta(days=1)
CENT = Decimal("0.01")
DAY = OCTOBER.last_day
UNDER_20 = "dependent_children_under_20"
FAMILY_BENEFITS = "dependent_children_family_benefits"
HOUSING = "dependent_children_housing"
CEILING = "family_benefits.child_pay_ceiling"


def _separated(month: Month) -> Home:
    return Home(month).responsible(turning(40, month.last_day)).event("separation")


SEPARATED = _separated(OCTOBER)
RENOVATED = SEPARATED.without_event().event("urban_renewal")


def _born(home: Home, day: date, expected: Expected) -> Case:
    return Case(f"Enfant né le {french_date(day)}", home.children(day), expected)


def _birthdays(month: Month, *born: tuple[date, Expected]) -> tuple[Case, ...]:
    home = _separated(month)
    return tuple(_born(home, day, expected) for day, expected in born)


UNDER_20_CASES = (
    *_birthdays(
        OCTOBER,
        (date(2006, 10, 31), not_concerned),
        (date(2006, 11, 1), selected),
        (date(2026, 10, 31), selected),
        (date(2026, 11, 1), not_concerned),
    ),
    Case("Enfant décédé", SEPARATED.children(turning(9, DAY), death_date=DAY), not_concerned),
    Case(
        "Enfant dont le décès est daté d'après le mois : une date de décès suffit",
        SEPARATED.children(turning(9, DAY), death_date=DAY + A_DAY),
        not_concerned,
    ),
    Case(
        "Un jeune de 9 ans inscrit au dossier, mais pas comme enfant",
        SEPARATED.other(turning(9, DAY)),
        not_concerned,
    ),
)

CUSTODY_CASES = (
    *(
        Case(f"Enfant de 9 ans, {said}", SEPARATED.children(turning(9, DAY), custody=code), found)
        for code, said, found in (
            ("full", "qui vit avec le parent", selected),
            ("alternating", "en résidence alternée", selected),
            ("visiting", "en droit de visite et d'hébergement", not_concerned),
        )
    ),
    Case(
        "L'extraction n'a pas la colonne de la garde",
        SEPARATED.children(turning(9, DAY)).without_column("persons", "custody"),
        to_verify(UNDER_20),
    ),
    Case(
        "L'extraction n'a pas cette colonne, mais l'enfant a 20 ans : cela suffit à l'exclure",
        SEPARATED.children(turning(20, DAY)).without_column("persons", "custody"),
        not_concerned,
    ),
)

_SIX, _SIXTEEN = turning(6, DAY), turning(16, DAY)
_unknown = to_verify(FAMILY_BENEFITS)
_separated_isere = partial(Examples, ISERE, "separation")


def _school(said: str, born: date, expected: Expected, *, in_school: bool | None) -> Case:
    schooled = {True: "scolarisé", False: "non scolarisé", None: "scolarité non renseignée"}
    home = SEPARATED.children(born, in_school=in_school)
    return Case(f"Enfant {said}, {schooled[in_school]}", home, expected)


SCHOOL_CASES = (
    _school("de 5 ans, 6 le lendemain", _SIX + A_DAY, selected, in_school=None),
    _school("de 5 ans, 6 le lendemain", _SIX + A_DAY, selected, in_school=False),
    _school("de 6 ans le dernier jour du mois", _SIX, selected, in_school=True),
    _school("de 6 ans le dernier jour du mois", _SIX, not_concerned, in_school=False),
    _school("de 6 ans le dernier jour du mois", _SIX, _unknown, in_school=None),
    _school("de 15 ans, 16 le lendemain", _SIXTEEN + A_DAY, selected, in_school=True),
    _school("de 15 ans, 16 le lendemain", _SIXTEEN + A_DAY, not_concerned, in_school=False),
    _school("de 15 ans, 16 le lendemain", _SIXTEEN + A_DAY, _unknown, in_school=None),
)


def _pay_cases(home: Home, last_age: int, fact: str) -> tuple[Case, ...]:
    """Pay around the month's ceiling, for the first age it matters at and the last."""
    ceiling = catalogue_of(ISERE, home.month).values[CEILING]
    sixteen, too_old = turning(16, home.day), turning(last_age + 1, home.day)

    def paid(said: str, born: date, pay: Decimal | None, expected: Expected) -> Case:
        amount = (
            "rémunération non renseignée" if pay is None else f"payé {quantity(pay, Unit.EUROS)}"
        )
        return Case(f"Enfant {said}, {amount}", home.children(born, monthly_net_pay=pay), expected)

    ages = (
        ("de 16 ans le dernier jour du mois", sixteen),
        (f"de {last_age} ans, {last_age + 1} le lendemain", too_old + A_DAY),
    )
    bounds = (
        (ceiling - CENT, selected),
        (ceiling, selected),
        (ceiling + CENT, not_concerned),
        (None, to_verify(fact)),
    )
    return (
        *(paid(said, born, pay, expected) for said, born in ages for pay, expected in bounds),
        paid(f"de {last_age + 1} ans le dernier jour du mois", too_old, Decimal(0), not_concerned),
    )


def _schooled(*children: tuple[int, bool | None]) -> Home:
    home = SEPARATED
    for years, in_school in children:
        home = home.child(turning(years, DAY), in_school=in_school)
    return home


COUNT_CASES = (
    Case("Un seul enfant, dont on ne sait pas s'il compte", _schooled((9, None)), _unknown),
    Case("Le même, et un enfant de 3 ans", _schooled((9, None), (3, None)), selected),
    Case("Le même, et un enfant qui ne compte pas", _schooled((9, None), (9, False)), _unknown),
    Case("Deux enfants qui ne comptent pas", _schooled((9, False), (21, True)), not_concerned),
)

_ALONE = Home(OCTOBER).responsible(turning(21, DAY))
_UNSURE = _ALONE.without_column("persons", "custody")
EXACT_CASES = (
    Case(
        "Un enfant, sans que l'extraction dise la garde : aucun ou un",
        _UNSURE.children(turning(1, DAY)),
        to_verify(UNDER_20),
    ),
    Case(
        "Deux enfants, sans que l'extraction dise la garde : aucun, un ou deux",
        _UNSURE.children(turning(1, DAY), turning(2, DAY)),
        to_verify(UNDER_20),
    ),
    Case(
        f"Un enfant certain ; {LOST_ROW} : un ou deux",
        _ALONE.children(turning(1, DAY)).lost(persons=1),
        to_verify(UNDER_20, "has_spouse"),
    ),
    Case(
        f"Deux enfants certains ; {LOST_ROW} : deux ou trois, jamais un",
        _ALONE.children(turning(1, DAY), turning(2, DAY)).lost(persons=1),
        not_concerned,
    ),
)

LEAP_DAY_CASES = (
    *_birthdays(
        Month(2024, 2),
        (date(2004, 2, 29), not_concerned),
        (date(2004, 3, 1), selected),
    ),
)


def _leap_leisure(month: Month, born: date, expected: Expected) -> Case:
    quotient = catalogue_of(VAL_DE_MARNE, month).values["family_quotient.aids_ceiling"]
    home = Home(month).responsible(turning(40, month.first_day)).having(family_quotient=quotient)
    said = f"Enfant né le {french_date(born)}, mois requêté : {month.in_french}"
    return Case(said, home.children(born), expected)


LEAP_LEISURE_CASES = (
    _leap_leisure(Month(2026, 2), date(2020, 2, 28), selected),
    _leap_leisure(Month(2026, 2), date(2020, 2, 29), not_concerned),
    _leap_leisure(Month(2026, 3), date(2020, 2, 29), selected),
    _leap_leisure(Month(2026, 2), date(2008, 2, 28), not_concerned),
    _leap_leisure(Month(2026, 2), date(2008, 2, 29), selected),
    _leap_leisure(Month(2026, 3), date(2008, 2, 29), not_concerned),
)

TOPICS = (
    Topic(
        "L'enfant de moins de 20 ans",
        "L'âge est pris le dernier jour du mois. Un enfant né après ce jour ne compte pas "
        "encore ; une personne dont la date de décès est renseignée ne compte plus.",
        (Examples(VAL_DE_MARNE, "separation", UNDER_20_CASES),),
    ),
    Topic(
        "L'enfant né un 29 février",
        "Les années qui n'ont pas de 29 février, il a un an de plus le 1er mars.",
        (
            Examples(VAL_DE_MARNE, "separation", LEAP_DAY_CASES, given="Février 2024."),
            Examples(
                VAL_DE_MARNE, "aid_leisure", LEAP_LEISURE_CASES, given="Enfants de 6 à 17 ans."
            ),
        ),
    ),
    Topic(
        "La garde de l'enfant",
        "L'enfant en résidence alternée est à charge ; celui qui ne vient qu'en droit de visite "
        "ne l'est pas. Une case vide vaut « vit avec le parent ».",
        (Examples(VAL_DE_MARNE, "separation", CUSTODY_CASES),),
    ),
    Topic(
        "L'enfant à charge au sens des prestations familiales : l'école, de 6 à 15 ans",
        "Avant 6 ans, aucune condition. De 6 à 15 ans, l'enfant est scolarisé.",
        (_separated_isere(SCHOOL_CASES),),
    ),
    Topic(
        "L'enfant à charge au sens des prestations familiales : la rémunération, de 16 à 19 ans",
        "La rémunération nette du mois ne dépasse pas 55 % du Smic horaire brut × 169 h.",
        (_separated_isere(_pay_cases(SEPARATED, 19, FAMILY_BENEFITS)),),
    ),
    Topic(
        "La même règle en janvier 2018",
        "Le Smic suit la date du requêtage : le plafond du 1er janvier 2018 est de 918,35 €.",
        (_separated_isere(_pay_cases(_separated(JANUARY_2018), 19, FAMILY_BENEFITS)),),
    ),
    Topic(
        "L'enfant à charge au sens des aides au logement : la rémunération, de 16 à 20 ans",
        "Le droit aux aides au logement dure jusqu'au 21e anniversaire.",
        (Examples(ISERE, "urban_renewal", _pay_cases(RENOVATED, 20, HOUSING)),),
    ),
    Topic(
        "« Au moins un » enfant, quand on ne sait pas tout",
        "Il suffit d'un enfant certain. Sans lui, le dossier est à vérifier tant qu'un enfant "
        "peut compter.",
        (_separated_isere(COUNT_CASES),),
    ),
    Topic(
        "« Exactement un » enfant, quand on ne sait pas tout",
        "Le nombre d'enfants est compris entre ceux qui comptent à coup sûr et ceux qui peuvent "
        "compter.",
        (Examples(HERAULT, "young_lone_parent", EXACT_CASES),),
    ),
)
