"""Two files of one family, each with interventions, become one and part again."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone

from conftest import as_owner
from factories.agenda import AppointmentFactory, span
from factories.families import DoubtFactory, PersonFactory
from factories.interventions import (
    DocumentFactory,
    InformationAdviceFactory,
    SupportFactory,
)
from jalon.agenda.models import Appointment
from jalon.audit.identity import acting
from jalon.directory.models import StaffMember
from jalon.families.merging import merge, undo_merge
from jalon.interventions.models import (
    Document,
    FamilyOpinion,
    HandOverNote,
    InformationAdvice,
    JournalEntry,
    Support,
)

pytestmark = pytest.mark.django_db
_DAY = date(2026, 6, 1)


def test_what_hangs_on_what_stays_behind_stays_with_it(
    lead: StaffMember, manager: StaffMember
) -> None:
    """A family met twice: two open advices of one worker, and a support on one of them."""
    kept, absorbed = (PersonFactory.create().family for _ in range(2))
    InformationAdviceFactory.create(family=kept, worker=lead)
    twice = InformationAdviceFactory.create(family=absorbed, worker=lead)
    support = SupportFactory.create(family=absorbed, worker=lead, advice=twice)
    with acting(manager.pk):
        made = merge(doubt=DoubtFactory.create(one=kept, other=absorbed), by=manager)

    with acting(lead.pk):
        assert Support.objects.get(pk=support.pk).family_id == absorbed.pk
        assert InformationAdvice.objects.get(pk=twice.pk).family_id == absorbed.pk
    with acting(manager.pk):
        undo_merge(merge=made, by=manager)
    with acting(lead.pk):
        assert Support.objects.get(pk=support.pk).family_id == absorbed.pk


def test_opinions_notes_and_what_was_said_go_with_their_family_and_back(
    lead: StaffMember, colleague: StaffMember, manager: StaffMember
) -> None:
    kept, absorbed = (PersonFactory.create().family for _ in range(2))
    support = SupportFactory.create(family=absorbed, worker=lead)
    at = AppointmentFactory.create(
        family=absorbed, worker=lead, during=span(timezone.now() - timedelta(hours=2))
    )
    with as_owner():
        FamilyOpinion.objects.create(
            support=support, family=absorbed, kind="later", closed_on=_DAY, helped="yes"
        )
        entry = {"kind": "call", "on": _DAY, "text": "Appelée", "by": lead}
        JournalEntry.objects.create(family=absorbed, appointment=at, **entry)
        for family, by in ((kept, lead), (absorbed, colleague)):
            HandOverNote.objects.create(family=family, by=by, going_on="En cours")
        DocumentFactory.create(family=absorbed, by=lead)
    with acting(manager.pk):
        made = merge(doubt=DoubtFactory.create(one=kept, other=absorbed), by=manager)
    moved = (Support, FamilyOpinion, JournalEntry, Appointment, Document)
    with as_owner():
        assert {one.objects.get().family_id for one in moved} == {kept.pk}
        assert JournalEntry.objects.get().appointment_id == at.pk
        assert {one.family_id for one in HandOverNote.objects.all()} == {kept.pk}
    with acting(manager.pk):
        undo_merge(merge=made, by=manager)
    with as_owner():
        assert {one.objects.get().family_id for one in moved} == {absorbed.pk}
