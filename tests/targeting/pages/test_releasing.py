"""A second person lets a run go, whole or in parts, once; or it is withdrawn, or made again."""

from __future__ import annotations

import csv
import html
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoCaptureOnCommitCallbacks

from conftest import as_owner
from factories.directory import StaffFactory
from factories.targeting import TargetingRunFactory, run_with_files
from jalon.audit.identity import acting
from jalon.directory.models import Area, Commune, StaffMember
from jalon.directory.roles import Role
from jalon.targeting import storage
from jalon.targeting.actions import Part, release_run, withdraw_run
from jalon.targeting.enums import RunState
from jalon.targeting.errors import RunError
from jalon.targeting.events import released
from jalon.targeting.models import Release, RunCount, TargetingRun
from jalon.targeting.queries import parts_of_run
from jalon.targeting.storage import run_folder
from jalon.targeting.transitions import TRANSITIONS, move
from jalon.web import french
from targeting.pages.conftest import Computed

SignIn = Callable[[StaffMember], Client]


@pytest.fixture
def told() -> Iterator[list[int]]:
    """The runs that the rooms above are told of."""
    runs: list[int] = []

    def hear(run_id: int, **_: Any) -> None:
        runs.append(run_id)

    released.connect(hear)
    yield runs
    released.disconnect(hear)


def stands(run: TargetingRun) -> TargetingRun:
    with as_owner():
        return TargetingRun.objects.get(pk=run.pk)


def parts(run: TargetingRun) -> dict[tuple[str, int | None], int]:
    with as_owner():
        return parts_of_run(run)


def released_parts(run: TargetingRun) -> set[tuple[str, int | None]]:
    with as_owner():
        return set(Release.objects.filter(run=run).values_list("offer", "area_id"))


def proposed(run: TargetingRun) -> list[dict[str, str]]:
    """Return the rows of a run that make proposals."""
    with (run_folder(run) / "cohort.csv").open(encoding="utf-8") as stream:
        return [
            row
            for row in csv.DictReader(stream, delimiter=";")
            if row["outcome"] == "selected" and row["offer"] not in run.summary["granted"]
        ]


def of_whom(rows: list[dict[str, str]]) -> str:
    households = len({row["household_id"] for row in rows})
    families = french.counted(households, "dossier reçoit,dossiers reçoivent")
    return f"{families} {french.counted(len(rows), 'proposition,propositions')}"


def confirm(client: Client, run: TargetingRun, **data: Any) -> str:
    answer = client.post(reverse("targeting:release", args=[run.public_id]), data, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_whole_run_is_released_after_a_page_that_asks(
    october: TargetingRun,
    manager: StaffMember,
    as_person: SignIn,
    told: list[int],
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    client = as_person(manager)
    asked = client.get(reverse("targeting:release", args=[october.public_id]), {"tout": "1"})
    page = html.unescape(asked.content.decode())
    assert of_whom(proposed(october)) in page
    aids = sum(
        number
        for (offer, _), number in parts(october).items()
        if offer in october.summary["granted"]
    )
    assert french.counted(aids, "dossier,dossiers") + " à une aide versée d'office" in page
    assert stands(october).state == RunState.REVIEW
    assert not told

    with django_capture_on_commit_callbacks(execute=True):
        page = confirm(client, october, tout="1")

    assert "Le requêtage est libéré" in page
    assert stands(october).state == RunState.RELEASED
    assert released_parts(october) == parts(october).keys()
    assert told == [october.pk]


def test_what_a_release_proposes_is_said_before(
    october: TargetingRun,
    october_files: Computed,
    manager: StaffMember,
    department: dict[str, Area],
    as_person: SignIn,
) -> None:
    """Families are counted once, with their areas; whom a month released had gets nothing new."""
    client = as_person(manager)
    with as_owner():
        in_orly = set(Commune.objects.filter(area=department["orly"]).values_list("pk", flat=True))
    chosen = {"part": ["separation:orly", "mediation:orly"]}
    rows = [
        row
        for row in proposed(october)
        if row["commune"] in in_orly and row["offer"] in {"separation", "mediation"}
    ]
    assert len(rows) > len({row["household_id"] for row in rows}) > 0

    def asked(run: TargetingRun) -> str:
        answer = client.get(reverse("targeting:release", args=[run.public_id]), chosen)
        return html.unescape(answer.content.decode())

    first = asked(october)
    confirm(client, october, tout="1")
    again = run_with_files(october_files.extract, october_files.files, made_by=october.made_by)
    second = asked(again)
    read = html.unescape(
        client.get(reverse("targeting:run", args=[again.public_id])).content.decode()
    )

    assert of_whom(rows) in first
    assert "Secteurs\xa0: Orly." in first
    assert "déjà libéré" not in first
    assert of_whom([]) in second
    assert french.counted(len(rows), "autre ligne retenue,autres lignes retenues") in second
    assert "Un autre requêtage d'octobre 2026 est déjà libéré" in second
    assert "Ce mois est déjà libéré" in read


def test_a_run_partly_released_says_so_and_is_not_withdrawn(
    october: TargetingRun, manager: StaffMember, as_person: SignIn
) -> None:
    client = as_person(manager)
    before = client.get(reverse("targeting:run", args=[october.public_id])).content.decode()

    confirm(client, october, part=["separation:orly"])

    after = client.get(reverse("targeting:run", args=[october.public_id])).content.decode()
    listed = client.get(reverse("targeting:runs")).content.decode()
    withdraw = reverse("targeting:withdraw", args=[october.public_id])
    assert withdraw in before
    assert withdraw not in after
    assert "Libéré en partie" not in before
    assert "Libéré en partie" in after
    assert "Libéré en partie" in listed
    assert "Rien ne part tant que" not in after


def test_a_run_is_released_once_its_last_part_is(
    october: TargetingRun,
    manager: StaffMember,
    department: dict[str, Area],
    as_person: SignIn,
) -> None:
    client, orly = as_person(manager), department["orly"]
    rest = sorted({offer for offer, _ in parts(october)} - {"separation"})

    page = confirm(client, october, part=["separation:orly"])

    assert "Le reste du requêtage attend" in page
    assert released_parts(october) == {("separation", orly.pk)}
    assert stands(october).state == RunState.REVIEW
    listed = client.get(reverse("targeting:choose", args=[october.public_id])).content.decode()
    assert f"libéré par {manager}" in listed
    assert 'value="separation:orly"' not in listed
    assert f'value="{rest[0]}:' in listed

    confirm(client, october, tout="1")
    assert stands(october).state == RunState.RELEASED


@pytest.mark.parametrize("part", ["separation:nulle-part", "aucune:orly", "separation", "", ":"])
def test_what_is_no_part_is_refused(
    part: str, october: TargetingRun, manager: StaffMember, as_person: SignIn
) -> None:
    page = confirm(as_person(manager), october, part=[part])

    assert "relisez la page" in page
    assert not released_parts(october)


def test_the_maker_never_releases(
    october: TargetingRun, as_person: SignIn, analyst: StaffMember
) -> None:
    """The role that makes runs has no such right; were it given both, the run says no."""
    page = as_person(analyst).get(reverse("targeting:choose", args=[october.public_id]))
    assert page.status_code == 403
    with acting(analyst.pk), pytest.raises(RunError, match="autre personne"):
        release_run(by=analyst, run_id=october.pk)


def test_the_database_itself_refuses_the_maker(
    october: TargetingRun, analyst: StaffMember
) -> None:
    with (
        as_owner(),
        pytest.raises(IntegrityError, match="release_by_another"),
        transaction.atomic(),
    ):
        Release.objects.create(run=october, offer="separation", by=analyst, made_by=analyst)


def test_a_released_part_is_refused_again_naming_who(
    october: TargetingRun, manager: StaffMember, as_person: SignIn
) -> None:
    head = StaffFactory.create(role=Role.DEPARTMENT_HEAD)
    confirm(as_person(head), october, part=["separation:orly"])

    page = confirm(as_person(manager), october, part=["separation:orly", "separation:creteil"])

    assert f"{head} l&#x27;a déjà libéré" in page
    assert len(released_parts(october)) == 1


def test_two_persons_release_at_once_and_one_is_told(
    transactional_db: None,  # noqa: ARG001
    october_files: Computed,
    told: list[int],
) -> None:
    analyst = StaffFactory.create(role=Role.TARGETING_ANALYST)
    run = run_with_files(october_files.extract, october_files.files, made_by=analyst)
    people = [StaffFactory.create(role=Role.DEPARTMENT_HEAD) for _ in range(2)]
    start = threading.Barrier(len(people))
    said: list[str] = []

    def release(by: StaffMember) -> None:
        try:
            with acting(by.pk):
                connection.ensure_connection()
                start.wait(10)
                release_run(by=by, run_id=run.pk)
            said.append("released")
        except RunError as error:
            said.append(str(error))
        finally:
            connection.close()

    threads = [threading.Thread(target=release, args=(one,)) for one in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert said.count("released") == 1
    assert [one for one in said if "déjà libéré" in one]
    assert told == [run.pk]
    with as_owner():
        assert Release.objects.filter(run=run).values("by").distinct().count() == 1
    assert released_parts(run) == parts(run).keys()
    assert stands(run).state == RunState.RELEASED


def test_a_release_that_fails_tells_nobody(
    transactional_db: None,  # noqa: ARG001
    october_files: Computed,
    told: list[int],
) -> None:
    analyst = StaffFactory.create(role=Role.TARGETING_ANALYST)
    head = StaffFactory.create(role=Role.DEPARTMENT_HEAD)
    run = run_with_files(october_files.extract, october_files.files, made_by=analyst)

    class StopError(Exception):
        pass

    def release_then_stop() -> None:
        with transaction.atomic():
            release_run(by=head, run_id=run.pk)
            raise StopError

    with acting(head.pk), pytest.raises(StopError):
        release_then_stop()

    assert not told
    assert not released_parts(run)
    assert stands(run).state == RunState.REVIEW


def test_a_run_that_selects_nobody_can_be_closed(
    manager: StaffMember, analyst: StaffMember
) -> None:
    run = TargetingRunFactory.create(made_by=analyst)

    with acting(manager.pk):
        assert release_run(by=manager, run_id=run.pk).state == RunState.RELEASED


def test_a_run_is_withdrawn_before_any_release_only(
    october: TargetingRun, manager: StaffMember, as_person: SignIn
) -> None:
    client, address = as_person(manager), reverse("targeting:withdraw", args=[october.public_id])
    confirm(client, october, part=["separation:orly"])
    assert "ne peut pas être retiré" in client.post(address, follow=True).content.decode()
    assert stands(october).state == RunState.REVIEW


def test_a_withdrawn_run_says_who_and_is_not_released(
    october: TargetingRun, manager: StaffMember, as_person: SignIn
) -> None:
    client, address = as_person(manager), reverse("targeting:withdraw", args=[october.public_id])
    assert "Retirer ce requêtage\u202f?" in client.get(address).content.decode()

    page = client.post(address, follow=True).content.decode()

    assert f"Par {manager}" in page
    assert "Refaire" not in page
    assert "il a été retiré" in confirm(client, october, tout="1")
    assert not released_parts(october)


def test_a_run_is_made_again_beside_itself(
    october: TargetingRun, analyst: StaffMember, manager: StaffMember, as_person: SignIn
) -> None:
    before = stands(october)
    address = reverse("targeting:again", args=[october.public_id])
    assert as_person(manager).post(address).status_code == 403
    client = as_person(analyst)
    client.post(address)

    with as_owner():
        (again,) = TargetingRun.objects.exclude(pk=october.pk)
    assert (again.again_of_id, again.extract) == (october.pk, october.extract)
    assert again.state == RunState.RECEIVED
    assert storage.extract_folder(again) == storage.extract_folder(october)
    after = stands(october)
    assert all(
        getattr(before, one.attname) == getattr(after, one.attname)
        for one in TargetingRun._meta.concrete_fields  # noqa: SLF001
    )


@pytest.mark.parametrize("state", RunState)
@pytest.mark.parametrize("to", RunState)
def test_a_state_follows_another_as_declared(state: RunState, to: RunState) -> None:
    run = TargetingRun(month="2026-10", state=state)
    if to in TRANSITIONS[state]:
        move(run, to)
        assert run.state == to
    else:
        with pytest.raises(RunError, match=r"^Ce requêtage ne peut pas .* : .*\.$"):
            move(run, to)
        assert run.state == state


def test_nothing_follows_an_end() -> None:
    ends = [state for state, after in TRANSITIONS.items() if not after]
    assert ends == [RunState.FAILED, RunState.RELEASED, RunState.WITHDRAWN]
    assert set(TRANSITIONS) == set(RunState)


@pytest.mark.parametrize("name", ["withdraw", "release", "again"])
def test_to_look_changes_nothing(
    name: str, october: TargetingRun, manager: StaffMember, as_person: SignIn
) -> None:
    as_person(manager).get(reverse(f"targeting:{name}", args=[october.public_id]), {"tout": "1"})

    assert stands(october).state == RunState.REVIEW
    assert not released_parts(october)


def test_withdrawing_while_it_computes_stops_it(
    analyst: StaffMember, manager: StaffMember
) -> None:
    run = TargetingRunFactory.create(made_by=analyst, state=RunState.CHECKED, computed_at=None)
    with acting(manager.pk):
        withdraw_run(by=manager, run_id=run.pk)
    assert stands(run).state == RunState.WITHDRAWN


def test_parts_count_each_selected_row_once(
    october: TargetingRun, department: dict[str, Area]
) -> None:
    found = parts(october)
    with as_owner():
        total = sum(
            RunCount.objects.filter(run=october, outcome="selected").values_list(
                "number", flat=True
            )
        )
    assert sum(found.values()) == total
    assert {Part(*one).area_id for one in found} <= {
        None,
        *(one.pk for one in department.values()),
    }
