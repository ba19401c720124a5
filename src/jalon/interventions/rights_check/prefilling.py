"""What the extract says of a family, as far as its rights depend on it; nothing is guessed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Final

from jalon.families.enums import PersonRole
from jalon.families.models import Family, Person, Snapshot
from jalon.interventions.rights_check.asked import NO, YES
from jalon.interventions.rights_check.told import HOME, PAID, SOME, By, Fact, Member, Source, Told
from jalon.register.schema import HOUSEHOLDS, Kind
from jalon.rights.aids import OnFile
from jalon.rights.catalogue import RIGHTS
from jalon.rights.comparing import is_compared
from jalon.rights.situation import Disability, Occupation, Per, Relation, Tenure, Union
from jalon.rules.calendar import Month, add_months

_RELATIONS: Final = {
    PersonRole.RESPONSIBLE: Relation.CLAIMANT,
    PersonRole.SPOUSE: Relation.PARTNER,
    PersonRole.CHILD: Relation.CHILD,
}
_ALONE: Final = {"single", "separated", "divorced", "widowed"}
_PARTED: Final = {"separated", "divorced", "widowed"}
# Columns of the extract that tell by themselves whether a right is paid.
_TELLING: Final = {"RSA": "rsa", "AL": "housing_benefit"}
# A pregnancy is declared in its first weeks at the earliest.
_PREGNANT: Final = 8
_Row = Mapping[str, Any]


def prefilled(family: Family, month: Month) -> Told:
    """Return what the latest extract read for a family says of it, for the rights of a month.

    No more than its people, where no extract was read.

    People are those of the file of that extract: a family may have several files.
    """
    snapshot = Snapshot.objects.filter(family=family).order_by("month", "pk").last()
    people = _living(family, snapshot)
    members = tuple(Member(_RELATIONS[PersonRole(one.role)], one.first_name) for one in people)
    source = Source(By.EXTRACT, snapshot.month) if snapshot else None
    if source is None or snapshot is None:
        return Told(members)
    told: dict[str, str] = {}
    rows = list(snapshot.persons)
    for number, one in enumerate(people):
        told |= {f"p{number}-{name}": value for name, value in _of_person(one, rows)}
    couple = any(one.relation is Relation.PARTNER for one in members)
    household = snapshot.household
    told |= {f"{HOME}-{name}": value for name, value in _of_home(household, couple=couple)}
    told |= {f"{PAID}-{code}": value for code, value in _of_paid(household)}
    if household.get("responsible_is_student") and _is_responsible(told.get("p0-born"), rows):
        told["p0-occupation"] = Occupation.STUDENT.value
    if not couple and members:
        told |= {f"p0-{name}": value for name, value in _of_one_adult(snapshot, month)}
    return Told(members, {name: Fact(value, source) for name, value in told.items()})


def on_file(family: Family) -> OnFile:
    """Return what the latest extract says of a family beside what it says of itself."""
    snapshot = Snapshot.objects.filter(family=family).order_by("month", "pk").last()
    if snapshot is None:
        return OnFile()
    household = snapshot.household
    columns = {
        one.name: _read(one.kind, household[one.name])
        for one in HOUSEHOLDS.columns
        if _said(household, one.name)
    }
    events = [(one["kind"], date.fromisoformat(one["reported_on"])) for one in snapshot.events]
    month = Month.parse(snapshot.month)
    return OnFile(columns, events, household.get("benefits") or None, month)


def _read(kind: Kind, value: str | bool) -> Decimal | str | bool | date:  # noqa: FBT001 - a cell
    if kind is Kind.AMOUNT:
        return Decimal(str(value))
    return date.fromisoformat(str(value)) if kind is Kind.DATE else value


def _living(family: Family, snapshot: Snapshot | None) -> list[Person]:
    """Return who lives, whoever claims first; a living spouse takes the place of a dead one."""
    members = [
        one
        for one in family.members
        if one.death_date is None
        and one.role in _RELATIONS
        and (snapshot is None or one.household_id == snapshot.file_id)
    ]
    if members and members[0].role == PersonRole.SPOUSE:
        members[0].role = PersonRole.RESPONSIBLE
    return members


def _of_person(person: Person, rows: list[_Row]) -> Iterator[tuple[str, str]]:
    if person.birth_date is None:
        return
    born = person.birth_date.isoformat()
    yield "born", born
    alike = [one for one in rows if one.get("birth_date") == born]
    # Twins are two rows alike: which is whose, nobody knows.
    row = alike[0] if len(alike) == 1 else {}
    if _said(row, "monthly_net_pay"):
        yield "salary", f"{Decimal(row['monthly_net_pay']):.2f} {Per.MONTH}"
    if person.role == PersonRole.CHILD:
        if _said(row, "in_school"):
            yield "schooled", YES if row["in_school"] else NO
        if row.get("custody") in {"full", "alternating"}:
            yield "custody", str(row["custody"])
        if row.get("custody") == "visiting":
            yield "here", NO
    # Where it says yes, it does not say how much.
    if row.get("disabled") is False:
        yield "disability", Disability.NONE.value


def _of_one_adult(snapshot: Snapshot, month: Month) -> Iterator[tuple[str, str]]:
    """Yield what the extract tells of the household: whose, of two, nobody would know."""
    household, of = snapshot.household, Month.parse(snapshot.month)
    # The year N-2 of the extract is another one for a month of another year.
    if _said(household, "gross_income_n2") and of.year == month.year:
        yield "taxed", f"{Decimal(household['gross_income_n2']):.2f} {Per.YEAR}"
    declared = household.get("pregnancy_declared_on")
    if declared and _may_last(date.fromisoformat(declared), snapshot.persons, month):
        yield "pregnant", YES


def _may_last(declared: date, rows: list[_Row], month: Month) -> bool:
    """Tell whether a pregnancy may still go on: nobody was born since, nor could have been."""
    born = [one["birth_date"] for one in rows if one.get("birth_date")]
    return (
        add_months(declared, _PREGNANT) >= month.first_day
        and max(born, default="") < declared.isoformat()
    )


def _is_responsible(born: str | None, rows: list[_Row]) -> bool:
    """Tell whether who claims is who the file is of: not the spouse of who died."""
    return any(
        one.get("role") == PersonRole.RESPONSIBLE and one.get("birth_date") == born for one in rows
    )


def _of_home(household: _Row, *, couple: bool) -> Iterator[tuple[str, str]]:
    status = household.get("family_status")
    if not couple and status in _ALONE:
        yield "union", Union.NONE.value
    if couple and status in {one.value for one in Union} - {Union.NONE.value}:
        yield "union", str(status)
    if not couple and status in _PARTED and _said(household, "family_status_since"):
        yield "alone_since", str(household["family_status_since"])
    if _said(household, "commune"):
        yield "commune", str(household["commune"])
    if household.get("tenure") in set(Tenure):
        yield "tenure", str(household["tenure"])
    for name, column in (("rent", "rent_gross"), ("charges", "rent_charges")):
        if _said(household, column):
            yield name, f"{Decimal(household[column]):.2f}"


def _of_paid(household: _Row) -> Iterator[tuple[str, str]]:
    """Yield what is paid, by right: that it is, or that it is not; the extract keeps no amount."""
    codes = set(household.get("benefits") or ())
    # Rows that were lost, or a file without the month's benefits: what is not there may be paid.
    whole = bool(codes) and not household.get("lost_benefits")
    for kind in RIGHTS:
        # A right that the extract has no code of: nothing tells whether it is paid.
        if not (is_compared(kind) and kind.codes):
            continue
        column = household.get(_TELLING.get(kind.code, ""))
        if column is not None:
            yield kind.code, "0.00" if column == "none" else SOME
        elif codes & set(kind.codes):
            yield kind.code, SOME
        elif whole:
            yield kind.code, "0.00"


def _said(row: _Row, name: str) -> bool:
    return row.get(name) is not None
