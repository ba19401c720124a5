"""Raw SQL that would make two families one, or part them, otherwise than by a whole merge."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from conftest import as_owner
from factories.directory import StaffFactory
from factories.families import ContactPointFactory, DoubtFactory, FamilyFactory, InvolvementFactory
from jalon.audit.identity import acting
from jalon.directory.models import StaffMember
from jalon.directory.roles import Role
from jalon.families.enums import DoubtState
from jalon.families.merging import merge, undo_merge
from jalon.families.models import Doubt, Family, Merge

pytestmark = pytest.mark.django_db
_MOVE = "SELECT wall.move_rows('families_contactpoint', 'family_id', %s, %s, %s::bigint[])"
_ALONE = "by a merge alone"
_STANDS = "as long as a merge stands"


@pytest.fixture
def doubt() -> Doubt:
    found: Doubt = DoubtFactory.create(one=FamilyFactory.create(), other=FamilyFactory.create())
    return found


@pytest.fixture
def manager(db: None) -> StaffMember:  # noqa: ARG001
    member: StaffMember = StaffFactory.create(role=Role.TERRITORY_MANAGER)
    return member


@pytest.fixture(params=[Role.MEDIATOR, Role.TERRITORY_MANAGER])
def anyone(request: pytest.FixtureRequest) -> StaffMember:
    member: StaffMember = StaffFactory.create(role=request.param)
    return member


@contextmanager
def refused(by: StaffMember, why: str) -> Iterator[None]:
    """Expect that the database refuses at once."""
    with acting(by.pk), pytest.raises(DatabaseError, match=why), transaction.atomic():
        yield


@contextmanager
def refused_in_the_end(by: StaffMember, why: str) -> Iterator[None]:
    """Expect that the database refuses to keep what is done inside, and nothing before."""
    with acting(by.pk), transaction.atomic():
        yield
        with pytest.raises(DatabaseError, match=why), transaction.atomic():
            connection.check_constraints()
        transaction.set_rollback(True)


def made_of(doubt: Doubt, by: StaffMember) -> Merge:
    with acting(by.pk):
        return merge(doubt=doubt, by=by)


def become(family: int, other: int | None) -> None:
    assert Family.objects.filter(pk=family).update(merged_into_id=other)


def say_undone(made: Merge, by: StaffMember) -> None:
    found = Merge.objects.filter(pk=made.pk)
    assert found.update(undone_at=timezone.now(), undone_by=by)


def test_nobody_makes_one_family_of_two_alone(doubt: Doubt, anyone: StaffMember) -> None:
    for one, other in ((doubt.one_id, doubt.other_id), (doubt.other_id, doubt.one_id)):
        with refused(anyone, _ALONE):
            become(one, other)


def test_nor_parts_them(doubt: Doubt, manager: StaffMember, anyone: StaffMember) -> None:
    made_of(doubt, manager)

    for other in (None, FamilyFactory.create().pk):
        with refused(anyone, _ALONE):
            become(doubt.other_id, other)


def test_nor_begins_a_family_that_is_another(anyone: StaffMember) -> None:
    kept = FamilyFactory.create()

    with acting(anyone.pk):
        Family.objects.create()
    with refused(anyone, "row-level security"):
        Family.objects.create(merged_into=kept)


def test_what_is_decided_is_told_by_a_merge(doubt: Doubt, manager: StaffMember) -> None:
    with refused_in_the_end(manager, _STANDS):
        Doubt.objects.filter(pk=doubt.pk).update(
            state=DoubtState.MERGED, decided_by=manager, decided_at=timezone.now()
        )
        become(doubt.other_id, doubt.one_id)


@pytest.mark.parametrize("what", ["a contact", "a lead"])
def test_nothing_goes_back_while_a_merge_stands(
    doubt: Doubt, manager: StaffMember, what: str
) -> None:
    contact = ContactPointFactory.create(family=doubt.other)
    InvolvementFactory.create(family=doubt.one, lead=True)
    lead = InvolvementFactory.create(family=doubt.other, lead=True)
    made_of(doubt, manager)
    asked: dict[str, tuple[str, list[Any]]] = {
        "a contact": (_MOVE, [doubt.one_id, doubt.other_id, [contact.pk]]),
        "a lead": ("SELECT wall.set_lead(%s, true)", [[lead.pk]]),
    }

    with refused_in_the_end(manager, "or by its undoing"), connection.cursor() as cursor:
        cursor.execute(*asked[what])


def test_no_merge_is_said_undone_before_all_went_back(doubt: Doubt, manager: StaffMember) -> None:
    contacts = [ContactPointFactory.create(family=doubt.other).pk for _ in range(2)]
    made = made_of(doubt, manager)

    for back in ([], contacts[:1]):
        with refused(manager, "was sent back"), connection.cursor() as cursor:
            cursor.execute(_MOVE, [doubt.one_id, doubt.other_id, back])
            say_undone(made, manager)


def test_nor_while_the_family_is_another(doubt: Doubt, manager: StaffMember) -> None:
    made = made_of(doubt, manager)

    with refused_in_the_end(manager, _STANDS):
        say_undone(made, manager)


def test_a_merge_is_undone_when_the_database_says(
    doubt: Doubt, manager: StaffMember, monkeypatch: pytest.MonkeyPatch
) -> None:
    ContactPointFactory.create(family=doubt.other)
    made = made_of(doubt, manager)
    before = timezone.now()
    long_ago = SimpleNamespace(now=lambda: datetime(1999, 1, 1, tzinfo=UTC))
    monkeypatch.setattr("jalon.families.merging.timezone", long_ago)

    with acting(manager.pk), transaction.atomic():
        undo_merge(merge=made, by=manager)
        connection.check_constraints()

    with as_owner():
        undone_at = Merge.objects.values_list("undone_at", flat=True).get()
    assert undone_at is not None
    assert undone_at >= before
