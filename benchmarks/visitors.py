"""People of several roles who open pages at once, each with a browser, and time the answers."""

from __future__ import annotations

import html
import http.client
import random
import re
import threading
import time
import urllib.parse
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from http.cookies import SimpleCookie
from typing import Final

import psycopg

# Seconds between two pages: less than it takes to read one, and as if nobody read any.
THINKS: Final = (1.0, 3.0)
HURRIED: Final = (0.3, 0.9)


@dataclass(frozen=True)
class Look:
    """A page to open, `{pool}` in its path or search drawn anew each time.

    A `search` is sent by POST, and its answer followed to the page that shows what was found.
    """

    name: str
    path: str
    search: str = ""


_SOCIAL_WORKER: Final = (
    Look("my day", "/"),
    Look("family", "/familles/{family}/"),
    Look("proposals", "/propositions/"),
    Look("proposals of an offer", "/propositions/?offre=separation&ou=miennes"),
    Look("search by first and last name", "/familles/", "{first} {last}"),
    Look("search by a number", "/familles/", "{number}"),
    Look("families without a lead", "/familles/sans-referent/"),
    Look("my families", "/familles/les-miennes/"),
    Look("families approached", "/prises-de-contact/"),
    Look("families that nothing reached", "/prises-de-contact/?etat=undelivered&ou=miennes"),
    Look("offers", "/offres/"),
    Look("a worker's week", "/agenda/"),
    Look("a worker's day", "/agenda/jour/"),
    Look("outcomes to note", "/agenda/a-noter/"),
    Look("times for a family", "/agenda/familles/{own}/"),
    Look("my informations-advices", "/informations-conseils/"),
    Look("my supports", "/accompagnements/"),
    Look("a support", "/accompagnements/{support}/"),
    Look("a family I lead", "/familles/{own}/"),
    Look("a journal", "/suivi/{own}/journal/"),
    Look("words of a journal", "/suivi/chercher/", "échéancier logement"),
    Look("what is to be done", "/suivi/a-faire/"),
)
_SECRETARY: Final = (
    Look("search by last name", "/familles/", "{last}"),
    Look("search by sound", "/familles/", "{heard}"),
    Look("proposals, page 20", "/propositions/?page=20"),
    Look("doubts", "/familles/doublons/"),
    Look("letters", "/courriers/"),
    Look("letters that came back", "/courriers/retours/"),
    Look("families to call", "/prises-de-contact/?attente=appel"),
    Look("merges", "/familles/reunions/"),
)
_HEAD: Final = (
    Look("staff", "/equipe/"),
    Look("a worker", "/equipe/{worker}/"),
    Look("a run", "/requetages/{run}/"),
    Look("families to share out", "/prises-de-contact/a-attribuer/"),
)
_MANAGER: Final = (
    Look("the week of a team", "/agenda/equipe/"),
    Look("appointments to move", "/agenda/a-deplacer/"),
    Look("supports of a team", "/accompagnements/"),
    Look("a manager's day", "/"),
)
_ANALYST: Final = (
    Look("runs", "/requetages/"),
    Look("a run's families", "/requetages/{run}/familles/a-verifier/"),
    Look("a run's communes", "/requetages/{run}/communes/"),
    Look("a run beside another", "/requetages/{later_run}/comparaison/"),
    Look("rules tried", "/requetages/essais/"),
)
_OFFICER: Final = (
    Look("readings", "/controle/"),
    Look("changes", "/controle/modifications/"),
    Look("sign-ins", "/controle/connexions/"),
    Look("who saw a family", "/controle/famille/{family}/"),
)
# Every page, with the role that opens it, by its label.
PAGES: Final = tuple(
    (role, look)
    for role, looks in (
        ("Travailleur social", _SOCIAL_WORKER),
        ("Secrétaire", _SECRETARY),
        ("Responsable du département", _HEAD),
        ("Responsable de territoire", _MANAGER),
        ("Chargé d'études (SEP)", _ANALYST),
        ("Délégué à la protection des données", _OFFICER),
    )
    for look in looks
)
PEOPLE: Final = 10
# Of the families that the demonstration's social worker leads: the first of those it has.
_OWN: Final = """
SELECT {} FROM families_involvement AS involved JOIN {} = involved.family_id
WHERE involved.lead AND involved.worker_id = (
    SELECT min(member.id) FROM directory_staffmember AS member
    JOIN directory_rolegrant AS held ON held.member_id = member.id
    WHERE member.is_demo AND held.role = 'social_worker'
)
ORDER BY md5(involved.id::text) LIMIT 60
"""


def pools(owner_url: str) -> dict[str, list[str]]:
    """Return what addresses and searches are drawn from, of a filled database."""
    asked = {
        "family": "SELECT public_id FROM families_family ORDER BY md5(id::text) LIMIT 300",
        "own": _OWN.format("family.public_id", "families_family AS family ON family.id"),
        "support": _OWN.format("one.public_id", "interventions_support AS one ON one.family_id"),
        "number": "SELECT number FROM families_household ORDER BY md5(id::text) LIMIT 100",
        "last": "SELECT last_name FROM families_person ORDER BY md5(id::text) LIMIT 100",
        "first": "SELECT first_name FROM families_person ORDER BY md5(id::text) LIMIT 100",
        "worker": "SELECT public_id FROM directory_staffmember ORDER BY md5(id::text) LIMIT 100",
        "run": "SELECT public_id FROM targeting_targetingrun WHERE digest <> ''",
        # The month before is the only other one with files to compare with.
        "later_run": "SELECT public_id FROM targeting_targetingrun WHERE digest <> '' "
        "ORDER BY month DESC LIMIT 1",
    }
    with psycopg.connect(owner_url) as connection:
        found = {
            name: [str(value) for (value,) in connection.execute(query)]
            for name, query in asked.items()
        }
    # A name as someone heard it: the last letter and doubled ones are what one gets wrong.
    found["heard"] = [
        re.sub(r"(.)\1", r"\1", name[:-1].replace("i", "y")) for name in found["last"]
    ]
    return found


class Browser:
    """A browser in which somebody of a role is signed in."""

    def __init__(self, address: str, role: str) -> None:
        """Sign in by a click on the demonstration's page."""
        place = urllib.parse.urlsplit(address)
        self._connection = http.client.HTTPConnection(place.hostname or "", place.port)
        self._address = address
        self._cookies: dict[str, str] = {}
        # Seconds of each answer of the page last opened: what leads to it, then itself.
        self.took: list[float] = []
        cards = [part.split("</form>")[0] for part in self._read("/demo/").split("<article")]
        card = next(one for one in cards if role in one)
        hidden = dict(re.findall(r'name="(\w+)"[^>]*value="([^"]*)"', card))
        self.open("/demo/", hidden)
        found = re.search(r'csrfmiddlewaretoken" value="([^"]+)"', self._read("/"))
        self.token = found[1] if found else ""

    def open(self, path: str, posted: Mapping[str, str] | None = None) -> bytes:
        """Return the page that answers, once whatever it leads to is followed."""
        self.took = []
        # The server keeps no connection for as long as somebody reads.
        self._connection.close()
        self._connection.connect()
        body = urllib.parse.urlencode(posted) if posted else None
        status, onward, page = self._ask(path, body)
        while status in (HTTPStatus.FOUND, HTTPStatus.SEE_OTHER):
            status, onward, page = self._ask(urllib.parse.urljoin(path, onward))
        if status != HTTPStatus.OK:
            raise RuntimeError(f"{path}: {status}")
        return page

    def _ask(self, path: str, body: str | None = None) -> tuple[int, str, bytes]:
        told = {
            "Referer": self._address + path,
            "Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items()),
        }
        if body is not None:
            told["Content-Type"] = "application/x-www-form-urlencoded"
        started = time.perf_counter()
        self._connection.request("GET" if body is None else "POST", path, body, told)
        answer = self._connection.getresponse()
        page = answer.read()
        self.took.append(time.perf_counter() - started)
        for line in answer.headers.get_all("Set-Cookie", []):
            for name, morsel in SimpleCookie(line).items():
                self._cookies[name] = morsel.value
        return answer.status, answer.headers.get("Location", ""), page

    def _read(self, path: str) -> str:
        return html.unescape(self.open(path).decode())


class Visitor:
    """One of the people who open pages: a browser a role, and how long each page took."""

    def __init__(self, address: str, drawn_from: Mapping[str, Sequence[str]], seed: int) -> None:
        """Sign in under each role."""
        self.browsers = {role: Browser(address, role) for role in {role for role, _ in PAGES}}
        self.drawn_from = drawn_from
        self.chance = random.Random(seed)  # noqa: S311 - no secret
        self.times: dict[str, list[float]] = {}
        self.opened = 0

    def look(self, thinks: tuple[float, float]) -> None:
        """Open each page once, in any order, thinking in between."""
        for role, one in self.chance.sample(PAGES, len(PAGES)):
            path, search = (
                _with(text, lambda pool: self.chance.choice(self.drawn_from[pool]))
                for text in (one.path, one.search)
            )
            time.sleep(self.chance.uniform(*thinks))
            self._open(role, one, path, search)

    def look_at_all(self) -> None:
        """Open each page of all that it may be drawn with, one after the other."""
        for role, one in PAGES:
            drawn = re.findall(r"{(\w+)}", one.path + one.search)
            for at in range(max((len(self.drawn_from[pool]) for pool in drawn), default=1)):
                path, search = (
                    _with(text, partial(self._at, at)) for text in (one.path, one.search)
                )
                self._open(role, one, path, search)

    def _at(self, at: int, pool: str) -> str:
        return self.drawn_from[pool][at % len(self.drawn_from[pool])]

    def _open(self, role: str, one: Look, path: str, search: str) -> None:
        browser = self.browsers[role]
        posted = {"q": search, "csrfmiddlewaretoken": browser.token} if search else None
        browser.open(path, posted)
        # A search asks, and is shown the page that answers: each is timed by itself.
        names = [f"{one.name}, asked"] * (len(browser.took) - 1) + [one.name]
        for name, seconds in zip(names, browser.took, strict=True):
            self.times.setdefault(name, []).append(seconds)
        self.opened += 1


def _with(text: str, drawn: Callable[[str], str]) -> str:
    return re.sub(r"{(\w+)}", lambda found: drawn(found[1]), text)


def all_look(visitors: Sequence[Visitor], thinks: tuple[float, float] = THINKS) -> None:
    """Have everyone open their pages at once; RuntimeError where someone met an error."""
    before = sum(one.opened for one in visitors)
    threads = [threading.Thread(target=one.look, args=(thinks,)) for one in visitors]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if sum(one.opened for one in visitors) != before + len(visitors) * len(PAGES):
        raise RuntimeError("somebody met an error")


def gathered(visitors: Sequence[Visitor]) -> dict[str, list[float]]:
    """Return how long each page took, all visitors together."""
    found: dict[str, list[float]] = {}
    for one in visitors:
        for name, times in one.times.items():
            found.setdefault(name, []).extend(times)
    return found
