"""The demonstration has letters that cannot be written and answer pages that are closed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from conftest import as_owner
from factories.directory import StaffFactory
from factories.families import PersonFactory
from factories.outreach import family_to_write
from jalon.audit.identity import acting
from jalon.config import demonstration_stops as stops
from jalon.directory.models import StaffMember
from jalon.directory.roles import Role
from jalon.families.enums import PersonRole
from jalon.outreach.mail_queries import families_held
from jalon.outreach.mailing import Held
from jalon.outreach.models import Approach, CodeClosing, WrongReply
from outreach.messages.letters import written_to

pytestmark = pytest.mark.django_db


@pytest.fixture
def head(monkeypatch: pytest.MonkeyPatch) -> StaffMember:
    monkeypatch.setattr(stops, "as_owner", as_owner)
    member: StaffMember = StaffFactory.create(role=Role.DEPARTMENT_HEAD)
    return member


def test_two_letters_are_held_and_two_pages_closed_once(head: StaffMember) -> None:
    couple = family_to_write()
    with as_owner():
        file = couple.family.households.get()
    PersonFactory.create(household=file, role=PersonRole.SPOUSE)
    alone, ready = family_to_write(), family_to_write()
    silent = [
        written_to(12, family=family_to_write().family, addressee=None, phone="+33612345678")
        for _ in range(3)
    ]
    with as_owner():
        for one in silent:
            Approach.objects.filter(pk=one.pk).update(
                addressee=one.family.people.get(),
                window_ends_on=timezone.localdate() + timedelta(days=90),
            )

    stops.add_stops(head)
    stops.add_stops(head)

    with acting(head.pk):
        held = {one.family: one.why for one in families_held(timezone.localdate())}
    assert held == {alone.family: Held.NO_ADDRESSEE, couple.family: Held.WRONG_ADDRESS}
    assert ready.family not in held
    with as_owner():
        closed = CodeClosing.objects.filter(opened_at=None).values_list("approach", flat=True)
        assert set(closed) == {silent[1].pk, silent[2].pk}
        # The page hears them again tomorrow, once it is opened.
        assert not WrongReply.objects.filter(at__gte=timezone.now() - timedelta(days=1)).exists()


def test_a_department_to_which_nobody_wrote_has_none(head: StaffMember) -> None:
    stops.add_stops(head)

    with as_owner():
        assert not CodeClosing.objects.exists()
