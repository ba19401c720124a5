"""A batch of letters killed at any moment, and begun again: exactly one letter a family."""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import count, repeat
from typing import Final

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from conftest import as_owner
from factories.directory import StaffFactory
from factories.outreach import family_to_write
from jalon.audit.identity import acting
from jalon.config.embedded import EmbeddedServer
from jalon.config.embedded.roles import APP
from jalon.directory.roles import Role
from jalon.outreach.batches import start_batch
from jalon.outreach.models import Batch
from killed import Aim, killed_until_done, of_the_application
from outreach.killed_batches import (
    BIND,
    PRINT,
    STEPS,
    WRITE,
    copies_printed,
    letters_by_family,
    preparing,
)

_FAMILIES: Final = 60


def _aims() -> Iterator[Aim]:
    """Aim at each step, then anywhere: longer and longer, or a slow machine would never end."""
    yield from repeat(Aim(0.15, WRITE), 4)
    yield from repeat(Aim(0.8, PRINT), 6)
    yield from repeat(Aim(0.05, BIND), 4)
    yield from (Aim(0.1 + 0.1 * number) for number in count())


@pytest.mark.django_db(transaction=True)
def test_killed_at_random_moments_it_ends_with_one_letter_each(server: EmbeddedServer) -> None:
    for _ in range(_FAMILIES):
        family_to_write()
    by = StaffFactory.create(role=Role.SECRETARY)
    with acting(by.pk):
        batch = start_batch(by=by, dated=timezone.localdate())

    def goes_on() -> bool:
        """Tell whether it is still to be prepared; whoever stopped it asks for it again."""
        with as_owner():
            return Batch.objects.filter(prepared_at=None).update(attempts=0, problem="") > 0

    url = server.url(APP, str(connection.settings_dict["NAME"]))
    kills = killed_until_done(
        preparing(batch, part=2),  # small, so that kills fall between and inside many of them
        of_the_application(url, settings.DATA_FOLDER),
        _aims(),
        goes_on=goes_on,
        chance=random.Random(20261122),  # noqa: S311 - moments to kill at
    )

    assert all(kills[step] for step in STEPS), kills
    with acting(by.pk):
        done = Batch.objects.get(pk=batch.pk)
        written, printed = letters_by_family(), copies_printed(done)
    assert done.letters == len(written) == len(printed) == _FAMILIES
    assert set(written.values()) == set(printed.values()) == {1}
