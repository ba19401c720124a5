"""In a browser, small and large, pages are accessible, fit, and obey the content policy."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.template.loader import render_to_string
from django.test import RequestFactory
from playwright.sync_api import Page

# One browser for all of them.
pytestmark = pytest.mark.xdist_group("components")
_PAGES = ["/composants/", "/composants/erreurs/404/", "/composants/erreurs/503/"]


@pytest.mark.parametrize("address", _PAGES)
def test_pages_are_accessible_and_fit(page: Page, address: str) -> None:
    refused: list[str] = []
    page.on("console", lambda said: refused.append(said.text) if said.type == "error" else None)
    page.goto(address, wait_until="networkidle")

    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    # The browser reports the status of an error page: that alone is expected.
    assert [text for text in refused if "the server responded with a status of" not in text] == []


def test_the_path_is_filtered_by_its_links(page: Page) -> None:
    page.goto("/composants/")
    page.get_by_role("navigation", name="Filtrer le parcours").get_by_text("Courrier").click()
    assert page.locator(".path-step:not(.path-next)").count() == 1
    assert page.locator(".path-next").count() == 1


def test_the_keyboard_reaches_the_content_first(page: Page) -> None:
    page.goto("/composants/")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Aller au contenu")
    assert skip.evaluate("link => link === document.activeElement")
    assert skip.bounding_box() == {**(skip.bounding_box() or {}), "x": 0, "y": 0}
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "contenu"


def test_a_definition_unfolds(page: Page) -> None:
    page.goto("/composants/")
    meaning = page.get_by_text("Une famille reçue au moins une fois").first
    assert not meaning.is_visible()
    page.locator("summary", has_text="Définition : famille reçue").click()
    assert meaning.is_visible()


def test_what_is_folded_is_read_on_paper(page: Page) -> None:
    page.goto("/composants/")
    meaning = page.get_by_text("Une famille reçue au moins une fois").first
    page.emulate_media(media="print")
    assert meaning.is_visible()
    for hidden in ("nav", "form", ".btn"):
        assert not any(one.is_visible() for one in page.locator(hidden).all())

    page.emulate_media(media="screen")
    assert not meaning.is_visible()


def test_browsers_that_know_no_better_unfold_by_script(page: Page) -> None:
    page.goto("/composants/")
    folded = page.locator("details:not([open])")
    before = folded.count()
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert (before > 0, folded.count()) == (True, 0)
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert folded.count() == before


def test_the_menu_of_small_screens_hides_nothing_one_goes_to(page: Page) -> None:
    menu = render_to_string(
        "web/base.html",
        {
            "user": SimpleNamespace(is_authenticated=True, get_full_name="A. Diallo", roles=()),
            "navigation": [SimpleNamespace(label="Familles", url="/f/", icon="people")],
        },
        RequestFactory().get("/"),
    )
    page.route("**/menu/", lambda route: route.fulfill(body=menu, content_type="text/html"))
    page.goto("/menu/")
    summary = page.locator("summary", has_text="Menu")
    if not summary.is_visible():
        assert page.get_by_role("link", name="Familles").is_visible()
        return
    body = page.locator(".menu-body")
    summary.click()
    assert body.is_visible()
    page.keyboard.press("Escape")
    assert not body.is_visible()
    summary.click()
    page.locator("main").focus()
    assert not body.is_visible()


def test_a_cell_of_several_people_shows_each_on_its_own_line(page: Page) -> None:
    page.goto("/composants/")
    people = "".join(
        f'<span class="d-block">Prénom-Composé De Nom Long {number}, 38 ans</span>'
        for number in range(5)
    )
    page.locator("main").evaluate(
        """(main, people) => { main.innerHTML = `<table class="table stacked" id="gens"><tbody>
            <tr><th scope="row">Une famille</th><td data-label="Personnes">${people}</td></tr>
            </tbody></table>` }""",
        people,
    )

    boxes = [box for one in page.locator("#gens span").all() if (box := one.bounding_box())]
    width = page.evaluate("innerWidth")
    assert len(boxes) == 5
    assert all(box["x"] >= 0 and box["x"] + box["width"] <= width for box in boxes)
    tops = [box["y"] for box in boxes]
    assert tops == sorted(set(tops))
    assert page.locator("#gens td").evaluate("cell => cell.scrollWidth <= cell.clientWidth")
