"""Through the window one reads the address, whole, and nothing else, however the paper slides."""

from __future__ import annotations

import itertools
from datetime import date

import pytest

from factories import letters as samples
from jalon.letters import window
from jalon.letters.content import Letter, Sender
from jalon.letters.rendering import render_batch
from letters.seeing import Page, opened

DAY = date(2026, 11, 3)
SIX_LINES = (
    "Madame Ștefania NGUYỄN-ŁUKASZEWSKA",
    "Chez Monsieur Ångström Çağla",
    "Résidence les Grands Marronniers",
    "Bâtiment B escalier 12 appartement 345",
    "128 avenue du Général de Gaulle",
    "94240 L'HAŸ-LES-ROSES CEDEX",
)
WIDEST = ("W" * 48, "Ỹ" * 48, "M" * 38, "Щ" * 38, "@" * 38, "94000 " + "W" * 38)
ADDRESSES = {
    "three lines": ("Madame Camille DURAND", "12 rue des Lilas", "94000 CRETEIL"),
    "six lines": SIX_LINES,
    "the widest": WIDEST,
    "one line": ("94000 CRETEIL",),
}
# Every corner of the play, by the first third of a page folded in three.
POSITIONS = [
    window.window(across=across, down=down, height=height)
    for across, down, height in itertools.product(
        (0, window.PLAY_ACROSS), (0, window.PLAY_DOWN), (35, 45)
    )
]


def first_page(letter: Letter) -> Page:
    return opened(render_batch([letter], on=DAY).pdf)[0]


def test_the_envelope_is_as_it_is_sold() -> None:
    assert (window.PLAY_ACROSS, window.PLAY_DOWN) == (10, 11)
    assert window.window(across=0, down=0) == window.Zone(100, 55, 200, 90)
    assert window.Zone(100, 55, 190, 79) == window.ALWAYS_SEEN
    assert window.Zone(90, 34, 200, 90) == window.EVER_SEEN


@pytest.mark.parametrize("large", [False, True])
@pytest.mark.parametrize("lines", ADDRESSES.values(), ids=ADDRESSES)
def test_the_address_is_whole_in_every_position(lines: tuple[str, ...], *, large: bool) -> None:
    page = first_page(samples.letter(recipient=lines, large_type=large))

    seen = [(sign, at) for sign, at in page.marks() if window.EVER_SEEN.touches(at)]

    printed = "".join(sign for sign, _ in seen)
    assert len(printed) == len("".join(lines).replace(" ", "")) - printed_away(lines)
    for position in POSITIONS:
        assert [sign for sign, at in seen if not position.holds(at)] == []


def printed_away(lines: tuple[str, ...]) -> int:
    # The last line loses its apostrophe and its hyphens.
    return sum(not one.isalnum() for one in lines[-1].replace(" ", ""))


@pytest.mark.parametrize(
    "letter",
    [
        samples.letter(),
        samples.letter(recipient=SIX_LINES, large_type=True),
        samples.mourning(),
        samples.shortest(),
        samples.longest(),
        samples.letter(
            sender=Sender(
                name="Caisse d'allocations familiales de Seine-et-Marne et de l'Essonne",
                department="Département des interventions sociales et de l'accès aux droits",
                lines=("Service du courrier social", "21-23 avenue du Général-Leclerc", "Melun"),
                phone="01 00 00 00 77",
                hours="du lundi au vendredi, de 9 h à 12 h et de 13 h 30 à 16 h 30",
            ),
            place_and_date="Champigny-sur-Marne, le 28 septembre 2026",
            large_type=True,
        ),
    ],
)
def test_nothing_else_is_ever_seen(letter: Letter) -> None:
    page = first_page(letter)

    seen = "".join(sign for sign, at in page.marks() if window.EVER_SEEN.touches(at))

    words = "".join(letter.recipient)
    assert len(seen) <= len(words.replace(" ", ""))
    assert set(seen) <= set(words.upper()) | set(words) | set("LHAYROSE")
    assert not any(window.EVER_SEEN.touches(one) for one in page.drawings())


@pytest.mark.parametrize(
    "letter", [samples.letter(), samples.longest(large_type=True), samples.mourning()]
)
def test_the_edges_are_left_to_the_machine(letter: Letter) -> None:
    free = window.FREE_MARGIN
    inside = window.Zone(free, free, 210 - free, 297 - free)

    for page in opened(render_batch([letter], on=DAY).pdf):
        zones = [at for _, at in page.marks()] + page.drawings()
        assert all(inside.holds(one) for one in zones)
