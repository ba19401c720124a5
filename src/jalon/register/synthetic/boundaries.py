"""The households, described by hand, that stand on and around the boundary of every rule."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

import pyarrow as pa

from jalon.register.schema import BENEFITS, EVENTS, HOUSEHOLDS, PERSONS
from jalon.register.synthetic import boundaries_events, boundaries_money, boundaries_people
from jalon.register.synthetic.cases import Case, Cell, Scene
from jalon.register.synthetic.chunk import SCHEMAS, Start, Tables
from jalon.register.synthetic.columns import EVENT_WIDTH, HOUSEHOLD_WIDTH, PERSON_WIDTH
from jalon.register.synthetic.names import FAMILIES, MEN, RESERVED_PREFIXES, STREETS, WOMEN
from jalon.register.synthetic.payments import two_months
from jalon.rules.calendar import Month
from jalon.rules.communes import Commune

_FAMILIES_OF_CASES: Final = (
    boundaries_people.adult_ages,
    boundaries_people.young_tenants,
    boundaries_people.child_ages,
    boundaries_people.child_conditions,
    boundaries_people.numbers_of_children,
    boundaries_people.custody,
    boundaries_people.pregnancies,
    boundaries_people.child_deaths,
    boundaries_people.adult_deaths,
    boundaries_money.quotients,
    boundaries_money.incomes,
    boundaries_money.rsa_and_sanctions,
    boundaries_money.family_statuses,
    boundaries_money.arrears,
    boundaries_money.housing_rights,
    boundaries_events.days_of_report,
    boundaries_events.separations,
    boundaries_events.arrivals,
    boundaries_events.other_events,
    boundaries_events.set_aside,
)
_ORDINARY: Final[dict[str, Cell]] = {
    "family_status": "single",
    "family_quotient": Decimal("520.00"),
    "gross_income_n2": Decimal("9600.00"),
    "income_adjustment": "none",
    "rsa": "none",
    "rsa_sanction": False,
    "housing_benefit": "none",
    "tenure": "private_tenant",
    "rent_gross": Decimal("600.00"),
    "rent_charges": Decimal("50.00"),
    "rent_residual": Decimal("650.00"),
    "arrears_amount": Decimal("0.00"),
    "responsible_is_student": False,
    "do_not_contact": False,
    "protected_address": False,
    "in_support": False,
}
_RSA_PAID: Final = Decimal("640.00")
_HOUSING_PAID: Final = Decimal("240.00")


def boundary_cases(month: Month) -> tuple[Case, ...]:
    """Return every boundary household for a run of that month, in the order of the files."""
    scene = Scene(month)
    return tuple(case for family in _FAMILIES_OF_CASES for case in family(scene))


def boundary_tables(month: Month, communes: tuple[Commune, ...], start: Start) -> Tables:
    """Lay the boundary households out as the four tables, numbered from `start`."""
    rows: dict[str, list[dict[str, Cell]]] = {name: [] for name in SCHEMAS}
    for position, case in enumerate(boundary_cases(month)):
        commune = communes[position % len(communes)]
        household = f"{start.household + position:0{HOUSEHOLD_WIDTH}d}"
        first = start.person + len(rows[PERSONS.name])
        people = [f"{first + rank:0{PERSON_WIDTH}d}" for rank in range(len(case.people))]
        rows[HOUSEHOLDS.name].append(
            {
                "household_id": household,
                "responsible_person_id": people[0],
                **_address(commune, position),
                **_ORDINARY,
                **case.facts,
            }
        )
        rows[PERSONS.name] += _persons(case, household, people, position)
        rows[EVENTS.name] += _events(case, household, people, start.event + len(rows[EVENTS.name]))
        rows[BENEFITS.name] += _benefits(case, household, month)
    return {name: _table(name, listed) for name, listed in rows.items()}


def _address(commune: Commune, position: int) -> dict[str, Cell]:
    return {
        "commune": commune.code,
        "address_line1": f"{position + 1} {STREETS[position % len(STREETS)]}",
        "postal_code": commune.postal_codes[0],
        "city": commune.name,
        "phone": f"{RESERVED_PREFIXES[-1]}{position:04d}",
        "email": f"dossier.{position + 1}@example.org",
    }


def _persons(
    case: Case, household: str, people: list[str], position: int
) -> list[dict[str, Cell]]:
    return [
        {
            "person_id": identifier,
            "household_id": household,
            "role": someone.role,
            "last_name": FAMILIES[position % len(FAMILIES)],
            "first_name": _first_name(someone.sex, position + rank),
            "sex": someone.sex,
            "birth_date": someone.birth,
            "death_date": someone.death,
            "in_school": someone.in_school,
            "monthly_net_pay": someone.pay,
            "custody": someone.custody,
            "disabled": False,
        }
        for rank, (identifier, someone) in enumerate(zip(people, case.people, strict=True))
    ]


def _first_name(sex: str, position: int) -> str:
    names = WOMEN if sex == "F" else MEN
    return names[position % len(names)]


def _events(case: Case, household: str, people: list[str], first: int) -> list[dict[str, Cell]]:
    return [
        {
            "event_id": f"{first + rank:0{EVENT_WIDTH}d}",
            "household_id": household,
            "person_id": None if event.person is None else people[event.person],
            "kind": event.kind,
            "occurred_on": event.occurred,
            "reported_on": event.reported,
            "source": "family",
        }
        for rank, event in enumerate(case.events)
    ]


def _benefits(case: Case, household: str, month: Month) -> list[dict[str, Cell]]:
    """Pay the RSA and the housing benefit that the case has a right to."""
    facts = {**_ORDINARY, **case.facts}
    paid = []
    if facts["housing_benefit"] not in {None, "none"}:
        paid.append((str(facts["housing_benefit"]).upper(), _HOUSING_PAID))
    if facts["rsa"] not in {None, "none"}:
        paid.append(("RSA", _RSA_PAID))
    return [
        {"household_id": household, "month": str(each), "code": code, "amount": amount}
        for each in two_months(month)
        for code, amount in paid
    ]


def _table(name: str, rows: list[dict[str, Cell]]) -> Any:  # noqa: ANN401 - pyarrow publishes no types
    schema = SCHEMAS[name]
    columns = [
        pa.array([row.get(field.name) for row in rows], _written(field.type)).cast(field.type)
        for field in schema
    ]
    return pa.table(columns, schema=schema)


def _written(type_: Any) -> Any:  # noqa: ANN401 - pyarrow publishes no types
    return pa.string() if pa.types.is_dictionary(type_) else type_
