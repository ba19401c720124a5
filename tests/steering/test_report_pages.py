"""Reports on screen and in files: written by several, adopted, then the same ever after."""

from __future__ import annotations

import io
from pathlib import Path

import openpyxl
import pypdfium2
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django import Settings

from conftest import as_owner
from factories.directory import StaffFactory, TeamFactory, TerritoryFactory
from jalon.audit.identity import acting
from jalon.directory.models import StaffMember
from jalon.directory.roles import Role
from jalon.rules.calendar import Month
from jalon.steering.models import Report
from jalon.steering.reports.commenting import write_comment
from jalon.steering.reports.content import SUMMARY, TITLES, read_content
from jalon.steering.reports.files import report_pdf
from jalon.steering.reports.reporting import ask_figures
from steering.counted import count
from steering.reported import advices, counted, prepare, take_figures, territory_of

pytestmark = pytest.mark.django_db
APRIL, JUNE = Month(2026, 4), Month(2026, 6)
_CHAPTER = "informations-conseils-et-accompagnements"


@pytest.fixture(autouse=True)
def data(settings: Settings, tmp_path: Path) -> None:
    settings.DATA_FOLDER = tmp_path


@pytest.fixture
def head() -> StaffMember:
    made: StaffMember = StaffFactory.create(role=Role.DEPARTMENT_HEAD)
    return made


@pytest.fixture
def browser(client: Client, head: StaffMember) -> Client:
    client.force_login(head)
    return client


def _url(name: str, report: Report, *more: object) -> str:
    return reverse(f"steering:{name}", args=[report.public_id, *more])


def _written(by: StaffMember) -> Report:
    """A review of a quarter with figures, and a sentence in short."""
    north = TerritoryFactory.create(code="nord", label="Nord")
    advices(north, APRIL, 12)
    advices(north, JUNE, 8)
    for month in (APRIL, JUNE):
        count(month)
    made = counted(by)
    with acting(by.pk):
        write_comment(report=made, chapter=SUMMARY, text="Un bon trimestre.", seen=0, by=by)
        made.refresh_from_db()
    return made


def _words(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    text = "\n".join(page.get_textpage().get_text_range() for page in document)
    return " ".join(text.replace("\N{NO-BREAK SPACE}", " ").split())


def test_before_any_month_there_is_nothing_to_tell(browser: Client) -> None:
    assert "Aucun rapport" in browser.get(reverse("steering:reports")).content.decode()
    page = browser.get(reverse("steering:prepare_report"))
    assert "Aucune période" in page.content.decode()
    sent = browser.post(reverse("steering:prepare_report"), {"period": "2026-2", "territory": ""})
    assert sent.context["form"].errors


def test_a_report_is_prepared_of_a_period_that_is_over(browser: Client) -> None:
    count(APRIL)
    page = browser.get(reverse("steering:prepare_report"))
    assert [key for key, _ in page.context["form"].fields["period"].choices] == ["2026-2"]
    sent = browser.post(reverse("steering:prepare_report"), {"period": "2026-2", "territory": ""})
    with as_owner():
        made = Report.objects.get()

    assert sent.headers["Location"] == made.get_absolute_url()
    assert "Les chiffres sont pris" in browser.get(sent.headers["Location"]).content.decode()
    again = browser.post(reverse("steering:prepare_report"), {"period": "2026-2", "territory": ""})
    assert "déjà en préparation" in again.content.decode()


def test_the_page_tells_what_is_kept_and_lets_draft_and_adopt(
    browser: Client, head: StaffMember
) -> None:
    made = _written(head)
    page = browser.get(made.get_absolute_url()).content.decode()

    assert [one for one in TITLES if f'id="{one}"' not in page] == []
    assert "Un bon trimestre." in page
    assert "Projet, pas encore adopté" in page
    assert _url("adopt_report", made) in page
    seen = browser.get(_url("adopt_report", made)).context["form"].initial["seen"]
    sent = browser.post(_url("adopt_report", made), {"seen": seen}, follow=True)
    assert "il ne change plus" in sent.content.decode()
    assert _url("comment", made, SUMMARY) not in sent.content.decode()
    refused = browser.post(_url("comment", made, SUMMARY), {"text": "Trop tard.", "seen": 1})
    assert "est adopté" in refused.content.decode()
    gone = browser.post(_url("discard_report", made), follow=True)
    assert "est adopté" in gone.content.decode()


def test_a_manager_writes_of_one_territory_and_does_not_adopt(
    client: Client, head: StaffMember
) -> None:
    made = _written(head)
    manager = StaffFactory.create(role=Role.TERRITORY_MANAGER, team=TeamFactory.create())
    mine = territory_of(manager)
    client.force_login(manager)
    page = client.get(made.get_absolute_url()).content.decode()

    for name in ("adopt_report", "discard_report", "take_figures"):
        assert _url(name, made) not in page
    assert f'href="{_url("comment", made, _CHAPTER)}"' not in page
    assert client.get(_url("comment", made, _CHAPTER)).status_code == 404
    here = _url("comment_of_territory", made, _CHAPTER, mine.code)
    assert here in page
    sent = client.post(here, {"text": "Vu d'ici.", "seen": 0})
    assert sent.headers["Location"].endswith(f"#{_CHAPTER}")
    page = client.get(made.get_absolute_url()).content.decode()
    assert "Vu d&#x27;ici." in page
    assert str(manager) in page
    assert client.get(_url("comment_of_territory", made, _CHAPTER, "nord")).status_code == 404
    refused = client.post(_url("take_figures", made), follow=True)
    assert "à qui en répond" in refused.content.decode()


def test_a_manager_prepares_the_report_of_one_territory(client: Client) -> None:
    count(APRIL)
    manager = StaffFactory.create(role=Role.TERRITORY_MANAGER, team=TeamFactory.create())
    other = TerritoryFactory.create()
    client.force_login(manager)
    asked = {"period": "2026-2", "reason": ""}
    for place in ("", other.code):
        page = client.post(reverse("steering:prepare_report"), asked | {"territory": place})
        assert "territory" in page.context["form"].errors
    mine = territory_of(manager)
    sent = client.post(reverse("steering:prepare_report"), asked | {"territory": mine.code})
    assert str(mine) in client.get(sent.headers["Location"]).content.decode()


def test_an_adopted_report_is_corrected_by_another_that_says_why(
    browser: Client, head: StaffMember
) -> None:
    made = _written(head)
    browser.post(_url("adopt_report", made), {"seen": made.revision})
    page = browser.get(made.get_absolute_url()).content.decode()
    again = f"{reverse('steering:prepare_report')}?period=2026-2"
    assert again in page
    assert browser.get(again).context["form"].initial == {"period": "2026-2"}
    asked = {"period": "2026-2", "territory": "", "reason": ""}
    silent = browser.post(reverse("steering:prepare_report"), asked)
    assert "ce que cette autre version corrige" in silent.content.decode()
    sent = browser.post(reverse("steering:prepare_report"), asked | {"reason": "Juin manquait."})
    second = browser.get(sent.headers["Location"]).content.decode()

    assert "Juin manquait." in second
    assert "Un bon trimestre." in second
    assert made.get_absolute_url() in second
    with acting(head.pk):
        latest = Report.objects.get(version=2)
    take_figures(latest)
    words = _words(browser.get(_url("report_pdf", latest)).content)
    assert "Version 2, qui remplace la précédente. Juin manquait." in words


def test_a_text_written_meanwhile_is_shown_beside_one_s_own(
    browser: Client, head: StaffMember
) -> None:
    made = _written(head)
    sent = browser.post(_url("comment", made, SUMMARY), {"text": "Mon texte.", "seen": 0})
    page = sent.content.decode()

    assert sent.status_code == 409
    assert "Un bon trimestre." in page
    assert "Mon texte." in page
    both = {"text": "Un bon trimestre. Mon texte.", "seen": sent.context["form"].initial["seen"]}
    assert browser.post(_url("comment", made, SUMMARY), both).status_code == 302
    assert browser.get(_url("comment", made, "ailleurs")).status_code == 404


def test_files_tell_what_the_page_does_and_stay_what_was_adopted(
    browser: Client, head: StaffMember
) -> None:
    made = _written(head)
    draft = _words(browser.get(_url("report_pdf", made)).content)
    assert "Projet, pas encore adopté" in draft
    assert "Un bon trimestre." in draft
    assert "Informations-conseils commencées interventions 20 20" in draft
    assert "Calcul :" in draft
    book = openpyxl.load_workbook(io.BytesIO(browser.get(_url("report_workbook", made)).content))
    assert book.sheetnames[:3] == ["Sommaire", "Ce rapport", "Commentaires"]
    cells = {
        tuple(row)
        for sheet in book.worksheets
        for row in sheet.iter_rows(max_col=4, values_only=True)
    }
    assert ("Informations-conseils commencées", "interventions", 20, 20) in cells
    browser.post(_url("adopt_report", made), {"seen": made.revision})
    adopted = browser.get(_url("report_pdf", made))
    advices(TerritoryFactory.create(code="sud", label="Sud"), APRIL, 30)
    count(APRIL)
    again = browser.get(_url("report_pdf", made))

    assert f"par {head}, responsable du département" in _words(adopted.content)
    assert again.content == adopted.content
    assert "projet" not in adopted.headers["Content-Disposition"]


def test_pictures_are_those_of_the_report(browser: Client, head: StaffMember) -> None:
    made = _written(head)
    drawn = browser.get(_url("report_drawing", made, _CHAPTER, 0, "etroit"))
    assert drawn.content.startswith(b"<svg")
    for more in ((_CHAPTER, 9, "etroit"), (_CHAPTER, 0, "moyen"), ("ailleurs", 0, "large")):
        assert browser.get(_url("report_drawing", made, *more)).status_code == 404
    bare = prepare(head, TerritoryFactory.create())
    for name in ("report_pdf", "report_workbook"):
        assert browser.get(_url(name, bare)).status_code == 404


def test_what_stopped_figures_is_said_and_they_can_be_asked_again(
    browser: Client, head: StaffMember
) -> None:
    made = counted(head, quarter=0)
    assert "Les chiffres manquent" in browser.get(made.get_absolute_url()).content.decode()
    with acting(head.pk):
        ask_figures(report=made, by=head)
    assert "Les chiffres sont pris" in browser.get(made.get_absolute_url()).content.decode()
    take_figures(made)
    assert "Sans chiffres" in browser.get(reverse("steering:reports")).content.decode()


def test_a_list_asks_as_much_of_three_as_of_one(browser: Client, head: StaffMember) -> None:
    made = prepare(head)
    browser.get(reverse("steering:reports"))
    asked = _asked(browser)
    for _ in range(2):
        prepare(head, TerritoryFactory.create())

    assert _asked(browser) == asked
    assert str(made) in browser.get(reverse("steering:reports")).content.decode()


def _asked(browser: Client) -> int:
    with CaptureQueriesContext(connection) as asked:
        browser.get(reverse("steering:reports"))
    return len(asked)


def test_many_territories_are_read_in_tables_that_a_page_holds(head: StaffMember) -> None:
    for number in range(7):
        advices(TerritoryFactory.create(label=f"Lieu {number}"), APRIL, 10)
    count(APRIL)
    made = counted(head)
    with acting(head.pk):
        words = _words(report_pdf(made, read_content(made.content or {})))

    assert "Par territoire, depuis janvier, suite" in words
    assert all(f"Lieu {number}" in words for number in range(7))
