"""A service says once that it is involved, whatever happens at the same moment."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from conftest import as_owner
from factories.directory import StaffFactory, TeamFactory
from factories.families import FamilyFactory, InvolvementFactory
from jalon.audit.identity import acting
from jalon.directory.roles import Role
from jalon.families.actions import declare_involvement, end_involvement
from jalon.families.errors import FamilyError
from jalon.families.models import Involvement

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("myself", [True, False], ids=["oneself", "the service"])
def test_said_twice_at_the_same_moment_it_is_known_once(
    monkeypatch: pytest.MonkeyPatch, *, myself: bool
) -> None:
    worker = StaffFactory.create(role=Role.SOCIAL_WORKER, team=TeamFactory.create())
    family = FamilyFactory.create()
    with acting(worker.pk):
        declare_involvement(family=family, by=worker, myself=myself)
        # The other request looked before this one wrote.
        monkeypatch.setattr(QuerySet, "exists", lambda _rows: False)
        with pytest.raises(FamilyError, match="déjà noté"):
            declare_involvement(family=family, by=worker, myself=myself)
        monkeypatch.undo()

        assert Involvement.objects.filter(family=family).count() == 1


def test_the_database_knows_an_involvement_once() -> None:
    one = InvolvementFactory.create(worker=None)
    again = {"family": one.family, "service": one.service, "since": one.since}
    with as_owner(), pytest.raises(IntegrityError), transaction.atomic():
        Involvement.objects.create(**again)


def test_what_ended_may_be_said_again() -> None:
    worker = StaffFactory.create(role=Role.SOCIAL_WORKER, team=TeamFactory.create())
    family = FamilyFactory.create()
    with acting(worker.pk):
        first = declare_involvement(family=family, by=worker, myself=True)
        end_involvement(involvement=first, by=worker)
        second = declare_involvement(family=family, by=worker, myself=True)

        assert second.pk != first.pk
