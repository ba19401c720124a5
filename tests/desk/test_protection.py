"""Saying on a family's page that it must be kept safe, and taking it back."""

from __future__ import annotations

import pytest
from django.test import Client

from conftest import as_owner
from factories.directory import StaffFactory, TeamFactory
from factories.families import ContactPointFactory, FamilyFactory, InvolvementFactory
from jalon.audit.models import Read
from jalon.directory.models import StaffMember
from jalon.directory.roles import Role
from jalon.families.enums import Safety
from jalon.families.models import Family, SafetyWord

pytestmark = pytest.mark.django_db
_SAY = "Signaler un danger, ou un refus"
_BACK = "Revenir dessus"
_WORKS = (
    *(Role.SOCIAL_WORKER, Role.MEDIATOR, Role.PSYCHOLOGIST, Role.FINANCIAL_AID_OFFICER),
    *(Role.SECRETARY, Role.TERRITORY_MANAGER, Role.DEPARTMENT_HEAD),
)


def signed_in(client: Client, role: Role) -> StaffMember:
    member: StaffMember = StaffFactory.create(
        role=role, team=TeamFactory.create(), first_name="Inès", last_name="Robin"
    )
    client.force_login(member)
    return member


def page(client: Client, family: Family) -> str:
    answer = client.get(f"/familles/{family.public_id}/")
    assert answer.status_code == 200
    return answer.content.decode()


def said(client: Client, family: Family, flag: str = "protected_address") -> str:
    answer = client.post(
        f"/familles/{family.public_id}/proteger/", {"flag": flag, "source": "partner"}, follow=True
    )
    return answer.content.decode()


def lifting(family: Family, flag: str = "protected_address") -> str:
    return f"/familles/{family.public_id}/protections/{flag}/lever/"


def holds(family: Family, flag: str = "protected_address") -> bool:
    with as_owner():
        return bool(Family.objects.values_list(flag, flat=True).get(pk=family.pk))


@pytest.mark.parametrize("role", _WORKS)
def test_whoever_works_with_the_family_says_it_in_one_step(client: Client, role: Role) -> None:
    family = FamilyFactory.create()
    ContactPointFactory.create(family=family, kind="address", line1="3 rue Cachée")
    signed_in(client, role)
    assert _SAY in page(client, family)

    shown = said(client, family)

    assert holds(family)
    assert "Un partenaire l&#x27;a dit. Noté par Inès Robin" in shown
    sees = role in {Role.SECRETARY, Role.TERRITORY_MANAGER}
    assert ("3 rue Cachée" in page(client, family)) is sees


def test_what_was_said_is_not_said_again(client: Client) -> None:
    family = FamilyFactory.create()
    signed_in(client, Role.SOCIAL_WORKER)
    said(client, family)

    shown = page(client, family)

    assert 'value="do_not_contact"' in shown
    assert 'value="protected_address"' not in shown
    assert "Signaler" not in said(client, family, "do_not_contact")


@pytest.mark.parametrize(
    "sent", [{}, {"flag": "protected_address"}, {"source": "family"}, {"flag": "x", "source": "y"}]
)
def test_half_said_is_refused_and_told(client: Client, sent: dict[str, str]) -> None:
    family = FamilyFactory.create()
    signed_in(client, Role.SOCIAL_WORKER)

    answer = client.post(f"/familles/{family.public_id}/proteger/", sent, follow=True)

    assert "Rien n&#x27;est noté" in answer.content.decode()
    assert not holds(family)


@pytest.mark.parametrize("flag", Safety)
def test_a_manager_takes_it_back_with_a_reason(client: Client, flag: Safety) -> None:
    family = FamilyFactory.create()
    me = signed_in(client, Role.TERRITORY_MANAGER)
    said(client, family, flag)
    assert lifting(family, flag) in page(client, family)

    asked = client.get(lifting(family, flag)).content.decode()
    unexplained = client.post(lifting(family, flag), {}).content.decode()

    assert "Pourquoi\u202f?" in asked
    assert "À corriger" in unexplained
    assert holds(family, flag)
    with as_owner():
        last = Read.objects.filter(staff_id=me.pk).latest("pk")
        assert (last.family_id, last.page) == (family.pk, "retour sur une protection")

    shown = client.post(lifting(family, flag), {"reason": "mistake"}, follow=True)

    assert not holds(family, flag)
    assert "noté par erreur. Par Inès Robin" in shown.content.decode()


def test_the_lead_takes_it_back(client: Client) -> None:
    family = FamilyFactory.create()
    lead = InvolvementFactory.create(family=family, lead=True).worker
    client.force_login(lead)
    said(client, family)

    client.post(lifting(family), {"reason": "over"})

    assert not holds(family)


@pytest.mark.parametrize("role", sorted(set(_WORKS) - {Role.TERRITORY_MANAGER}))
def test_others_are_told_who_may(client: Client, role: Role) -> None:
    family = FamilyFactory.create()
    signed_in(client, role)

    shown = said(client, family)

    assert _BACK not in shown
    assert "Seuls le référent et les responsables de territoire" in shown
    for answer in (client.get(lifting(family)), client.post(lifting(family), {"reason": "over"})):
        assert answer.status_code == 403
        assert "Seul le référent de la famille" in answer.content.decode()
    assert holds(family)


def test_what_the_register_says_is_not_for_us_to_take_back(client: Client) -> None:
    family = FamilyFactory.create(protected_address=True)
    signed_in(client, Role.TERRITORY_MANAGER)

    shown = page(client, family)

    assert (
        "L&#x27;extraction de la Caf le dit" in shown or "L'extraction de la Caf le dit" in shown
    )
    assert _BACK not in shown
    assert _SAY in shown


def test_another_protection_does_not_exist(client: Client) -> None:
    family = FamilyFactory.create()
    signed_in(client, Role.TERRITORY_MANAGER)

    assert client.get(lifting(family, "merged_into")).status_code == 404


def test_words_stay(client: Client) -> None:
    family = FamilyFactory.create()
    signed_in(client, Role.TERRITORY_MANAGER)
    said(client, family)
    client.post(lifting(family), {"reason": "over"})
    said(client, family)

    with as_owner():
        words = SafetyWord.objects.filter(family=family).order_by("pk")
        assert [(one.source, one.reason) for one in words] == [
            ("partner", ""),
            ("", "over"),
            ("partner", ""),
        ]
