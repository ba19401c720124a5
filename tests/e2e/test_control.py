"""The pages of control, with what a crawl by links alone would not see of them."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from e2e.visits import faults, signed_in
from jalon.directory.roles import Role


@pytest.fixture(scope="module")
def reference(browser: Browser, demonstration: str) -> str:
    """A family whose file somebody opened."""
    with signed_in(browser, demonstration, Role.SECRETARY) as page:
        page.goto(f"{demonstration}/propositions/")
        page.locator("main th a[href^='/familles/']").first.click()
        expect(page.get_by_role("heading", name="Qui intervient")).to_be_visible()
        return page.url.rstrip("/").rsplit("/", 1)[-1]


def test_control(browser: Browser, demonstration: str, reference: str) -> None:
    found: list[str] = []
    with signed_in(browser, demonstration, Role.DATA_PROTECTION_OFFICER) as page:
        for path in (
            "",
            "modifications/",
            "famille/",
            "conservation/",
            "conservation/purger/",
            f"famille/{reference}/",
            f"famille/{reference}/?voir=modifications",
        ):
            answer = page.goto(f"{demonstration}/controle/{path}")
            assert answer is not None
            assert answer.status == 200, path
            found += faults(page)

        # Nothing is due in the demonstration: a purge takes nothing.
        page.goto(f"{demonstration}/controle/conservation/purger/")
        page.get_by_role("button", name="Purger").click()
        expect(page.get_by_text("La purge commence")).to_be_visible()
        found += faults(page)

        page.goto(f"{demonstration}/controle/famille/")
        page.locator("[name=recherche]").fill("personne")
        page.locator("main form button[type=submit]").first.click()
        expect(page.get_by_text("Aucune famille connue").first).to_be_visible()
        found += faults(page)

    assert not found, "\n".join(found)
