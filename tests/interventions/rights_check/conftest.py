"""A lone mother of two, whom her worker leads, and a check of her rights."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client

from factories.families import HouseholdFactory, InvolvementFactory, PersonFactory, SnapshotFactory
from interventions.rights_check.checks import BORN, MONTH
from jalon.audit.identity import acting
from jalon.directory.models import StaffMember
from jalon.families.models import Household
from jalon.interventions import checking_rights as checking
from jalon.interventions.models import RightsCheck


@pytest.fixture
def page(client: Client, lead: StaffMember) -> Client:
    client.force_login(lead)
    return client


@pytest.fixture
def file(lead: StaffMember) -> Household:
    """A lone mother of two, tenant, whose rent and income the extract tells."""
    made: Household = HouseholdFactory.create()
    of = {"household": made, "family": made.family}
    PersonFactory.create(**of, role="responsible", first_name="Awa", birth_date=BORN)
    PersonFactory.create(**of, role="child", first_name="Lina", birth_date=date(2018, 5, 4))
    PersonFactory.create(**of, role="child", first_name="Noé", birth_date=date(2021, 6, 5))
    SnapshotFactory.create(
        file=made,
        month="2026-09",
        household={
            "commune": "94028",
            "family_status": "separated",
            "family_status_since": "2026-08-12",
            "gross_income_n2": "9600.00",
            "tenure": "social_tenant",
            "rent_gross": "420.00",
            "rsa": "standard",
            "housing_benefit": "none",
            "benefits": ["AF", "RSA"],
            "lost_benefits": 0,
        },
        persons=[
            {
                "role": "responsible",
                "birth_date": "1990-03-12",
                "monthly_net_pay": "300.00",
                "disabled": False,
            },
            {"role": "child", "birth_date": "2018-05-04", "in_school": True, "custody": "full"},
            {"role": "child", "birth_date": "2021-06-05", "disabled": False},
        ],
    )
    InvolvementFactory.create(family=made.family, worker=lead, lead=True)
    return made


@pytest.fixture
def check(file: Household, lead: StaffMember) -> RightsCheck:
    with acting(lead.pk):
        return checking.open_check(family=file.family, month=MONTH, by=lead)
