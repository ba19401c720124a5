"""Val-de-Marne: separation, bereavement, illness and mediation, each criterion with examples."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial

from jalon.rules.calendar import Month
from spec.cases import Case, Examples, Sheet, not_concerned, selected, sheet, to_verify
from spec.criteria import at_least_one_child, event_in_month, until_20
from spec.households import Home, turning
from spec.months import OCTOBER, VAL_DE_MARNE

A_DAY = timedelta(days=1)
UNDER_20 = "dependent_children_under_20"
DIED_ON = OCTOBER.last_day.replace(day=10)
BORN_9_YEARS_BEFORE = turning(9, DIED_ON)


def _family(month: Month) -> Home:
    day = month.last_day
    return Home(month).responsible(turning(40, day)).children(turning(9, day))


FAMILY = _family(OCTOBER)
SEPARATED = FAMILY.event("separation")
WIDOWED = FAMILY.spouse(turning(45, OCTOBER.last_day), death_date=DIED_ON).event(
    "adult_death", of="S"
)


def _dead_child(
    birth_date: date = BORN_9_YEARS_BEFORE,
    death_date: date | None = DIED_ON,
    occurred_on: date | None = None,
) -> Home:
    """Return the same family, its dead child and the event described otherwise."""
    home = FAMILY.children().child(birth_date, death_date=death_date)
    return home.event("child_death", of="C1", occurred_on=occurred_on)


BEREAVED = _dead_child()


def _ages_at_death() -> tuple[Case, ...]:
    day, twenty_five = DIED_ON, turning(25, DIED_ON)
    return (
        Case(
            "Enfant mort à 24 ans, la veille de ses 25 ans",
            _dead_child(birth_date=twenty_five + A_DAY),
            selected,
        ),
        Case(
            "Enfant mort le jour de ses 25 ans", _dead_child(birth_date=twenty_five), not_concerned
        ),
        Case("Enfant mort à 26 ans", _dead_child(birth_date=turning(26, day)), not_concerned),
        Case(
            "Date de décès inconnue ; l'événement a eu lieu la veille de ses 25 ans",
            _dead_child(birth_date=twenty_five + A_DAY, death_date=None, occurred_on=day),
            selected,
        ),
        Case(
            "Date de décès inconnue ; l'événement a eu lieu le jour de ses 25 ans",
            _dead_child(birth_date=twenty_five, death_date=None, occurred_on=day),
            not_concerned,
        ),
        Case(
            "Mort la veille de ses 25 ans ; l'événement est daté du lendemain, "
            "mais la date de décès l'emporte",
            _dead_child(birth_date=twenty_five + A_DAY, occurred_on=day + A_DAY),
            selected,
        ),
        Case(
            "Ni date de décès ni date de l'événement",
            _dead_child(death_date=None),
            to_verify("age_at_death"),
        ),
        Case(
            "L'événement ne dit pas de quel enfant il s'agit",
            FAMILY.event("child_death", occurred_on=day),
            to_verify("age_at_death"),
        ),
    )


def _stillbirth() -> tuple[Case, ...]:
    return (
        Case("Naissance sans vie", FAMILY.event("stillbirth"), selected),
        Case(
            "Décès d'un enfant de 25 ans",
            _dead_child(birth_date=turning(25, DIED_ON)),
            not_concerned,
        ),
        Case(
            "Une ligne d'événement du dossier a été rejetée : on ne sait pas ce qu'elle disait",
            FAMILY.lost(events=1),
            to_verify("age_at_death", "event_kind"),
        ),
    )


def _parent_death(offer: str) -> Sheet:
    return sheet(
        VAL_DE_MARNE,
        offer,
        WIDOWED,
        "Responsable de 40 ans, un enfant de 9 ans ; le conjoint est mort le 10 octobre 2026, "
        "et le décès est enregistré dans le mois.",
        {
            "event": event_in_month(WIDOWED, "adult_death", other="child_death"),
            "dependent_children": (*at_least_one_child(WIDOWED, UNDER_20), *until_20(WIDOWED)),
        },
    )


def _child_death(offer: str) -> Sheet:
    about = partial(Examples, VAL_DE_MARNE, offer)
    return sheet(
        VAL_DE_MARNE,
        offer,
        BEREAVED,
        "Responsable de 40 ans ; un enfant de 9 ans est mort le 10 octobre 2026, et le décès "
        "est enregistré dans le mois.",
        {
            "event": event_in_month(
                BEREAVED,
                *("child_death", "stillbirth"),
                other="adult_death",
                unknown=("age_at_death", "event_kind"),
            ),
            "child/event_kind": about(_stillbirth(), "child/event_kind"),
            "child/age_at_death": about(
                _ages_at_death(), "child/age_at_death", "L'événement est un décès d'enfant."
            ),
        },
    )


SEPARATION = sheet(
    VAL_DE_MARNE,
    "separation",
    SEPARATED,
    "Responsable de 40 ans, un enfant de 9 ans ; une séparation est enregistrée dans le mois.",
    {
        "event": event_in_month(SEPARATED, "separation", "divorce", other="adult_death"),
        "dependent_children": (*at_least_one_child(SEPARATED, UNDER_20), *until_20(SEPARATED)),
    },
)

MEDIATION = sheet(
    VAL_DE_MARNE,
    "mediation",
    SEPARATED,
    "Responsable de 40 ans, un enfant de 9 ans ; une séparation est enregistrée dans le mois.",
    {
        "event": (
            *event_in_month(SEPARATED, "separation", "divorce", other="adult_death"),
            Case("Séparation dans le mois, sans aucun enfant", SEPARATED.children(), selected),
        ),
        "protected_address": (
            Case("Adresse non protégée", SEPARATED.having(protected_address=False), selected),
            Case("Adresse protégée", SEPARATED.having(protected_address=True), not_concerned),
            Case(
                "L'extraction n'a pas la colonne des adresses protégées",
                SEPARATED.without_column("households", "protected_address"),
                to_verify("protected_address"),
            ),
        ),
    },
)

_ILL = FAMILY.event("ajpp_opened")
CHILD_ILLNESS = sheet(
    VAL_DE_MARNE,
    "child_illness",
    _ILL,
    "Un droit à l'allocation journalière de présence parentale s'ouvre dans le mois.",
    {"event": event_in_month(_ILL, "ajpp_opened", other="child_death")},
)

_TWINS = FAMILY.event("multiple_birth")
AID_MULTIPLE_BIRTH = sheet(
    VAL_DE_MARNE,
    "aid_multiple_birth",
    _TWINS,
    "Une naissance multiple est enregistrée dans le mois.",
    {"event": event_in_month(_TWINS, "multiple_birth", other="birth")},
)

SHEETS = (
    _parent_death("parent_death"),
    _child_death("child_death"),
    SEPARATION,
    CHILD_ILLNESS,
    MEDIATION,
    _parent_death("aid_parent_death"),
    _child_death("aid_child_death"),
    AID_MULTIPLE_BIRTH,
)
