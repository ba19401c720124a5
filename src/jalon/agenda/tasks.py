"""What goes on in the background of diaries: what families are to be told is planned."""

from __future__ import annotations

from django.conf import settings
from procrastinate.contrib.django import app

from jalon.agenda.notices import plan_notices
from jalon.agenda.practice import read_practice
from jalon.audit.identity import acting
from jalon.outreach.providers.choosing import providers
from jalon.outreach.wording import read_wording


@app.periodic(cron="*/5 * * * *")
@app.task(name="agenda.plan_notices", pass_context=False)
def plan_due_notices(timestamp: int) -> None:  # noqa: ARG001 - said by the scheduler
    """Plan what families are to be told of their appointments."""
    if there := providers():
        hours = read_wording(settings.PROFILE).messages.hours
        with acting(0):
            plan_notices(read_practice(settings.PROFILE), hours, there)
