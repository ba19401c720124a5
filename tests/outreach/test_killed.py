"""A take-up killed at any moment, and begun again, leaves each family exactly one proposal."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
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
from outreach.registers import OCTOBER, separated

_FAMILIES = 60
# Small batches, so that kills fall between and inside many transactions.
_WORK = """
import django
django.setup()
from datetime import date
from jalon.audit.identity import acting
from jalon.directory.models import StaffMember
from jalon.outreach import actions
actions._AT_ONCE = 2
print("begun", flush=True)
with acting({by}):
    by = StaffMember.objects.get(pk={by})
    actions.take_up(by=by, run_id={run}, today=date(2026, 11, 22))
print("done", flush=True)
"""


@pytest.mark.django_db(transaction=True)
def test_killed_at_random_moments_it_ends_with_one_proposal_each(
    tmp_path: Path, head: StaffMember, server: EmbeddedServer
) -> None:
    numbers = [f"H{number}" for number in range(_FAMILIES)]
    run = computed_run(separated(tmp_path / "extract", numbers), OCTOBER)
    released(run, by=head)
    command = [sys.executable, "-c", _WORK.format(by=head.pk, run=run.pk)]
    environment = {
        **os.environ,
        "JALON_MODE": "development",
        "DATABASE_URL": server.url(APP, str(connection.settings_dict["NAME"])),
        "JALON_DATA": str(settings.DATA_FOLDER),
        "DJANGO_SETTINGS_MODULE": "jalon.config.settings",
    }
    environment.pop("DATABASE_OWNER_URL", None)
    chance = random.Random(20261122)  # noqa: S311 - moments to kill at
    kills = 0
    for _ in range(60):
        if not _pending(head):
            break
        with subprocess.Popen(  # noqa: S603 - our own work
            command, env=environment, stdout=subprocess.PIPE
        ) as work:
            assert work.stdout is not None
            assert work.stdout.readline() == b"begun\n"
            # Longer and longer, or a slow machine would never let it end.
            time.sleep(chance.uniform(0, 0.4 + 0.15 * kills))
            if work.poll() is None:
                os.kill(work.pid, signal.SIGKILL)
                kills += 1
                # Killed so often, it would wait to be asked for again: someone does each time.
                with as_owner():
                    Release.objects.update(attempts=0, problem="")
            else:
                assert work.returncode == 0

    assert kills >= 5
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
    with acting(head.pk):
        return Release.objects.filter(taken_up_at=None).exists()
