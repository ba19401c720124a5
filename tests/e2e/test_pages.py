"""Every page that a role can reach by its links: accessible, and whole on a telephone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from jalon.directory.roles import Role

NARROW, WIDE = 360, 1280
# The shapes of pages looked at, by width: of those that differ by their number alone, one.
LOOKED: dict[int, set[str]] = {NARROW: set(), WIDE: set()}
# Narrow, a shape is seen by the first role that reaches it; wide, by the last.
_LOOKS = [
    pytest.param(role, width, marks=pytest.mark.xdist_group(f"{width} px"))
    for width, roles in ((NARROW, list(Role)), (WIDE, list(Role)[::-1]))
    for role in roles
]


@dataclass
class Visit:
    """What was seen of the pages that one role can reach."""

    address: str
    width: int
    seen: set[str] = field(default_factory=set)
    faults: list[str] = field(default_factory=list)

    def wanted(self, url: str) -> bool:
        """Whether a link leads to a page to look at."""
        path = url.removeprefix(self.address).split("#")[0]
        if not url.startswith(self.address) or path in self.seen or "/telecharger/" in path:
            return False
        shape = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}|=[^&]*|\b\d+\b", "…", path)
        self.seen.add(path)
        new = shape not in LOOKED[self.width]
        LOOKED[self.width].add(shape)
        return new


@contextmanager
def signed_in(browser: Browser, address: str, role: Role, width: int) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": width, "height": 900}, locale="fr-FR")
    page = context.new_page()
    page.goto(f"{address}/demo/")
    page.locator("form", has_text=role.label).get_by_role("button").first.click()
    page.wait_for_url(f"{address}/")
    try:
        yield page
    finally:
        context.close()


@pytest.mark.parametrize(("role", "width"), _LOOKS)
def test_pages(browser: Browser, demonstration: str, role: Role, width: int) -> None:
    visit = Visit(demonstration, width)
    with signed_in(browser, demonstration, role, width) as page:
        page.on("pageerror", lambda error: visit.faults.append(f"{page.url}: {error}"))
        home = f"{demonstration}/"
        visit.seen.add("/")
        waiting, looked = [home], 0
        while waiting:
            url = waiting.pop(0)
            answer = page.goto(url)
            looked += 1
            status = answer.status if answer else 0
            if status != 200:
                visit.faults.append(f"{url}: {status}")
                continue
            visit.faults += faults(page)
            links = page.eval_on_selector_all("a[href]", "all => all.map(one => one.href)")
            waiting += [link for link in links if visit.wanted(link)]

    assert not visit.faults, "\n".join(visit.faults)
    assert looked


def faults(page: Page) -> Iterator[str]:
    """Yield what is wrong with the page shown."""
    if not page.title().endswith("Jalon"):
        yield f"{page.url}: title « {page.title()} »"
    if page.locator("h1").count() != 1:
        yield f"{page.url}: {page.locator('h1').count()} main headings"
    wider = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    if wider > 0:
        yield f"{page.url}: {wider} px wider than the screen"
    for violation in Axe().run(page).response["violations"]:
        where = violation["nodes"][0]["html"][:120]
        yield f"{page.url}: {violation['id']} ({violation['help']}) {where}"


def test_a_role_sees_only_its_own_doors(browser: Browser, demonstration: str) -> None:
    with signed_in(browser, demonstration, Role.TECHNICAL_ADMINISTRATOR, WIDE) as page:
        assert page.get_by_role("link", name="Familles").count() == 0
        answer = page.goto(f"{demonstration}/familles/")

        assert answer is not None
        assert answer.status == 403
        assert page.get_by_role("heading", level=1).count() == 1
