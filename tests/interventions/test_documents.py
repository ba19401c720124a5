"""The documents of a family: joined, opened, taken away, and the files that follow their rows."""

from __future__ import annotations

import os
import time
import uuid
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse

from conftest import as_owner
from factories.directory import StaffFactory
from factories.files import ACTIVE, pdf, photo
from factories.interventions import ContractFactory, DocumentFactory
from jalon.audit.identity import acting
from jalon.audit.models import Change, Read
from jalon.directory.models import StaffMember
from jalon.directory.roles import Role
from jalon.documents import store
from jalon.documents.checking import CheckedFile
from jalon.documents.kinds import Kind
from jalon.families.models import Family
from jalon.interventions import documenting, sharing
from jalon.interventions.errors import InterventionError
from jalon.interventions.models import Document
from jalon.interventions.sweeping import missing_files, sweep

pytestmark = pytest.mark.django_db
_PAPER = CheckedFile(pdf(), Kind.PDF)


@pytest.fixture
def page(client: Client, lead: StaffMember) -> Client:
    client.force_login(lead)
    return client


def joined(family: Family, by: StaffMember) -> Document:
    with acting(by.pk):
        return documenting.join_document(family=family, label="Bail", file=_PAPER, by=by)


def kept(data: Path) -> set[str]:
    return {one.name for one in (data / "documents").rglob("*") if one.is_file()}


def address(name: str, one: Family | Document) -> str:
    return reverse(f"followed:{name}", args=[one.public_id])


def test_who_follows_a_family_joins_its_documents_and_opens_them(
    family: Family, lead: StaffMember, colleague: StaffMember, manager: StaffMember
) -> None:
    document = joined(family, lead)
    for person in (colleague, manager):
        with acting(person.pk):
            assert not Document.objects.exists()
            with pytest.raises(InterventionError, match="référent"):
                documenting.join_document(family=family, label="Bail", file=_PAPER, by=person)
    with acting(lead.pk):
        sharing.share_family(family=family, worker=colleague, by=lead)
    with acting(colleague.pk):
        found = Document.objects.get()
        assert store.given_back(found.file, found.sha256) == _PAPER.content
        with pytest.raises(InterventionError, match="Qui l'a joint"):
            documenting.remove_document(document=found, by=colleague)
        assert Document.objects.filter(pk=document.pk).delete()[0] == 0, "nor by the database"
    own = joined(family, colleague)
    with acting(colleague.pk):
        documenting.remove_document(document=own, by=colleague)


def test_a_document_is_never_changed_and_is_its_author_s(
    family: Family, lead: StaffMember, colleague: StaffMember
) -> None:
    document = joined(family, lead)
    with acting(lead.pk):
        with pytest.raises(DatabaseError), transaction.atomic():
            Document.objects.filter(pk=document.pk).update(label="Autre")
        document.pk, document.public_id, document.file = None, uuid.uuid4(), uuid.uuid4()
        document.by = colleague
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            document.save(force_insert=True)


def test_a_document_is_not_made_of_a_contract_s_scan_to_take_it_away(
    family: Family, lead: StaffMember
) -> None:
    scan = uuid.uuid4()
    ContractFactory.create(
        support__family=family,
        signed_on="2026-06-01",
        signature="paper",
        signatories="Camille",
        signed_by=lead,
        scan=scan,
        scan_type=Kind.PDF,
        scan_size=9,
        scan_sha256="c" * 64,
    )
    with acting(lead.pk), pytest.raises(DatabaseError, match="another row"), transaction.atomic():
        Document.objects.create(
            family=family, label="Bail", file=scan, kind=Kind.PDF, size=9, sha256="c" * 64, by=lead
        )


def test_taken_away_its_file_goes_and_history_says_by_whom(
    data: Path,
    family: Family,
    lead: StaffMember,
    django_capture_on_commit_callbacks: Any,
) -> None:
    document = joined(family, lead)
    assert kept(data) == {str(document.file)}
    with acting(lead.pk):
        with django_capture_on_commit_callbacks(execute=True):
            documenting.remove_document(document=document, by=lead)
        with pytest.raises(InterventionError):
            documenting.remove_document(document=document, by=lead)
    assert kept(data) == set()
    with as_owner():
        told = Change.objects.filter(table_name="interventions_document").order_by("pk")
        assert [(one.action, one.staff_id) for one in told] == [
            ("insert", lead.pk),
            ("delete", lead.pk),
        ]


def test_the_night_deletes_files_without_rows_and_says_rows_without_files(
    data: Path, family: Family, lead: StaffMember
) -> None:
    known, lost = joined(family, lead), joined(family, lead)
    scan = store.keep(_PAPER)
    ContractFactory.create(
        support__family=family,
        signed_on="2026-06-01",
        signature="paper",
        signatories="Camille",
        signed_by=lead,
        scan=scan,
        scan_type=Kind.PDF,
        scan_size=9,
        scan_sha256="c" * 64,
    )
    stray = store.keep(_PAPER)
    store.remove([lost.file])
    old = time.time() - 3700
    for path in (data / "documents").rglob("*"):
        os.utime(path, (old, old))

    assert missing_files() == 1
    found = sweep()

    assert (found.removed, found.missing) == (1, 1)
    assert kept(data) == {str(known.file), str(scan)}
    assert str(stray) not in kept(data)


def test_nothing_is_deleted_for_a_database_that_knows_no_file(data: Path) -> None:
    stray = store.keep(_PAPER)
    old = time.time() - 3700
    for path in (data / "documents").rglob("*"):
        os.utime(path, (old, old))
    assert sweep().removed == 0
    assert kept(data) == {str(stray)}


def test_only_the_application_itself_asks_which_files_are_known(lead: StaffMember) -> None:
    for person, query in (
        (lead, "SELECT wall.files_kept(gen_random_uuid(), gen_random_uuid())"),
        (lead, "SELECT wall.files_of_family(1)"),
    ):
        with (
            acting(person.pk),
            pytest.raises(DatabaseError),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(query)


def test_the_files_of_a_family_go_with_it(data: Path, family: Family, lead: StaffMember) -> None:
    joined(family, lead)
    other = joined_elsewhere(lead)
    officer = StaffFactory.create(role=Role.DATA_PROTECTION_OFFICER)
    with acting(officer.pk):
        documenting.removal_of_files(family.pk)()
    assert kept(data) == {str(other)}


def joined_elsewhere(by: StaffMember) -> uuid.UUID:
    reference = store.keep(_PAPER)
    DocumentFactory.create(by=by, file=reference)
    return reference


def test_its_pages_from_joining_to_taking_away(
    page: Client, family: Family, lead: StaffMember, django_capture_on_commit_callbacks: Any
) -> None:
    sent = {"label": "Bail signé", "file": SimpleUploadedFile("dupont-secret.png", photo("PNG"))}
    assert page.get(address("join_document", family)).status_code == 200
    assert page.post(address("join_document", family), sent)["Location"] == address(
        "documents", family
    )
    shown = page.get(address("documents", family)).content.decode()
    assert "Bail signé" in shown
    assert "dupont" not in shown
    with acting(lead.pk):
        document = Document.objects.get()

    given = page.get(address("document", document))
    assert given.content == photo("PNG")
    assert given["Content-Disposition"] == 'attachment; filename="document.png"'
    assert given["X-Content-Type-Options"] == "nosniff"
    assert given["Cache-Control"] == "no-store"
    assert given["Content-Security-Policy"].startswith("sandbox")
    with as_owner():
        assert Read.objects.filter(page="document téléchargé", family_id=family.pk).exists()

    asked = page.get(address("remove_document", document)).content.decode()
    assert "Bail signé" in asked
    with django_capture_on_commit_callbacks(execute=True):
        page.post(address("remove_document", document))
    assert "Aucun document" in page.get(address("documents", family)).content.decode()
    assert page.get(address("document", document)).status_code == 404


def test_a_file_that_may_not_be_taken_is_refused_with_its_sentence(
    page: Client, data: Path, family: Family
) -> None:
    for content, told in (
        (b"MZ a program", "programme"),
        (b"", "vide"),
        (pdf(next(iter(ACTIVE.values()))), "autre chose que des pages"),
    ):
        sent = {"label": "Bail", "file": SimpleUploadedFile("bail.pdf", content)}
        answer = page.post(address("join_document", family), sent)
        assert answer.status_code == 200
        assert told in answer.content.decode()
    assert not (data / "documents").exists()


def test_a_document_whose_file_is_lost_is_said(page: Client, family: Family) -> None:
    document = DocumentFactory.create(family=family)
    answer = page.get(address("document", document), follow=True)
    assert "manque sur le serveur" in answer.content.decode()


def test_who_does_not_follow_finds_no_page(
    client: Client, family: Family, lead: StaffMember, colleague: StaffMember
) -> None:
    document = joined(family, lead)
    client.force_login(colleague)
    for name, one in (
        ("documents", family),
        ("join_document", family),
        ("document", document),
        ("remove_document", document),
    ):
        assert client.get(address(name, one)).status_code == 404, name


def test_the_list_asks_as_many_queries_however_long(
    page: Client, family: Family, lead: StaffMember, django_assert_max_num_queries: Any
) -> None:
    DocumentFactory.create(family=family, by=lead)
    page.get(address("documents", family))
    with django_assert_max_num_queries(40) as first:
        page.get(address("documents", family))
    for _ in range(2):
        DocumentFactory.create(family=family)
    with django_assert_max_num_queries(40) as more:
        page.get(address("documents", family))
    assert len(more) == len(first)
