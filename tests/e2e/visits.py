"""What looking at a page means, and which pages were looked at."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Final
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import Resolver404, resolve
from playwright.sync_api import Browser, Page

from jalon.directory.roles import Role

NARROW, WIDE = 360, 1280
# The names of the pages looked at, and the tests that looked, all in one process.
VISITED: Final[set[str]] = set()
WENT: Final[set[str]] = set()
LOOKING: Final = pytest.mark.xdist_group("looking")

_AXE: Final = Axe().axe_script
# What holds is not sent back: it is most of what there is to say of a page. Style sheets are not
# asked for anew: no rule that axe follows unasked reads them. Of rows that differ by their words
# alone, one is looked at: to axe the others are like it, and they are most of a long page.
_VIOLATIONS: Final = r"""rules => {
    const words = RegExp(' (action|data-label|datetime|for|href|id|name|title|value'
        + '|aria-(?:controls|describedby|label|labelledby))="[^"]+"', 'g')
    const shapes = new Set(), alike = []
    for (const row of document.querySelectorAll('tbody > tr, li')) {
        const shape = row.outerHTML.replace(words, ' $1="…"').replace(/>[^<]*[^<\s][^<]*</g, '>…<')
        shapes.has(shape) ? alike.push(row) : shapes.add(shape)
    }
    const options = {resultTypes: ['violations'], preload: {assets: ['media']}, rules}
    return axe.run(alike.length ? {exclude: alike} : document, options).then(all => all.violations)
}"""
# What axe would see of every row: an identity given twice, a name that leads nowhere.
_REFERENCES: Final = r"""() => {
    const twice = [], known = new Set()
    for (const {id} of document.querySelectorAll('[id]'))
        known.has(id) ? twice.push(`#${id} twice`) : known.add(id)
    const nowhere = ['for', 'aria-labelledby', 'aria-describedby'].flatMap(name =>
        [...document.querySelectorAll(`[${name}]`)].flatMap(one =>
            one.getAttribute(name).split(/\s+/).filter(id => id && !known.has(id))
                .map(id => `${name} of #${id}, which is not there`)))
    return [...twice, ...nowhere]
}"""
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
def signed_in(browser: Browser, address: str, role: Role, width: int = NARROW) -> Iterator[Page]:
    with opened(browser, width) as page:
        page.goto(f"{address}/demo/")
        page.locator("form", has_text=role.label).get_by_role("button").first.click()
        page.wait_for_url(f"{address}/")
        yield page


@contextmanager
def opened(browser: Browser, width: int = NARROW) -> Iterator[Page]:
    # What moves is drawn frame after frame, and waited for at each click.
    context = browser.new_context(
        viewport={"width": width, "height": 900}, locale="fr-FR", reduced_motion="reduce"
    )
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


def faults(page: Page, widths: Sequence[int] = (WIDE, NARROW)) -> Iterator[str]:
    """Look at the page shown, wide then narrow: yield what is wrong with it."""
    # A click has led here, and the page may still be on its way.
    page.wait_for_load_state()
    if name := _name(page.url):
        VISITED.add(name)
    title, headings = page.evaluate("[document.title, document.querySelectorAll('h1').length]")
    if not title.endswith("Jalon"):
        yield f"{page.url}: title « {title} »"
    if headings != 1:
        yield f"{page.url}: {headings} main headings"
    yield from (f"{page.url}: {wrong}" for wrong in page.evaluate(_REFERENCES))
    page.evaluate(_AXE)
    size = page.viewport_size
    assert size is not None
    for width in widths:
        page.set_viewport_size({**size, "width": width})
        wider = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        if wider > 0:
            yield f"{page.url}: {wider} px wider than a screen of {width}"
        colours = width != WIDE or urlsplit(page.url).path == "/"
        for violation in page.evaluate(_VIOLATIONS, {} if colours else _BUT_COLOURS):
            where = violation["nodes"][0]["html"][:120]
            yield f"{page.url} at {width}: {violation['id']} ({violation['help']}) {where}"
    page.set_viewport_size(size)


def links(page: Page, within: str = "body") -> list[str]:
    """Return the addresses that the page shown, or a part of it, leads to."""
    every = "within => [...document.querySelectorAll(`${within} a[href]`)].map(one => one.href)"
    found: list[str] = page.evaluate(every, within)
    return found


def unseen_from(page: Page) -> Iterator[str]:
    """Look at each page that the one shown leads to and that nobody looked at so far."""
    for link in links(page, "main"):
        name = _name(link)
        if name and name not in VISITED and "/telecharger/" not in link:
            page.goto(link)
            yield from faults(page)


def _name(url: str) -> str:
    """Return the name of the page at an address; nothing for what is no page of ours."""
    try:
        return resolve(urlsplit(url).path).view_name
    except Resolver404:
        return ""
