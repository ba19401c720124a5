"""What goes on in the background of messages: reminders are planned, what is due leaves.

Nobody asked for it: the application acts as itself, number 0.
"""

from __future__ import annotations

from django.conf import settings
from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from jalon.audit.identity import acting
from jalon.outreach.planning import plan_reminders
from jalon.outreach.providers.choosing import providers
from jalon.outreach.sending import send_due
from jalon.outreach.wording import read_wording


@app.periodic(cron="* * * * *")
@app.task(name="outreach.send_messages", pass_context=False)
def send_messages(timestamp: int) -> None:  # noqa: ARG001 - said by the scheduler
    """Send what is due, for most of a minute."""
    hours = read_wording(settings.PROFILE).messages.hours
    with acting(0):
        send_due(providers(), hours)


@app.periodic(cron="5 * * * *")
@app.task(name="outreach.plan_reminders", pass_context=False)
def plan_due_reminders(timestamp: int) -> None:  # noqa: ARG001 - said by the scheduler
    """Plan the reminders whose day has come."""
    if there := providers():
        texts = read_wording(settings.PROFILE).messages
        with acting(0):
            plan_reminders(texts, there)


def send_soon() -> None:
    """Ask for what is due to leave now, unless that is asked already."""
    try:
        with transaction.atomic():
            send_messages.configure(queueing_lock="outreach.send_messages").defer(timestamp=0)
    except AlreadyEnqueued:
        return
