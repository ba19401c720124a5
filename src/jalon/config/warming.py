"""Loads, once for all the processes that answer, what the first page of each would wait for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.contrib.auth import get_backends
from django.template.loader import get_template
from django.urls import reverse
from django.utils import timezone

from jalon.agenda.days import holidays
from jalon.agenda.practice import read_practice
from jalon.interventions.terms import read_terms
from jalon.outreach.choices import offers_of_service
from jalon.outreach.wording import read_wording
from jalon.rights.aid_reader import fund_aids
from jalon.rules.calendar import Month


def load_pages() -> None:
    """Load addresses, templates, and all that the fund's profile says; ProfileError if refused.

    Nothing that the database knows: a connection cannot be shared with the processes to come.
    """
    reverse("desk:day")
    get_backends()
    for name in own_templates():
        get_template(name)
    for read in (read_practice, read_terms, read_wording):
        read(settings.PROFILE)
    offers_of_service("")
    today = timezone.localdate()
    fund_aids(settings.PROFILE, Month.of(today))
    holidays(today, today)


def own_templates() -> Iterator[str]:
    """Yield the names of the pages' templates, and of the parts that they include."""
    for app in apps.get_app_configs():
        if app.name.startswith("jalon."):
            folder = Path(app.path, "templates")
            for file in sorted(folder.rglob("*.html")):
                yield file.relative_to(folder).as_posix()
