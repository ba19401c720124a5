"""A run is read over on screen: figures, families, reasons, explanations, rejects."""

from __future__ import annotations

import csv
import html
import re
import uuid
from collections import Counter
from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from conftest import as_owner
from factories.directory import AbsenceFactory, RoleGrantFactory, StaffFactory
from factories.targeting import RuleTrialFactory, TargetingRunFactory
from jalon.audit.identity import acting
from jalon.audit.models import Read
from jalon.directory.models import Area, StaffMember
from jalon.directory.roles import Permission, Role
from jalon.rules.calendar import Month
from jalon.targeting.anomalies import beyond_capacity, trend
from jalon.targeting.capacity import capacity_after
from jalon.targeting.comparing import movements
from jalon.targeting.integrity import digests_of
from jalon.targeting.models import RunCount, TargetingRun
from jalon.targeting.storage import extract_folder, forget_extract, run_folder
from jalon.web import french
from jalon.web.listing import PAGE

SignIn = Callable[[StaffMember], Client]
WHICH = {"retenues": "selected", "a-verifier": "to_verify", "ecartees": "set_aside"}


def text_of(client: Client, name: str, *args: object, **query: str | int) -> str:
    answer = client.get(reverse(f"targeting:{name}", args=args), query)
    assert answer.status_code == 200, answer.status_code
    return html.unescape(answer.content.decode())


def plain(page: str) -> str:
    """Return a page's text with ordinary spaces."""
    return page.replace("\N{NO-BREAK SPACE}", " ")


def cells(page: str) -> list[list[str]]:
    """Return the rows of a page's tables, each as its cells' words."""
    return [
        [
            " ".join(re.sub(r"<[^>]+>", " ", cell).split())
            for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL)
        ]
        for row in re.findall(r"<tr>(.*?)</tr>", page, re.DOTALL)
    ]


def rows_of(run: TargetingRun) -> list[dict[str, str]]:
    with (run_folder(run) / "cohort.csv").open(encoding="utf-8") as stream:
        return list(csv.DictReader(stream, delimiter=";"))


def of_no_offer(run: TargetingRun) -> str:
    """Return the number of a household that is in no list."""
    known = {row["household_id"] for row in rows_of(run)}
    return next(
        number for number in (f"{one:08d}" for one in range(1, 2000)) if number not in known
    )


@pytest.fixture
def client(manager: StaffMember, as_person: SignIn) -> Client:
    return as_person(manager)


def test_figures_are_those_of_the_cohort_beside_the_months_before(
    client: Client, october: TargetingRun, september: TargetingRun
) -> None:
    now = Counter((row["offer"], row["outcome"]) for row in rows_of(october))
    before = Counter(row["offer"] for row in rows_of(september) if row["outcome"] == "selected")

    page = text_of(client, "run", october.public_id)

    table = {row[0]: row for row in cells(page)}
    for code, label in october.labels.items():
        if code not in october.summary["targeted"]:
            continue
        row = table[label]
        assert row[1] == french.number(now[code, "selected"])
        mean = before[code]
        assert row[2] == french.number(mean, 0 if mean >= 20 else 1)
        assert row[3] == "\N{EM DASH}"  # one month behind is no year
        gap = now[code, "selected"] - before[code]
        assert ("de plus" in row[4]) == (gap > 0)
        assert ("de moins" in row[4]) == (gap < 0)
        assert row[5:7] == [
            french.number(now[code, "to_verify"]),
            french.number(now[code, "set_aside"]),
        ]


def test_families_of_social_work_are_counted_once(client: Client, october: TargetingRun) -> None:
    social = set(october.summary["social_work"])
    families = {
        row["household_id"]
        for row in rows_of(october)
        if row["outcome"] == "selected" and row["offer"] in social
    }

    page = text_of(client, "run", october.public_id)

    areas = [row for row in cells(page) if len(row) == 6 and row[0] in {"Créteil", "Orly"}]
    assert len(areas) == 2
    found = sum(october.summary["families"].values())
    assert found == len(families)
    assert french.number(found) in page


@pytest.mark.parametrize("which", WHICH)
def test_lists_hold_every_row_once_over_their_pages(
    client: Client, october: TargetingRun, which: str
) -> None:
    expected = [row for row in rows_of(october) if row["outcome"] == WHICH[which]]
    numbers: list[str] = []
    for number in range(1, len(expected) // PAGE + 2):
        page = text_of(client, "lines", october.public_id, which, page=number)
        numbers += [row[0] for row in cells(page) if row[0] != "Dossier"]

    assert numbers == [row["household_id"] for row in expected]


def test_a_list_is_filtered_by_its_address(client: Client, october: TargetingRun) -> None:
    row = next(row for row in rows_of(october) if row["outcome"] == "to_verify")
    reason = row["reason"].split(",")[0]
    expected = [
        one["household_id"]
        for one in rows_of(october)
        if one["outcome"] == "to_verify"
        and one["offer"] == row["offer"]
        and reason in one["reason"].split(",")
    ]

    page = text_of(
        client, "lines", october.public_id, "a-verifier", offre=row["offer"], motif=reason
    )

    assert [one[0] for one in cells(page) if one[0] != "Dossier"] == expected[:PAGE]
    # Reasons are in words, not in the file's codes.
    assert reason not in {cell for one in cells(page) for cell in one}


@pytest.mark.parametrize("page", ["0", "-1", "99999", "x", ""])
def test_any_page_number_shows_a_page(client: Client, october: TargetingRun, page: str) -> None:
    assert "Retenues" in text_of(client, "lines", october.public_id, "retenues", page=page)


def test_a_family_is_explained_clause_by_clause_by_its_row(
    client: Client, october: TargetingRun
) -> None:
    rows = rows_of(october)
    number = next(n for n, row in enumerate(rows) if row["offer"] == "lone_parent")

    page = plain(text_of(client, "line", october.public_id, number))

    assert f"Dossier {rows[number]['household_id']}" in page
    assert "L'âge de la personne responsable est de 18 à 34 ans" in page
    assert "trouvé :" in page
    assert "projet de service 2021" in page


def test_who_read_an_explanation_is_on_record(
    client: Client, october: TargetingRun, manager: StaffMember
) -> None:
    text_of(client, "line", october.public_id, 3)

    with as_owner():
        read = Read.objects.get()
    assert read.staff_id == manager.pk
    assert read.page == f"Explication, requêtage {october.public_id}, ligne 3"


def test_a_household_is_found_by_its_number_which_stays_out_of_addresses(
    client: Client, october: TargetingRun
) -> None:
    row = rows_of(october)[7]
    address = reverse("targeting:search", args=[october.public_id])

    answer = client.post(address, {"household": row["household_id"]}, follow=True)

    assert f"Dossier {row['household_id']}" in answer.content.decode()
    assert answer.redirect_chain
    assert all(row["household_id"] not in url for url, _ in answer.redirect_chain)


@pytest.mark.parametrize("writing", ["{bare}", "n° {whole}", "dossier {bare}", " {whole} "])
def test_a_number_is_read_however_it_is_written(
    client: Client, october: TargetingRun, writing: str
) -> None:
    other = of_no_offer(october)
    address = reverse("targeting:search", args=[october.public_id])

    for number in (rows_of(october)[7]["household_id"], other):
        text = writing.format(bare=number.lstrip("0"), whole=number)
        page = client.post(address, {"household": text}, follow=True).content.decode()
        assert f"Dossier {number}" in page


def test_a_household_of_no_offer_is_explained_too(client: Client, october: TargetingRun) -> None:
    other = of_no_offer(october)
    address = reverse("targeting:search", args=[october.public_id])

    page = client.post(address, {"household": other}).content.decode()

    assert f"Dossier {other}" in page
    assert "Retenu" not in re.sub(r"<nav.*?</nav>", "", page, flags=re.DOTALL)


@pytest.mark.parametrize("number", ["99999999", "x", "n°", "' OR 1=1 --", "%00", "é" * 64])
def test_a_number_of_nobody_is_said(client: Client, october: TargetingRun, number: str) -> None:
    address = reverse("targeting:search", args=[october.public_id])

    page = client.post(address, {"household": number}, follow=True).content.decode()

    assert "a pas de dossier" in page


def test_once_the_extract_is_deleted_only_the_lists_are_explained(
    client: Client, october: TargetingRun
) -> None:
    other = of_no_offer(october)
    address = reverse("targeting:line", args=[october.public_id, 0])
    before = client.get(address).content.decode()
    forget_extract(october.extract)
    assert not extract_folder(october).exists()

    after = client.get(address).content.decode()
    search = reverse("targeting:search", args=[october.public_id])
    outside = client.post(search, {"household": other}, follow=True).content.decode()

    assert "n&#x27;est plus gardée" not in after
    shown = [re.findall(r"<main.*?</main>", page, re.DOTALL) for page in (before, after)]
    assert shown[0] == shown[1]
    assert "critère par critère" in shown[0][0]
    assert "n&#x27;est plus gardée" in outside


def test_who_entered_left_and_stayed(
    client: Client, october: TargetingRun, september: TargetingRun
) -> None:
    def selected(run: TargetingRun) -> set[tuple[str, str]]:
        rows = (row for row in rows_of(run) if row["outcome"] == "selected")
        return {(row["offer"], row["household_id"]) for row in rows}

    now, was = selected(october), selected(september)
    for one in movements(run_folder(october), run_folder(september)):
        assert (one.entered, one.left, one.unchanged) == tuple(
            sum(offer == one.offer for offer, _ in group)
            for group in (now - was, was - now, now & was)
        )
    for side, group in (("entrees", now - was), ("sorties", was - now), ("inchangees", now & was)):
        expected = sorted(number for offer, number in group if offer == "lone_parent")
        if not expected:
            continue
        page = text_of(client, "comparison", october.public_id, sens=side, offre="lone_parent")
        listed = cells(page.split('id="liste"')[1])[1:]
        assert [row[0] for row in listed] == expected[:PAGE]


def test_rejects_are_grouped_listed_and_downloaded(
    october: TargetingRun, analyst: StaffMember, as_person: SignIn
) -> None:
    with (run_folder(october) / "rejects.csv").open("w", encoding="utf-8") as stream:
        stream.write("file;line;table;column;value;reason;kind\n")
        stream.write("persons.csv;12;persons;birth_date;31/02/2020;Date impossible.;fault\n")
    with as_owner():
        october.summary["rejects"] = [["persons", "birth_date", "Date impossible.", "fault", 1]]
        october.files = digests_of(october)
        october.save()
    client = as_person(analyst)

    page = text_of(client, "rejects", october.public_id, motif="Date impossible.")
    file = client.get(reverse("targeting:rejects_file", args=[october.public_id]))

    assert ["persons.csv, ligne 12", "birth_date", "31/02/2020", "Date impossible."] in cells(page)
    assert b"31/02/2020" in b"".join(file.streaming_content)  # type: ignore[attr-defined]
    assert file["Content-Disposition"] == 'attachment; filename="rejets-2026-10.csv"'


PAGES: dict[str, tuple[frozenset[Permission], tuple[object, ...]]] = {
    **dict.fromkeys(
        ("run", "communes", "rejects", "comparison"), (frozenset({Permission.SEE_RUNS}), ())
    ),
    "lines": (frozenset({Permission.SEE_RUNS}), ("retenues",)),
    "line": (frozenset({Permission.SEE_RUNS}), (0,)),
    "lines_file": (frozenset({Permission.EXPORT}), ("retenues",)),
    "rejects_file": (frozenset({Permission.EXPORT}), ()),
    "choose": (frozenset({Permission.RELEASE_RUNS}), ()),
    "withdraw": (frozenset({Permission.RELEASE_RUNS, Permission.MAKE_RUNS}), ()),
    "again": (frozenset({Permission.MAKE_RUNS}), ()),
    "what_if": (frozenset({Permission.TRY_RULES}), ("lone_parent",)),
}


@pytest.mark.parametrize("role", Role)
def test_each_page_opens_to_those_who_may_and_to_no_other(
    role: Role, october: TargetingRun, as_person: SignIn
) -> None:
    client = as_person(StaffFactory.create(role=role))
    for name, (needed, args) in PAGES.items():
        answer = client.get(reverse(f"targeting:{name}", args=[october.public_id, *args]))
        allowed = bool(needed & role.permissions)
        if answer.streaming:
            list(answer.streaming_content)  # type: ignore[attr-defined]
        assert answer.status_code == (200 if allowed else 403), (name, role)
    for name in ("runs", "drafts"):
        allowed = Permission.SEE_RUNS in role.permissions
        assert client.get(reverse(f"targeting:{name}")).status_code == (200 if allowed else 403)


def test_nobody_signed_in_sees_nothing(october: TargetingRun) -> None:
    for name, (_, args) in PAGES.items():
        answer = Client().get(reverse(f"targeting:{name}", args=[october.public_id, *args]))
        assert answer.status_code == 302
        assert "/compte/" in answer["Location"]


@pytest.mark.parametrize("name", PAGES)
def test_a_run_that_does_not_exist_is_not_found(
    name: str, as_person: SignIn, analyst: StaffMember, manager: StaffMember
) -> None:
    needed, args = PAGES[name]
    person = manager if Permission.RELEASE_RUNS in needed else analyst

    answer = as_person(person).get(reverse(f"targeting:{name}", args=[uuid.uuid4(), *args]))

    assert answer.status_code == 404


def queries_of(client: Client, name: str, *args: object) -> int:
    with CaptureQueriesContext(connection) as captured:
        text_of(client, name, *args)
    return len(captured)


def test_lists_cost_the_same_whatever_their_length(client: Client, analyst: StaffMember) -> None:
    RuleTrialFactory.create(run=TargetingRunFactory.create(made_by=analyst))
    text_of(client, "runs")
    short = queries_of(client, "runs"), queries_of(client, "drafts")
    for _ in range(2):
        RuleTrialFactory.create(run=TargetingRunFactory.create(made_by=StaffFactory.create()))

    assert (queries_of(client, "runs"), queries_of(client, "drafts")) == short


def test_a_run_costs_the_same_whatever_came_before(
    client: Client, october: TargetingRun, analyst: StaffMember
) -> None:
    text_of(client, "run", october.public_id)
    names = ("run", "communes", "comparison", "choose", "rejects")
    alone = [queries_of(client, name, october.public_id) for name in names]
    for month in ("2026-07", "2026-08", "2026-09"):
        run = TargetingRunFactory.create(made_by=analyst, month=month, state="released")
        with as_owner():
            RunCount.objects.create(
                run=run, offer="separation", commune="94028", outcome="selected", number=3
            )
    StaffFactory.create(role=Role.SOCIAL_WORKER)
    cheap = [queries_of(client, name, october.public_id) for name in ("run", "communes", "choose")]

    assert cheap == [alone[0], alone[1], alone[3]]
    assert max(alone) <= 25


def test_progress_is_followed_then_the_page_is_shown_whole(
    client: Client, analyst: StaffMember
) -> None:
    run = TargetingRunFactory.create(
        made_by=analyst, state="checked", computed_at=None, step="Application des offres"
    )
    address = reverse("targeting:run", args=[run.public_id])
    page = client.get(address, headers={"HX-Request": "true"})
    assert "Application des offres" in page.content.decode()
    assert f'hx-get="{address}"' in page.content.decode()
    assert "HX-Refresh" not in page

    with as_owner():
        TargetingRun.objects.update(state="failed", step="", problem="Rien à lire.")

    page = client.get(address, headers={"HX-Request": "true"})
    assert page["HX-Refresh"] == "true"
    assert "Rien à lire." in page.content.decode()


@pytest.mark.parametrize(
    ("number", "past", "said", "anomaly"),
    [
        (0, [], "pas de mois libéré à comparer", ""),
        (10, [10, 10, 10], "comme les 3 derniers mois", ""),
        (110, [100, 100, 100], "10 de plus (+ 10 %)", ""),
        (60, [100, 100, 100], "40 de moins (− 40 %)", "forte baisse"),
        (150, [100, 100, 100], "50 de plus (+ 50 %)", "forte hausse"),
        (6, [3, 3, 3], "3 de plus (+ 100 %)", ""),
        (0, [5, 5, 5], "5 de moins (− 100 %)", "personne, contre 5 par mois d'habitude"),
        (0, [1, 2, 0], "1 de moins (− 100 %)", ""),
        (100, [100, 100, 100, 1000], "comme les 3 derniers mois", ""),
    ],
)
def test_a_difference_is_said_in_words(
    number: int, past: list[int], said: str, anomaly: str
) -> None:
    found = trend(number, past)

    assert found.said.replace("\N{NO-BREAK SPACE}", " ") == said
    assert found.anomaly == anomaly


def test_the_long_mean_is_over_all_that_is_given() -> None:
    assert trend(0, [0, 0, 0, 4]).long_mean == 1
    assert trend(0, [3, 3, 3, 100]).short_mean == 3


def test_capacity_is_shared_among_communes_and_lessened_by_absences(
    department: dict[str, Area], manager: StaffMember
) -> None:
    month = Month(2026, 10)
    with acting(manager.pk):
        whole = capacity_after(month)
    a_worker = Decimal(95) / 12
    assert whole.workers == 3
    assert round(whole.total, 6) == round(3 * a_worker, 6)
    assert {area.pk for area in department.values()} == set(whole.by_area)

    with as_owner():
        worker = department["orly"].communes.first().sectors.first().worker  # type: ignore[union-attr]
    # November 2026 has 21 working days, from Monday 2 to Monday 30.
    AbsenceFactory.create(member=worker, first_day=date(2026, 10, 1), last_day=date(2026, 11, 8))
    part_time = StaffFactory.create(role=Role.SOCIAL_WORKER, working_time=Decimal("0.5"))
    StaffFactory.create(role=Role.SOCIAL_WORKER, is_active=False)
    StaffFactory.create(role=Role.MEDIATOR)

    with acting(manager.pk):
        after = capacity_after(month)

    assert part_time.working_time == Decimal("0.5")
    assert (after.workers, after.full_time) == (4, Decimal("3.5"))
    assert round(after.by_area[department["orly"].pk], 6) == round(a_worker * 16 / 21, 6)
    assert round(after.elsewhere, 6) == round(a_worker / 2, 6)


def test_capacity_counts_who_holds_the_role_that_month(manager: StaffMember) -> None:
    secretary_once = StaffFactory.create(role=Role.SOCIAL_WORKER)
    RoleGrantFactory.create(
        member=secretary_once,
        role=Role.SECRETARY.value,
        since=date(2019, 1, 1),
        until=date(2020, 1, 1),
    )
    worker_one_day = StaffFactory.create(role=Role.SECRETARY)
    RoleGrantFactory.create(
        member=worker_one_day, role=Role.SOCIAL_WORKER.value, since=date(2027, 6, 1)
    )

    with acting(manager.pk):
        november, june = capacity_after(Month(2026, 10)), capacity_after(Month(2027, 5))

    assert november.workers == 1
    assert june.workers == 2


def test_more_than_a_year_of_work_is_said() -> None:
    assert not beyond_capacity(120, Decimal(10))
    assert beyond_capacity(121, Decimal(10)) == (
        "12,1 mois de travail des travailleurs sociaux en poste"
    )
    assert not beyond_capacity(5, Decimal(0))
