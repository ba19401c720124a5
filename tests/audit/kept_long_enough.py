"""A family in every table that says anything of one, and the years that go by."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from conftest import as_owner
from factories.agenda import AttendanceFactory
from factories.directory import StaffFactory, TeamFactory
from factories.families import DoubtFactory, FamilyFactory
from factories.outreach import MessageFactory
from families.test_merging import doubt_between, family_with_everything, merged
from jalon.agenda.enums import NoticeKind
from jalon.agenda.models import Notice
from jalon.directory.models import StaffMember
from jalon.directory.roles import Role
from jalon.families.models import Family, Person
from jalon.outreach.enums import Medium, MessageState, Purpose
from jalon.outreach.models import AnswerCode, Batch, BatchPart, CodeClosing

MARK = "Zyxwmarque"
# Words of ours that say nothing of a family, and that figures keep.
_CODES = ("offer", "commune_id")
_COLUMNS = """
SELECT column_name, data_type FROM information_schema.columns
WHERE table_schema = 'public' AND table_name = %s AND is_generated = 'NEVER'
"""
_FILLED = {
    "text": "'{mark}' || id",
    "character varying": "'{mark}' || id",
    "jsonb": "jsonb_build_object('said', '{mark}')",
    "bytea": "convert_to('{mark}', 'UTF8')",
    "ARRAY": "ARRAY['{mark}']",
}
_SHIFTED = {
    "date": "{0} - interval '3 years'",
    "timestamp with time zone": "{0} - interval '3 years'",
    "tstzrange": "CASE WHEN {0} IS NOT NULL THEN tstzrange(lower({0}) - interval '3 years', "
    "upper({0}) - interval '3 years') END",
}


def tables_of_families() -> list[str]:
    """Return the tables whose rows go with families."""
    with as_owner():
        return [name for name, _ in _kept()]


def _kept() -> list[Any]:
    return _rows("SELECT relation, of_families FROM wall.retention WHERE of_families > ''")


def rows_of(families: list[int]) -> dict[str, list[str]]:
    """Return all that goes with families, by table, as text."""
    with as_owner():
        return {
            table: [
                row
                for (row,) in _rows(
                    f"SELECT t::text FROM {table} AS t "
                    f"WHERE {where.replace('$1', '%(families)s')} ORDER BY id",
                    {"families": families},
                )
            ]
            for table, where in _kept()
        }


@cache
def _columns(table: str) -> list[Any]:
    """Return the columns that a table holds and their types: long to ask, and always the same."""
    return _rows(_COLUMNS, [table])


def _rows(query: str, told: Any = None) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(query, told)
        found: list[Any] = cursor.fetchall()
        return found


def complete(family: Family) -> Family:
    """Add to a family what hangs on its approach and its appointment."""
    secretary = StaffFactory.create(role=Role.SECRETARY)
    today, now = timezone.localdate(), timezone.now()
    with as_owner():
        approach, appointment = family.approaches.get(), family.appointments.get()
        person = Person.objects.filter(family=family).first()
        AnswerCode.objects.create(approach=approach, value=f"K{family.pk:08}")
        CodeClosing.objects.create(approach=approach, at=now)
        batch = Batch.objects.create(
            made_by=secretary, dated=today, reply_by=today, prepared_at=now
        )
        BatchPart.objects.create(
            batch=batch, number=1, first=1, letters=1, sheets=1, pdf=b"%PDF", placed=[]
        )
    letter = MessageFactory.create(
        approach=approach,
        medium=Medium.LETTER,
        purpose=Purpose.OFFER,
        state=MessageState.SENT,
        reminder=None,
        sent_at=now,
        batch=batch,
        position=1,
    )
    AttendanceFactory.create(appointment=appointment, person=person)
    with as_owner():
        Notice.objects.create(
            appointment=appointment,
            kind=NoticeKind.FIXED,
            starts_at=appointment.starts_at,
            made_at=now,
            settled_at=now,
            message=letter,
        )
    return family


def one_family(decider: StaffMember | None = None) -> list[Family]:
    """Return two families with everything, made one: the one kept, then the one absorbed."""
    pair = [complete(family_with_everything()) for _ in range(2)]
    by = decider or StaffFactory.create(role=Role.TERRITORY_MANAGER, team=TeamFactory.create())
    merged(doubt_between(*pair), by)
    return sorted(pair, key=lambda family: family.pk)


def kept_apart(family: Family) -> Family:
    """Return another family that was told from this one by a person."""
    other: Family = FamilyFactory.create()
    one, two = sorted((family, other), key=lambda one: one.pk)
    DoubtFactory.create(
        one=one,
        other=two,
        state="kept_apart",
        decided_by=StaffFactory.create(role=Role.SECRETARY),
        decided_at=timezone.now(),
    )
    return other


def write_everywhere(mark: str = MARK) -> None:
    """Write a word in every column of every table of families that can hold it."""
    with as_owner():
        for table, _ in _kept():
            for column, kind in _columns(table):
                if kind in _FILLED and column not in _CODES:
                    _filled(table, column, _FILLED[kind].format(mark=mark))


def _filled(table: str, column: str, value: str) -> None:
    """Fill a column, past what says that it never changes; or leave it, where checks refuse."""
    for past in (False, True):
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
                if past:
                    cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
                cursor.execute(f'UPDATE {table} SET "{column}" = {value}')
                if past:
                    cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        except DatabaseError:
            continue
        return


def let_years_go_by() -> None:
    """Make all that is known of families three years older."""
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in [*(name for name, _ in _kept()), "outreach_batch"]:
            moved = ", ".join(
                f'"{column}" = {_SHIFTED[kind].format(chr(34) + column + chr(34))}'
                for column, kind in _columns(table)
                if kind in _SHIFTED
            )
            if moved:
                cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
                cursor.execute(f"UPDATE {table} SET {moved}")
                cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def close_what_is_open() -> None:
    """End what keeps a family, whatever the years: an advice, a doubt."""
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE interventions_informationadvice DISABLE TRIGGER USER")
        cursor.execute(
            "UPDATE interventions_informationadvice "
            "SET state = 'closed', closed_on = opened_on, outcome = 'needs_met'"
        )
        cursor.execute("ALTER TABLE interventions_informationadvice ENABLE TRIGGER USER")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def found_anywhere(mark: str) -> set[str]:
    """Return the tables, of the application and of the wall, where a word is found."""
    coded = mark.encode().hex()
    with as_owner():
        tables = _rows(
            "SELECT oid::regclass::text FROM pg_class WHERE relkind IN ('r', 'p', 'm') "
            "AND relnamespace IN ('public'::regnamespace, 'wall'::regnamespace)"
        )
        return {
            table
            for (table,) in tables
            if _rows(
                f"SELECT 1 FROM {table} AS t WHERE t::text ILIKE %s OR t::text ILIKE %s LIMIT 1",
                [f"%{mark}%", f"%{coded}%"],
            )
        }
