"""An extract is dropped on a page or taken from a folder; anything else is one clear sentence."""

from __future__ import annotations

import gzip
import io
import re
import stat
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from conftest import as_owner
from factories.directory import StaffFactory
from jalon.directory.models import StaffMember
from jalon.directory.roles import Permission, Role
from jalon.targeting import storage
from jalon.targeting.enums import RunState
from jalon.targeting.models import TargetingRun
from targeting.pages.conftest import Computed

SignIn = Callable[[StaffMember], Client]
Files = dict[str, bytes]
TABLES = ("households", "persons", "events", "benefits")


@pytest.fixture
def good(october_files: Computed) -> Files:
    return {path.name: path.read_bytes() for path in october_files.extract.iterdir()}


def drop(client: Client, files: Mapping[str, bytes], month: str = "2026-10") -> HttpResponse:
    dropped = [SimpleUploadedFile(name, content) for name, content in files.items()]
    return client.post(  # type: ignore[return-value]
        reverse("targeting:receive"), {"envoi-month": month, "envoi-extract": dropped}
    )


def sentences(answer: HttpResponse) -> list[str]:
    found = re.findall(r'class="field-error">(.*?)</p>', answer.content.decode(), re.DOTALL)
    return [re.sub(r"<[^>]+>|\s+", " ", one).strip() for one in found]


def runs() -> list[TargetingRun]:
    with as_owner():
        return list(TargetingRun.objects.select_related("made_by"))


def run_received() -> TargetingRun:
    (run,) = runs()
    return run


def kept(folder: Path) -> list[str]:
    return sorted(one.name for one in folder.iterdir())


def test_four_files_become_a_run_that_waits(
    analyst: StaffMember, as_person: SignIn, good: Files
) -> None:
    answer = drop(as_person(analyst), good)

    run = run_received()
    assert answer.status_code == 302
    assert answer["Location"] == reverse("targeting:run", args=[run.public_id])
    assert (run.month, run.state, run.made_by) == ("2026-10", RunState.RECEIVED, analyst)
    folder = storage.extract_folder(run)
    assert kept(folder) == sorted(good)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == good
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}
    assert kept(storage.uploads()) == []
    page = as_person(analyst).get(answer["Location"]).content.decode()
    assert "En attente de calcul" in page


def test_names_are_those_of_the_contract_whatever_their_capitals(
    analyst: StaffMember, as_person: SignIn, good: Files
) -> None:
    drop(as_person(analyst), {name.upper(): content for name, content in good.items()})

    assert kept(storage.extract_folder(run_received())) == sorted(good)


def zipped(content: bytes) -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("households.csv", content)
    return archive.getvalue()


def without(files: Files, name: str, **other: bytes) -> Files:
    return {**{key: content for key, content in files.items() if key != name}, **other}


def replaced(files: Files, name: str, content: bytes) -> Files:
    return without(files, "households.parquet", **{name: content})


H = "households.parquet"
WRONG: dict[str, tuple[Callable[[Files], Files], str]] = {
    "nothing": (lambda _: {}, "Choisissez"),
    "three files": (lambda good: without(good, H), "households"),
    "a fifth": (lambda good: {**good, "notes.txt": b"x"}, "notes.txt"),
    "a table twice": (lambda good: {**good, "households.csv": b"a;b\n1;2\n"}, "même table"),
    "another name": (lambda good: replaced(good, "dossiers.parquet", good[H]), "dossiers.parquet"),
    "empty": (lambda good: replaced(good, H, b""), "vide"),
    "truncated": (lambda good: replaced(good, H, good[H][: len(good[H]) // 2]), "tronqué"),
    "only its start": (lambda good: replaced(good, H, b"PAR1"), "tronqué"),
    "noise": (lambda good: replaced(good, H, bytes(range(256)) * 40), "Parquet"),
    "a zip named csv": (lambda good: replaced(good, "households.csv", zipped(b"a")), "ZIP"),
    "a zip named parquet": (lambda good: replaced(good, H, zipped(b"a")), "ZIP"),
    "a PDF": (lambda good: replaced(good, "households.csv", b"%PDF-1.7"), "PDF"),
    "gzip named csv": (
        lambda good: replaced(good, "households.csv", gzip.compress(b"a;b\n")),
        "compressé",
    ),
    "csv named gzip": (lambda good: replaced(good, "households.csv.gz", b"a;b\n"), "compressé"),
    "parquet named csv": (lambda good: replaced(good, "households.csv", good[H]), "Parquet"),
    "a huge name": (lambda good: replaced(good, "h" * 5000 + ".csv", b"a;b\n"), "pas attendu"),
    "a path": (lambda good: replaced(good, "../../../tmp/escape.csv", b"a;b\n"), "escape.csv"),
    "a name of signs": (lambda good: replaced(good, "a\x07<b>.csv", b"a;b\n"), "pas attendu"),
    "an ending alone": (lambda good: replaced(good, ".parquet", good[H]), "pas attendu"),
}


@pytest.mark.parametrize("kind", WRONG)
def test_any_other_file_is_one_sentence_and_leaves_nothing(
    kind: str, analyst: StaffMember, as_person: SignIn, good: Files
) -> None:
    change, expected = WRONG[kind]

    answer = drop(as_person(analyst), change(good))

    assert answer.status_code == 422
    (sentence,) = set(sentences(answer))
    assert expected in sentence
    assert sentence.endswith(".")
    assert str(storage.extracts()) not in sentence
    assert not runs()
    assert kept(storage.extracts()) == []
    assert kept(storage.uploads()) == []


def test_a_path_in_a_name_stays_in_the_folder(
    analyst: StaffMember, as_person: SignIn, good: Files
) -> None:
    files = replaced(good, f"../../{H}", good[H])

    drop(as_person(analyst), files)

    assert kept(storage.extract_folder(run_received())) == sorted(good)


@pytest.mark.parametrize("month", ["", "2026-13", "1850-01", "2030-01", "x"])
def test_a_month_that_is_not_offered_is_refused(
    month: str, analyst: StaffMember, as_person: SignIn, good: Files
) -> None:
    answer = drop(as_person(analyst), good, month)

    assert answer.status_code == 422
    assert not runs()
    assert kept(storage.extracts()) == []


def test_two_hundred_files_are_one_sentence(analyst: StaffMember) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(analyst)
    answer = drop(client, {f"{number}.csv": b"a" for number in range(200)})

    assert answer.status_code == 422
    (sentence,) = set(sentences(answer))
    assert "trop de fichiers" in sentence


def test_what_is_not_even_a_form_is_one_sentence(analyst: StaffMember) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(analyst)
    answer = client.post(
        reverse("targeting:receive"), b"--x\r\ngarbled", content_type="multipart/form-data"
    )

    assert answer.status_code == 422
    (sentence,) = set(sentences(answer))  # type: ignore[arg-type]
    assert "pas arrivé entier" in sentence


def test_a_request_without_its_token_is_refused(analyst: StaffMember, good: Files) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(analyst)

    answer = drop(client, good)

    assert answer.status_code == 403
    assert "Cette page avait expiré" in answer.content.decode()
    assert not runs()


def test_a_request_with_its_token_is_received(analyst: StaffMember, good: Files) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(analyst)
    client.get(reverse("targeting:receive"))
    dropped = [SimpleUploadedFile(name, content) for name, content in good.items()]

    client.post(
        reverse("targeting:receive"),
        {
            "csrfmiddlewaretoken": client.cookies["csrftoken"].value,
            "envoi-month": "2026-10",
            "envoi-extract": dropped,
        },
    )

    assert len(runs()) == 1


def take(client: Client, folder: str) -> HttpResponse:
    return client.post(  # type: ignore[return-value]
        reverse("targeting:take"), {"depot-month": "2026-10", "depot-folder": folder}
    )


def test_a_folder_that_waits_is_offered_and_taken(
    analyst: StaffMember, as_person: SignIn, data: Path
) -> None:
    (data / "incoming" / "octobre 2026").mkdir(parents=True)
    client = as_person(analyst)
    assert "octobre 2026" in client.get(reverse("targeting:receive")).content.decode()

    take(client, "octobre 2026")

    assert run_received().incoming == "octobre 2026"


@pytest.mark.parametrize(
    "folder", ["..", ".", "/etc", "../data", "octobre/..", ".secret", "lien", "note.txt", ""]
)
def test_no_other_folder_can_be_named(
    folder: str, analyst: StaffMember, as_person: SignIn, data: Path
) -> None:
    incoming = data / "incoming"
    (incoming / "octobre").mkdir(parents=True)
    (incoming / ".secret").mkdir()
    (incoming / "note.txt").write_text("x")
    (incoming / "lien").symlink_to("/etc")

    answer = take(as_person(analyst), folder)

    assert answer.status_code == 422
    assert not runs()


@pytest.mark.parametrize("role", Role)
def test_only_those_who_make_runs_may_give_an_extract(
    role: Role,
    as_person: SignIn,
    good: Files,
    db: None,  # noqa: ARG001
) -> None:
    client = as_person(StaffFactory.create(role=role))
    allowed = Permission.MAKE_RUNS in role.permissions

    assert client.get(reverse("targeting:receive")).status_code == (200 if allowed else 403)
    assert drop(client, good).status_code == (302 if allowed else 403)
    assert take(client, "x").status_code == (422 if allowed else 403)
    assert bool(runs()) is allowed
