"""A run's lists leave whole, as filtered, with the right to export alone; it is on record."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from conftest import as_owner
from factories.directory import StaffFactory
from jalon.audit.models import Read
from jalon.directory.models import StaffMember
from jalon.directory.roles import Role
from jalon.targeting.integrity import digests_of
from jalon.targeting.models import TargetingRun
from jalon.targeting.storage import run_folder

SignIn = Callable[[StaffMember], Client]
LISTS = {"retenues": "selected", "a-verifier": "to_verify", "ecartees": "set_aside"}


def cohort(run: TargetingRun) -> list[dict[str, str]]:
    with (run_folder(run) / "cohort.csv").open(encoding="utf-8") as stream:
        return list(csv.DictReader(stream, delimiter=";"))


def download(client: Client, run: TargetingRun, which: str, query: str = "") -> Any:
    return client.get(reverse("targeting:lines_file", args=[run.public_id, which]) + query)


def rows_of(answer: Any) -> list[dict[str, str]]:
    assert answer.status_code == 200, answer.status_code
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=";"))


@pytest.fixture
def client(manager: StaffMember, as_person: SignIn) -> Client:
    return as_person(manager)


@pytest.mark.parametrize("which", LISTS)
def test_a_list_leaves_whole(client: Client, october: TargetingRun, which: str) -> None:
    expected = [row for row in cohort(october) if row["outcome"] == LISTS[which]]

    rows = rows_of(download(client, october, which))

    assert [(row["Dossier"], row["Offre"], row["Code commune"]) for row in rows] == [
        (row["household_id"], october.labels[row["offer"]], row["commune"]) for row in expected
    ]
    assert len(rows) > 50 or which != "retenues"
    for row, line in zip(rows, expected, strict=True):
        assert bool(row["Raison"]) == bool(line["reason"])
        assert bool(row["Répondre avant le"]) == bool(line["window_ends_on"])
        assert (row["Voie"] == "En personne, jamais par écrit") == (line["channel"] == "in_person")


def test_the_page_leads_to_the_file_with_its_filters(
    client: Client, october: TargetingRun
) -> None:
    page = client.get(
        reverse("targeting:lines", args=[october.public_id, "retenues"])
        + "?offre=lone_parent&page=1"
    ).content.decode()
    (address,) = (part.split('"')[0] for part in page.split('href="') if "telecharger" in part)

    rows = rows_of(client.get(address.replace("&amp;", "&")))

    assert "page=" not in address
    wanted = [
        row["household_id"]
        for row in cohort(october)
        if (row["offer"], row["outcome"]) == ("lone_parent", "selected")
    ]
    assert [row["Dossier"] for row in rows] == wanted


def test_its_name_says_nothing_and_its_reading_is_on_record(
    client: Client, october: TargetingRun, manager: StaffMember
) -> None:
    answer = download(client, october, "ecartees")
    number = len(rows_of(answer))

    assert answer["Content-Disposition"] == 'attachment; filename="liste-2026-10.csv"'
    with as_owner():
        read = Read.objects.latest("pk")
        assert read.staff_id == manager.pk
        assert "« Écartées » téléchargée" in read.page
        assert read.page.endswith(f"{number} lignes, sans filtre")


def test_its_reading_says_what_it_was_filtered_by(client: Client, october: TargetingRun) -> None:
    (reason, *_) = [row["reason"] for row in cohort(october) if row["outcome"] == "set_aside"]

    download(client, october, "ecartees", f"?offre=lone_parent&motif={reason.split(',')[0]}")

    with as_owner():
        page = Read.objects.latest("pk").page
    assert f"Offre de service : {october.labels['lone_parent']}, Raison : " in page


def test_the_database_is_asked_as_often_whatever_the_list(
    client: Client, october: TargetingRun, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    download(client, october, "ecartees").getvalue()
    for which in ("ecartees", "retenues"):
        with django_assert_num_queries(7):
            download(client, october, which).getvalue()


def test_files_that_changed_do_not_leave(client: Client, october: TargetingRun) -> None:
    (run_folder(october) / "cohort.parquet").write_bytes(b"PAR1")

    answer = download(client, october, "retenues")

    assert answer.status_code == 302


def test_a_value_of_the_extract_begins_no_formula(
    october: TargetingRun, analyst: StaffMember, as_person: SignIn
) -> None:
    with (run_folder(october) / "rejects.csv").open("w", encoding="utf-8") as stream:
        stream.write("file;line;table;column;value;reason;kind\n")
        stream.write('persons.csv;12;persons;sex;"=1+1";Code inconnu.;fault\n')
    with as_owner():
        october.files = digests_of(october)
        october.save()

    answer = as_person(analyst).get(reverse("targeting:rejects_file", args=[october.public_id]))

    (row,) = rows_of(answer)
    assert row["value"] == "'=1+1"


@pytest.mark.parametrize("role", [Role.SECRETARY, Role.SOCIAL_WORKER])
def test_who_sees_no_run_downloads_none(
    as_person: SignIn, october: TargetingRun, role: Role
) -> None:
    answer = download(as_person(StaffFactory.create(role=role)), october, "retenues")

    assert answer.status_code == 403
