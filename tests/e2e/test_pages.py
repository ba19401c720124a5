"""Every page that a role can reach by its links: accessible, and whole on a telephone."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser

from e2e.visits import LOOKING, WENT, WIDE, faults, links, signed_in
from jalon.directory.roles import Role

# The shapes of pages looked at: of those that differ by their number alone, one.
LOOKED: set[str] = set()


@dataclass
class Visit:
    """What was seen of the pages that one role can reach."""

    address: str
    seen: set[str] = field(default_factory=set)
    faults: list[str] = field(default_factory=list)

    def wanted(self, url: str) -> bool:
        """Whether a link leads to a page to look at."""
        path = url.removeprefix(self.address).split("#")[0]
        if not url.startswith(self.address) or path in self.seen or "/telecharger/" in path:
            return False
        shape = re.sub(
            r"[0-9a-f]{8}-[0-9a-f-]{27}|=[^&]*|\b\d+\b|(?<=/indicateurs/)[^/]+", "…", path
        )
        self.seen.add(path)
        new = shape not in LOOKED
        LOOKED.add(shape)
        return new


@LOOKING
@pytest.mark.parametrize("role", Role)
def test_pages(browser: Browser, demonstration: str, role: Role) -> None:
    visit = Visit(demonstration)
    WENT.add(role)
    with signed_in(browser, demonstration, role) as page:
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
            waiting += [link for link in links(page) if visit.wanted(link)]

    assert not visit.faults, "\n".join(visit.faults)
    assert looked


def test_a_role_sees_only_its_own_doors(browser: Browser, demonstration: str) -> None:
    with signed_in(browser, demonstration, Role.TECHNICAL_ADMINISTRATOR, WIDE) as page:
        assert page.get_by_role("link", name="Familles").count() == 0
        answer = page.goto(f"{demonstration}/familles/")

        assert answer is not None
        assert answer.status == 403
        assert page.get_by_role("heading", level=1).count() == 1
