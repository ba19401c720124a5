"""History of what Django writes, many rows at once included."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from conftest import as_owner
from factories.directory import AbsenceFactory, StaffFactory
from factories.families import PersonFactory
from jalon.audit.identity import acting
from jalon.audit.models import Change
from jalon.directory.models import Absence, StaffMember
from jalon.directory.roles import Role
from jalon.families.models import Person

pytestmark = pytest.mark.django_db


def _copy(one: Person, **columns: object) -> Person:
    kept = {"family": one.family, "household": one.household, "role": one.role}
    return Person(**kept | {"first_name": "Alix", "last_name": one.last_name} | columns)


def _bulk_create(known: list[Person]) -> None:
    Person.objects.bulk_create(_copy(one) for one in known)


def _bulk_update(known: list[Person]) -> None:
    for one in known:
        one.first_name = "Alix"
    Person.objects.bulk_update(known, ["first_name"])


def _update(_known: list[Person]) -> None:
    Person.objects.all().update(first_name="Alix")


def _upsert(known: list[Person]) -> None:
    Person.objects.bulk_create(
        [_copy(one, pk=one.pk) for one in known],
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=["first_name"],
    )


def _save(known: list[Person]) -> None:
    for one in known:
        one.first_name = "Alix"
        one.save()


@pytest.mark.parametrize(
    ("write", "action"),
    [
        (_bulk_create, "insert"),
        (_bulk_update, "update"),
        (_update, "update"),
        (_upsert, "update"),
        (_save, "update"),
    ],
)
def test_each_row_is_told_however_it_is_written(
    write: Callable[[list[Person]], None], action: str
) -> None:
    worker: StaffMember = StaffFactory.create(role=Role.SOCIAL_WORKER)
    known = PersonFactory.create_batch(3, first_name="Camille")
    with as_owner():
        before = Change.objects.count()

    with acting(worker.pk):
        write(known)

    with as_owner():
        told = list(Change.objects.order_by("-id")[: Change.objects.count() - before])
    assert [(one.action, one.staff_id, one.table_name) for one in told] == [
        (action, worker.pk, "families_person")
    ] * 3


def test_rows_removed_are_told_with_what_they_were() -> None:
    worker: StaffMember = StaffFactory.create(role=Role.SOCIAL_WORKER)
    absences = AbsenceFactory.create_batch(1, member=worker)

    with acting(worker.pk):
        Absence.objects.filter(pk__in=[one.pk for one in absences]).delete()

    with as_owner():
        history = Change.objects.defer(None)
        told = history.filter(table_name="directory_absence", action="delete").get()
    assert told.staff_id == worker.pk
    assert told.before
    assert told.before["member_id"] == worker.pk
    assert told.after is None


def test_a_password_is_never_in_history() -> None:
    worker: StaffMember = StaffFactory.create(password="first", role=Role.SOCIAL_WORKER)  # noqa: S106

    with acting(worker.pk):
        worker.set_password("second")
        worker.save(update_fields=["password"])

    with as_owner():
        history = Change.objects.defer(None)
        lines = history.filter(table_name="directory_staffmember", row_id=worker.pk)
        created, changed = lines.order_by("id")
    assert created.after
    assert "password" not in created.after
    assert changed.before == changed.after == {"password": None}
