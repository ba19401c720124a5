"""The same rules in pandas, vectorised and written by hand.

As a script, in its own process so that its memory is its own: `in_pandas.py FOLDER`.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
import pyarrow as pa
from cohorts import COLUMNS, MONTH, Bounds, bounds_of, catalogue_of, opened

from jalon.register.extract import Extract

_KINDS: Final = (
    *("separation", "divorce", "adult_death", "child_death", "stillbirth", "rent_arrears"),
    *("ajpp_opened", "multiple_birth"),
)
_QUERIES: Final = {
    "households": "SELECT household_id, commune, family_status::ENUM('single', 'married', "
    "'civil_union', 'cohabiting', 'separated', 'divorced', 'widowed') AS family_status, "
    "pregnancy_declared_on, family_quotient::DOUBLE AS family_quotient, "
    "gross_income_n2::DOUBLE AS gross_income_n2, "
    "income_adjustment::ENUM('none', 'abatement', 'neutralisation') AS income_adjustment, "
    "rsa::ENUM('none', 'standard', 'increased') AS rsa, rsa_sanction, "
    "housing_benefit::ENUM('none', 'alf', 'als', 'apl') AS housing_benefit, do_not_contact, "
    "protected_address, in_support, lost_persons, lost_events FROM households",
    "persons": "SELECT person_id, household_id, "
    "role::ENUM('responsible', 'spouse', 'child', 'other') AS role, birth_date, death_date, "
    "custody::ENUM('full', 'alternating', 'visiting') AS custody FROM persons",
    "events": "SELECT event_id, household_id, person_id, kind, occurred_on, reported_on "
    "FROM events",
}


def frames(extract: Extract) -> dict[str, pd.DataFrame]:
    """Read what the rules need of an accepted extract, codes as categories."""
    # Nullable booleans, so that unknown stays unknown.
    kinds = {pa.bool_(): pd.BooleanDtype()}
    return {
        name: extract.connection.sql(query)
        .to_arrow_table()
        .to_pandas(date_as_object=False, types_mapper=kinds.get)
        for name, query in _QUERIES.items()
    }


def cohort(tables: dict[str, pd.DataFrame], bounds: Bounds) -> pd.DataFrame:
    """Apply the rules to whole tables at once."""
    tables = _placed(tables)
    persons = tables["persons"]
    present = persons[persons.death_date.isna() & (persons.birth_date <= _day(bounds))]
    in_charge = present[(present.role == "child") & (present.custody != "visiting")]
    children = in_charge[in_charge.birth_date > _born(bounds, 20)]
    pupils = children[children.birth_date.between(_born(bounds, 18), _born(bounds, 6), "right")]
    adults = present[present.role.isin(["responsible", "spouse"])]
    households = _about_children(tables["households"], children, pupils)
    occurrences = _occurrences(tables, households, bounds)
    parts = [*_stock(households, adults, bounds), *_after_events(occurrences)]
    rows = pd.concat(parts, ignore_index=True)
    return _outcomes(rows, _unreachable(persons, adults, bounds))


def _placed(tables: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Give each row its household's position: numbers are compared faster than identifiers."""
    identifiers = pd.Index(tables["households"].household_id)
    return {
        name: table.assign(household=identifiers.get_indexer(table.household_id))
        for name, table in tables.items()
    }


def _day(bounds: Bounds) -> pd.Timestamp:
    return pd.Timestamp(bounds.day)


def _born(bounds: Bounds, age: int) -> pd.Timestamp:
    return _day(bounds) - pd.DateOffset(years=age)


def _known(values: pd.Series, known: pd.Series) -> pd.Series:
    """Return conditions as nullable booleans, unknown where something is not known."""
    cells = pd.arrays.BooleanArray(values.to_numpy(bool), ~known.to_numpy(bool))
    return pd.Series(cells, index=values.index)


def _about_children(
    households: pd.DataFrame, children: pd.DataFrame, pupils: pd.DataFrame
) -> pd.DataFrame:
    parent = households.household.isin(children.household)
    of_pupil = households.household.isin(pupils.household)
    whole = households.lost_persons == 0
    return households.assign(
        parent=_known(parent, parent | whole), parent_of_pupil=_known(of_pupil, of_pupil | whole)
    )


def _stock(households: pd.DataFrame, adults: pd.DataFrame, bounds: Bounds) -> list[pd.DataFrame]:
    quotient = households.family_quotient
    modest = _known(quotient <= float(bounds.quotient), quotient.notna())
    holidays = {"dependent_children_under_20": households.parent, "family_quotient": modest}
    leisure = {"dependent_children_6_to_17": households.parent_of_pupil, "family_quotient": modest}
    return [
        _judged("aid_holidays", households, modest & households.parent, holidays),
        _judged("aid_leisure", households, modest & households.parent_of_pupil, leisure),
        _lone_parents(households[households.family_status == "single"], adults, bounds),
    ]


def _lone_parents(households: pd.DataFrame, adults: pd.DataFrame, bounds: Bounds) -> pd.DataFrame:
    income, adjustment = households.gross_income_n2, households.income_adjustment
    poor = _known(income < float(bounds.wage), income.notna())
    adjusted = _known(adjustment.isin(["abatement", "neutralisation"]), adjustment.notna())
    without = _known(households.rsa == "none", households.rsa.notna())
    declared = households.pregnancy_declared_on
    pregnant = (declared <= _day(bounds)) & (declared + pd.DateOffset(months=10) >= _day(bounds))
    child = households.parent | pregnant.astype("boolean")
    needy, off_rsa = poor | adjusted, without | households.rsa_sanction
    alike = child & needy & off_rsa
    # Adults are looked up only for those whom nothing refuses yet.
    kept = alike.fillna(value=True).to_numpy(bool)
    of_age, alone = _adults_of(households[kept], adults, bounds)
    facts = {
        "dependent_children_under_20": _if_open(households.parent[kept], child[kept]),
        "gross_income_n2": _if_open(poor[kept], needy[kept]),
        "has_spouse": alone,
        "income_adjustment": _if_open(adjusted[kept], needy[kept]),
        "responsible_age": of_age,
        "rsa": _if_open(without[kept], off_rsa[kept]),
        "rsa_sanction": _if_open(households.rsa_sanction[kept], off_rsa[kept]),
    }
    verdict = alike[kept] & of_age & alone
    return _judged("lone_parent", households[kept], verdict, facts, social_work=True)


def _if_open(truth: pd.Series, group: pd.Series) -> pd.Series:
    """Return a condition where its group is unknown: elsewhere it decides nothing."""
    return truth.where(group.isna(), other=True)


def _adults_of(
    households: pd.DataFrame, adults: pd.DataFrame, bounds: Bounds
) -> tuple[pd.Series, pd.Series]:
    """Return whether the responsible person is of the age, and is alone."""
    theirs = adults[adults.household.isin(households.household)]
    births = {
        role: households.household.map(
            theirs[theirs.role == role].set_index("household").birth_date
        )
        for role in ("responsible", "spouse")
    }
    born = births["responsible"].fillna(births["spouse"])
    of_age = born.between(_born(bounds, 35), _born(bounds, 18), "right")
    whole = households.lost_persons == 0
    there = {role: _known(one.notna(), one.notna() | whole) for role, one in births.items()}
    return _known(of_age, born.notna()), ~(there["responsible"] & there["spouse"])


def _occurrences(
    tables: dict[str, pd.DataFrame], households: pd.DataFrame, bounds: Bounds
) -> pd.DataFrame:
    """Return one row an event of the month, and one an event lost to the rejects."""
    events = tables["events"]
    first = _day(bounds).replace(day=1)
    happened = events[events.reported_on.between(first, _day(bounds)) & events.kind.isin(_KINDS)]
    concerned = tables["persons"][["person_id", "birth_date", "death_date"]]
    concerned = concerned[concerned.person_id.isin(happened.person_id.dropna())]
    happened = happened.merge(concerned, on="person_id", how="left")
    known = households[households.household.isin(happened.household)].merge(
        happened.drop(columns="household_id"), on="household"
    )
    lost = households[households.lost_events > 0]
    return pd.concat(
        [known, lost.reindex(columns=known.columns).astype(known.dtypes)], ignore_index=True
    )


def _after_events(rows: pd.DataFrame) -> list[pd.DataFrame]:
    def of_kind(*kinds: str) -> pd.Series:
        return _known(rows.kind.isin(kinds), rows.kind.notna())

    housed = _known(rows.housing_benefit.isin(["alf", "als", "apl"]), rows.housing_benefit.notna())
    parent = {"dependent_children_under_20": rows.parent}
    young = {"age_at_death": of_kind("stillbirth") | _died_below(rows, 25)}
    mediation = {"protected_address": ~rows.protected_address.astype("boolean")}
    splits, deaths = of_kind("separation", "divorce"), of_kind("child_death", "stillbirth")
    asked: list[tuple[str, bool, pd.Series, dict[str, pd.Series]]] = [
        ("separation", True, splits, parent),
        ("mediation", False, splits, mediation),
        ("parent_death", False, of_kind("adult_death"), parent),
        ("aid_parent_death", False, of_kind("adult_death"), parent),
        ("child_death", False, deaths, young),
        ("aid_child_death", False, deaths, young),
        ("rent_arrears", True, of_kind("rent_arrears"), {**parent, "housing_benefit": housed}),
        ("child_illness", True, of_kind("ajpp_opened"), {}),
        ("aid_multiple_birth", False, of_kind("multiple_birth"), {}),
    ]
    found = []
    for offer, social_work, kind, facts in asked:
        verdict = kind
        for fact in facts.values():
            verdict = verdict & fact
        every = dict(sorted({"event_kind": kind, **facts}.items()))
        found.append(_judged(offer, rows, verdict, every, social_work=social_work))
    return found


def _died_below(rows: pd.DataFrame, years: int) -> pd.Series:
    died, born = rows.death_date.fillna(rows.occurred_on), rows.birth_date
    early = died.dt.month * 100 + died.dt.day < born.dt.month * 100 + born.dt.day
    age = died.dt.year - born.dt.year - early
    return _known(age < years, died.notna() & born.notna())


def _judged(
    offer: str,
    rows: pd.DataFrame,
    verdict: pd.Series,
    facts: dict[str, pd.Series],
    *,
    social_work: bool = False,
) -> pd.DataFrame:
    """Return the rows that are not a plain no, with the unknown facts that decide."""
    kept = verdict.fillna(value=True).to_numpy(bool)
    told = rows[kept]
    unsettled = verdict[kept].isna().to_numpy()
    unknown = pd.Series("", index=told.index, dtype="str")
    open_rows = told.index[unsettled]
    for name, truth in facts.items():
        asked = truth.loc[open_rows].isna()
        unknown.loc[open_rows[asked.to_numpy()]] += f",{name}"
    return pd.DataFrame(
        {
            "offer": offer,
            "household": told.household,
            "household_id": told.household_id,
            "event_id": told.event_id if "event_id" in told else None,
            "reported_on": told.reported_on if "reported_on" in told else pd.NaT,
            "commune": told.commune,
            "unsettled": unsettled,
            "unknown": unknown,
            "do_not_contact": told.do_not_contact.astype(bool),
            "in_support": told.in_support.astype(bool) & social_work,
            "protected": told.protected_address.astype(bool),
            "lost_persons": told.lost_persons,
        }
    )


def _unreachable(persons: pd.DataFrame, adults: pd.DataFrame, bounds: Bounds) -> pd.Series:
    """Return the households of which no adult who could receive a letter is known."""
    gone = persons.death_date.notna() | (persons.birth_date > _day(bounds))
    bereft = persons.household[(persons.role == "responsible") & gone]
    spouses = adults.household[adults.role == "spouse"]
    return bereft[~bereft.isin(spouses)]


def _outcomes(rows: pd.DataFrame, unreachable: pd.Series) -> pd.DataFrame:
    missing = rows.household.isin(unreachable)
    nobody, perhaps_nobody = (
        (missing & (rows.lost_persons == 0)),
        (missing & (rows.lost_persons > 0)),
    )
    held = rows.do_not_contact | nobody | rows.in_support
    to_verify = rows.unsettled | (~held & perhaps_nobody)
    selected = ~to_verify & ~held
    reason = rows.unknown.where(to_verify, "")
    for name, holds in (
        ("do_not_contact", rows.do_not_contact),
        ("no_addressee", nobody),
        ("in_support", rows.in_support),
    ):
        reason = reason.where(to_verify | ~holds, reason + f",{name}")
    both = to_verify & ~held & perhaps_nobody
    # The few rows where the list of unknown facts must be put in order again.
    reason[both] = [
        "," + ",".join(sorted([*filter(None, one.split(",")), "has_addressee"]))
        for one in reason[both]
    ]
    return pd.DataFrame(
        {
            "offer": rows.offer,
            "household_id": rows.household_id,
            "event_id": rows.event_id,
            "reported_on": rows.reported_on,
            "outcome": np.select([selected, to_verify], ["selected", "to_verify"], "set_aside"),
            "reason": reason.str[1:].where(reason != "", None),
            "channel": pd.Series(
                np.where(rows.protected, "in_person", "letter"), index=rows.index
            ).where(selected, None),
            "window_ends_on": rows.reported_on + pd.DateOffset(years=1),
            "commune": rows.commune,
        }
    )[list(COLUMNS)]


def main() -> None:
    """Find the cohort of a folder's extract; print the seconds of reading and of the rules."""
    catalogue = catalogue_of(MONTH)
    with opened(Path(sys.argv[1]), MONTH) as extract:
        started = time.perf_counter()
        tables = frames(extract)
        read = time.perf_counter()
        rows = cohort(tables, bounds_of(catalogue))
        done = time.perf_counter()
    print(
        json.dumps({"reading": read - started, "rules": done - read, "rows": len(rows)}),
    )


if __name__ == "__main__":
    main()
