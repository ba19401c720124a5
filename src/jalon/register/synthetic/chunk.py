"""Draw one chunk of households, with their persons, events and benefits, as Arrow tables."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import pyarrow as pa

from jalon.register.schema import BENEFITS, EVENTS, HOUSEHOLDS, PERSONS, TABLES
from jalon.register.synthetic import housing, life, means, names, payments, people
from jalon.register.synthetic.columns import (
    EVENT_WIDTH,
    HOUSEHOLD_WIDTH,
    PERSON_WIDTH,
    UNKNOWN,
    amounts,
    arrow_schema,
    booleans,
    codes,
    dates,
    identifiers,
)
from jalon.register.synthetic.draw import chance, pick
from jalon.register.synthetic.families import draw_families
from jalon.register.synthetic.period import Period
from jalon.register.synthetic.population import Population
from jalon.register.synthetic.setting import Setting
from jalon.register.synthetic.situation import Situation

SCHEMAS: Final = {table.name: arrow_schema(table) for table in TABLES}

_ALTERNATING: Final = 0.14
_COMPLEMENT_EMPTY: Final = 0.7
_HOUSED_WITH_BENEFIT: Final = 0.93
_SOURCES: Final = EVENTS.column("source").codes
# Frequencies of the sources of an event, in the order of the codes, then unknown.
_USUAL_SOURCES: Final = (0.86, 0.0, 0.0, 0.07, 0.06, 0.01)
_SOURCE_WEIGHTS: Final = {
    "adult_death": (0.40, 0.52, 0.0, 0.04, 0.03, 0.01),
    "child_death": (0.40, 0.52, 0.0, 0.04, 0.03, 0.01),
    "birth": (0.65, 0.34, 0.0, 0.0, 0.0, 0.01),
    "multiple_birth": (0.65, 0.34, 0.0, 0.0, 0.0, 0.01),
    "rent_arrears": (0.03, 0.0, 0.85, 0.05, 0.06, 0.01),
    "urban_renewal": (0.05, 0.0, 0.60, 0.30, 0.04, 0.01),
}


@dataclass(frozen=True)
class Start:
    """The first numbers that a chunk gives to its households, persons and events."""

    household: int = 1
    person: int = 1
    event: int = 1


Tables = dict[str, Any]


class ChunkMaker:
    """Draws chunks of a fund's population, each from the seed and its own number."""

    def __init__(self, population: Population, period: Period, seed: int) -> None:
        self.population = population
        self.period = period
        self.seed = seed
        self.towns = housing.Towns(population.communes)

    def draw(self, number: int, count: int, start: Start) -> Tables:
        """Draw `count` households; the same number and seed give the same rows."""
        generator = np.random.default_rng((self.seed, number))
        setting = Setting(generator, self.population, self.period)
        situation = draw_situation(setting, count)
        return {
            "households": _households(setting, start, situation, self.towns),
            "persons": _persons(start, situation.people),
            "events": _events(generator, start, situation.events),
            "benefits": _benefits(start, payments.draw_payments(setting, situation)),
        }


def draw_situation(setting: Setting, count: int) -> Situation:
    """Draw the families, what happened to them in the year, and what follows from it."""
    generator, period = setting.generator, setting.period
    families = draw_families(setting, count)
    year = life.Year(setting, families)
    separations = life.draw_separations(year)
    status = life.draw_status(year, separations)
    births, twins = life.draw_births(year)
    declared, pregnancies = life.draw_pregnancies(year, births)
    youngest = period.born(families.youngest)
    youngest[births.households] = births.occurred
    apart = np.isin(status.code, (life.SEPARATED, life.DIVORCED))
    alternating = apart & chance(generator, _ALTERNATING, count)
    children = people.Children(youngest, twins, alternating)
    persons = people.build_people(setting, families, children)
    income = means.draw_means(setting, families, persons)
    persons = replace(persons, pay=means.adults_pay(generator, families, income, persons))
    homes = housing.draw_homes(setting, families, income)
    events = [
        *separations,
        *pregnancies,
        *life.split_births(births, twins, families, persons),
        *life.draw_deaths(year, status, persons, [*separations, births]),
        *life.draw_child_events(year, persons),
        *_housing_events(year, homes),
    ]
    return Situation(families, persons, status, declared, income, homes, events)


def _households(setting: Setting, start: Start, situation: Situation, towns: housing.Towns) -> Any:  # noqa: ANN401 - pyarrow publishes no types
    generator, count = setting.generator, len(situation.families)
    persons, income, homes = situation.people, situation.means, situation.homes
    columns = (
        identifiers(start.household + np.arange(count), HOUSEHOLD_WIDTH),
        identifiers(start.person + persons.first, PERSON_WIDTH),
        *_addresses(generator, towns, persons),
        codes(situation.status.code, life.STATUSES),
        dates(situation.status.since),
        dates(situation.pregnancy),
        amounts(income.quotient),
        amounts(income.gross_income),
        codes(income.adjustment, means.ADJUSTMENTS),
        codes(income.rsa, means.RSA),
        booleans(income.sanction),
        codes(homes.benefit, housing.BENEFITS),
        codes(homes.tenure, housing.TENURES),
        amounts(homes.rent),
        amounts(homes.charges),
        amounts(homes.residual),
        amounts(homes.arrears),
        booleans(housing.students(generator, situation.families)),
        *(
            booleans(chance(generator, setting.population.value(flag), count).astype(np.int64))
            for flag in ("do_not_contact", "protected_address", "in_support")
        ),
    )
    return pa.table(list(columns), schema=SCHEMAS[HOUSEHOLDS.name])


def _addresses(
    generator: np.random.Generator, towns: housing.Towns, persons: people.People
) -> tuple[Any, ...]:
    """Return the columns from commune to e-mail, in the order of the table."""
    count = len(persons.first)
    commune, postal_code, city = towns.draw(generator, count)
    complements = generator.integers(0, len(names.COMPLEMENTS), count)
    complements[chance(generator, _COMPLEMENT_EMPTY, count)] = UNKNOWN
    first, last = persons.first_name[persons.first], persons.last_name[persons.first]
    return (
        commune,
        codes(generator.integers(0, len(names.ADDRESSES), count), names.ADDRESSES),
        codes(complements, names.COMPLEMENTS),
        postal_code,
        city,
        names.draw_phones(generator, count),
        names.draw_emails(generator, first, last),
    )


def _housing_events(year: life.Year, homes: housing.Homes) -> list[life.Events]:
    """Draw what befalls the home, and add the arrears to those reported for them."""
    generator = year.generator
    helped = homes.tenant & (homes.benefit > 0)
    drawn = [
        year.draw("rent_arrears", "rent_arrears", among, season="rent_arrears", part=part)
        for among, part in (
            (helped, _HOUSED_WITH_BENEFIT),
            (homes.tenant & ~helped, 1 - _HOUSED_WITH_BENEFIT),
        )
    ]
    for events in drawn:
        housing.add_arrears(generator, homes, events.households)
    private, social = homes.tenure == housing.PRIVATE, homes.tenure == housing.SOCIAL
    drawn.append(year.draw("indecent_housing", "indecent_housing", private))
    drawn.append(year.draw("overcrowding", "overcrowding", private | social))
    drawn.append(year.draw("urban_renewal", "urban_renewal", social))
    return drawn


def _persons(start: Start, persons: people.People) -> Any:  # noqa: ANN401 - pyarrow publishes no types
    columns = (
        identifiers(start.person + np.arange(len(persons)), PERSON_WIDTH),
        identifiers(start.household + persons.household, HOUSEHOLD_WIDTH),
        codes(persons.role, people.ROLES),
        codes(persons.last_name, names.LAST_NAMES),
        codes(persons.first_name, names.FIRST_NAMES),
        codes(np.where(persons.woman < 0, UNKNOWN, 1 - persons.woman), ("F", "M")),
        dates(persons.birth),
        dates(persons.death),
        booleans(persons.in_school),
        amounts(persons.pay),
        codes(persons.custody, people.CUSTODIES),
        booleans(persons.disabled),
    )
    return pa.table(list(columns), schema=SCHEMAS[PERSONS.name])


def _events(generator: np.random.Generator, start: Start, events: list[life.Events]) -> Any:  # noqa: ANN401 - pyarrow publishes no types
    events = [life.blur(generator, each) for each in events]
    household = np.concatenate([each.households for each in events])
    order = np.argsort(household, kind="stable")
    person = np.concatenate([each.persons for each in events])[order]
    sizes = [len(each.households) for each in events]
    kind = np.repeat([life.KINDS.index(each.kind) for each in events], sizes)
    source = np.concatenate(
        [
            pick(generator, _SOURCE_WEIGHTS.get(each.kind, _USUAL_SOURCES), size)
            for each, size in zip(events, sizes, strict=True)
        ]
    )
    columns = (
        identifiers(start.event + np.arange(len(order)), EVENT_WIDTH),
        identifiers(start.household + household[order], HOUSEHOLD_WIDTH),
        identifiers(np.where(person < 0, UNKNOWN, start.person + person), PERSON_WIDTH),
        codes(kind[order], life.KINDS),
        dates(np.concatenate([each.occurred for each in events])[order]),
        dates(np.concatenate([each.reported for each in events])[order]),
        codes(np.where(source < len(_SOURCES), source, UNKNOWN)[order], _SOURCES),
    )
    return pa.table(list(columns), schema=SCHEMAS[EVENTS.name])


def _benefits(start: Start, payments_: dict[str, Any]) -> Any:  # noqa: ANN401 - pyarrow publishes no types
    columns = (
        identifiers(start.household + payments_["households"], HOUSEHOLD_WIDTH),
        payments_["month"],
        payments_["code"],
        payments_["amount"],
    )
    return pa.table(list(columns), schema=SCHEMAS[BENEFITS.name])
