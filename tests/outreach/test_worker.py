"""The background worker takes up what was released, told of it or not."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from factories.outreach import computed_run, released
from jalon.audit.identity import acting
from jalon.config.embedded import EmbeddedServer
from jalon.config.embedded.roles import APP
from jalon.directory.models import StaffMember
from jalon.outreach.models import Proposal
from killed import of_the_application
from outreach.registers import OCTOBER, separated

# All that waits, and what that asks for in turn, then stop.
_WORK = """
import django
django.setup()
from procrastinate.contrib.django import app
from jalon.outreach.tasks import take_up_forgotten
take_up_forgotten.defer(timestamp=0)
with app.replace_connector(app.connector.get_worker_connector()) as worker:
    worker.run_worker(wait=False, install_signal_handlers=False, listen_notify=False)
"""


@pytest.mark.django_db(transaction=True)
def test_what_nobody_took_up_is_taken_up_by_the_worker(
    tmp_path: Path, head: StaffMember, server: EmbeddedServer
) -> None:
    run = computed_run(separated(tmp_path / "extract", ["H1"]), OCTOBER)
    released(run, by=head)

    done = subprocess.run(  # noqa: S603 - our own work
        [sys.executable, "-c", _WORK],
        env=of_the_application(
            server.url(APP, str(connection.settings_dict["NAME"])), settings.DATA_FOLDER
        ),
        capture_output=True,
        check=False,
        text=True,
        timeout=120,
    )

    assert done.returncode == 0, done.stderr
    with acting(head.pk):
        assert Proposal.objects.count() == 2
