"""What the database refuses is told by the constraint, and by nothing else."""

from __future__ import annotations

import pytest
from django.db import IntegrityError

from conftest import as_owner
from factories.agenda import RoomFactory
from jalon.agenda.models import Room
from jalon.audit.refusals import refused_as
from jalon.rules.errors import ClearError

pytestmark = pytest.mark.django_db


def test_a_constraint_is_told_in_the_words_meant_for_it() -> None:
    room = RoomFactory.create()
    with as_owner():
        with (
            pytest.raises(ClearError, match="deux fois") as told,
            refused_as({"room_named": ClearError("La même salle deux fois.")}),
        ):
            Room.objects.create(place=room.place, name=room.name)
        # The transaction goes on, and what the database said of rows is nowhere.
        assert Room.objects.count() == 1
    assert told.value.__suppress_context__


def test_another_refusal_is_a_fault_and_stays_one() -> None:
    room = RoomFactory.create()
    with (
        as_owner(),
        pytest.raises(IntegrityError, match="room_named_once"),
        refused_as({"extension_asked_once": ClearError("Une demande attend.")}),
    ):
        Room.objects.create(place=room.place, name=room.name)
