"""Measure the answer page: its weight, its round trips, and how many families answer a second.

Families answer as they do: the page at the letter's address, the code and the birthday, a choice,
its details; four requests, the last of which writes the answer down. That last request alone is
measured too. Those who ask share the cores with the server and its database.
"""

from __future__ import annotations

import argparse
import http.client
import multiprocessing
import os
import re
import statistics
import time
import urllib.parse
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psycopg
import results
from application import p95, served
from results import Figure, Section

from jalon.config.database import application
from jalon.config.embedded import running
from jalon.outreach.codes import new_code

FAMILIES: Final = 100_000
ANSWERS: Final = 1_500
ROUNDS: Final = 3
# Half of them in each of two processes.
PEOPLE: Final = 16
_WANTED: Final = 200  # answers a second
_HEAVIEST: Final = 30_000  # bytes
_STATE: Final = re.compile(rb'name="state" value="([^"]+)"')
_THANKS: Final = b'class="done"'
_FORM: Final = {"Content-Type": "application/x-www-form-urlencoded"}
_FAMILIES: Final = """
INSERT INTO families_family (public_id, protected_address, do_not_contact, created_at)
SELECT gen_random_uuid(), false, false, now() FROM generate_series(1, %s)
"""
_PEOPLE: Final = """
INSERT INTO families_person (family_id, register_id, role, last_name, first_name, sex, birth_date,
    search_name, sounds)
SELECT id, 'R' || id, 'responsible', 'Nom', 'Camille', 'F',
    date '1970-01-01' + (id * 7919 % 12000)::int, ' nom camille ', '{}'
FROM families_family
"""
_APPROACHES: Final = """
INSERT INTO outreach_approach (public_id, family_id, addressee_id, channel, made_at,
    window_ends_on, answer, ending)
SELECT gen_random_uuid(), family_id, id, 'letter', now(), current_date + 300, '', ''
FROM families_person
"""
_DRAWN: Final = """
SELECT code.value, extract(day FROM birth_date)::int, extract(month FROM birth_date)::int
FROM outreach_answercode AS code
JOIN outreach_approach AS approach ON approach.id = code.approach_id
JOIN families_person AS person ON person.id = approach.addressee_id
WHERE approach.answered_at IS NULL ORDER BY random() LIMIT %s
"""


@dataclass(frozen=True)
class Letter:
    """What a family answers by; `state` is what the page gave it, where it is in already."""

    code: str
    day: int
    month: int
    state: str = ""


class Telephone:
    """One connection to the page, kept from one request to the next."""

    def __init__(self, address: str) -> None:
        place = urllib.parse.urlsplit(address)
        self._connection = http.client.HTTPConnection(place.hostname or "", place.port)

    def asked(self, method: str, path: str, body: str | None = None) -> bytes:
        """Return the page that answers; RuntimeError where it is none."""
        self._connection.request(method, path, body, _FORM if body else {})
        answer = self._connection.getresponse()
        page = answer.read()
        if answer.status != http.HTTPStatus.OK:
            raise RuntimeError(f"{method} {path}: {answer.status}")
        return page

    def enter(self, letter: Letter) -> str:
        """Give the code and the birthday; return what the page gives back."""
        return _state(
            self._sent(step="code", code=letter.code, day=letter.day, month=letter.month)
        )

    def answer(self, letter: Letter) -> None:
        """Answer a letter, from its address or from the last form."""
        state = letter.state
        if not state:
            self.asked("GET", f"/r/{letter.code}")
            state = _state(self._sent(step="choice", what="call", state=self.enter(letter)))
        page = self._sent(step="details", what="call", state=state, moments="noon")
        if _THANKS not in page:
            raise RuntimeError("an answer was not written down")

    def _sent(self, **fields: object) -> bytes:
        return self.asked("POST", "/r/", urllib.parse.urlencode({"lang": "fr", **fields}))


def _state(page: bytes) -> str:
    found = _STATE.search(page)
    if found is None:
        raise RuntimeError("the page did not let the family in")
    return found[1].decode()


def fill(owner_url: str, many: int) -> None:
    """Make families that were written to, each with an addressee and a code."""
    with psycopg.connect(owner_url, autocommit=True) as owner:
        owner.execute(_FAMILIES, [many])
        owner.execute(_PEOPLE)
        owner.execute(_APPROACHES)
        approaches = owner.execute("SELECT id FROM outreach_approach").fetchall()
        codes: set[str] = set()
        while len(codes) < len(approaches):
            codes.add(new_code())
        copying = "COPY outreach_answercode (approach_id, value) FROM STDIN"
        with owner.cursor() as cursor, cursor.copy(copying) as copy:
            for (approach,), code in zip(approaches, codes, strict=True):
                copy.write_row((approach, code))
        owner.execute("ANALYZE")


def letters(owner_url: str, many: int) -> list[Letter]:
    """Return so many letters that nobody answered, drawn at random."""
    with psycopg.connect(owner_url) as owner:
        return [Letter(*row) for row in owner.execute(_DRAWN, [many])]


def _answer_all(address: str, given: Sequence[Letter]) -> list[float]:
    """Answer letters by half of the people, each with a telephone; return the seconds of each."""

    def one_person(mine: Sequence[Letter]) -> list[float]:
        telephone, times = Telephone(address), []
        for letter in mine:
            started = time.perf_counter()
            telephone.answer(letter)
            times.append(time.perf_counter() - started)
        return times

    people = PEOPLE // 2
    with ThreadPoolExecutor(people) as threads:
        shares = threads.map(one_person, [given[one::people] for one in range(people)])
        return [time for share in shares for time in share]


def answered(address: str, given: Sequence[Letter]) -> tuple[float, list[float]]:
    """Return how many letters a second everybody answers, and the seconds of each."""
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        pool.map(time.sleep, [0.2, 0.2])  # both are there
        started = time.perf_counter()
        shares = pool.starmap(_answer_all, [(address, given[0::2]), (address, given[1::2])])
        lasted = time.perf_counter() - started
    return len(given) / lasted, [time for share in shares for time in share]


def weight(address: str, letter: Letter) -> int:
    """Return the bytes of the whole page on the wire, headers and all."""
    place = urllib.parse.urlsplit(address)
    connection = http.client.HTTPConnection(place.hostname or "", place.port)
    connection.request("GET", f"/r/{letter.code}", headers={"Accept-Language": "ar"})
    answer = connection.getresponse()
    return len(answer.read()) + len(str(answer.headers).encode()) + len("HTTP/1.1 200 OK\r\n")


def drawn_besides(address: str, letter: Letter) -> int:
    """Return how many other files the page has a browser ask for."""
    page = Telephone(address).asked("GET", f"/r/{letter.code}")
    told = re.findall(rb'(?:src|srcset|data)="?([^" >]+)|<link[^>]+href="([^"]+)|url\(', page)
    return sum(not (one or other).startswith(b"data:") for one, other in told)


def figures(data: Path, rounds: int, answers: int) -> list[Figure]:
    """Return the figures of the page, served as it always is."""
    whole, last, slow = [], [], []
    with running(data / "postgresql") as server, served(data) as address:
        (one,) = letters(server.owner_url, 1)
        heavy, files = weight(address, one), drawn_besides(address, one)
        answered(address, letters(server.owner_url, PEOPLE * 8))
        for _ in range(rounds):
            rate, times = answered(address, letters(server.owner_url, answers))
            whole.append(rate)
            inside = [_inside(address, one) for one in letters(server.owner_url, answers)]
            rate, times = answered(address, inside)
            last.append(rate)
            slow.append(1000 * p95(times))
    how = f"median of {rounds} times {answers:,}, {PEOPLE} at once, two processes"
    return [
        Figure(
            "the page, headers included",
            heavy,
            "bytes",
            _HEAVIEST,
            how="in Arabic, not compressed",
        ),
        Figure("round trips of the page", 1 + files, "", 1, how="it draws nothing else"),
        Figure(
            *("answers written down", statistics.median(last), "a second", _WANTED),
            *("at least", f"the last form; {how}"),
        ),
        Figure("writing an answer down, p95", statistics.median(slow), "ms", how=how),
        Figure("whole answers, four requests each", statistics.median(whole), "a second", how=how),
    ]


def _inside(address: str, letter: Letter) -> Letter:
    return Letter(letter.code, letter.day, letter.month, Telephone(address).enter(letter))


def main() -> None:
    """Fill a database where it is not there yet, measure, keep the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--families", type=int, default=FAMILIES)
    parser.add_argument("--answers", type=int, default=ANSWERS)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--data", type=Path, default=Path(__file__).parent / "data")
    asked = parser.parse_args()
    load_before = os.getloadavg()[0]
    data = (asked.data / f"replies-{asked.families}").absolute()
    if not (data / "filled").exists():
        data.mkdir(parents=True, exist_ok=True)
        os.environ |= {"JALON_MODE": "demo", "JALON_DATA": str(data)}
        with application():
            from jalon.config.demonstration import set_up  # noqa: PLC0415 - Django is set up

            set_up()
            fill(os.environ["DATABASE_OWNER_URL"], asked.families)
        (data / "filled").touch()
    section = Section(
        f"Answer page: {asked.families:,} families written to",
        figures(data, asked.rounds, asked.answers),
    )
    results.keep("replies", section, load_before)
    results.show(section)


if __name__ == "__main__":
    main()
