"""A batch of letters killed at any moment, and begun again: exactly one letter a family."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from io import BytesIO
from typing import Any

import pypdfium2
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
from jalon.letters.content import from_json
from jalon.outreach.batches import start_batch
from jalon.outreach.models import AnswerCode, Batch, Message, MessageContent

_FAMILIES = 60
# Small parts, so that kills fall between and inside many of them.
_WORK = """
import django
django.setup()
from jalon.audit.identity import acting
from jalon.directory.models import StaffMember
from jalon.outreach import batch_printing, batches
from jalon.outreach.models import Batch
batch_printing.PART = 2
print("begun", flush=True)
with acting({by}):
    batches.prepare(Batch.objects.get(pk={batch}), StaffMember.objects.get(pk={by}))
print("done", flush=True)
"""


@pytest.mark.django_db(transaction=True)
def test_killed_at_random_moments_it_ends_with_one_letter_each(server: EmbeddedServer) -> None:
    for _ in range(_FAMILIES):
        family_to_write()
    by = StaffFactory.create(role=Role.SECRETARY)
    with acting(by.pk):
        batch = start_batch(by=by, dated=timezone.localdate())
    command = [sys.executable, "-c", _WORK.format(by=by.pk, batch=batch.pk)]
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
        with as_owner():
            Batch.objects.update(attempts=0, problem="")
            if Batch.objects.get(pk=batch.pk).prepared_at:
                break
        with subprocess.Popen(  # noqa: S603 - our own work
            command, env=environment, stdout=subprocess.PIPE
        ) as work:
            assert work.stdout is not None
            assert work.stdout.readline() == b"begun\n"
            # Longer and longer, or a slow machine would never let it end.
            time.sleep(chance.uniform(0, 0.1 + 0.1 * kills))
            if work.poll() is None:
                os.kill(work.pid, signal.SIGKILL)
                kills += 1
            else:
                assert work.returncode == 0

    assert kills >= 5
    with acting(by.pk):
        done = Batch.objects.get(pk=batch.pk)
        assert done.prepared_at is not None
        assert done.letters == _FAMILIES
        assert set(Counter(Message.objects.values_list("family", flat=True)).values()) == {1}
        assert Message.objects.count() == MessageContent.objects.count() == _FAMILIES
        assert AnswerCode.objects.count() == _FAMILIES
        bodies: list[Any] = list(MessageContent.objects.values_list("body", flat=True))
        codes = {from_json(body).answer.code for body in bodies}
        printed = "".join(
            page.get_textpage().get_text_range()
            for part in done.parts.filter(number=0)
            for page in pypdfium2.PdfDocument(BytesIO(bytes(part.pdf)))
        )
    assert [printed.count(code) for code in codes] == [1] * _FAMILIES
