"""The background worker plans reminders and sends them to a provider, as in production."""

from __future__ import annotations

import subprocess
import sys
from typing import Final

import pytest
from django.conf import settings
from django.db import connection

from conftest import as_owner
from jalon.config.embedded import EmbeddedServer
from jalon.config.embedded.roles import APP
from jalon.outreach.enums import MessageState, Purpose
from jalon.outreach.models import AnswerCode, Message
from killed import of_the_application
from outreach.messages.letters import written_to
from outreach.messages.servers import text_server

# At any hour; then all that waits, and stop.
_WORK: Final = """
import django
django.setup()
from procrastinate.contrib.django import app
from jalon.outreach.message_tasks import plan_due_reminders, send_messages
from jalon.outreach.sending_hours import SendingHours
SendingHours.are_on = lambda *_: True
for task in (plan_due_reminders, send_messages):
    task.defer(timestamp=0)
    with app.replace_connector(app.connector.get_worker_connector()) as worker:
        worker.run_worker(wait=False, install_signal_handlers=False, listen_notify=False)
"""


@pytest.mark.django_db(transaction=True)
def test_the_worker_plans_and_sends_and_tells_of_nobody(server: EmbeddedServer) -> None:
    approach = written_to(12, phone="+33612345678")

    with text_server() as provider:
        done = subprocess.run(  # noqa: S603 - our own work
            [sys.executable, "-c", _WORK],
            env=of_the_application(
                server.url(APP, str(connection.settings_dict["NAME"])),
                settings.DATA_FOLDER,
                JALON_PUBLIC_URL="https://reponse.caf.example",
                JALON_SMS_URL=provider.account().url,
                JALON_SMS_TOKEN="a-token",  # noqa: S106 - of the provider above
                JALON_SMS_SENDER="Caf 94",
            ),
            capture_output=True,
            check=False,
            text=True,
            timeout=120,
        )

    assert done.returncode == 0, done.stderr
    with as_owner():
        (sent,) = Message.objects.filter(approach=approach, purpose=Purpose.REMINDER)
        code = AnswerCode.objects.get(approach=approach).value
    (asked,) = provider.asked
    assert sent.state == MessageState.SENT
    assert asked["to"] == "+33612345678"
    assert asked["text"].endswith(f"https://reponse.caf.example/r/{code}")
    for secret in (code, asked["to"], str(sent.public_id), "a-token"):
        assert secret not in done.stdout + done.stderr
