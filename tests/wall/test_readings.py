"""Who looks at somebody's file, or at a list of them, is on record, whoever looks."""

from __future__ import annotations

import csv
import html
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from conftest import as_owner
from factories.directory import StaffFactory
from factories.families import DoubtFactory, HouseholdFactory, PersonFactory, SnapshotFactory
from factories.outreach import ProposalFactory
from factories.targeting import RuleTrialFactory, run_with_files
from jalon.audit.models import Read
from jalon.directory.roles import Permission, Role
from jalon.families.models import Household
from jalon.targeting.integrity import digests_of
from jalon.targeting.models import RuleTrial, TargetingRun
from jalon.targeting.storage import run_folder
from wall.pages import addresses

pytestmark = pytest.mark.django_db
Known = dict[str, dict[str, object]]
As = Callable[[Role], Client]


@pytest.fixture
def sign_in_as() -> As:
    """Return the browser of somebody who holds a role."""

    def browser(role: Role) -> Client:
        client = Client()
        client.force_login(StaffFactory.create(role=role))
        return client

    return browser


@pytest.fixture
def run(known: Known) -> TargetingRun:
    with as_owner():
        return TargetingRun.objects.get(public_id=str(known["targeting"]["public_id"]))


def _cohort(run: TargetingRun) -> list[dict[str, str]]:
    with (run_folder(run) / "cohort.csv").open(encoding="utf-8") as stream:
        return list(csv.DictReader(stream, delimiter=";"))


def _no_offer_s(run: TargetingRun) -> str:
    """Return the number of a file of the extract that no offer considers."""
    listed = {row["household_id"] for row in _cohort(run)}
    return next(one for one in (f"{number:08d}" for number in range(1, 300)) if one not in listed)


def _explain(client: Client, run: TargetingRun, number: str) -> str:
    """Look for a file by its number, and return the text of what explains it."""
    address = reverse("targeting:search", args=[run.public_id])
    page: Any = client.post(address, {"household": number}, follow=True)
    text: str = html.unescape(page.content.decode())
    assert f"Dossier {number}" in text
    return text


def _last() -> Read:
    with as_owner():
        return Read.objects.defer(None).order_by("pk").last()  # type: ignore[return-value]


@pytest.mark.parametrize("where", ["listed", "of no offer"])
@pytest.mark.parametrize("role", [Role.TARGETING_ANALYST, Role.TERRITORY_MANAGER])
def test_an_explanation_stands_in_the_family_s_log(
    sign_in_as: As, run: TargetingRun, role: Role, where: str
) -> None:
    """The analyst sees no family: whose file it is, the database finds out."""
    number = _cohort(run)[0]["household_id"] if where == "listed" else _no_offer_s(run)
    family = HouseholdFactory.create(number=number).family

    _explain(sign_in_as(role), run, number)

    assert _last().family_id == family.pk
    assert _last().household == ""
    page = sign_in_as(Role.DATA_PROTECTION_OFFICER).get(
        reverse("audit:family", args=[family.public_id])
    )
    assert f"Explication, requêtage {run.public_id}" in html.unescape(page.content.decode())


def test_a_file_read_before_its_family_is_known_is_found_by_its_number(
    sign_in_as: As, run: TargetingRun
) -> None:
    number = _no_offer_s(run)
    _explain(sign_in_as(Role.TARGETING_ANALYST), run, number)
    assert (_last().family_id, _last().household) == (None, number)
    officer = sign_in_as(Role.DATA_PROTECTION_OFFICER)

    found = officer.post(reverse("audit:find"), {"recherche": number})
    other = officer.post(reverse("audit:find"), {"recherche": number[::-1] + "7"})

    assert f"Explication, requêtage {run.public_id}" in html.unescape(found.content.decode())
    assert "Aucune famille connue" in html.unescape(other.content.decode())
    assert (_last().page, _last().household) == ("Contrôle : un dossier", number)


def test_what_was_read_before_stands_in_the_log_once_the_family_is_known(
    sign_in_as: As, run: TargetingRun
) -> None:
    number = _no_offer_s(run)
    _explain(sign_in_as(Role.TARGETING_ANALYST), run, number)
    family = HouseholdFactory.create(number=number).family
    other = HouseholdFactory.create().family
    officer = sign_in_as(Role.DATA_PROTECTION_OFFICER)

    pages = [
        html.unescape(officer.get(reverse("audit:family", args=[one.public_id])).content.decode())
        for one in (family, other)
    ]

    assert [f"requêtage {run.public_id}, hors liste" in page for page in pages] == [True, False]
    assert number not in pages[0]


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.DATA_PROTECTION_OFFICER}))
def test_the_log_of_a_number_opens_to_control_alone(
    sign_in_as: As, run: TargetingRun, role: Role
) -> None:
    number = _no_offer_s(run)
    _explain(sign_in_as(Role.TARGETING_ANALYST), run, number)

    page = sign_in_as(role).post(reverse("audit:find"), {"recherche": number})

    assert page.status_code == 403


def _secrets(run: TargetingRun, trial: RuleTrial) -> set[str]:
    """Return every name and number that a page may show of somebody."""
    with as_owner():
        return {
            "Quemeneur",
            *Household.objects.values_list("number", flat=True),
            *(row["household_id"] for row in _cohort(run)),
            *(trial.result or {})["entering"],
        }


def _prepare(client: Client, name: str, url: str) -> None:
    """Look for a family where the page shows what was looked for."""
    if name == "families:search":
        client.post(url, {"q": "Quemeneur"})


def _shown(page: Any) -> str:
    content = b"".join(page.streaming_content) if page.streaming else page.content
    text: str = html.unescape(content.decode())
    return text


@pytest.mark.parametrize(
    ("role", "expected"),
    [
        (Role.SECRETARY, {"families:search", "families:doubts", "outreach:proposals"}),
        (
            Role.TERRITORY_MANAGER,
            {
                *("families:doubts", "families:family", "families:search", "outreach:proposals"),
                *("targeting:line", "targeting:lines", "targeting:trial"),
            },
        ),
        (Role.TARGETING_ANALYST, {"targeting:line", "targeting:lines", "targeting:trial"}),
    ],
)
def test_no_page_shows_somebody_without_a_line(
    sign_in_as: As, known: Known, run: TargetingRun, role: Role, expected: set[str]
) -> None:
    """Whatever the page: one that comes later is held to it as well."""
    family = PersonFactory.create(last_name="Quemeneur").family
    DoubtFactory.create(one=family)
    ProposalFactory.create(snapshot=SnapshotFactory.create(family=family))
    trial = RuleTrialFactory.create(run=run)
    secrets = _secrets(run, trial)
    client = sign_in_as(role)
    showing, silent = set(), []
    for one in addresses():
        if not one.ours or one.public:
            continue
        given = dict(known.get(one.name.split(":")[0], {}))
        if one.name == "targeting:trial":
            given["public_id"] = trial.public_id
        url = one.url(given)
        _prepare(client, one.name, url)
        with as_owner():
            before = Read.objects.count()
        page = client.get(url)
        if page.status_code != 200 or not any(secret in _shown(page) for secret in secrets):
            continue
        showing.add(one.name)
        with as_owner():
            if Read.objects.count() == before:
                silent.append(one.name)

    assert silent == []
    assert expected <= showing


@pytest.mark.parametrize(
    ("which", "label"),
    [("retenues", "Retenues"), ("a-verifier", "À vérifier"), ("ecartees", "Écartées")],
)
def test_a_list_is_on_record_under_the_name_that_it_is_shown_under(
    sign_in_as: As, run: TargetingRun, which: str, label: str
) -> None:
    client = sign_in_as(Role.TARGETING_ANALYST)

    page = client.get(reverse("targeting:lines", args=[run.public_id, which]))
    shown = _last().page
    file: Any = client.get(reverse("targeting:lines_file", args=[run.public_id, which]))
    rows = len(_shown(file).splitlines()) - 1

    assert label in _shown(page)
    assert shown == f"Liste « {label} », requêtage {run.public_id}, page 1"
    assert _last().page == (
        f"Liste « {label} » téléchargée, requêtage {run.public_id}, {rows} lignes, sans filtre"
    )


def test_rows_of_a_comparison_are_on_record(
    sign_in_as: As, run: TargetingRun, computed: tuple[Path, Path]
) -> None:
    client = sign_in_as(Role.TARGETING_ANALYST)
    other = run_with_files(*computed, made_by=run.made_by)
    address = reverse("targeting:comparison", args=[run.public_id])
    asked = {"avec": str(other.public_id), "sens": "inchangees"}
    with as_owner():
        before = Read.objects.count()

    figures = client.get(address, {"avec": str(other.public_id)})
    with as_owner():
        assert Read.objects.count() == before
    rows = client.get(address, asked)

    assert figures.status_code == rows.status_code == 200
    assert _last().page == f"Comparaison, inchangées, requêtage {run.public_id}, page 1"


def test_rejects_are_on_record_and_leave_with_the_right_to_export(
    sign_in_as: As, run: TargetingRun
) -> None:
    """They hold what was written in the extract: names and dates as well."""
    with (run_folder(run) / "rejects.csv").open("w", encoding="utf-8") as stream:
        stream.write("file;line;table;column;value;reason;kind\n")
        stream.write("persons.csv;12;persons;birth_date;31/02/2020;Date impossible.;fault\n")
    with as_owner():
        run.summary["rejects"] = [["persons", "birth_date", "Date impossible.", "fault", 1]]
        run.files = digests_of(run)
        run.save()
    listed = reverse("targeting:rejects", args=[run.public_id])
    file = reverse("targeting:rejects_file", args=[run.public_id])

    analyst = sign_in_as(Role.TARGETING_ANALYST)
    assert "31/02/2020" in _shown(analyst.get(listed))
    assert _last().page == f"Rejets, requêtage {run.public_id}, page 1"

    (asked,) = (one.permissions for one in addresses() if one.name == "targeting:rejects_file")
    assert asked is not None
    assert set(asked) == {Permission.SEE_RUNS.value, Permission.EXPORT.value}
    assert "31/02/2020" in _shown(analyst.get(file))
    assert _last().page == f"Rejets téléchargés, requêtage {run.public_id}"
