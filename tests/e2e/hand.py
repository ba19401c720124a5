"""A hand that does on a page what a person does, and counts it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Locator, Page


@dataclass(frozen=True)
class Effort:
    """What an act asks: clicks, pages that come, fields to fill or to choose in."""

    clicks: int
    pages: int
    fields: int


class Hand:
    """Clicks and types on a page; `effort_of` tells how much an act took."""

    def __init__(self, page: Page, address: str) -> None:
        self.page, self.address = page, address
        self._clicks = self._pages = self._fields = 0
        # Once a document, whatever redirections led to it.
        page.on("domcontentloaded", lambda _: self._another())

    def _another(self) -> None:
        self._pages += 1

    def effort_of(self, act: Callable[[], None], start: str) -> Effort:
        """Do an act from a page, and tell what it took; that page itself is not counted."""
        self.page.goto(f"{self.address}{start}")
        self._clicks = self._pages = self._fields = 0
        act()
        self.page.wait_for_load_state()
        return Effort(self._clicks, self._pages, self._fields)

    def click(self, what: Locator) -> None:
        self._clicks += 1
        what.first.click()
        self.page.wait_for_load_state()

    def follow(self, name: str, within: Locator | None = None) -> None:
        """Click on a link of the page's own part, or of a part of it."""
        self.click((within or self.page.locator("main")).get_by_role("link", name=name))

    def press(self, name: str, within: Locator | None = None) -> None:
        """Click on a button of the page's own part, or of a part of it."""
        self.click((within or self.page.locator("main")).get_by_role("button", name=name))

    def tick(self, label: str, within: str = "") -> None:
        """Click on a choice, in the group of that title where several have it."""
        part = self.page.locator("main")
        self.click(
            (part.locator("fieldset", has_text=within) if within else part).get_by_label(label)
        )

    def fill(self, **told: str) -> None:
        """Type in fields, by their names."""
        for name, text in told.items():
            self._fields += 1
            self.page.locator(f"main [name={name}]").first.fill(text)

    def waiting(self, title: str) -> None:
        """On Ma journée, follow what waits under a title."""
        heading = self.page.get_by_role("heading", name=title, exact=True)
        self.click(self.page.locator(".waiting-item", has=heading).get_by_role("link"))

    def row(self, text: str) -> Locator:
        return self.page.locator("main tbody tr", has_text=text).first
