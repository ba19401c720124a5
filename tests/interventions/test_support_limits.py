"""What holds a support whoever writes: who begins it, for how long, and who may extend it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from conftest import as_owner
from factories.directory import RoleGrantFactory, StaffFactory, TeamFactory
from factories.families import DoubtFactory, PersonFactory
from factories.interventions import (
    AdviceMeetingFactory,
    ContractFactory,
    DraftFactory,
    FollowerFactory,
    JournalEntryFactory,
    PlannedActionFactory,
    SupportFactory,
)
from interventions.conftest import worker_of
from interventions.test_supports import begun, drafted
from jalon.audit.identity import acting
from jalon.directory.models import StaffMember
from jalon.directory.roles import Role
from jalon.families.merging import merge
from jalon.families.models import Family
from jalon.interventions import queries, sharing, supporting
from jalon.interventions.enums import (
    SupportState,
)
from jalon.interventions.errors import InterventionError
from jalon.interventions.models import Support

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("as_lead")]
_TODAY = timezone.localdate()


def test_where_somebody_leads_it_is_theirs_to_prepare_or_an_associated_colleagues(
    family: Family, lead: StaffMember, colleague: StaffMember
) -> None:
    with acting(colleague.pk):
        with pytest.raises(InterventionError, match="a un référent"):
            drafted(family, colleague)
        with pytest.raises(DatabaseError, match="row-level"), transaction.atomic():
            Support.objects.create(
                family=family, worker=colleague, drafted_on=timezone.localdate()
            )
    sharing.share_family(family=family, worker=colleague, by=lead)
    with acting(colleague.pk):
        assert drafted(family, colleague).worker == colleague


def test_whoever_receives_it_prepares_for_a_family_that_nobody_leads(
    colleague: StaffMember,
) -> None:
    with acting(colleague.pk):
        assert drafted(PersonFactory.create().family, colleague).worker == colleague


@pytest.mark.parametrize(
    "days",
    [
        {"started_on": _TODAY, "ends_on": _TODAY, "limit_on": _TODAY + timedelta(days=400)},
        {
            "started_on": _TODAY + timedelta(days=3),
            "ends_on": _TODAY + timedelta(days=90),
            "limit_on": _TODAY + timedelta(days=300),
        },
    ],
)
def test_the_database_begins_none_later_or_for_longer_than_a_year(
    family: Family, lead: StaffMember, days: dict[str, date]
) -> None:
    support = drafted(family, lead)
    with as_owner():
        ContractFactory.create(
            support=support,
            signed_on=_TODAY,
            signature="screen",
            signatories="Camille Exemple",
            signed_by=lead,
        )
    with pytest.raises(DatabaseError, match="a year at most"), transaction.atomic():
        Support.objects.filter(pk=support.pk).update(state=SupportState.ACTIVE, **days)


@pytest.mark.parametrize("column", ["started_on", "ends_on", "limit_on"])
def test_the_database_lets_no_draft_bring_its_own_limit(
    family: Family, lead: StaffMember, column: str
) -> None:
    day = timezone.localdate()
    with pytest.raises(DatabaseError, match="neither a beginning"), transaction.atomic():
        Support.objects.create(family=family, worker=lead, drafted_on=day, **{column: day})
    support = drafted(family, lead)
    with pytest.raises(DatabaseError, match="a year at most"), transaction.atomic():
        Support.objects.filter(pk=support.pk).update(**{column: day})


def test_who_answers_for_who_carries_it_decides_whoever_asked(
    family: Family, lead: StaffMember, manager: StaffMember
) -> None:
    """A colleague of another territory asks: their own manager knows nothing of it."""
    elsewhere = worker_of(TeamFactory.create())
    other = StaffFactory.create(role=Role.TERRITORY_MANAGER, team=elsewhere.team)
    support = begun(family, lead)
    assert support.limit_on
    until = support.limit_on + timedelta(days=90)
    with as_owner():
        FollowerFactory.create(family=family, worker=elsewhere, by=lead)
    with acting(elsewhere.pk):
        asked = supporting.ask_extension(support=support, until=until, why="x", by=elsewhere)
    decided = {"granted": True, "decided_by": other, "decided_at": timezone.now()}
    with acting(other.pk):
        assert not queries.extensions_asked(other).exists()
        assert not type(asked).objects.filter(pk=asked.pk).update(**decided)
    # Even to who reads the support: neither asks nor carries, but does not answer for it.
    with as_owner():
        RoleGrantFactory.create(member=other, role=Role.SOCIAL_WORKER)
        FollowerFactory.create(family=family, worker=other, by=lead)
    with acting(other.pk):
        other = StaffMember.objects.get(pk=other.pk)
        assert type(asked).objects.filter(pk=asked.pk).exists()
        assert not queries.extensions_asked(other).exists()
        with pytest.raises(InterventionError, match="porte l'accompagnement"):
            supporting.decide_extension(extension=asked, granted=True, answer="", by=other)
        assert not type(asked).objects.filter(pk=asked.pk).update(**decided)
    with acting(manager.pk):
        assert list(queries.extensions_asked(manager)) == [asked]
        supporting.decide_extension(extension=asked, granted=True, answer="", by=manager)


def test_what_is_written_goes_with_its_family_when_it_is_merged(
    lead: StaffMember, manager: StaffMember
) -> None:
    kept, absorbed = (PersonFactory.create().family for _ in range(2))
    support = SupportFactory.create(family=absorbed, worker=lead)
    action = PlannedActionFactory.create(advice=None, support=support)
    draft = DraftFactory.create(family=absorbed, author=lead)
    entry = JournalEntryFactory.create(family=absorbed, by=lead)
    meeting = AdviceMeetingFactory.create(advice__family=absorbed, advice__worker=lead)
    doubt = DoubtFactory.create(one=kept, other=absorbed)
    with acting(manager.pk):
        merge(doubt=doubt, by=manager)
    for row in (support, action, draft, entry, meeting):
        with as_owner():
            row.refresh_from_db()
        assert row.family_id == kept.pk
