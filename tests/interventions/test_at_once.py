"""Two people at the same moment: one support, one signature, and no text lost."""

from __future__ import annotations

from collections.abc import Callable
from threading import Barrier, Thread

import pytest
from django.db import connection
from django.utils import timezone

from factories.interventions import RightsCheckFactory
from interventions.test_supports import drafted, signed, written
from jalon.audit.identity import acting
from jalon.directory.models import StaffMember
from jalon.families.models import Family
from jalon.interventions import checking_rights, planning, sharing, supporting
from jalon.interventions.enums import Domain, SupportState
from jalon.interventions.errors import InterventionError
from jalon.interventions.models import Contract, Objective, Support, SupportEvent

pytestmark = pytest.mark.django_db(transaction=True)
_Act = Callable[[StaffMember], object]


def at_once(one: tuple[StaffMember, _Act], other: tuple[StaffMember, _Act]) -> list[str]:
    """Have two people act at the same moment; return why what was refused was."""
    ready, refused = Barrier(2), list[str]()

    def run(person: StaffMember, act: _Act) -> None:
        try:
            with acting(person.pk):
                ready.wait()
                act(person)
        except InterventionError as error:
            refused.append(str(error))
        finally:
            connection.close()

    threads = [Thread(target=run, args=both) for both in (one, other)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return refused


def test_two_prepare_one_support(
    family: Family, lead: StaffMember, colleague: StaffMember
) -> None:
    def prepare(by: StaffMember) -> None:
        supporting.prepare_support(family=family, advice=None, by=by)

    with acting(lead.pk):
        sharing.share_family(family=family, worker=colleague, by=lead)
    refused = at_once((lead, prepare), (colleague, prepare))

    assert refused == ["Un accompagnement est déjà en cours avec cette famille."]
    with acting(lead.pk):
        assert Support.objects.count() == 1


def test_a_contract_is_signed_once(
    family: Family, lead: StaffMember, colleague: StaffMember
) -> None:
    with acting(lead.pk):
        support = drafted(family, lead)
        contract = written(support, lead)
        sharing.share_family(family=family, worker=colleague, by=lead)

    def sign(by: StaffMember) -> None:
        signed(contract, by)

    (why,) = at_once((lead, sign), (colleague, sign))

    assert "ne change plus" in why
    with acting(lead.pk):
        support.refresh_from_db()
        assert support.state == SupportState.ACTIVE
        assert SupportEvent.objects.filter(state=SupportState.ACTIVE).count() == 1
        assert Contract.objects.filter(signed_on__isnull=False).count() == 1


def test_two_write_one_objective_at_the_same_moment(
    family: Family, lead: StaffMember, colleague: StaffMember
) -> None:
    words = {"domain": Domain.HOUSING, "aim": "Garder le logement", "detail": ""}
    with acting(lead.pk):
        support = drafted(family, lead)
        sharing.share_family(family=family, worker=colleague, by=lead)
        objective = planning.add_objective(support=support, words=words, by=lead)

    def write(**changed: str) -> _Act:
        def act(by: StaffMember) -> None:
            planning.revise_objective(
                objective=objective, base=words, words={**words, **changed}, seen=1, by=by
            )

        return act

    refused = at_once(
        (lead, write(aim="Garder l'appartement")), (colleague, write(detail="Un plan signé"))
    )

    assert refused == []
    with acting(lead.pk):
        found = Objective.objects.get()
    assert (found.aim, found.detail) == ("Garder l'appartement", "Un plan signé")


def test_a_right_claimed_is_noted_once(
    family: Family, lead: StaffMember, colleague: StaffMember
) -> None:
    now = timezone.now()
    check = RightsCheckFactory.create(
        family=family, worker=lead, asked_at=now, computed_at=now, computed_with="x", result=[]
    )

    def claim(by: StaffMember) -> None:
        checking_rights.claim_right(
            check=check, kind="ASF", claimed_on=timezone.localdate(), by=by
        )

    with acting(lead.pk):
        sharing.share_family(family=family, worker=colleague, by=lead)
    assert at_once((lead, claim), (colleague, claim)) == ["Cette demande est déjà notée."]
