"""What whoever heads the department sends of figures: a report, prepared then adopted."""

from __future__ import annotations

from typing import Final

from playwright.sync_api import Page, expect

from e2e.visits import faults, send

# The figures of a period are taken by the worker, which may have other work.
_WITHIN: Final = 120_000
_TERRITORY: Final = "creteil"


def telling_of_a_quarter(page: Page, address: str) -> list[str]:
    """A report prepared, refused a second time, commented, adopted, and another version given up.

    Its pages are looked at where nothing was written yet, and once all is.
    """
    page.goto(f"{address}/pilotage/rapports/")
    wrong = list(faults(page))
    _prepare(page, address)
    wrong += faults(page)
    _counted(page)
    report = page.url
    wrong += faults(page)
    page.goto(f"{address}/pilotage/rapports/preparer/")
    wrong += faults(page)
    send(page, "Préparer")
    expect(page.get_by_text("déjà en préparation")).to_be_visible()
    wrong += faults(page)
    page.goto(report)
    page.get_by_role("link", name="Dire ce que nous en pensons").first.click()
    of_whole = page.url
    page.goto(f"{of_whole}{_TERRITORY}/")
    wrong += faults(page)
    page.goto(of_whole)
    wrong += faults(page)
    page.get_by_label("Ce que nous en disons").fill("Un trimestre calme.")
    send(page, "Enregistrer")
    expect(page.get_by_text("Un trimestre calme.")).to_be_visible()
    page.get_by_role("link", name="Adopter").click()
    wrong += faults(page)
    send(page, "Adopter")
    expect(page.get_by_text("il ne change plus")).to_be_visible()
    wrong += faults(page)
    _prepare(page, address, why="Un rendez-vous du mois de mars avait été oublié.")
    page.get_by_role("link", name="Supprimer le projet").click()
    wrong += faults(page)
    send(page, "Supprimer")
    expect(page.get_by_text("Le projet est supprimé")).to_be_visible()
    return wrong + list(faults(page))


def _prepare(page: Page, address: str, why: str = "") -> None:
    """Prepare the report of the latest period that is over, saying what it corrects if any."""
    page.goto(f"{address}/pilotage/rapports/preparer/")
    if why:
        page.get_by_label("Ce que cette version corrige").fill(why)
    send(page, "Préparer")
    expect(page.get_by_role("link", name="Supprimer le projet")).to_be_visible()


def _counted(page: Page) -> None:
    """Stay until the figures are there."""
    expect(page.locator("#chiffres")).to_have_count(0, timeout=_WITHIN)
    page.reload()
    expect(page.get_by_role("link", name="Le document (PDF)")).to_be_visible()
