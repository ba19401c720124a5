"""A family that was written to, with its code, and a telephone to answer on."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pytest
from django.test import Client

from conftest import as_owner
from factories.directory import PlaceFactory
from factories.families import PersonFactory
from factories.outreach import ApproachFactory
from jalon.outreach.codes import new_code
from jalon.outreach.models import AnswerCode, Approach

BORN = date(1990, 5, 7)


@dataclass
class Telephone:
    """What somebody does with the page: reads a form, fills it in, sends it."""

    client: Client
    page: str = ""
    last: Any = None
    hidden: dict[str, str] = field(default_factory=dict)

    def open(self, path: str = "/r/", **headers: str) -> str:
        return self._read(self.client.get(path, headers=headers))

    def send(self, **typed: object) -> str:
        """Send the form shown with what is typed, as a browser does."""
        return self._read(self.client.post("/r/", {**self.hidden, **typed}))

    def enter(self, code: str, born: date = BORN) -> str:
        self.open()
        return self.send(code=code, day=born.day, month=born.month)

    def _read(self, answer: Any) -> str:
        self.last = answer
        # As a reader sees it: spaces are spaces, apostrophes are apostrophes.
        self.page = answer.content.decode().translate({0xA0: " ", 0x2019: "'"})
        self.hidden = dict(
            re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', self.page)
        )
        return self.page

    @property
    def title(self) -> str:
        found = re.search(r"<h1>(.*?)</h1>", self.page)
        assert found, self.page
        return found[1]


@pytest.fixture
def telephone() -> Telephone:
    return Telephone(Client())


@pytest.fixture
def written() -> Callable[..., AnswerCode]:
    """Make an approach with its code: `written(window_ends_on=…, born=…)`."""

    def make(*, born: date | None = BORN, code: str = "", **facts: object) -> AnswerCode:
        addressee = PersonFactory.create(birth_date=born, last_name="DUPONT-SECRET")
        approach: Approach = ApproachFactory.create(
            family=addressee.family, addressee=addressee, **facts
        )
        with as_owner():
            return AnswerCode.objects.create(approach=approach, value=code or new_code())

    return make


@pytest.fixture
def code(written: Callable[..., AnswerCode]) -> AnswerCode:
    PlaceFactory.create(name="CCAS de Villejuif")
    return written()
