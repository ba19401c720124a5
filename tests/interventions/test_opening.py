"""Exceptional accesses: who opens, what is told to whom, and the pages that show it."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Final

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from conftest import as_owner
from factories.directory import StaffFactory
from factories.families import DoubtFactory, InvolvementFactory, PersonFactory
from factories.files import pdf
from factories.interventions import (
    AdviceMeetingFactory,
    DocumentFactory,
    JournalEntryFactory,
    PrivateNoteFactory,
    SupportFactory,
)
from jalon.audit.clearing import ClearingError, clear_up
from jalon.audit.exceptional import reading_exceptionally
from jalon.audit.identity import acting
from jalon.audit.models import ExceptionalAccess, Read
from jalon.audit.personal import DECLARED
from jalon.desk.exceptional_page import CONTENTS
from jalon.directory.models import StaffMember, Team
from jalon.directory.roles import Role
from jalon.documents.checking import CheckedFile
from jalon.documents.kinds import Kind
from jalon.families.merging import merge
from jalon.families.models import Family
from jalon.interventions import documenting, opening
from jalon.interventions.errors import InterventionError
from jalon.interventions.models import Document, JournalEntry
from jalon.web.typography import joined
from plans import nodes
from wall.test_catalogue import OPENED_EXCEPTIONALLY

pytestmark = pytest.mark.django_db
_Ground, _Finding = ExceptionalAccess.Ground, ExceptionalAccess.Finding
_WHY: Final = "Le collège appelle : un enfant ne rentre plus."


def spaced(words: str) -> str:
    """Return words as a page shows them."""
    return joined(words.encode()).decode()


def opened(family: Family, by: StaffMember) -> ExceptionalAccess:
    with acting(by.pk):
        access = opening.open_exceptionally(
            family=family, ground=_Ground.CHILD, reason=_WHY, by=by
        )
    committed()
    return access


def committed() -> None:
    """Have what was opened open: a test is one transaction, and so its rows are not yet."""
    with as_owner():
        rows = list(ExceptionalAccess.objects.all())
        ExceptionalAccess.objects.all().delete()
        for one in rows:
            one.at -= timedelta(seconds=1)
        ExceptionalAccess.objects.bulk_create(rows)


@pytest.fixture
def known(db: None) -> Family:  # noqa: ARG001
    """A family known before the others, which a merge then keeps."""
    found: Family = PersonFactory.create().family
    return found


@pytest.fixture
def written(family: Family, lead: StaffMember) -> Family:
    """What the lead wrote with the family, each with a word of its own."""
    JournalEntryFactory.create(family=family, by=lead, text="Motdujournal")
    AdviceMeetingFactory.create(advice__family=family, advice__worker=lead, told="Motdelentretien")
    SupportFactory.create(family=family, worker=lead)
    DocumentFactory.create(family=family, by=lead, label="Motdudocument")
    PrivateNoteFactory.create(family=family, author=lead, text="Motapartsoi")
    return family


def page(client: Client, by: StaffMember, name: str, *args: object) -> str:
    client.force_login(by)
    answer = client.get(reverse(name, args=args))
    assert answer.status_code == 200, (answer.status_code, name)
    return answer.content.decode()


def test_all_that_an_access_opens_is_shown() -> None:
    """A table that the database opens and that no part of the page shows would be forgotten."""
    tables = {model._meta.db_table for _, model, _ in CONTENTS}  # noqa: SLF001 - Django's own name
    assert tables | {Document._meta.db_table} == OPENED_EXCEPTIONALLY  # noqa: SLF001
    assert set(DECLARED) >= OPENED_EXCEPTIONALLY


def test_one_reads_what_is_written_and_it_is_on_record(
    client: Client, written: Family, colleague: StaffMember, lead: StaffMember
) -> None:
    client.force_login(colleague)
    family_page = reverse("families:family", args=[written.public_id])
    ask = reverse("families:exceptional", args=[written.public_id])
    read = reverse("families:read_exceptionally", args=[written.public_id])
    assert ask in client.get(family_page).content.decode()
    assert client.get(read).status_code == 302, "not without asking"
    short = client.post(ask, {"ground": "child", "reason": "Vite"}).content.decode()
    assert "au moins 15 caractères" in short.replace("\u00a0", " ")
    assert not client.post(ask, {"ground": "other", "reason": _WHY}).has_header("Location")

    assert client.post(ask, {"ground": "child", "reason": _WHY})["Location"] == read
    assert client.get(read).status_code == 302, "not before it is written for good"
    committed()
    answer = client.get(read)

    text = answer.content.decode()
    for word in ("Motdujournal", "Motdelentretien", "Motdudocument"):
        assert word in text
    assert "Motapartsoi" not in text
    assert "Accès exceptionnel en cours" in text
    assert "Encore 4\u00a0h\u00a000, jusqu'à" in text.replace("&#x27;", "'")
    banner = client.get(family_page).content.decode()
    assert "Accès exceptionnel en cours" in banner
    assert client.get(ask)["Location"] == read
    with as_owner():
        pages = set(Read.objects.filter(staff_id=colleague.pk).values_list("page", flat=True))
        document = Document.objects.get(family=written)
    assert {"accès exceptionnel : demande", "accès exceptionnel : ce qui est écrit"} <= pages
    gone = client.get(
        reverse("families:exceptional_document", args=[written.public_id, document.public_id])
    )
    assert gone["Location"] == read, "the file of a test is not there, and that is said"
    assert lead.get_full_name() in text


def test_it_opens_no_other_page_and_nothing_to_write(
    client: Client, written: Family, colleague: StaffMember
) -> None:
    opened(written, colleague)
    client.force_login(colleague)
    support = reverse("followed:journal", args=[written.public_id])
    assert "Motdujournal" not in client.get(support).content.decode()
    with acting(colleague.pk):
        assert not JournalEntry.objects.exists()
        with reading_exceptionally():
            assert JournalEntry.objects.get().text == "Motdujournal"
            assert JournalEntry.objects.update(text="") == 0
        assert not JournalEntry.objects.exists()


def test_what_it_takes(
    family: Family, lead: StaffMember, colleague: StaffMember, manager: StaffMember
) -> None:
    def refused(by: StaffMember, reason: str = _WHY) -> str:
        with acting(by.pk), pytest.raises(InterventionError) as error:
            opening.open_exceptionally(family=family, ground=_Ground.AWAY, reason=reason, by=by)
        return str(error.value)

    assert "déjà" in refused(lead)
    assert "phrase" in refused(colleague, "  Vite !                 ")
    assert "phrase" in refused(colleague, "V i t e , v i t e !")
    assert "fonctions" in refused(StaffFactory.create(role=Role.SECRETARY))
    opened(family, colleague)
    assert "déjà ouvert" in refused(colleague)
    opened(family, manager)
    for _ in range(2):
        opened(PersonFactory.create().family, colleague)
    other = PersonFactory.create().family
    with acting(colleague.pk), pytest.raises(InterventionError, match="Trois familles"):
        opening.open_exceptionally(family=other, ground=_Ground.PERSON, reason=_WHY, by=colleague)


def test_it_is_told_at_once_and_examined_once(
    client: Client, family: Family, lead: StaffMember, colleague: StaffMember, team: Team
) -> None:
    manager = StaffFactory.create(role=Role.TERRITORY_MANAGER, team=team)
    other = StaffFactory.create(role=Role.DEPARTMENT_HEAD)
    officer = StaffFactory.create(role=Role.DATA_PROTECTION_OFFICER)
    assert "Accès exceptionnels" not in page(client, manager, "desk:day")
    access = opened(family, colleague)

    assert "Accès exceptionnels à examiner" in page(client, manager, "desk:day")
    assert "Accès exceptionnels à vos familles" in page(client, lead, "desk:day")
    assert "Accès exceptionnels" not in page(client, colleague, "desk:day")
    for person in (lead, manager):
        listed = page(client, person, "families:accesses")
        assert spaced(_WHY) in listed
        assert str(colleague) in listed
    assert "Accès exceptionnel" in page(client, lead, "families:family", family.public_id)
    client.force_login(manager)
    examine = reverse("families:examine_access", args=[access.public_id])
    assert client.post(examine, {"finding": "perhaps"}).status_code == 404
    client.post(examine, {"finding": "questioned"})
    assert "Accès exceptionnels" not in page(client, manager, "desk:day")
    with acting(other.pk), pytest.raises(InterventionError, match="déjà"):
        opening.examine_access(access=access, finding=_Finding.NEEDED, by=other)

    assert spaced(_WHY) in page(client, officer, "audit:accesses")
    shown = page(client, officer, "audit:access", access.public_id)
    assert "À éclaircir avec vous" in shown
    client.force_login(colleague)
    client.get(reverse("families:read_exceptionally", args=[family.public_id]))
    shown = page(client, officer, "audit:access", access.public_id)
    assert spaced("accès exceptionnel : ce qui est écrit") in shown
    client.force_login(officer)
    address = reverse("audit:family", args=[family.public_id])
    assert spaced(_WHY) in client.get(f"{address}?voir=acces").content.decode()


def test_nobody_examines_their_own(family: Family, team: Team, colleague: StaffMember) -> None:
    manager = StaffFactory.create(role=Role.TERRITORY_MANAGER, team=team)
    access = opened(family, manager)
    with acting(manager.pk):
        assert not opening.to_examine().exists()
        with pytest.raises(InterventionError):
            opening.examine_access(access=access, finding=_Finding.NEEDED, by=manager)
    away = opened(PersonFactory.create().family, colleague)
    stranger = StaffFactory.create(role=Role.TERRITORY_MANAGER)
    with acting(stranger.pk):
        assert not opening.to_examine().exists()
    with acting(manager.pk):
        assert [one.pk for one in opening.to_examine()] == [away.pk], "of one's own colleague"


def test_it_is_over_after_four_hours(
    client: Client, written: Family, colleague: StaffMember
) -> None:
    with as_owner():
        ExceptionalAccess.objects.create(
            staff_id=colleague.pk,
            family_id=written.pk,
            ground=_Ground.CHILD,
            reason=_WHY,
            at=timezone.now() - timedelta(hours=5),
        )
    client.force_login(colleague)
    read = reverse("families:read_exceptionally", args=[written.public_id])
    answer = client.get(read, follow=True).content.decode()
    assert "il est fini" in answer
    assert "Motdujournal" not in answer
    with acting(colleague.pk), reading_exceptionally():
        assert not JournalEntry.objects.exists()


def test_hours_end_by_the_clock_of_the_database(
    client: Client, written: Family, colleague: StaffMember, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An empty page would say that nothing is written."""
    with as_owner():
        ExceptionalAccess.objects.create(
            staff_id=colleague.pk,
            family_id=written.pk,
            ground=_Ground.CHILD,
            reason=_WHY,
            at=timezone.now() - timedelta(hours=4, seconds=9),
        )
    late = timezone.now() - timedelta(seconds=30)
    monkeypatch.setattr(timezone, "now", lambda: late)
    client.force_login(colleague)
    for name in ("families:read_exceptionally", "families:exceptional"):
        answer = client.get(reverse(name, args=[written.public_id]), follow=True).content.decode()
        assert "Rien n'est écrit" not in answer
        assert "Ouvrir pour quatre heures" in answer


def test_documents_are_given_while_it_lasts(
    client: Client, family: Family, colleague: StaffMember, lead: StaffMember
) -> None:
    paper = CheckedFile(pdf(), Kind.PDF)
    with acting(lead.pk):
        one = documenting.join_document(family=family, label="Bail", file=paper, by=lead)
    opened(family, colleague)
    client.force_login(colleague)

    def address(number: object) -> str:
        return reverse("families:exceptional_document", args=[family.public_id, number])

    def recorded() -> int:
        with as_owner():
            return Read.objects.filter(page="accès exceptionnel : document téléchargé").count()

    assert client.get(address(uuid.uuid4())).status_code == 404
    assert recorded() == 0, "what was not found was not read"
    given = client.get(address(one.public_id))
    assert given.content == paper.content
    assert "attachment" in given["Content-Disposition"]
    assert recorded() == 1


def test_what_protects_a_family_is_said_before_and_while_reading(
    client: Client, written: Family, colleague: StaffMember
) -> None:
    with as_owner():
        Family.objects.filter(pk=written.pk).update(
            protected_address_here=True, do_not_contact_here=True
        )
    pages = ["families:exceptional", "families:read_exceptionally"]
    for name in pages:
        shown = page(client, colleague, name, written.public_id)
        assert "Ne dites à personne où elle habite." in shown
        assert "Ne pas contacter" in shown
        if name == pages[0]:
            opened(written, colleague)


def test_whoever_is_told_finds_it_in_the_list(
    client: Client, family: Family, lead: StaffMember, colleague: StaffMember, manager: StaffMember
) -> None:
    access = opened(family, colleague)
    people = (lead, colleague, manager)
    for examined in (False, True):
        if examined:
            with acting(manager.pk):
                opening.examine_access(access=access, finding=_Finding.QUESTIONED, by=manager)
        for who in people:
            path = page(client, who, "families:family", family.public_id)
            assert reverse("families:accesses") in path
            assert spaced(_WHY) in page(client, who, "families:accesses")
    assert "Les vôtres" in page(client, colleague, "families:accesses")
    assert "Ouverts et examinés" in page(client, manager, "families:accesses")


def test_the_officer_is_told_of_what_is_questioned_or_waits(
    client: Client, family: Family, colleague: StaffMember, manager: StaffMember
) -> None:
    officer = StaffFactory.create(role=Role.DATA_PROTECTION_OFFICER)
    access = opened(family, colleague)
    label = "Accès exceptionnels à éclaircir"
    assert label not in page(client, officer, "desk:day")
    with acting(manager.pk):
        opening.examine_access(access=access, finding=_Finding.QUESTIONED, by=manager)
    assert label in page(client, officer, "desk:day")
    with as_owner():
        ExceptionalAccess.objects.all().delete()
        for days in (1, 8):
            ExceptionalAccess.objects.create(
                staff_id=colleague.pk,
                family_id=family.pk,
                ground=_Ground.CHILD,
                reason=f"Il y a {days} jours.",
                at=timezone.now() - timedelta(days=days),
            )
    assert label in page(client, officer, "desk:day")
    client.force_login(officer)
    address = f"{reverse('audit:accesses')}?suivi=a-eclaircir"
    listed = client.get(address).content.decode()
    assert "Il y a 8 jours." in listed
    assert "Il y a 1 jours." not in listed


def test_what_is_questioned_waits_until_the_officer_says_what_is_cleared_up(
    client: Client, family: Family, lead: StaffMember, colleague: StaffMember, manager: StaffMember
) -> None:
    officer = StaffFactory.create(role=Role.DATA_PROTECTION_OFFICER)
    months_ago = timezone.now() - timedelta(days=100)
    with as_owner():
        access = ExceptionalAccess.objects.create(
            staff_id=colleague.pk,
            family_id=family.pk,
            ground=_Ground.CHILD,
            reason=_WHY,
            at=months_ago,
            finding=_Finding.QUESTIONED,
            examiner_id=manager.pk,
            examined_at=months_ago,
        )
    label, said = "Accès exceptionnels à éclaircir", "Vu avec elle : le collège avait appelé."
    listed = f"{reverse('audit:accesses')}?suivi=a-eclaircir"
    address = reverse("audit:access", args=[access.public_id])
    assert label in page(client, officer, "desk:day")
    assert spaced(_WHY) in client.get(listed).content.decode()

    short = client.post(address, {"cleared": "Vu."}).content.decode()
    assert "au moins 15 caractères" in short.replace("\u00a0", " ")
    client.post(address, {"cleared": said})

    assert label not in page(client, officer, "desk:day")
    assert spaced(_WHY) not in client.get(listed).content.decode()
    shown = client.get(address).content.decode()
    assert spaced(said) in shown
    assert str(officer) in shown
    assert "Dire que c'est éclairci" not in shown
    again = client.post(address, {"cleared": said}, follow=True).content.decode()
    assert "déjà éclairci" in again
    for who in (lead, colleague, manager):
        path = page(client, who, "families:family", family.public_id)
        assert "Accès exceptionnel" in path


def test_nobody_else_clears_up(
    client: Client, family: Family, colleague: StaffMember, manager: StaffMember
) -> None:
    access = opened(family, colleague)
    with acting(manager.pk):
        opening.examine_access(access=access, finding=_Finding.QUESTIONED, by=manager)
        with pytest.raises(DatabaseError), transaction.atomic():
            clear_up(access=access, cleared="Vu avec elle, il le fallait.", by=manager)
    client.force_login(manager)
    address = reverse("audit:access", args=[access.public_id])
    assert client.post(address, {"cleared": _WHY}).status_code == 403
    officer = StaffFactory.create(role=Role.DATA_PROTECTION_OFFICER)
    with acting(officer.pk):
        with pytest.raises(ClearingError, match="une phrase"):
            clear_up(access=access, cleared="V u .  V u .   V u .", by=officer)
        cleared = clear_up(access=access, cleared="Vu avec elle, il le fallait.", by=officer)
    assert cleared.cleared_at
    assert "par le délégué" in page(client, colleague, "families:accesses")


def test_whom_accesses_are_told_to_is_asked_once_however_many(
    colleague: StaffMember, manager: StaffMember
) -> None:
    with as_owner():
        ExceptionalAccess.objects.bulk_create(
            ExceptionalAccess(
                staff_id=colleague.pk, family_id=number, ground=_Ground.CHILD, reason=_WHY, at=at
            )
            for number, at in enumerate([timezone.now() - timedelta(hours=1)] * 40, 10**6)
        )
    with acting(manager.pk):
        plan = nodes(opening.to_examine(), analyze=True)
        assert opening.to_examine().count() == 40
    asked = [one["Actual Loops"] for one in plan if one["Node Type"] == "ProjectSet"]
    assert asked
    assert max(asked) == 1


def test_it_is_told_still_once_the_family_was_merged(
    client: Client, known: Family, written: Family, lead: StaffMember, team: Team
) -> None:
    manager = StaffFactory.create(role=Role.TERRITORY_MANAGER, team=team)
    far = StaffFactory.create(role=Role.TERRITORY_MANAGER)
    doubt = DoubtFactory.create(one=known, other=written)
    access = opened(written, far)
    with acting(far.pk):
        kept = merge(doubt=doubt, by=far).kept

    for who in (lead, manager):
        assert spaced(_WHY) in page(client, who, "families:accesses")
        assert "Accès exceptionnel" in page(client, who, "families:family", kept.public_id)
    assert "Accès exceptionnel en cours" not in page(
        client, far, "families:family", kept.public_id
    )
    with acting(manager.pk):
        opening.examine_access(access=access, finding=_Finding.NEEDED, by=manager)
    client.force_login(far)
    read = reverse("families:read_exceptionally", args=[kept.public_id])
    assert client.get(read).status_code == 302, "the family kept is opened anew"


def test_lists_cost_the_same_however_long(
    client: Client, family: Family, colleague: StaffMember, manager: StaffMember
) -> None:
    officer = StaffFactory.create(role=Role.DATA_PROTECTION_OFFICER)

    def cost(by: StaffMember, name: str) -> int:
        page(client, by, name)
        with CaptureQueriesContext(connection) as found:
            page(client, by, name)
        return len(found)

    pages = ((manager, "families:accesses"), (officer, "audit:accesses"))
    opened(family, colleague)
    before = [cost(*one) for one in pages]
    for _ in range(2):
        other = PersonFactory.create().family
        InvolvementFactory.create(family=other, worker=colleague)
        opened(other, colleague)
    assert [cost(*one) for one in pages] == before
