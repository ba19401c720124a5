"""Whose a rights check is: who fills it in, who reads it, in whose day it waits."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from factories.interventions import InformationAdviceFactory, RightsCheckFactory
from interventions.rights_check.checks import MONTH
from jalon.audit.identity import acting
from jalon.directory.models import StaffMember
from jalon.families.models import Household
from jalon.interventions import checking_rights as checking
from jalon.interventions import sharing
from jalon.interventions.errors import InterventionError
from jalon.interventions.models import RightsCheck
from jalon.interventions.rights_check.told import Told

pytestmark = pytest.mark.django_db


def test_its_worker_fills_it_in_who_follows_the_family_reads_it_and_nobody_else(
    check: RightsCheck,
    file: Household,
    lead: StaffMember,
    colleague: StaffMember,
    manager: StaffMember,
) -> None:
    for person in (colleague, manager):
        with acting(person.pk):
            assert not RightsCheck.objects.exists()
            with pytest.raises(InterventionError):
                checking.open_check(family=file.family, month=MONTH, by=person)
    with acting(lead.pk):
        sharing.share_family(family=file.family, worker=colleague, by=lead)
    with acting(colleague.pk):
        assert RightsCheck.objects.get() == check
        with pytest.raises(InterventionError, match="collègue"):
            checking.ask_computing(check=check, by=colleague)
        assert RightsCheck.objects.filter(pk=check.pk).update(problem="à moi") == 0


def test_who_receives_a_family_checks_its_rights_and_no_other_s(
    file: Household, colleague: StaffMember
) -> None:
    InformationAdviceFactory.create(family=file.family, worker=colleague)
    with acting(colleague.pk):
        checking.open_check(family=file.family, month=MONTH, by=colleague)
        other = RightsCheckFactory.create().family
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            RightsCheck.objects.create(
                family=other, worker=colleague, month="2026-10", said=Told().as_json
            )


def test_one_left_open_waits_in_one_s_day_and_is_deleted(
    check: RightsCheck, page: Client, lead: StaffMember
) -> None:
    assert "Rendez-vous des droits à finir" in page.get(reverse("desk:day")).content.decode()
    page.post(reverse("rights:delete", args=[check.public_id]))
    with acting(lead.pk):
        assert not RightsCheck.objects.exists()
