"""A family kept long enough goes whole, with nothing of it left, and nothing else goes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from pytest_django import Settings

from audit.kept_long_enough import (
    MARK,
    close_what_is_open,
    complete,
    found_anywhere,
    kept_apart,
    let_years_go_by,
    one_family,
    rows_of,
    tables_of_families,
    write_everywhere,
)
from conftest import as_owner
from factories.directory import StaffFactory
from factories.families import DoubtFactory, FamilyFactory, HouseholdFactory
from factories.interventions import DocumentFactory
from factories.outreach import AppliedRuleFactory, RunFactory
from factories.targeting import RuleTrialFactory
from families.test_merging import family_with_everything
from jalon.audit import purging
from jalon.audit.actions import record_read
from jalon.audit.identity import acting
from jalon.audit.models import Change, ExceptionalAccess, Figure, Purge, Read
from jalon.audit.purging import PurgeError, begin_purge, carry_on
from jalon.audit.retention import preview
from jalon.directory.models import StaffMember
from jalon.directory.roles import Role
from jalon.families.models import Doubt, Family, Household
from jalon.interventions.models import Document
from jalon.outreach.models import AppliedRule, Batch

pytestmark = pytest.mark.django_db
_SUSPENDED = (
    "state = 'suspended', suspended_on = closed_on, suspension = 'away', closed_on = NULL, "
    "closing = '', news_on = NULL"
)
_TO_COME = (
    "state = 'proposed', during = tstzrange(now() + interval '1 day', now() + interval '25 hours')"
)


@pytest.fixture
def officer() -> StaffMember:
    made: StaffMember = StaffFactory.create(role=Role.DATA_PROTECTION_OFFICER)
    return made


@pytest.fixture
def pair() -> list[Family]:
    """A family, two once, with which nothing goes on."""
    with acting(None):
        made = one_family()
        close_what_is_open()
    return made


@pytest.fixture
def marked(pair: list[Family]) -> None:  # noqa: ARG001
    """A word wherever that family's rows can hold one."""
    with acting(None):
        write_everywhere()


@pytest.fixture
def gone(pair: list[Family], officer: StaffMember) -> Iterator[list[Family]]:
    """A family, two once, of which nothing was heard for three years, and who speaks for data."""
    with acting(None):
        let_years_go_by()
    with acting(officer.pk):
        yield pair


def purged(by: StaffMember) -> Purge:
    purge = begin_purge(by=by)
    carry_on(purge.pk)
    purge.refresh_from_db()
    return purge


@pytest.mark.usefixtures("marked")
def test_nothing_is_left_of_a_family_and_nothing_of_its_neighbour_is_gone(
    gone: list[Family], officer: StaffMember
) -> None:
    with acting(None):
        neighbour = complete(family_with_everything())
        before = rows_of([neighbour.pk])
        apart = kept_apart(gone[0])
    told = found_anywhere(MARK)
    of_families = set(tables_of_families())
    assert all(rows_of([one.pk for one in gone]).values()), "fill each table of a family"
    assert "audit_change" in told
    assert len(told) > 20

    purge = purged(officer)

    assert found_anywhere(MARK) == set()
    assert not any(rows_of([one.pk for one in gone]).values())
    assert rows_of([neighbour.pk]) == before
    assert all(before[table] for table in of_families - {"families_doubt", "families_merge"})
    with as_owner():
        assert Family.objects.filter(pk=apart.pk).exists()
    assert (purge.expected, purge.families) == (1, 1)
    assert purge.ended_at


@pytest.mark.usefixtures("gone")
@pytest.mark.parametrize("another", [True, False], ids=["another has one", "nobody else has"])
def test_what_is_kept_of_it_in_files_goes_too(
    officer: StaffMember,
    settings: Settings,
    tmp_path: Path,
    django_capture_on_commit_callbacks: Any,
    *,
    another: bool,
) -> None:
    settings.DATA_FOLDER = tmp_path
    with as_owner():
        known = {one.file for one in Document.objects.all()}
    with acting(None):
        other = {DocumentFactory.create().file} if another else set()
    for reference in known | other:
        shelf = tmp_path / "documents" / str(reference)[:2]
        shelf.mkdir(parents=True, exist_ok=True)
        (shelf / str(reference)).write_bytes(b"sealed")
    assert len(known) == 2

    with django_capture_on_commit_callbacks(execute=True):
        purged(officer)

    left = {one.name for one in tmp_path.rglob("*") if one.is_file()}
    assert left == {str(one) for one in other}


@pytest.mark.usefixtures("marked")
def test_why_somebody_opened_it_goes_with_it_and_that_they_did_after_three_years(
    gone: list[Family], officer: StaffMember
) -> None:
    with as_owner():
        for days in (1, 3 * 366 + 1):
            ExceptionalAccess.objects.create(
                staff_id=officer.pk,
                family_id=gone[0].pk,
                ground=ExceptionalAccess.Ground.CHILD,
                reason=MARK,
                at=timezone.now() - timedelta(days=days),
                finding=ExceptionalAccess.Finding.QUESTIONED,
                examiner_id=officer.pk + 1,
                examined_at=timezone.now(),
                cleared=MARK,
                clearer_id=officer.pk + 1,
                cleared_at=timezone.now(),
            )

    purged(officer)

    assert found_anywhere(MARK) == set()
    left = ExceptionalAccess.objects.get()
    assert left.at > timezone.now() - timedelta(days=2)
    assert (left.family_id, left.ground) == (gone[0].pk, "child")
    assert (left.reason, left.cleared, left.clearer_id) == ("", "", officer.pk + 1)


def test_no_trial_of_a_rule_names_its_files_any_more(
    gone: list[Family], officer: StaffMember
) -> None:
    with as_owner():
        number = Household.objects.filter(family=gone[0]).values_list("number", flat=True)[0]
        listed = {**RuleTrialFactory.create().result, "leaving": ["9400013"]}
    kept = RuleTrialFactory.create(
        result={**listed, "entering": ["9400012", number]}, note=f"Voir {number}, à Créteil"
    )
    waits = RuleTrialFactory.create(result=None, note="", kept_at=None)
    assert "targeting_ruletrial" in found_anywhere(number)

    purged(officer)

    assert found_anywhere(number) == set()
    with as_owner():
        kept.refresh_from_db()
        waits.refresh_from_db()
    assert kept.result == {**listed, "entering": ["9400012"]}
    assert (kept.note, waits.result) == ("Voir …, à Créteil", None)


def figures() -> Counter[tuple[str, str, str]]:
    """Return what is told of families that are gone, all months and territories together."""
    told: Counter[tuple[str, str, str]] = Counter()
    with as_owner():
        for one in Figure.objects.all():
            told[one.kind, one.outcome, one.offer] += one.number
            assert len(one.month) == len("2026-10")
    return told


@pytest.mark.usefixtures("gone")
def test_what_is_left_says_how_many_and_of_nobody(officer: StaffMember) -> None:
    purged(officer)

    assert figures() == {
        ("proposal", "call", "separation"): 2,
        ("advice", "needs_met", ""): 2,
        ("support", "reached", ""): 2,
        ("meeting", "face", ""): 2,
    }


@pytest.mark.usefixtures("gone")
def test_figures_add_up_from_one_purge_to_the_next(officer: StaffMember) -> None:
    purged(officer)
    before = figures()
    with acting(None):
        one_family()
        close_what_is_open()
        let_years_go_by()
    purged(officer)

    assert figures() == {what: 2 * number for what, number in before.items()}


def test_history_says_who_and_when_and_no_more(gone: list[Family], officer: StaffMember) -> None:
    purged(officer)

    with as_owner():
        deleted = Change.objects.filter(action="delete", table_name="families_person")
        held = Change.objects.filter(family_id__in=[one.pk for one in gone])
        assert {one.staff_id for one in deleted} == {officer.pk}
        assert held.exists()
        assert not held.exclude(before=None, after=None).exists()


def test_history_holds_nothing_of_what_names_no_family_nor_of_what_went_before(
    gone: list[Family], officer: StaffMember
) -> None:
    """Lines known by their rows alone, and lines of rows that were there no more."""
    told = Change.objects.exclude(before=None, after=None)
    by_row = told.filter(family_id=None, table_name__in=tables_of_families())
    with as_owner():
        removed = Document.objects.filter(family=gone[0]).latest("pk")
        number = removed.pk
        removed.delete()
        went_before = told.filter(table_name="interventions_document", row_id=number)
        assert by_row.exists()
        assert went_before.exists()

    purged(officer)

    with as_owner():
        assert not by_row.exists()
        assert not went_before.exists()


@pytest.mark.usefixtures("gone")
def test_what_families_shared_goes_once_they_are_gone_and_it_is_old(
    officer: StaffMember,
) -> None:
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE targeting_targetingrun DISABLE TRIGGER USER")
        cursor.execute("UPDATE targeting_targetingrun SET made_at = now() - interval '3 years'")
        cursor.execute("ALTER TABLE targeting_targetingrun ENABLE TRIGGER USER")
        assert Batch.objects.exists()
        assert AppliedRule.objects.exists()
    with acting(None):
        young = AppliedRuleFactory.create(run=RunFactory.create())

    purged(officer)

    with as_owner():
        assert not Batch.objects.exists()
        assert {*AppliedRule.objects.all()} == {young}


def test_what_was_read_before_a_family_was_known_names_its_file_no_more(
    officer: StaffMember,
) -> None:
    with acting(officer.pk):
        record_read(household="9477777", page="Explication")
    with acting(None):
        family = HouseholdFactory.create(number="9477777").family
        let_years_go_by()

    with acting(officer.pk):
        purged(officer)

    with as_owner():
        read = Read.objects.get(page="Explication")
        assert (read.household, read.family_id) == ("", family.pk)


@pytest.mark.parametrize(
    ("table", "change"),
    [
        ("interventions_informationadvice", "state = 'open', closed_on = NULL, outcome = ''"),
        ("interventions_support", _SUSPENDED),
        ("outreach_approach", "window_ends_on = current_date"),
        ("agenda_appointment", _TO_COME),
        ("interventions_journalentry", '"on" = current_date - 700'),
        ("outreach_message", "sent_at = now() - interval '700 days'"),
        ("families_merge", "at = now() - interval '700 days'"),
        ("families_safetyword", "at = now() - interval '700 days'"),
    ],
)
def test_a_family_stays_as_long_as_something_goes_on(
    gone: list[Family], officer: StaffMember, table: str, change: str
) -> None:
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(f"UPDATE {table} SET {change} WHERE id = (SELECT min(id) FROM {table})")
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
    before = rows_of([one.pk for one in gone])

    purge = purged(officer)

    assert (purge.expected, purge.families) == (0, 0)
    assert rows_of([one.pk for one in gone]) == before


def test_a_doubt_that_waits_keeps_both(gone: list[Family], officer: StaffMember) -> None:
    kept_apart(gone[0])
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE families_doubt SET state = 'open', decided_by_id = NULL, decided_at = NULL "
            "WHERE state = 'kept_apart'"
        )

    assert purged(officer).families == 0


@pytest.mark.parametrize("first", [True, False], ids=["told first", "told second"])
def test_a_family_told_from_another_goes_whichever_was_named_first(
    officer: StaffMember, *, first: bool
) -> None:
    with acting(None):
        families = [FamilyFactory.create() for _ in range(2)]
        silent = families[0 if first else 1]
        DoubtFactory.create(
            one=families[0],
            other=families[1],
            state="kept_apart",
            decided_by=StaffFactory.create(role=Role.SECRETARY),
            decided_at=timezone.now(),
        )
        with as_owner(), connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("ALTER TABLE families_family DISABLE TRIGGER USER")
            cursor.execute(
                "UPDATE families_family SET created_at = now() - interval '3 years' WHERE id = %s",
                [silent.pk],
            )
            cursor.execute("ALTER TABLE families_family ENABLE TRIGGER USER")
    with acting(officer.pk):
        assert purged(officer).families == 1

    with as_owner():
        assert {*Family.objects.all()} == {*families} - {silent}
        assert not Doubt.objects.exists()


def test_families_once_made_one_go_together_even_parted(officer: StaffMember) -> None:
    with acting(None):
        pair = one_family()
        close_what_is_open()
        let_years_go_by()
        with as_owner(), connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            for table, change in (
                ("families_merge", "undone_at = at, undone_by_id = by_id"),
                ("families_family", "merged_into_id = NULL"),
            ):
                cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
                cursor.execute(f"UPDATE {table} SET {change}")
                cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        entry = FamilyFactory.create()
    with acting(officer.pk):
        purge = purged(officer)

    assert purge.families == 2
    with as_owner():
        assert set(Family.objects.values_list("pk", flat=True)) == {entry.pk}
    assert pair


def test_the_preview_says_what_a_purge_then_takes(
    gone: list[Family], officer: StaffMember
) -> None:
    before = {one.rule.previewed: one.number for one in preview()}
    purged(officer)
    after = {one.rule.previewed: one.number for one in preview()}

    assert gone
    assert (before["families"], after["families"]) == (1, 0)


def test_all_that_is_due_at_once_is_what_each_is_asked_alone(officer: StaffMember) -> None:
    """Families silent, held, heard of lately; alone, made one, and parted of one that is held."""
    with acting(None):
        gone = one_family()
        close_what_is_open()
        held = one_family()
        alone = [FamilyFactory.create() for _ in range(2)]
        let_years_go_by()
        FamilyFactory.create()
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT family, families, last < wall.last_day_gone() FROM wall.families_due()"
        )
        told = set(cursor.fetchall())
        cursor.execute(
            "SELECT DISTINCT (wall.tied_to(id))[1], wall.is_due(wall.tied_to(id)) "
            "FROM families_family"
        )
        asked = dict(cursor.fetchall())

    due = {gone[0].pk, *(one.pk for one in alone)}
    assert told == {(one, 1, True) for one in due}
    assert due == {one for one, is_due in asked.items() if is_due}
    assert asked[held[0].pk] is False
    with acting(officer.pk):
        (families,) = (one for one in preview() if one.rule.previewed == "families")
        purge = purged(officer)
    assert (families.number, purge.expected, purge.families) == (3, 3, 3)
    assert families.oldest is not None
    assert families.oldest < timezone.now() - timedelta(days=2 * 365)


def test_a_purge_that_was_stopped_goes_on_where_it_was(
    officer: StaffMember, monkeypatch: pytest.MonkeyPatch
) -> None:
    with acting(None):
        for _ in range(3):
            FamilyFactory.create()
        let_years_go_by()
    asked = purging._asked  # noqa: SLF001 - what each step goes through
    done: list[tuple[int, ...]] = []

    def stopped(query: str, *told: int) -> Any:
        if "purge_family" in query and len(done) == 1:
            raise KeyboardInterrupt
        done.extend([told] if "purge_family" in query else [])
        return asked(query, *told)

    with acting(officer.pk):
        purge = begin_purge(by=officer)
        monkeypatch.setattr(purging, "_asked", stopped)
        with pytest.raises(KeyboardInterrupt):
            carry_on(purge.pk)
        monkeypatch.undo()
        purge.refresh_from_db()
        assert (purge.expected, purge.families, purge.ended_at) == (3, 1, None)
        with pytest.raises(PurgeError, match="déjà en cours"):
            begin_purge(by=officer)
        carry_on(purge.pk)
        purge.refresh_from_db()

    assert (purge.expected, purge.families) == (3, 3)
    assert purge.ended_at


def test_one_that_cannot_go_keeps_no_other(officer: StaffMember) -> None:
    with acting(None):
        families = [FamilyFactory.create().pk for _ in range(3)]
        let_years_go_by()
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("CREATE TABLE undeclared (family bigint REFERENCES families_family)")
        cursor.execute("INSERT INTO undeclared VALUES (%s)", families[:1])
    with acting(officer.pk):
        purge = begin_purge(by=officer)
        with pytest.raises(DatabaseError, match="undeclared"):
            carry_on(purge.pk)
        purge.refresh_from_db()

    assert (purge.families, purge.ended_at) == (2, None)
    with as_owner():
        assert set(Family.objects.values_list("pk", flat=True)) == set(families[:1])


def test_restored_from_before_a_purge_it_is_due_again(
    gone: list[Family], officer: StaffMember
) -> None:
    before = transaction.savepoint()
    assert purged(officer).families == 1

    transaction.savepoint_rollback(before)

    assert rows_of([gone[0].pk])["families_person"]
    assert purged(officer).families == 1


def test_one_that_stands_still_is_taken_up_by_another_officer(officer: StaffMember) -> None:
    other = StaffFactory.create(role=Role.DATA_PROTECTION_OFFICER)
    with acting(officer.pk):
        purge = begin_purge(by=officer)
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("UPDATE audit_purge SET moved_at = now() - interval '1 hour'")

    with acting(other.pk):
        assert begin_purge(by=other) == purge
        carry_on(purge.pk)
        purge.refresh_from_db()

    assert purge.ended_at
    assert purge.staff_id == officer.pk


def test_logs_go_after_three_years(officer: StaffMember) -> None:
    with acting(officer.pk):
        record_read(page="Vieille")
        record_read(page="Récente")
    with acting(None):
        kept, lost = FamilyFactory.create(), FamilyFactory.create()
    with as_owner(), connection.cursor() as cursor:
        Family.objects.filter(pk=lost.pk).delete()
        cursor.execute(
            "UPDATE audit_read SET at = at - interval '1097 days' WHERE page = 'Vieille'"
        )
        cursor.execute("UPDATE audit_change SET at = at - interval '1097 days'")
        cursor.execute(
            "INSERT INTO audit_change (at, staff_id, table_name, row_id, action) "
            "SELECT now() - make_interval(days => one), 1, 'directory_staffmember', one, "
            "'sign_in' FROM unnest(ARRAY[30, 1097]) AS one"
        )

    with acting(officer.pk):
        purge = purged(officer)

    with as_owner():
        lines = Change.objects.filter(table_name="families_family")
        assert set(lines.values_list("row_id", flat=True)) == {kept.pk}
        assert {one.page for one in Read.objects.all()} == {"Récente"}
        came = Change.objects.filter(action=Change.Action.SIGN_IN)
        assert list(came.values_list("row_id", flat=True)) == [30]
    assert purge.reads == 1
    assert purge.changes >= 2


def test_nobody_else_purges(gone: list[Family], officer: StaffMember) -> None:
    purge = begin_purge(by=officer)
    calls = (
        "wall.begin_purge()",
        f"wall.due_of_purge({purge.pk})",
        f"wall.purge_family({purge.pk}, {gone[0].pk})",
        f"wall.purge_reads({purge.pk}, 10)",
        f"wall.purge_changes({purge.pk}, 10)",
        f"wall.end_purge({purge.pk})",
        "wall.preview_purge()",
    )
    for role in set(Role) - {Role.DATA_PROTECTION_OFFICER}:
        with acting(StaffFactory.create(role=role).pk):
            for call in calls:
                with (
                    pytest.raises(DatabaseError, match="by who"),
                    transaction.atomic(),
                    connection.cursor() as cursor,
                ):
                    cursor.execute(f"SELECT {call}")


def test_nothing_goes_before_it_is_due_whoever_asks(officer: StaffMember) -> None:
    family = FamilyFactory.create()
    with acting(officer.pk), connection.cursor() as cursor:
        purge = begin_purge(by=officer)
        cursor.execute("SELECT wall.purge_family(%s, %s)", [purge.pk, family.pk])
        assert cursor.fetchone() == (0,)
        cursor.execute("SELECT wall.end_purge(%s)", [purge.pk])
        with pytest.raises(DatabaseError, match="is over"), transaction.atomic():
            cursor.execute("SELECT wall.purge_family(%s, %s)", [purge.pk, family.pk])
    with as_owner():
        assert Family.objects.filter(pk=family.pk).exists()
