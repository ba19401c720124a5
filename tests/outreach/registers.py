"""Small registers whose events are proposed something, month after month."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from extracts import Row, write_extract
from jalon.rules.calendar import Month

OCTOBER = Month(2026, 10)
NOVEMBER = Month(2026, 11)
CRETEIL, VITRY = "94028", "94081"


def household(number: str, **cells: object) -> Row:
    """A household of Créteil that can be written to and called."""
    return {
        "household_id": number,
        "responsible_person_id": f"R{number}",
        "commune": CRETEIL,
        "address_line1": f"{number} rue des Lilas",
        "postal_code": "94000",
        "city": "Créteil",
        "phone": "06 12 34 56 78",
        "email": f"{number}@example.org",
        "family_status": "separated",
        **cells,
    }


def responsible(number: str, **cells: object) -> Row:
    """The responsible person of a household."""
    return {
        "person_id": f"R{number}",
        "household_id": number,
        "role": "responsible",
        "last_name": f"Nom{number}",
        "first_name": "Camille",
        "birth_date": date(1985, 3, 4),
        **cells,
    }


def child(number: str, **cells: object) -> Row:
    """A child of a household, under 20."""
    return {
        "person_id": f"C{number}",
        "household_id": number,
        "role": "child",
        "last_name": f"Nom{number}",
        "first_name": "Dominique",
        "birth_date": date(2018, 6, 7),
        **cells,
    }


def separation(number: str, **cells: object) -> Row:
    """A separation registered in October 2026."""
    return {
        "event_id": f"E{number}",
        "household_id": number,
        "kind": "separation",
        "reported_on": date(2026, 10, 15),
        **cells,
    }


def separated(
    folder: Path,
    numbers: Sequence[str],
    *,
    events: Sequence[Row] | None = None,
    households: dict[str, dict[str, object]] | None = None,
    persons: Sequence[Row] | None = None,
) -> Path:
    """Write an extract where these households, a parent and a child each, separated."""
    told = households or {}
    return write_extract(
        folder,
        households=[household(number, **told.get(number, {})) for number in numbers],
        persons=[row for number in numbers for row in (responsible(number), child(number))]
        if persons is None
        else persons,
        events=[separation(number) for number in numbers] if events is None else events,
        format="parquet",
    )
