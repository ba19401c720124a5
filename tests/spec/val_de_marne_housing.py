"""Val-de-Marne: housing, and the three offers in force until 2020, each with examples."""

from __future__ import annotations

from spec.cases import Sheet, sheet
from spec.criteria import at_least_one_child, codes, event_in_month, until_20
from spec.households import Home, turning
from spec.months import DECEMBER_2020, OCTOBER, VAL_DE_MARNE

INDEBTED = (
    Home(OCTOBER)
    .responsible(turning(40, OCTOBER.last_day))
    .children(turning(9, OCTOBER.last_day))
    .having(housing_benefit="apl")
    .event("rent_arrears")
)

RENT_ARREARS = sheet(
    VAL_DE_MARNE,
    "rent_arrears",
    INDEBTED,
    "Responsable de 40 ans, un enfant de 9 ans, droit à l'APL ; un impayé de loyer est "
    "enregistré dans le mois.",
    {
        "event": event_in_month(INDEBTED, "rent_arrears", other="indecent_housing"),
        "housing_benefit": codes(INDEBTED, "housing_benefit", holding=("alf", "als", "apl")),
        "dependent_children": (
            *at_least_one_child(INDEBTED, "dependent_children_under_20"),
            *until_20(INDEBTED),
        ),
    },
)


def _of_an_event(offer: str, *, other: str) -> Sheet:
    """Describe an offer until 2020 that asks for its event and nothing else."""
    base = Home(DECEMBER_2020).responsible(turning(40, DECEMBER_2020.last_day)).event(offer)
    return sheet(
        VAL_DE_MARNE,
        offer,
        base,
        "Responsable de 40 ans, sans enfant ; l'événement est enregistré dans le mois.",
        {"event": event_in_month(base, offer, other=other)},
    )


_ON_INCREASED_RSA = (
    Home(DECEMBER_2020)
    .responsible(turning(30, DECEMBER_2020.last_day))
    .children(turning(2, DECEMBER_2020.last_day))
    .having(rsa="increased")
)
INCREASED_RSA = sheet(
    VAL_DE_MARNE,
    "increased_rsa",
    _ON_INCREASED_RSA,
    "Responsable de 30 ans, un enfant de 2 ans, RSA majoré.",
    {"rsa": codes(_ON_INCREASED_RSA, "rsa", holding=("increased",))},
)

SHEETS = (
    RENT_ARREARS,
    _of_an_event("indecent_housing", other="overcrowding"),
    _of_an_event("overcrowding", other="indecent_housing"),
    INCREASED_RSA,
)
