"""The control pages: who read and changed what, for the data-protection officer alone."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from django.db import ProgrammingError, connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from conftest import as_owner
from factories.directory import StaffFactory
from factories.families import FamilyFactory, HouseholdFactory
from jalon.audit.access import SEE_READS
from jalon.audit.actions import record_read
from jalon.audit.identity import acting
from jalon.audit.models import Change, Read
from jalon.directory import actions
from jalon.directory.models import StaffMember
from jalon.directory.roles import Permission, Role
from jalon.families.models import Family, Household

pytestmark = pytest.mark.django_db
Counted = Callable[[int], AbstractContextManager[None]]


@pytest.fixture
def officer(client: Client) -> Client:
    client.force_login(StaffFactory.create(role=Role.DATA_PROTECTION_OFFICER))
    return client


@pytest.fixture
def worker() -> StaffMember:
    made: StaffMember = StaffFactory.create(
        first_name="Alix", last_name="Morel", role=Role.SOCIAL_WORKER
    )
    return made


@pytest.fixture
def family() -> Family:
    made: Household = HouseholdFactory.create(number="9412345")
    return made.family


def _reads() -> list[tuple[int | None, str]]:
    with as_owner():
        return list(Read.objects.order_by("id").values_list("family_id", "page"))


def test_a_reading_says_who_and_when(worker: StaffMember, family: Family) -> None:
    with acting(worker.pk):
        record_read(family_id=family.pk, page="Famille")

    with as_owner():
        read = Read.objects.get()
    assert (read.staff_id, read.family_id, read.page) == (worker.pk, family.pk, "Famille")
    assert read.at


def test_nobody_reads_without_a_name(family: Family) -> None:
    with pytest.raises(ProgrammingError, match="a file is read by someone"):
        record_read(family_id=family.pk, page="Famille")


def test_the_officer_sees_who_read_which_family(
    officer: Client, worker: StaffMember, family: Family
) -> None:
    with acting(worker.pk):
        record_read(family_id=family.pk, page="Dossier de la famille")

    page = officer.get(reverse("audit:reads")).content.decode()

    assert "Alix Morel" in page
    assert "Dossier de la famille" in page
    assert str(family.public_id) in page
    assert "9412345" not in page


def test_the_officers_own_readings_are_written_down(officer: Client, family: Family) -> None:
    for view in ("reads", "changes", "sign_ins"):
        officer.get(reverse(f"audit:{view}"))
    officer.get(reverse("audit:family", args=[family.public_id]))

    assert _reads() == [
        (None, "Contrôle : lectures"),
        (None, "Contrôle : modifications"),
        (None, "Contrôle : connexions"),
        (family.pk, "Contrôle : une famille"),
    ]


def test_changes_are_shown_without_what_changed(
    officer: Client, worker: StaffMember, family: Family
) -> None:
    with acting(worker.pk):
        Household.objects.create(family_id=family.pk, number="9499999")

    page = officer.get(reverse("audit:changes")).content.decode()

    assert "Alix Morel" in page
    assert "Dossier allocataire" in page
    assert "Création" in page
    assert "9499999" not in page


def test_a_role_given_says_to_whom_and_which(officer: Client) -> None:
    administrator = StaffFactory.create(
        first_name="Tech", last_name="Nique", role=Role.TECHNICAL_ADMINISTRATOR
    )
    member = StaffFactory.create(first_name="Odile", last_name="Ferrand")
    with acting(administrator.pk):
        given = actions.give_role(
            by=administrator, member=member, role=Role.SECRETARY, since=timezone.localdate()
        )

    page = officer.get(reverse("audit:changes"), {"personne": str(administrator.public_id)})

    row = re.sub(r"<[^>]+>|\s+", " ", page.content.decode().split("<tbody>")[1].split("</tr>")[0])
    assert " ".join(row.split()).endswith(
        "Tech Nique Création Rôle donné : Secrétaire Odile Ferrand aucune"
    )
    with as_owner():
        change = Change.objects.get(table_name="directory_rolegrant", row_id=given.pk)
    assert (change.staff_id, change.subject_id) == (administrator.pk, member.pk)


def test_changes_are_found_by_the_colleague_whom_they_concern(
    officer: Client, worker: StaffMember
) -> None:
    administrator = StaffFactory.create(role=Role.TECHNICAL_ADMINISTRATOR)
    other = StaffFactory.create(first_name="Odile", last_name="Ferrand")
    with acting(administrator.pk):
        for member in (worker, other):
            actions.give_role(
                by=administrator, member=member, role=Role.SECRETARY, since=timezone.localdate()
            )
    address, concerned = reverse("audit:changes"), {"concerne": str(other.public_id)}

    found = officer.get(address, {**concerned, "personne": str(administrator.public_id)})
    by_another = officer.get(address, {**concerned, "personne": str(worker.public_id)})
    nobodys = officer.get(address, {"concerne": "nobody"}).content.decode()

    assert {line.about for line in found.context["lines"]} == {"Odile Ferrand"}
    assert "Rôle donné\xa0: Secrétaire" in found.content.decode()
    assert "Aucune modification dans ces conditions" in by_another.content.decode()
    assert "Aucune modification dans ces conditions" in nobodys
    assert "is-invalid" in nobodys


def test_a_sign_in_noted_as_nobodys_is_found_under_the_account(
    officer: Client, worker: StaffMember
) -> None:
    with as_owner():
        Change.objects.all().delete()
    with acting(None):
        worker.last_login = timezone.now()
        worker.save(update_fields=["last_login"])

    asked = {"personne": str(worker.public_id)}
    assert "<td" in officer.get(reverse("audit:sign_ins"), asked).content.decode()
    assert "<td" not in officer.get(reverse("audit:changes"), asked).content.decode()


def test_coming_in_is_no_change(officer: Client, worker: StaffMember) -> None:
    with as_owner():
        Change.objects.all().delete()
    with acting(worker.pk):
        worker.last_login = timezone.now()
        worker.save(update_fields=["last_login"])
    changed = officer.get(reverse("audit:changes")).content.decode()
    came = officer.get(reverse("audit:sign_ins")).content.decode()
    with acting(worker.pk):
        worker.set_password("une phrase toute neuve")
        worker.save()
    after = officer.get(reverse("audit:changes")).content.decode()

    assert "<td" not in changed
    assert came.count('data-label="Qui">Alix Morel<') == 1
    assert after.count('data-label="Qui">Alix Morel<') == 1


@pytest.mark.parametrize("asked", ["number", "reference"])
def test_a_family_is_found_by_post(officer: Client, family: Family, asked: str) -> None:
    sought = "9412345" if asked == "number" else str(family.public_id)

    answer = officer.post(reverse("audit:find"), {"recherche": sought})

    assert answer.status_code == 302
    assert answer["Location"] == reverse("audit:family", args=[family.public_id])


@pytest.mark.parametrize("sought", ["0000000", "5f0c1f6e-0000-4000-8000-000000000000", "' OR 1"])
def test_a_family_that_is_not_known_is_said_so(officer: Client, sought: str) -> None:
    page = officer.post(reverse("audit:find"), {"recherche": sought}).content.decode()

    assert "Aucune famille connue" in page


def test_an_unknown_family_has_no_page(officer: Client) -> None:
    missing = reverse("audit:family", args=["5f0c1f6e-0000-4000-8000-000000000000"])
    assert officer.get(missing).status_code == 404


def test_a_familys_page_tells_its_readings_alone(
    officer: Client, worker: StaffMember, family: Family
) -> None:
    other = FamilyFactory.create()
    with acting(worker.pk):
        record_read(family_id=family.pk, page="Dossier de la famille")
        record_read(family_id=other.pk, page="Une autre page")

    page = officer.get(reverse("audit:family", args=[family.public_id])).content.decode()

    assert "Dossier de la famille" in page
    assert "Une autre page" not in page


def test_lists_are_filtered_by_person_and_days(
    officer: Client, worker: StaffMember, family: Family
) -> None:
    with acting(worker.pk):
        record_read(family_id=family.pk, page="Dossier de la famille")
    address = reverse("audit:reads")

    mine = officer.get(address, {"personne": str(worker.public_id)}).content.decode()
    past = officer.get(address, {"au": "2001-01-01"}).content.decode()

    assert "Dossier de la famille" in mine
    assert "Contrôle : lectures" not in mine
    assert "Aucune lecture dans ces conditions" in past


@pytest.mark.parametrize("view", ["reads", "changes"])
@pytest.mark.parametrize(
    "wrong",
    [
        {"personne": "nobody"},
        {"du": "hier"},
        {"au": "9999-12-31"},
        {"personne": "nobody", "au": "2999-01-01"},
    ],
)
def test_a_wrong_filter_shows_nobodys_log(
    officer: Client, worker: StaffMember, family: Family, view: str, wrong: dict[str, str]
) -> None:
    with acting(worker.pk):
        record_read(family_id=family.pk, page="Dossier de la famille")
        Household.objects.create(family_id=family.pk, number="9499999")

    page = officer.get(reverse(f"audit:{view}"), wrong)

    text = page.content.decode()
    assert page.status_code == 200
    assert "Dossier de la famille" not in text
    assert "Dossier allocataire" not in text
    assert str(family.public_id) not in text
    assert "is-invalid" in text
    assert "dans ces conditions" in text


def test_long_lists_go_by_pages(officer: Client, worker: StaffMember, family: Family) -> None:
    with acting(worker.pk):
        for _ in range(35):
            record_read(family_id=family.pk, page="Dossier de la famille")
    address = reverse("audit:reads")

    first = officer.get(address, {"personne": str(worker.public_id)}).content.decode()
    second = officer.get(
        address, {"personne": str(worker.public_id), "page": "2"}
    ).content.decode()

    assert first.count("Dossier de la famille") == 25
    assert "Page suivante" in first
    assert second.count("Dossier de la famille") == 10
    assert "Page suivante" not in second
    for odd in ("0", "-1", "x", "99999999999999"):
        assert officer.get(address, {"page": odd}).status_code == 200


@pytest.mark.parametrize(("view", "queries"), [("reads", 8), ("changes", 9), ("sign_ins", 8)])
@pytest.mark.parametrize("lines", [1, 3])
def test_queries_do_not_grow_with_the_list(
    officer: Client, django_assert_num_queries: Counted, view: str, queries: int, lines: int
) -> None:
    for one in range(lines):
        person = StaffFactory.create(role=Role.SOCIAL_WORKER)
        family = HouseholdFactory.create().family
        with acting(person.pk):
            record_read(family_id=family.pk, page=f"Page {one}")
            Household.objects.create(family_id=family.pk, number=f"99{one}")
            person.last_login = timezone.now()
            person.save(update_fields=["last_login"])
    address = reverse(f"audit:{view}")

    with django_assert_num_queries(queries):
        officer.get(address)


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.DATA_PROTECTION_OFFICER}))
def test_nobody_else_controls(client: Client, role: Role, family: Family) -> None:
    client.force_login(StaffFactory.create(role=role))
    for address in (
        reverse("audit:reads"),
        reverse("audit:changes"),
        reverse("audit:find"),
        reverse("audit:family", args=[family.public_id]),
    ):
        assert client.get(address).status_code == 403
    assert _reads() == []


def test_the_right_is_the_directorys() -> None:
    assert Permission(SEE_READS) is Permission.SEE_READS


def test_the_log_is_hidden_from_who_is_in_it(worker: StaffMember, family: Family) -> None:
    with acting(worker.pk):
        record_read(family_id=family.pk, page="Dossier de la famille")
        assert not Read.objects.exists()
        assert not Change.objects.exists()


def test_what_control_finds_others_do_not(worker: StaffMember, family: Family) -> None:
    with acting(worker.pk), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM wall.family_references(%s)", [[family.pk]])
        assert cursor.fetchone() == (0,)
        cursor.execute("SELECT wall.family_of_reference(%s)", [family.public_id])
        assert cursor.fetchone() == (None,)
        cursor.execute("SELECT wall.reference_of_household('9412345')")
        assert cursor.fetchone() == (None,)
