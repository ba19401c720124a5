"""What looking at a page means, and which pages were looked at, at which width."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import Resolver404, resolve
from playwright.sync_api import Browser, Page

from jalon.directory.roles import Role

NARROW, WIDE = 360, 1280
# The names of the pages looked at, by width, and the tests that looked.
VISITED: Final[dict[int, set[str]]] = {NARROW: set(), WIDE: set()}
WENT: Final[dict[int, set[str]]] = {NARROW: set(), WIDE: set()}


def at_width(width: int, *values: object) -> object:
    """Return the parameters of a test at a width, all of one width in one process."""
    return pytest.param(*values, width, marks=pytest.mark.xdist_group(f"{width} px"))


BOTH_WIDTHS: Final = pytest.mark.parametrize("width", [at_width(NARROW), at_width(WIDE)])

_AXE: Final = Axe().axe_script
# What holds is not sent back: it is most of what there is to say of a page. Style sheets are not
# asked for anew: no rule that axe follows unasked reads them.
_VIOLATIONS: Final = """rules => axe.run(
    document, {resultTypes: ['violations'], preload: {assets: ['media']}, rules}
).then(all => all.violations)"""
# To look at colours takes axe half of its time, and no width changes any: wide, they are looked at
# where other things show, in the menu of each role's first page and in the gallery.
_BUT_COLOURS: Final = {"color-contrast": {"enabled": False}}

# A passkey of software, as the browser takes it for its own.
SOFTWARE_KEY: Final = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@contextmanager
def signed_in(browser: Browser, address: str, role: Role, width: int) -> Iterator[Page]:
    with opened(browser, width) as page:
        page.goto(f"{address}/demo/")
        page.locator("form", has_text=role.label).get_by_role("button").first.click()
        page.wait_for_url(f"{address}/")
        yield page


@contextmanager
def opened(browser: Browser, width: int) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": width, "height": 900}, locale="fr-FR")
    try:
        yield context.new_page()
    finally:
        context.close()


def send(page: Page, name: str) -> None:
    """Send a form past the browser's own checks: the server's refusal is what one looks at."""
    page.eval_on_selector_all("main form", "all => all.forEach(one => { one.noValidate = true })")
    page.locator("main").get_by_role("button", name=name).first.click()


def my_page(page: Page, address: str) -> None:
    """Open one's own page in the list of the staff, where last names come first."""
    first, _, last = page.locator("header .person a").first.inner_text().partition(" ")
    page.goto(f"{address}/equipe/")
    page.get_by_role("link", name=f"{last.split(',')[0]} {first}").first.click()


def faults(page: Page) -> Iterator[str]:
    """Look at the page shown: yield what is wrong with it."""
    # A click has led here, and the page may still be on its way.
    page.wait_for_load_state()
    _looked(page)
    if not page.title().endswith("Jalon"):
        yield f"{page.url}: title « {page.title()} »"
    if page.locator("h1").count() != 1:
        yield f"{page.url}: {page.locator('h1').count()} main headings"
    wider = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    if wider > 0:
        yield f"{page.url}: {wider} px wider than the screen"
    page.evaluate(_AXE)
    colours = _width(page) != WIDE or urlsplit(page.url).path == "/"
    for violation in page.evaluate(_VIOLATIONS, {} if colours else _BUT_COLOURS):
        where = violation["nodes"][0]["html"][:120]
        yield f"{page.url}: {violation['id']} ({violation['help']}) {where}"


def unseen_from(page: Page) -> Iterator[str]:
    """Look at each page that the one shown leads to and that nobody looked at so far."""
    links = page.eval_on_selector_all("main a[href]", "all => all.map(one => one.href)")
    for link in links:
        name = _name(link)
        if name and name not in VISITED[_width(page)] and "/telecharger/" not in link:
            page.goto(link)
            yield from faults(page)


def _looked(page: Page) -> None:
    if name := _name(page.url):
        VISITED[_width(page)].add(name)


def _width(page: Page) -> int:
    return (page.viewport_size or {"width": 0})["width"]


def _name(url: str) -> str:
    """Return the name of the page at an address; nothing for what is no page of ours."""
    try:
        return resolve(urlsplit(url).path).view_name
    except Resolver404:
        return ""
