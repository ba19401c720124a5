"""A take-up killed at any moment, and begun again, leaves each family exactly one proposal."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from conftest import as_owner
from factories.outreach import computed_run, released
from jalon.audit.identity import acting
from jalon.config.embedded import EmbeddedServer
from jalon.config.embedded.roles import APP
from jalon.directory.models import StaffMember
from jalon.families.models import ContactPoint, Family, Household, Person, Snapshot
from jalon.outreach.models import Decision, Proposal
from jalon.targeting.models import Release
from killed import Aim, killed_until_done, of_the_application
from outreach.registers import OCTOBER, separated

_FAMILIES = 60
# Small batches, so that kills fall between and inside many transactions.
_WORK = """
import time
from datetime import date
from jalon.audit.identity import acting
from jalon.directory.models import StaffMember
from jalon.outreach import actions
from jalon.outreach.attempts import BusyTakeUpError
actions._AT_ONCE = 2
def work():
    with acting({by}):
        by = StaffMember.objects.get(pk={by})
        while True:
            try:
                return actions.take_up(by=by, run_id={run}, today=date(2026, 11, 22))
            except BusyTakeUpError:  # the connection of the one killed before is closing
                time.sleep(0.1)
"""


@pytest.mark.django_db(transaction=True)
def test_killed_at_random_moments_it_ends_with_one_proposal_each(
    tmp_path: Path, head: StaffMember, server: EmbeddedServer
) -> None:
    numbers = [f"H{number}" for number in range(_FAMILIES)]
    run = computed_run(separated(tmp_path / "extract", numbers), OCTOBER)
    released(run, by=head)
    url = server.url(APP, str(connection.settings_dict["NAME"]))

    kills = killed_until_done(
        _WORK.format(by=head.pk, run=run.pk),
        of_the_application(url, settings.DATA_FOLDER),
        # Longer and longer, or a slow machine would never let it end.
        (Aim(0.1 + 0.05 * number) for number in range(100)),
        goes_on=lambda: _pending(head),
        chance=random.Random(20261122),  # noqa: S311 - moments to kill at
    )

    assert kills.total() >= 5, kills
    assert not _pending(head)
    with acting(head.pk):
        found = Proposal.objects.filter(offer="separation")
        assert set(found.values_list("family__households__number", flat=True)) == set(numbers)
        assert found.count() == _FAMILIES
        assert Proposal.objects.count() == Decision.objects.count() == 2 * _FAMILIES
        assert Family.objects.count() == Household.objects.count() == _FAMILIES
        assert Snapshot.objects.count() == _FAMILIES
        assert Person.objects.count() == 2 * _FAMILIES
    with as_owner():
        assert ContactPoint.objects.count() == 3 * _FAMILIES


def _pending(head: StaffMember) -> bool:
    """Tell whether some is not taken up; killed often, it waits to be asked for again."""
    with as_owner():
        Release.objects.update(attempts=0, problem="")
    with acting(head.pk):
        return Release.objects.filter(taken_up_at=None).exists()
