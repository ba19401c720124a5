"""The demonstration has diaries: what was, what is to note, what is to come."""

from __future__ import annotations

from collections import Counter
from contextlib import nullcontext
from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone

from conftest import as_owner
from factories.families import FamilyFactory, InvolvementFactory, PersonFactory
from factories.outreach import AnswerFactory, ApproachFactory
from jalon.agenda.enums import State
from jalon.agenda.models import Appointment, Attendance, Notice, Opening, Presence
from jalon.config import demonstration_diaries
from jalon.config.demonstration_diaries import add_diaries
from jalon.directory.actions import set_up_department
from jalon.directory.demo import open_demo_accounts
from jalon.directory.queries import social_workers
from jalon.outreach.enums import AnswerKind
from jalon.rules.profile import load_profile

pytestmark = pytest.mark.django_db


def test_families_led_are_met_and_each_page_has_something_to_show(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(demonstration_diaries, "as_owner", nullcontext)
    with as_owner():
        set_up_department(profile=load_profile(settings.PROFILE))
        open_demo_accounts()
        worker = social_workers().order_by("pk").last()
        long_ago = timezone.now() - timedelta(days=120)
        for _ in range(8):
            family = PersonFactory.create(household__family=FamilyFactory.create()).family
            InvolvementFactory.create(
                family=family, worker=worker, lead=True, since=long_ago.date()
            )
            approach = ApproachFactory.create(family=family)
            AnswerFactory.create(approach=approach, kind=AnswerKind.CALL, at=long_ago)
        PersonFactory.create_batch(8)

        add_diaries()
        made = Appointment.objects.count()
        add_diaries()

        states = Counter(Appointment.objects.order_by().values_list("state", flat=True))
        now = timezone.now()
        still = Appointment.objects.filter(state=State.BOOKED)
        assert Appointment.objects.count() == made > 40
        assert states[State.HELD] > 20
        assert still.filter(ends_at__lt=now).exists()
        assert still.filter(starts_at__gt=now).exists()
        # Nobody is told today of what was fixed long ago.
        assert not Notice.objects.exists()
        held = Attendance.objects.filter(appointment__state=State.HELD)
        assert not held.filter(outcome="").exists()
        assert Presence.objects.values("worker").distinct().count() == social_workers().count()
        assert Opening.objects.values("place").distinct().count() > 10
