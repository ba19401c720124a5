"""Whoever may not be written to is in the list of those to be reached in person, always."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from conftest import as_owner
from factories.directory import StaffFactory, TeamFactory
from factories.families import DoubtFactory, FamilyFactory
from factories.outreach import ApproachFactory, MessageFactory, computed_run, released
from jalon.audit.identity import acting
from jalon.directory.models import StaffMember
from jalon.directory.roles import Role
from jalon.families.actions import say
from jalon.families.enums import Safety, SafetySource
from jalon.families.merging import merge
from jalon.families.models import Family
from jalon.outreach import exchanges
from jalon.outreach.mailing import to_mail
from jalon.outreach.models import Approach
from outreach.registers import NOVEMBER, OCTOBER, separated, separation
from outreach.test_answering import approached, now
from outreach.test_take_up import taken_up

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager(db: None) -> StaffMember:  # noqa: ARG001
    member: StaffMember = StaffFactory.create(
        role=Role.TERRITORY_MANAGER, team=TeamFactory.create()
    )
    return member


def in_person(by: StaffMember) -> list[int]:
    with acting(by.pk):
        rows = exchanges.in_person(Approach.objects.order_by("pk"), timezone.localdate())
        return [one.pk for one in rows]


def protect(family: Family, by: StaffMember) -> None:
    with acting(by.pk):
        say(family=family, flag=Safety.PROTECTED_ADDRESS, source=SafetySource.FAMILY, by=by)


def test_a_family_protected_here_that_a_run_selects_is_reached_in_person(
    tmp_path: Path, head: StaffMember
) -> None:
    """The register knows nothing of what the family told its worker."""
    taken_up(released(computed_run(separated(tmp_path / "o", ["H1"]), OCTOBER), by=head), head)
    with as_owner():
        family, before = Family.objects.get(), Approach.objects.get()
        Approach.objects.update(
            ended_on=timezone.localdate(), ending="supported", ended_by=StaffFactory.create()
        )
    protect(family, head)
    november = separated(
        tmp_path / "n",
        ["H1"],
        events=[separation("H1", event_id="E9", reported_on=timezone.localdate().replace(day=1))],
    )

    taken_up(released(computed_run(november, NOVEMBER), by=head), head)

    with acting(head.pk):
        approach = Approach.objects.exclude(pk=before.pk).get()
        assert {one.channel for one in approach.proposals.all()} == {"in_person"}
        assert not to_mail(timezone.localdate()).exists()
    assert in_person(head) == [approach.pk]


@pytest.mark.parametrize("offered", [True, False])
def test_what_a_merge_brings_a_protected_family_goes_on_in_person(
    manager: StaffMember, *, offered: bool
) -> None:
    kept = FamilyFactory.create(protected_address_here=True)
    moved = approached() if offered else ApproachFactory.create()
    with acting(manager.pk):
        merge(doubt=DoubtFactory.create(one=kept, other=moved.family), by=manager)

    assert in_person(manager) == [moved.pk]
    # What is said later takes nothing back.
    said = {"medium": "phone", "purpose": "call", "reminder": None, "by": manager}
    MessageFactory.create(
        approach=moved, family=kept, state="failed", sent_at=timezone.now(), **said
    )
    assert in_person(manager) == [moved.pk]


def test_a_family_written_to_or_called_and_then_protected_is_reached_in_person(
    manager: StaffMember,
) -> None:
    approach = approached()
    message = {"approach": approach, "purpose": "offer", "reminder": None}
    MessageFactory.create(medium="email", state="sent", sent_at=timezone.now(), **message)
    before = timezone.now() - timedelta(hours=1)
    called = {**message, "purpose": "call", "by": manager, "sent_at": before}
    MessageFactory.create(medium="phone", state="delivered", **called)
    assert in_person(manager) == []

    protect(approach.family, manager)

    assert in_person(manager) == [approach.pk]
    call = {**message, "purpose": "call", "by": manager, "sent_at": timezone.now()}
    MessageFactory.create(medium="phone", state="failed", **call)
    assert in_person(manager) == [approach.pk]
    MessageFactory.create(medium="visit", state="delivered", **call)
    assert in_person(manager) == []


def spoken_with(approach: Approach, by: StaffMember, days_ago: int = 0) -> None:
    """Somebody speaks with the family: long before anything that is done here, or just now."""
    MessageFactory.create(
        approach=now(approach),
        medium="phone",
        purpose="call",
        reminder=None,
        state="delivered",
        by=by,
        sent_at=timezone.now() - timedelta(days=days_ago),
    )


@pytest.mark.parametrize("protected_by", ["the register", "a merge", "a merge into it"])
def test_a_family_called_before_whoever_protects_it_is_reached_in_person(
    manager: StaffMember, protected_by: str
) -> None:
    """Nobody writes down here what the register says, nor what the other family said long ago."""
    into = protected_by == "a merge into it"
    other = FamilyFactory.create(protected_address_here=True) if into else None
    approach = approached()
    spoken_with(approach, manager, days_ago=3)
    assert in_person(manager) == []

    if protected_by == "the register":
        with as_owner():
            Family.objects.filter(pk=approach.family_id).update(protected_address_in_register=True)
    else:
        other = other or FamilyFactory.create(protected_address_here=True)
        one, two = (other, approach.family) if into else (approach.family, other)
        with acting(manager.pk):
            merge(doubt=DoubtFactory.create(one=one, other=two), by=manager)

    assert in_person(manager) == [approach.pk]
    spoken_with(approach, manager)
    assert in_person(manager) == []


def test_a_family_protected_anew_is_reached_in_person_again(manager: StaffMember) -> None:
    approach = approached(FamilyFactory.create(protected_address_here=True))
    spoken_with(approach, manager)
    assert in_person(manager) == []
    for protected in (False, True):
        with as_owner():
            Family.objects.filter(pk=approach.family_id).update(protected_address_here=protected)

    assert in_person(manager) == [approach.pk]
