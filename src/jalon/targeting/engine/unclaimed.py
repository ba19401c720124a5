"""What an extract tells of the rights of its households, and the file of what seems unpaid."""

from __future__ import annotations

import csv
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeAlias

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from jalon.register.extract import Extract
from jalon.register.scanned import write_scanned
from jalon.rights.catalogue import RightKind
from jalon.rights.columns import DISABILITIES, TENURES, UNIONS, Flags, Households, People
from jalon.rights.scanning import SCANNED, Unclaimed
from jalon.rights.situation import Disability, Income, Tenure, Union
from jalon.rights.unmodelled import OF_HOUSING
from jalon.rules.calendar import Month
from jalon.rules.errors import reason_of
from jalon.rules.facts import COUNTED, unclaimed_column
from jalon.rules.offers import Catalogue, Window
from jalon.targeting.engine.errors import TargetingError
from jalon.targeting.engine.run import accepted_tables

# Numbers of the lists that the columns are told by; what the file leaves empty has none.
_TENURE: Final = {
    **{one.value: TENURES.index(one) for one in Tenure},
    "other": TENURES.index(Tenure.HOSTED),
}
_UNION: Final = {
    "married": UNIONS.index(Union.MARRIED),
    "civil_union": UNIONS.index(Union.CIVIL_UNION),
}
_TOGETHER: Final = UNIONS.index(Union.COHABITING)
_ALONE: Final = UNIONS.index(Union.NONE)
# Those that depend on what is earned now.
_NEEDING_PAY: Final = {"RSA", "PPA", "AL"}
# Those whose rule is another for who studies: by their pay, by whether they live alone.
_OTHERWISE_FOR_STUDENTS: Final = {"RSA", "PPA", "AL"}
_Columns: TypeAlias = dict[str, NDArray[Any]]
# Who counts in each household, numbered: a living spouse takes the place of a dead claimant.
_LIVING: Final = """
CREATE OR REPLACE TEMP TABLE living AS
SELECT household_id, role, birth_date, monthly_net_pay, in_school, disabled,
    coalesce(custody = 'alternating', false) AS alternating,
    role <> 'child' AND row_number() OVER (
        PARTITION BY household_id
        ORDER BY array_position(['responsible', 'spouse', 'child'], role), person_id
    ) = 1 AS claims
FROM ({counted}) AS counted
"""
_HOUSEHOLDS: Final = """
CREATE OR REPLACE TEMP TABLE claiming AS
SELECT row_number() OVER (ORDER BY household_id) - 1 AS number, households.*, bound, pay_told
FROM households JOIN (
    SELECT household_id, count(*) FILTER (WHERE role = 'spouse' AND NOT claims) > 0 AS bound,
        bool_and(role = 'child' OR monthly_net_pay IS NOT NULL) AS pay_told
    FROM living GROUP BY household_id HAVING bool_or(claims)
) USING (household_id)
WHERE coalesce(lost_persons, 1) = 0
ORDER BY household_id
"""
_HOMES: Final = """
SELECT household_id, commune, bound, pay_told, family_status, coalesce(tenure, 'other') AS tenure,
    coalesce(rent_gross, 0)::FLOAT AS rent, coalesce(rent_charges, 0)::FLOAT AS charges,
    tenure IS NOT NULL AND (tenure NOT IN ('private_tenant', 'social_tenant', 'owner_with_loan')
        OR rent_gross IS NOT NULL) AS home_told,
    gross_income_n2 IS NOT NULL AS taxed_told,
    coalesce(responsible_is_student, false) AS student,
    coalesce(rsa, '') AS rsa, coalesce(housing_benefit, '') AS housing_benefit
FROM claiming ORDER BY number
"""
_PEOPLE: Final = """
SELECT number, birth_date,
    CASE WHEN claims THEN 0 WHEN role = 'child' THEN 2 ELSE 1 END AS relation,
    coalesce(monthly_net_pay, 0)::FLOAT AS pay,
    CASE WHEN claims THEN coalesce(gross_income_n2, 0) ELSE 0 END::FLOAT AS taxed,
    coalesce(NOT in_school, false) AS out_of_school, alternating,
    coalesce(disabled, false) AS disabled
FROM living JOIN claiming USING (household_id) ORDER BY number, relation
"""
# Nobody living claims for these: nothing is unpaid to them. Of those that lost somebody to the
# rejects, nothing is said.
_NOBODY: Final = """
SELECT household_id FROM households ANTI JOIN claiming USING (household_id)
WHERE coalesce(lost_persons, 1) = 0
"""
_PAID: Final = """
SELECT number, code FROM benefits JOIN claiming USING (household_id)
WHERE month = $month AND amount > 0
"""


@dataclass(frozen=True)
class Claims:
    """What an extract tells of rights: households, what is paid to them, what nobody said.

    `names` are the households' own, in order; `nobody` those that nobody living claims for.
    `left_out` counts these, and those whose people the extract lost in part.
    """

    names: list[str]
    nobody: list[str]
    households: Households
    paid: Mapping[str, Flags]
    unknown: Mapping[str, Flags]
    left_out: int


def claims_of(extract: Extract, month: Month) -> Claims:
    """Read what rights depend on; TargetingError where no benefit of the month is told.

    Everything would seem unpaid.
    """
    connection = extract.connection
    connection.execute(_LIVING.format(counted=_counted(extract, month)))
    connection.execute(_HOUSEHOLDS)
    homes = connection.execute(_HOMES).fetchnumpy()
    people = connection.execute(_PEOPLE).fetchnumpy()
    return Claims(
        names=[str(one) for one in homes["household_id"]],
        nobody=[str(one) for (one,) in connection.execute(_NOBODY).fetchall()],
        households=_columns(homes, people),
        paid=_paid(extract, month, homes),
        unknown={kind.code: _unknown(kind, homes) for kind in SCANNED},
        left_out=extract.counts["households"].accepted - len(homes["rsa"]),
    )


def _counted(extract: Extract, month: Month) -> str:
    """Return the query of who counts in the households, as the rules say it.

    Who may count does: a death or a custody that the file does not tell.
    """
    import ibis  # noqa: PLC0415 - a second, for a scan alone

    from jalon.rules.engines.ibis_expressions import Compiler  # noqa: PLC0415 - likewise

    tables = accepted_tables(extract, ibis.duckdb.from_connection(extract.connection))
    no_offer = Catalogue("", month.last_day, Window.LETTER, (), {})
    counts = Compiler(no_offer, tables).compile(COUNTED, tables.persons)
    counted = tables.persons.filter(counts.fill_null(True))  # noqa: FBT003 - a value
    return str(ibis.duckdb.compile(counted))


def write_unclaimed(names: Sequence[str], found: Sequence[Unclaimed], out: Path) -> None:
    """Write the households and rights, one line each, all at once or not at all.

    CSV in UTF-8, `;` separated: household_id, right, monthly_amount in euros.
    """
    draft = out.with_name(f".{out.name}.{os.getpid()}")
    try:
        with draft.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, delimiter=";", lineterminator="\n")
            writer.writerow(("household_id", "right", "monthly_amount"))
            for one in found:
                for row in np.flatnonzero(one.euros):
                    writer.writerow((names[row], one.code, f"{one.euros[row]:.2f}"))
        draft.replace(out)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise TargetingError(f"{out} ne peut pas être écrit : {reason_of(error)}.") from error


def keep_unclaimed(
    folder: Path, claims: Claims, found: Sequence[Unclaimed], *, month: Month, fingerprint: str
) -> Path:
    """Keep what was found beside the extract, for the offers that read it; return the file.

    TargetingError where it cannot be written.
    """
    nobody = pa.array([False] * len(claims.nobody), pa.bool_())
    told: dict[str, Any] = {"household_id": [*claims.names, *claims.nobody]}
    for one in found:
        seems = pa.array(one.euros > 0, mask=one.unknown)
        told[unclaimed_column(one.code)] = pa.concat_arrays([seems, nobody])
    try:
        return write_scanned(folder, pa.table(told), month=month, fingerprint=fingerprint)
    except OSError as error:
        raise TargetingError(f"{folder} ne peut pas être écrit : {reason_of(error)}.") from error


def _paid(extract: Extract, month: Month, homes: _Columns) -> Mapping[str, Flags]:
    """Tell what is paid of each right; the RSA and housing benefits by the file's own word."""
    rows = extract.connection.execute(_PAID, {"month": str(month)}).fetchnumpy()
    if not len(rows["number"]):
        raise TargetingError(
            f"L'extraction ne dit aucune prestation {month.of_french} : tout semblerait impayé."
        )
    told = {
        kind.code: np.isin(np.arange(len(homes["rsa"])), rows["number"][_among(rows, kind)])
        for kind in SCANNED
    }
    told["RSA"] = ~np.isin(homes["rsa"], ("none", ""))
    told["AL"] = ~np.isin(homes["housing_benefit"], ("none", ""))
    return told


def _among(rows: _Columns, kind: RightKind) -> Flags:
    return np.isin(rows["code"].astype(np.str_), kind.codes)


def _unknown(kind: RightKind, homes: _Columns) -> Flags:
    """Tell of which households the file says too little for a right."""
    missing = np.zeros(len(homes["rsa"]), np.bool_)
    if kind.needs_taxed:
        missing |= ~homes["taxed_told"]
    if kind.code in _NEEDING_PAY:
        missing |= ~homes["pay_told"]
    if kind.code in _OTHERWISE_FOR_STUDENTS:
        missing |= homes["student"]
    if kind.code in OF_HOUSING:
        # Of a home that is being paid for, the file does not say when the loan was signed.
        missing |= homes["tenure"] == Tenure.OWNER_WITH_LOAN
    if kind.code == "AL":
        missing |= ~homes["home_told"] | (homes["housing_benefit"] == "")
    if kind.code == "RSA":
        missing |= homes["rsa"] == ""
    return missing


def _columns(homes: _Columns, people: _Columns) -> Households:
    number = len(people["number"])
    nothing, never = np.zeros(number, np.float32), np.zeros(number, np.bool_)
    disability = np.where(
        people["disabled"],
        DISABILITIES.index(Disability.FROM_50),
        DISABILITIES.index(Disability.NONE),
    )
    return Households(
        tenure=_numbers(homes["tenure"], _TENURE, 0),
        union=np.where(
            homes["bound"], _numbers(homes["family_status"], _UNION, _TOGETHER), _ALONE
        ).astype(np.int8),
        commune=homes["commune"].astype(np.str_),
        rent=homes["rent"],
        charges=homes["charges"],
        furnished=np.zeros(len(homes["rent"]), np.bool_),
        newly_alone=np.zeros(len(homes["rent"]), np.bool_),
        people=People(
            household=people["number"],
            relation=people["relation"].astype(np.int8),
            born=people["birth_date"].astype("datetime64[D]"),
            incomes={kind: people["pay"] if kind is Income.SALARY else nothing for kind in Income},
            taxed=people["taxed"],
            student=never,
            out_of_school=people["out_of_school"],
            alternating=people["alternating"],
            disability=disability.astype(np.int8),
            barred_from_work=never,
            care_level=np.zeros(number, np.int32),
            pregnant=never,
            adopted=np.full(number, "NaT", "datetime64[D]"),
            leave=np.zeros(number, np.int8),
            leave_months=np.zeros(number, np.int32),
        ),
    )


def _numbers(codes: NDArray[Any], numbers: Mapping[str, int], other: int) -> NDArray[np.int8]:
    """Return the number of each code, `other` for one that has none."""
    words, places = np.unique(codes.astype(np.str_), return_inverse=True)
    return np.array([numbers.get(str(one), other) for one in words], np.int8)[places]
