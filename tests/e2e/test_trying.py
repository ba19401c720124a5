"""A rule is tried in a browser: followed without a touch, or by a link where scripts are off."""

from __future__ import annotations

from playwright.sync_api import Browser, Page, expect

from e2e.visits import LOOKING, WENT, WIDE, faults, signed_in
from jalon.directory.roles import Role

LONG = 60_000


def ask(page: Page, oldest: str) -> None:
    page.get_by_role("link", name="Requêtages").first.click()
    page.locator("main td a, main th a").first.click()
    page.get_by_role("link", name="Essayer une autre règle pour Parents seuls").click()
    page.get_by_label("L'âge de la personne responsable, au plus").fill(oldest)
    page.get_by_role("button", name="Essayer").click()


@LOOKING
def test_a_rule_is_tried_followed_and_kept(browser: Browser, demonstration: str) -> None:
    WENT.add("trying")
    with signed_in(browser, demonstration, Role.TERRITORY_MANAGER) as page:
        ask(page, "45")
        expect(page.get_by_role("heading", name="Ce qui est essayé")).to_be_visible()
        wrong = list(faults(page))
        expect(page.get_by_role("heading", name="Ce que cela changerait")).to_be_visible(
            timeout=LONG
        )
        wrong += faults(page)
        page.get_by_label("Note").fill("Jusqu'à 45 ans, pour le comité.")
        page.get_by_role("button", name="Garder cet essai").click()
        expect(page.get_by_text("Jusqu'à 45 ans, pour le comité.")).to_be_visible()
        wrong += faults(page)
        page.get_by_role("link", name="Supprimer").first.click()
        wrong += faults(page)
        page.go_back()
        page.get_by_role("link", name="Voir").first.click()
        expect(page.get_by_role("heading", name="Essai gardé")).to_be_visible()
        wrong += faults(page)

    assert not wrong, "\n".join(wrong)


def test_a_rule_is_tried_without_scripts(browser: Browser, demonstration: str) -> None:
    with signed_in(browser, demonstration, Role.TARGETING_ANALYST, WIDE) as page:
        cookies = page.context.cookies()
        context = browser.new_context(java_script_enabled=False, locale="fr-FR")
        context.add_cookies(cookies)  # type: ignore[arg-type]
        plain = context.new_page()
        plain.goto(f"{demonstration}/")
        ask(plain, "44")
        found = plain.get_by_role("heading", name="Ce que cela changerait")
        for _ in range(60):
            if found.is_visible():
                break
            plain.wait_for_timeout(500)
            plain.get_by_role("link", name="Actualiser").click()
        expect(found).to_be_visible()
        context.close()
