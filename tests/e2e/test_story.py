"""One story: an extract, a run, its release, a letter, its square, an answer, a worker's list."""

from __future__ import annotations

import csv
import re
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page, expect

from e2e.letters import LONG, in_capitals, letter_to, printed
from e2e.visits import faults, signed_in
from jalon.directory.roles import Role
from jalon.register.synthetic import generate
from jalon.rules.profile import load_profile
from jalon.targeting.forms import last_complete_month

_OLD_PHONE = 320


def _dropped(page: Page, files: list[Path]) -> str:
    page.get_by_role("link", name="Requêtages").first.click()
    page.get_by_role("link", name="Déposer une extraction").click()
    page.get_by_label("Les quatre fichiers").set_input_files(files)
    page.get_by_role("button", name="Lancer le requêtage").first.click()
    expect(page.get_by_text("À relire par une autre personne")).to_be_visible(timeout=LONG)
    return page.url


def _released(page: Page, run: str) -> None:
    page.goto(run)
    page.get_by_role("link", name="Libérer").click()
    page.get_by_role("button", name=re.compile("Tout libérer")).click()
    page.get_by_role("button", name="Libérer", exact=True).click()
    expect(page.get_by_text("Le requêtage est libéré")).to_be_visible()


def _birthdays(persons: Path) -> dict[str, tuple[int, int]]:
    """Return the day and month of birth of each person of an extract, by name as printed."""
    with persons.open(encoding="utf-8-sig", newline="") as opened:
        rows = list(csv.DictReader(opened, delimiter=_delimiter(persons)))
    found = {}
    for row in rows:
        if row["role"] == "responsible" and row["birth_date"]:
            _, month, day = row["birth_date"].split("-")
            found[f"{row['first_name']} {in_capitals(row['last_name'])}"] = (int(day), int(month))
    return found


def _delimiter(file: Path) -> str:
    return csv.Sniffer().sniff(file.read_text("utf-8-sig").splitlines()[0]).delimiter


def test_from_an_extract_to_the_worker_s_list(
    browser: Browser, demonstration: str, tmp_path: Path
) -> None:
    extract = tmp_path / "extract"
    generate(
        extract,
        population=load_profile("val-de-marne").folder / "population.toml",
        month=last_complete_month(),
        households=1000,
        format="csv",
        seed=94,
    )
    files = sorted(extract.iterdir())
    with signed_in(browser, demonstration, Role.TARGETING_ANALYST, 1280) as page:
        run = _dropped(page, files)
    with signed_in(browser, demonstration, Role.DEPARTMENT_HEAD, 1280) as page:
        _released(page, run)
    with signed_in(browser, demonstration, Role.SECRETARY, 1280) as page:
        page.wait_for_timeout(5_000)
        file = printed(page, tmp_path)
    persons = next(one for one in files if "person" in one.name)
    birthdays = _birthdays(persons)
    name, _, square = letter_to(file, birthdays)
    day, month = birthdays[name]

    bare = browser.new_context(
        viewport={"width": _OLD_PHONE, "height": 568}, locale="fr-FR", java_script_enabled=False
    )
    phone = bare.new_page()
    phone.goto(demonstration + urlsplit(square).path)
    assert name.split()[-1] not in phone.content()
    phone.get_by_label("Jour").fill(str(day))
    phone.get_by_label("Mois").fill(str(month))
    phone.get_by_role("button", name="Continuer").click()
    phone.get_by_role("button", name=re.compile("Un rendez-vous")).click()
    phone.get_by_role("button", name="Demander un rendez-vous").click()
    expect(phone.get_by_role("heading").first).to_contain_text("Choisissez votre rendez-vous")
    moment = phone.locator("button[name=time]").first
    chosen, hour = moment.inner_text().splitlines()
    moment.click()
    expect(phone.locator(".card")).to_contain_text(chosen)
    expect(phone.locator(".card")).to_contain_text(hour)
    assert name.split()[-1] not in phone.content()
    bare.close()

    with signed_in(browser, demonstration, Role.SOCIAL_WORKER, 360) as page:
        page.goto(f"{demonstration}/prises-de-contact/?etat=accepted&commune=&ou=")
        expect(page.get_by_text(re.compile(name, re.IGNORECASE)).first).to_be_visible()
        assert list(faults(page)) == []
