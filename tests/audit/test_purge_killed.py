"""A purge killed at any moment, and begun again, takes each family whole and counts it once."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from django.db import connection, transaction

from audit.kept_long_enough import let_years_go_by
from conftest import as_owner
from factories.directory import StaffFactory
from factories.families import ContactPointFactory, FamilyFactory, PersonFactory
from factories.outreach import ProposalFactory
from jalon.audit.identity import acting
from jalon.audit.models import Figure, Purge
from jalon.audit.purging import begin_purge
from jalon.config.embedded import EmbeddedServer
from jalon.config.embedded.roles import APP
from jalon.directory.roles import Role
from jalon.families.models import Family, Person
from jalon.outreach.models import Proposal
from killed import Aim, killed_until_done, of_the_application

_FAMILIES = 40
_WORK = """
from jalon.audit.identity import acting
from jalon.audit.purging import carry_on
def work():
    with acting({by}):
        carry_on({purge})
"""


@pytest.mark.django_db(transaction=True)
def test_killed_at_random_moments_it_ends_with_none_left_and_each_counted(
    tmp_path: Path, server: EmbeddedServer
) -> None:
    officer = StaffFactory.create(role=Role.DATA_PROTECTION_OFFICER)
    first = ProposalFactory.create(offer="separation")
    for number in range(_FAMILIES):
        family = FamilyFactory.create(commune=first.family.commune) if number else first.family
        if number:
            ProposalFactory.create(
                snapshot__file__family=family, snapshot__family=family, run=first.run
            )
        PersonFactory.create(household__family=family)
        ContactPointFactory.create(family=family)
    with transaction.atomic():
        let_years_go_by()
    stays = PersonFactory.create()
    with acting(officer.pk):
        purge = begin_purge(by=officer)

    kills = killed_until_done(
        _WORK.format(by=officer.pk, purge=purge.pk),
        of_the_application(server.url(APP, str(connection.settings_dict["NAME"])), tmp_path),
        (Aim(0.05 + 0.02 * number) for number in range(100)),
        goes_on=lambda: _goes_on(purge, stays),
        chance=random.Random(20261123),  # noqa: S311 - moments to kill at
    )

    assert kills.total() >= 3, kills
    with acting(officer.pk):
        purge.refresh_from_db()
    assert purge.ended_at
    assert (purge.expected, purge.families) == (_FAMILIES, _FAMILIES)
    with as_owner():
        assert list(Person.objects.all()) == [stays]
        assert not Proposal.objects.exists()
        told = Figure.objects.filter(kind=Figure.Kind.PROPOSAL)
        assert sum(told.values_list("number", flat=True)) == _FAMILIES


def _goes_on(purge: Purge, stays: Person) -> bool:
    """Tell whether the purge is not over; whatever the moment, no family is there in part."""
    # As one moment shows it: whoever was killed may still be at its last statement.
    with as_owner(), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        families = set(Family.objects.values_list("pk", flat=True))
        assert set(Person.objects.values_list("family", flat=True)) == families
        assert set(Proposal.objects.values_list("family", flat=True)) == families - {
            stays.family_id
        }
        return Purge.objects.filter(pk=purge.pk, ended_at=None).exists()
