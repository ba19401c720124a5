"""Two files of one family, each with interventions, become one and part again."""

from __future__ import annotations

import pytest

from factories.families import DoubtFactory, PersonFactory
from factories.interventions import InformationAdviceFactory, SupportFactory
from jalon.audit.identity import acting
from jalon.directory.models import StaffMember
from jalon.families.merging import merge, undo_merge
from jalon.interventions.models import InformationAdvice, Support

pytestmark = pytest.mark.django_db


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
