"""The four tables of the monthly extract: their columns, types and codes."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Kind(StrEnum):
    """What a column holds, and so how its cells are read and checked."""

    IDENTIFIER = "identifier"
    COMMUNE = "commune"
    TEXT = "text"
    CODE = "code"
    DATE = "date"
    MONTH = "month"
    AMOUNT = "amount"
    BOOLEAN = "boolean"


@dataclass(frozen=True)
class Column:
    """One column: `required` columns must exist and be filled; `codes` lists a code's values.

    `default` is what an empty cell means where it does not mean "unknown".
    """

    name: str
    kind: Kind
    required: bool = False
    codes: tuple[str, ...] = ()
    default: str | bool | None = None


@dataclass(frozen=True)
class Table:
    """One table of the extract: its name on screen, and the columns that identify a row."""

    name: str
    french: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]

    def column(self, name: str) -> Column:
        """Return the column of that name; KeyError where there is none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)


def _identifier(name: str, *, required: bool = False) -> Column:
    return Column(name, Kind.IDENTIFIER, required=required)


def _code(name: str, *codes: str, required: bool = False, default: str | None = None) -> Column:
    return Column(name, Kind.CODE, required=required, codes=codes, default=default)


def _texts(*names: str) -> tuple[Column, ...]:
    return tuple(Column(name, Kind.TEXT) for name in names)


def _dates(*names: str) -> tuple[Column, ...]:
    return tuple(Column(name, Kind.DATE) for name in names)


def _amounts(*names: str) -> tuple[Column, ...]:
    return tuple(Column(name, Kind.AMOUNT) for name in names)


def _flags(*names: str, default: bool | None = None) -> tuple[Column, ...]:
    return tuple(Column(name, Kind.BOOLEAN, default=default) for name in names)


HOUSEHOLDS: Final = Table(
    "households",
    "dossiers",
    key=("household_id",),
    columns=(
        _identifier("household_id", required=True),
        _identifier("responsible_person_id", required=True),
        Column("commune", Kind.COMMUNE, required=True),
        *_texts("address_line1", "address_line2", "postal_code", "city", "phone", "email"),
        _code(
            "family_status",
            "single",
            "married",
            "civil_union",
            "cohabiting",
            "separated",
            "divorced",
            "widowed",
            required=True,
        ),
        *_dates("family_status_since", "pregnancy_declared_on"),
        *_amounts("family_quotient", "gross_income_n2"),
        _code("income_adjustment", "none", "abatement", "neutralisation"),
        _code("rsa", "none", "standard", "increased"),
        *_flags("rsa_sanction"),
        _code("housing_benefit", "none", "alf", "als", "apl"),
        _code(
            "tenure",
            "private_tenant",
            "social_tenant",
            "owner",
            "owner_with_loan",
            "hosted",
            "other",
        ),
        *_amounts("rent_gross", "rent_charges", "rent_residual", "arrears_amount"),
        *_flags("responsible_is_student"),
        *_flags("do_not_contact", "protected_address", "in_support", default=False),
    ),
)

PERSONS: Final = Table(
    "persons",
    "personnes",
    key=("person_id",),
    columns=(
        _identifier("person_id", required=True),
        _identifier("household_id", required=True),
        _code("role", "responsible", "spouse", "child", "other", required=True),
        *_texts("last_name", "first_name"),
        _code("sex", "F", "M"),
        Column("birth_date", Kind.DATE, required=True),
        *_dates("death_date"),
        *_flags("in_school"),
        *_amounts("monthly_net_pay"),
        _code("custody", "full", "alternating", "visiting", default="full"),
        *_flags("disabled"),
    ),
)

EVENTS: Final = Table(
    "events",
    "événements",
    key=("event_id",),
    columns=(
        _identifier("event_id", required=True),
        _identifier("household_id", required=True),
        _identifier("person_id"),
        _code(
            "kind",
            "separation",
            "divorce",
            "adult_death",
            "child_death",
            "stillbirth",
            "rent_arrears",
            "birth",
            "multiple_birth",
            "adoption",
            "pregnancy",
            "ajpp_opened",
            "indecent_housing",
            "overcrowding",
            "urban_renewal",
            required=True,
        ),
        *_dates("occurred_on"),
        Column("reported_on", Kind.DATE, required=True),
        _code("source", "family", "registry_office", "landlord", "partner", "fund"),
    ),
)

BENEFITS: Final = Table(
    "benefits",
    "prestations",
    key=("household_id", "month", "code"),
    columns=(
        _identifier("household_id", required=True),
        Column("month", Kind.MONTH, required=True),
        _identifier("code", required=True),
        *_amounts("amount"),
    ),
)

TABLES: Final = (HOUSEHOLDS, PERSONS, EVENTS, BENEFITS)


def table_named(name: str) -> Table:
    """Return the table of that name; KeyError where there is none."""
    return {table.name: table for table in TABLES}[name]
