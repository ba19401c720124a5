"""A month's run in a browser: an extract is dropped, computed, reviewed, released by another."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from e2e.visits import signed_in
from jalon.directory.roles import Role
from jalon.register.synthetic import generate
from jalon.rules.profile import load_profile
from jalon.targeting.forms import last_complete_month

LONG = 120_000


def drop(page: Page, files: list[Path]) -> None:
    page.get_by_role("link", name="Requêtages").first.click()
    page.get_by_role("link", name="Déposer une extraction").click()
    page.get_by_label("Les quatre fichiers").set_input_files(files)
    page.get_by_role("button", name="Lancer le requêtage").first.click()


def test_an_extract_is_dropped_computed_and_released_in_part(
    browser: Browser, demonstration: str, tmp_path: Path
) -> None:
    extract = tmp_path / "extract"
    generate(
        extract,
        population=load_profile("val-de-marne").folder / "population.toml",
        month=last_complete_month(),
        households=1000,
        format="csv",
    )
    files = sorted(extract.iterdir())

    with signed_in(browser, demonstration, Role.TARGETING_ANALYST, 1280) as page:
        drop(page, files[:3])
        expect(page.get_by_role("alert")).to_contain_text("Il manque")
        drop(page, files)
        # The page follows the computing, then shows what was found, without a touch.
        expect(page.get_by_role("heading", name="Expliquer un dossier")).to_be_visible(
            timeout=LONG
        )
        expect(page.get_by_text("À relire par une autre personne")).to_be_visible()
        address = page.url

    with signed_in(browser, demonstration, Role.DEPARTMENT_HEAD, 360) as page:
        page.goto(address)
        page.get_by_role("link", name="Libérer").click()
        page.get_by_role("checkbox").first.check()
        page.get_by_role("button", name="Libérer ce qui est coché").click()
        expect(page.get_by_role("heading", name="Libérer ces familles ?")).to_be_visible()
        page.get_by_role("button", name="Libérer", exact=True).click()
        expect(page.get_by_text("Ces familles sont libérées")).to_be_visible()
        page.get_by_role("link", name="Libérer").click()
        expect(page.get_by_text("libéré par").first).to_be_visible()
