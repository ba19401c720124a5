"""What depends on dates alone: windows to answer, pregnancies, amounts, offers in force."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import partial

from jalon.rules.calendar import Month, french_date
from spec.cases import Case, Examples, Expected, Topic, not_concerned, selected
from spec.herault import SEPARATED as SEPARATED_IN_HERAULT
from spec.households import Home, turning
from spec.months import DECEMBER_2020, HERAULT, ISERE, OCTOBER, VAL_DE_MARNE, catalogue_of
from spec.val_de_marne_stock import LONE_PARENT

_separation = partial(Examples, VAL_DE_MARNE, "separation")
_lone_parent = partial(Examples, VAL_DE_MARNE, "lone_parent")


def _registered(day: date, *, ends: date | None) -> Case:
    month = Month.of(day)
    home = (
        Home(month)
        .responsible(date(1985, 6, 1))
        .children(date(2020, 6, 1))
        .event("separation", reported_on=day)
    )
    said = f"Séparation enregistrée le {french_date(day)}"
    return Case(said, home, replace(selected, window_ends_on=ends))


WINDOW_CASES = (
    _registered(date(2026, 10, 1), ends=date(2027, 10, 1)),
    _registered(date(2026, 10, 31), ends=date(2027, 10, 31)),
    _registered(date(2027, 2, 28), ends=date(2028, 2, 28)),
    _registered(date(2028, 2, 28), ends=date(2029, 2, 28)),
    _registered(date(2028, 2, 29), ends=date(2029, 2, 28)),
)
NO_WINDOW_CASES = (Case("Parent seul : aucun événement n'ouvre de délai", LONE_PARENT, selected),)
LETTER_CASES = (
    Case("Séparation dans le mois : le délai court de la lettre", SEPARATED_IN_HERAULT, selected),
)


def _pregnant(month: Month, declared: date, expected: Expected) -> Case:
    day = month.last_day
    wage = catalogue_of(VAL_DE_MARNE, month).values["minimum_wage.gross_year_n2"]
    home = LONE_PARENT.children().responsible(turning(30, day.replace(day=28)))
    home = replace(home, month=month).having(
        pregnancy_declared_on=declared, gross_income_n2=wage - 1
    )
    said = f"Déclarée le {french_date(declared)}, mois requêté : {month.in_french}"
    return Case(said, home, expected)


PREGNANCY_CASES = (
    _pregnant(OCTOBER, date(2025, 12, 30), not_concerned),
    _pregnant(OCTOBER, date(2025, 12, 31), selected),
    _pregnant(OCTOBER, date(2026, 10, 31), selected),
    _pregnant(OCTOBER, date(2026, 11, 1), not_concerned),
    _pregnant(Month(2026, 2), date(2025, 4, 27), not_concerned),
    _pregnant(Month(2026, 2), date(2025, 4, 28), selected),
    _pregnant(Month(2026, 2), date(2025, 4, 30), selected),
)

TOPICS = (
    Topic(
        "Le délai d'un an pour répondre",
        "Il court du jour où l'événement est enregistré, dernier jour compris, en Val-de-Marne "
        "et en Isère ; de la lettre dans l'Hérault, où il n'est donc pas connu d'avance. Une "
        "offre sans événement n'en a pas non plus avant la lettre.",
        (
            _separation(WINDOW_CASES),
            _lone_parent(NO_WINDOW_CASES),
            Examples(HERAULT, "separation", LETTER_CASES),
        ),
    ),
    Topic(
        "La grossesse déclarée",
        "Elle compte dix mois, jour pour jour ; là où le mois d'arrivée n'a pas ce jour, "
        "jusqu'à son dernier jour. La femme n'a pas encore d'enfant.",
        (_lone_parent(PREGNANCY_CASES),),
    ),
)

# The offers of each fund on the last day of a month, on request included.
IN_FORCE: dict[tuple[str, Month], tuple[str, ...]] = {
    (VAL_DE_MARNE, Month(2014, 12)): (),
    (VAL_DE_MARNE, DECEMBER_2020): ("increased_rsa", "indecent_housing", "overcrowding"),
    (VAL_DE_MARNE, Month(2021, 6)): (
        *("aid_child_death", "aid_holidays", "aid_leisure", "aid_multiple_birth"),
        *("aid_parent_death", "child_death", "child_illness", "intervention_sheet"),
        *("mediation", "parent_death", "rent_arrears", "separation"),
    ),
    (VAL_DE_MARNE, Month(2021, 7)): (
        *("aid_child_death", "aid_holidays", "aid_leisure", "aid_multiple_birth"),
        *("aid_parent_death", "child_death", "child_illness", "intervention_sheet"),
        *("lone_parent", "mediation", "parent_death", "rent_arrears", "separation"),
    ),
    (VAL_DE_MARNE, OCTOBER): (
        *("aid_child_death", "aid_holidays", "aid_leisure", "aid_multiple_birth"),
        *("aid_parent_death", "child_death", "child_illness", "intervention_sheet"),
        *("lone_parent", "mediation", "parent_death", "rent_arrears", "separation"),
    ),
    (ISERE, Month(2013, 12)): (),
    (ISERE, Month(2014, 1)): (
        *("bereavement", "holiday_hosting", "indecent_housing", "new_child_lone_parent"),
        *("rent_arrears", "separation", "urban_renewal"),
    ),
    (ISERE, OCTOBER): (
        *("bereavement", "holiday_hosting", "indecent_housing", "new_child_lone_parent"),
        *("rent_arrears", "separation", "urban_renewal"),
    ),
    (HERAULT, Month(2022, 12)): (),
    (HERAULT, Month(2023, 1)): ("bereavement", "separation", "young_lone_parent"),
    (HERAULT, OCTOBER): ("bereavement", "separation", "young_lone_parent"),
}

# Amounts stated outside Jalon: the booklet's own figure, and the sum by hand of a year's rates.
STATED_AMOUNTS = (
    (ISERE, Month(2018, 1), "family_benefits.child_pay_ceiling", Decimal("918.35")),
    (
        VAL_DE_MARNE,
        OCTOBER,
        "minimum_wage.gross_year_n2",
        (10 * Decimal("11.65") + 2 * Decimal("11.88")) * Decimal("151.67"),
    ),
    (VAL_DE_MARNE, OCTOBER, "minimum_wage.gross_year_n2", Decimal("21273.2342")),
    (VAL_DE_MARNE, OCTOBER, "family_quotient.aids_ceiling", Decimal(800)),
    (HERAULT, OCTOBER, "family_quotient.separation_ceiling", Decimal(800)),
)
