"""Files that are not those of the computing are believed nowhere, and nothing leaves from them."""

from __future__ import annotations

import hashlib
import html
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from conftest import as_owner
from jalon.audit.identity import acting
from jalon.directory.models import StaffMember
from jalon.targeting.actions import make_run_again, record_run, release_run
from jalon.targeting.enums import RunState
from jalon.targeting.errors import CHANGED, RunError
from jalon.targeting.models import Release, TargetingRun
from jalon.targeting.storage import extract_folder, run_folder
from jalon.web.typography import joined
from targeting.pages.conftest import OCTOBER, Computed

SignIn = Callable[[StaffMember], Client]
# As a page shows it.
_SAID: Final = joined(html.escape(CHANGED).encode()).decode()


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-200])


def _emptied(path: Path) -> None:
    path.write_bytes(b"")


def _gone(path: Path) -> None:
    path.unlink()


def _rewritten(path: Path) -> None:
    """Leave a file that reads well, and says something else."""
    if path.suffix == ".json":
        path.write_text(path.read_text(encoding="utf-8") + "\n", encoding="utf-8")
        return
    table = pq.read_table(path)
    pq.write_table(pa.concat_tables([table.slice(1), table.slice(1, 1)]), path)


def _files(run: TargetingRun) -> dict[str, Path]:
    written = {name: run_folder(run) / name for name in ("cohort.parquet", "events.parquet")}
    extract = extract_folder(run)
    return {
        **written,
        "run.json": run_folder(run) / "run.json",
        "households.parquet": extract / "households.parquet",
        "benefits.parquet": extract / "benefits.parquet",
    }


@pytest.mark.parametrize(
    "change", [_cut, _emptied, _gone, _rewritten], ids=["cut", "emptied", "gone", "rewritten"]
)
@pytest.mark.parametrize(
    "file",
    [*("cohort.parquet", "events.parquet", "run.json", "households.parquet", "benefits.parquet")],
)
def test_nothing_is_released_of_files_that_changed(
    as_person: SignIn,
    october: TargetingRun,
    manager: StaffMember,
    file: str,
    change: Callable[[Path], None],
) -> None:
    change(_files(october)[file])

    with acting(manager.pk), pytest.raises(RunError, match="modifiés, abîmés ou effacés"):
        release_run(by=manager, run_id=october.pk)

    with as_owner():
        assert not Release.objects.exists()
        assert TargetingRun.objects.get().state == RunState.REVIEW
    client = as_person(manager)
    address = reverse("targeting:run", args=[october.public_id])
    page = client.get(address).content.decode()
    assert _SAID in page
    assert reverse("targeting:choose", args=[october.public_id]) not in page
    day = client.get("/").content.decode()
    assert "Requêtages aux fichiers modifiés" in day
    assert address in day


def test_a_file_put_beside_the_extract_is_a_change(
    october: TargetingRun, manager: StaffMember
) -> None:
    (extract_folder(october) / "households.csv").write_text("household_id\n", encoding="utf-8")

    with acting(manager.pk), pytest.raises(RunError, match="modifiés"):
        release_run(by=manager, run_id=october.pk)


def test_files_put_back_are_believed_again(
    as_person: SignIn, october: TargetingRun, manager: StaffMember
) -> None:
    cohort = run_folder(october) / "cohort.parquet"
    kept = cohort.read_bytes()
    _rewritten(cohort)
    address = reverse("targeting:run", args=[october.public_id])
    client = as_person(manager)
    assert _SAID in client.get(address).content.decode()

    cohort.write_bytes(kept)

    assert _SAID not in client.get(address).content.decode()
    assert "Requêtages aux fichiers modifiés" not in client.get("/").content.decode()
    with acting(manager.pk):
        assert release_run(by=manager, run_id=october.pk).state == RunState.RELEASED


@pytest.mark.parametrize("change", [_cut, _emptied, _rewritten], ids=["cut", "emptied", "other"])
@pytest.mark.parametrize(
    "page", ["familles/retenues/", "ligne/0/", "liberation/confirmer/?tout=1"]
)
def test_a_page_says_so_rather_than_show_a_cohort_that_changed(
    as_person: SignIn,
    october: TargetingRun,
    manager: StaffMember,
    page: str,
    change: Callable[[Path], None],
) -> None:
    change(run_folder(october) / "cohort.parquet")
    own = f"/requetages/{october.public_id}/"

    answer = as_person(manager).get(f"{own}{page}", follow=True)

    assert answer.redirect_chain == [(own, 302)]
    assert _SAID in answer.content.decode()


@pytest.mark.parametrize("page", ["rejets/", "rejets/telecharger/"])
def test_rejects_that_changed_are_not_shown(
    as_person: SignIn, october: TargetingRun, analyst: StaffMember, page: str
) -> None:
    with (run_folder(october) / "rejects.csv").open("a", encoding="utf-8") as stream:
        stream.write("persons.csv;12;persons;birth_date;31/02/2020;Date impossible.;fault\n")
    own = f"/requetages/{october.public_id}/"

    answer = as_person(analyst).get(f"{own}{page}", follow=True)

    assert answer.redirect_chain == [(own, 302)]
    assert _SAID in answer.content.decode()


def test_a_page_reads_no_extract(
    as_person: SignIn, october: TargetingRun, manager: StaffMember, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[Path] = []
    digest = hashlib.file_digest

    def noted(file: Any, name: str) -> Any:
        read.append(Path(file.name))
        return digest(file, name)

    monkeypatch.setattr(hashlib, "file_digest", noted)
    client = as_person(manager)
    client.get("/")
    client.get(reverse("targeting:run", args=[october.public_id]))

    assert read
    assert not [path for path in read if path.is_relative_to(extract_folder(october))]


def test_what_a_computing_settles_is_what_a_release_compares(
    october_files: Computed, analyst: StaffMember, manager: StaffMember
) -> None:
    with acting(analyst.pk):
        run = record_run(by=analyst, month=OCTOBER, extract=october_files.extract)
        assert set(run.files) >= {
            *("cohort.parquet", "events.parquet", "run.json"),
            *("extract/households.parquet", "extract/persons.parquet"),
            *("extract/events.parquet", "extract/benefits.parquet"),
        }
        with pytest.raises(DatabaseError, match="never changes"), transaction.atomic():
            TargetingRun.objects.filter(pk=run.pk).update(files={})
    with acting(manager.pk):
        assert release_run(by=manager, run_id=run.pk).releases.exists()


def test_an_extract_that_changed_makes_no_other_run(
    october: TargetingRun, analyst: StaffMember
) -> None:
    with acting(analyst.pk):
        assert make_run_again(by=analyst, run=october).again_of_id == october.pk
    _rewritten(_files(october)["households.parquet"])

    with acting(analyst.pk), pytest.raises(RunError, match="déposez-la de nouveau"):
        make_run_again(by=analyst, run=october)


def test_no_rule_is_tried_on_a_record_that_changed(
    as_person: SignIn, october: TargetingRun, manager: StaffMember
) -> None:
    record = _files(october)["run.json"]
    record.write_text(record.read_text(encoding="utf-8").replace("34", "35"), encoding="utf-8")
    address = reverse("targeting:what_if", args=[october.public_id, "lone_parent"])

    answer = as_person(manager).get(address, follow=True)

    assert _SAID in answer.content.decode()
