"""A run is computed in the background, and says why where it cannot be."""

from __future__ import annotations

import csv
import shutil
import uuid
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from conftest import as_owner
from factories.directory import StaffFactory
from jalon.audit.identity import acting
from jalon.directory.models import StaffMember
from jalon.directory.roles import Role
from jalon.register.layout import Layout
from jalon.register.scanned import SCANNED_FILE
from jalon.register.synthetic import generate
from jalon.rules.profile import load_profile
from jalon.rules.records import rebuild
from jalon.targeting import storage
from jalon.targeting.actions import (
    compute_run,
    make_run_again,
    record_run,
    release_run,
    take_run,
    withdraw_run,
)
from jalon.targeting.actions import computing as computing_module
from jalon.targeting.cohort_files import counts_of
from jalon.targeting.enums import RunState
from jalon.targeting.models import RegisterCount, RunCount, TargetingRun
from targeting.pages.conftest import OCTOBER, Computed

SignIn = Callable[[StaffMember], Client]


def stands(run: TargetingRun) -> TargetingRun:
    with as_owner():
        return TargetingRun.objects.get(pk=run.pk)


def counts(run: TargetingRun) -> list[tuple[str, str, str, int]]:
    with as_owner():
        rows = RunCount.objects.filter(run=run).values_list(
            "offer", "commune", "outcome", "number"
        )
        return sorted(rows)


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))


@pytest.fixture
def csv_extract(tmp_path: Path) -> Path:
    folder = tmp_path / "csv"
    population = load_profile("val-de-marne").folder / "population.toml"
    generate(folder, population=population, month=OCTOBER, households=600, format="csv")
    return folder


@pytest.fixture
def take(analyst: StaffMember, data: Path) -> Callable[[Path], TargetingRun]:
    """Take the extract of a folder and compute it, as the page and its job do."""

    def taken(extract: Path) -> TargetingRun:
        shutil.copytree(extract, data / "incoming" / "octobre", dirs_exist_ok=True)
        with acting(analyst.pk):
            run = take_run(by=analyst, month=OCTOBER, incoming="octobre")
            compute_run(run_id=run.pk)
        return stands(run)

    return taken


def test_a_run_is_computed_counted_and_waits_to_be_reviewed(
    take: Callable[[Path], TargetingRun], october_files: Computed
) -> None:
    run = take(october_files.extract)

    assert run.state == RunState.REVIEW
    assert run.step == ""
    assert counts(run) == sorted(counts_of(october_files.files))
    assert run.record["cohort_digest"] == run.digest
    assert sum(run.summary["families"].values()) > 0


def test_a_run_keeps_how_many_households_of_each_commune_the_register_holds(
    take: Callable[[Path], TargetingRun], csv_extract: Path
) -> None:
    run = take(csv_extract)

    homes = {
        one["household_id"]: one["commune"] for one in rows_of(csv_extract / "households.csv")
    }
    granted = {one.code for one in load_profile("val-de-marne").offers if one.granted_from_list}
    concerned = {
        one["household_id"]
        for one in rows_of(storage.run_folder(run) / "cohort.csv")
        if one["outcome"] in {"selected", "set_aside"} and one["offer"] not in granted
    }
    assert rows_of(storage.run_folder(run) / "rejects.csv") == []
    there = Counter(homes.values())
    eligible = Counter(homes[one] for one in concerned)
    with as_owner():
        found = RegisterCount.objects.filter(run=run)
        told = {one.commune: (one.households, one.eligible) for one in found}
    assert told == {commune: (many, eligible[commune]) for commune, many in there.items()}
    assert sum(eligible.values()) > 0


def test_whom_a_released_run_selects_is_no_new_work(
    take: Callable[[Path], TargetingRun], october_files: Computed, manager: StaffMember
) -> None:
    first = take(october_files.extract)
    second = take(october_files.extract)
    with acting(manager.pk):
        release_run(by=manager, run_id=first.pk)

    third = take(october_files.extract)

    assert sum(first.summary["families"].values()) > 0
    assert second.summary["families"] == first.summary["families"]
    assert third.summary["families"] == {}
    assert counts(third) == counts(first)


@pytest.mark.parametrize("damage", [b"", None], ids=["damaged", "gone"])
def test_a_released_cohort_that_cannot_be_read_is_told_and_stops_nothing(
    take: Callable[[Path], TargetingRun],
    october_files: Computed,
    manager: StaffMember,
    damage: bytes | None,
) -> None:
    first = take(october_files.extract)
    with acting(manager.pk):
        release_run(by=manager, run_id=first.pk)
    cohort = storage.run_folder(first) / "cohort.parquet"
    cohort.unlink() if damage is None else cohort.write_bytes(damage)

    second = take(october_files.extract)

    assert second.state == RunState.REVIEW
    assert second.summary["families"] == first.summary["families"]
    assert any("ne se lisent plus" in one for one in second.summary["warnings"])
    assert not any("ne se lisent plus" in one for one in first.summary["warnings"])


def test_an_aid_granted_from_a_list_asks_nobody_to_meet_families(
    take: Callable[[Path], TargetingRun], october_files: Computed
) -> None:
    run = take(october_files.extract)
    offers = {one.code: one for one in rebuild(run.record["catalogue"]).offers}

    granted = {code for code, one in offers.items() if one.granted_from_list}
    assert granted
    assert not granted & set(run.summary["social_work"])


def test_computing_again_changes_nothing(
    take: Callable[[Path], TargetingRun], october_files: Computed, analyst: StaffMember
) -> None:
    run = take(october_files.extract)
    before = counts(run), run.computed_at

    with acting(analyst.pk):
        compute_run(run_id=run.pk)

    assert (counts(run), stands(run).computed_at) == before


def test_the_extract_taken_is_the_run_s_own(
    take: Callable[[Path], TargetingRun], october_files: Computed, data: Path
) -> None:
    run = take(october_files.extract)
    shutil.rmtree(data / "incoming")

    with acting(run.made_by_id):
        again = make_run_again(by=stands(run).made_by, run=run)
        compute_run(run_id=again.pk)

    assert stands(again).digest == run.digest


def break_dates(extract: Path, share: float) -> None:
    path = extract / "persons.csv"
    with path.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream, delimiter=";"))
    for row in rows[: int(len(rows) * share)]:
        row["birth_date"] = "31/02/2020"
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, rows[0].keys(), delimiter=";")
        writer.writeheader()
        writer.writerows(rows)


def test_too_many_faults_end_the_run_with_its_rejects(
    take: Callable[[Path], TargetingRun],
    csv_extract: Path,
    analyst: StaffMember,
    as_person: SignIn,
) -> None:
    break_dates(csv_extract, 0.05)

    run = take(csv_extract)

    assert run.state == RunState.FAILED
    assert "personnes" in run.problem
    assert "1,0" in run.problem
    assert run.summary["rejects"]
    client = as_person(analyst)
    page = client.get(reverse("targeting:run", args=[run.public_id])).content.decode()
    assert "Trop de lignes fautives" in page
    rejects = client.get(reverse("targeting:rejects", args=[run.public_id])).content.decode()
    assert "31/02/2020" in rejects
    file = client.get(reverse("targeting:rejects_file", args=[run.public_id]))
    assert b"31/02/2020" in b"".join(file.streaming_content)  # type: ignore[attr-defined]


def test_an_extract_that_cannot_be_read_is_said_without_the_server_s_folders(
    take: Callable[[Path], TargetingRun], csv_extract: Path, data: Path
) -> None:
    (csv_extract / "events.csv").write_bytes(b"event_id\n1\n")

    run = take(csv_extract)

    assert run.state == RunState.FAILED
    assert run.problem.endswith(".")
    assert str(data) not in run.problem
    assert not storage.run_folder(run).joinpath("cohort.parquet").exists()


def test_a_folder_that_is_no_extract_is_said(
    take: Callable[[Path], TargetingRun], tmp_path: Path
) -> None:
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "notes.txt").write_text("x")

    run = take(tmp_path / "other")

    assert run.state == RunState.FAILED
    assert "Il manque" in run.problem
    assert list(storage.extracts().iterdir()) == []


def test_a_link_is_not_followed(
    take: Callable[[Path], TargetingRun], csv_extract: Path, tmp_path: Path
) -> None:
    secret = tmp_path / "elsewhere.csv"
    (csv_extract / "events.csv").rename(secret)
    (tmp_path / "incoming" / "octobre").mkdir(parents=True)
    (tmp_path / "incoming" / "octobre" / "events.csv").symlink_to(secret)

    run = take(csv_extract)

    assert run.state == RunState.FAILED
    assert "est un lien" in run.problem


def test_what_a_scan_of_rights_found_comes_along(csv_extract: Path) -> None:
    (csv_extract / SCANNED_FILE).write_bytes(b"found")
    extract = uuid.uuid4()

    storage.copy_extract(csv_extract, extract, Layout())

    assert (storage.extracts() / str(extract) / SCANNED_FILE).read_bytes() == b"found"


def test_a_withdrawal_stops_the_computing(
    analyst: StaffMember, october_files: Computed, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Someone withdraws the run while its offers are being applied."""
    shutil.copytree(october_files.extract, data / "incoming" / "octobre")
    telling = computing_module._tell  # noqa: SLF001 - the moment that the test chooses

    def withdraw_then_tell(run: TargetingRun, step: str) -> None:
        if step == "Application des offres":
            withdraw_run(by=analyst, run_id=run.pk)
        telling(run, step)

    monkeypatch.setattr(computing_module, "_tell", withdraw_then_tell)
    with acting(analyst.pk):
        run = take_run(by=analyst, month=OCTOBER, incoming="octobre")
        compute_run(run_id=run.pk)

    assert stands(run).state == RunState.WITHDRAWN
    assert counts(run) == []
    assert not storage.run_folder(run).joinpath("cohort.parquet").exists()


def test_a_past_month_is_recorded_at_once(
    transactional_db: None,  # noqa: ARG001
    october_files: Computed,
) -> None:
    analyst = StaffFactory.create(role=Role.TARGETING_ANALYST)
    with acting(analyst.pk):
        run = record_run(by=analyst, month=OCTOBER, extract=october_files.extract)

    assert run.state == RunState.REVIEW
    assert counts(run) == sorted(counts_of(october_files.files))
