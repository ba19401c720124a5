"""Names, streets, telephones and e-mails of nobody: combined at random, none of a real person."""

from __future__ import annotations

import unicodedata
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from jalon.register.synthetic.columns import Integers
from jalon.register.synthetic.draw import chance


def _listed(name: str) -> tuple[str, ...]:
    path = Path(__file__).parent / "lists" / f"{name}.txt"
    return tuple(path.read_text(encoding="utf-8").splitlines())


WOMEN: Final = _listed("women")
MEN: Final = _listed("men")
FAMILIES: Final = _listed("families")
STREETS: Final = tuple(
    f"{way} {name}"
    for way in ("rue", "avenue", "allée", "impasse", "chemin")
    for name in _listed("streets")
)
_HIGHEST_NUMBER: Final = 140
_MOBILE: Final = 0.8
_WITHOUT_PHONE: Final = 0.07
_WITHOUT_EMAIL: Final = 0.15
# The ranges that ARCEP keeps for works of fiction: six digits fixed, four free.
RESERVED_PREFIXES: Final = ("019900", "026191", "035301", "046571", "053649", "063998")
_NUMBERS_A_RANGE: Final = 10_000
_DOMAINS: Final = ("@example.org", "@example.com", "@example.net")


def _plain(names: tuple[str, ...]) -> pa.Array:
    """Return the names in lower case and without accents, as an e-mail writes them."""
    return pa.array(
        [
            "".join(
                letter
                for letter in unicodedata.normalize("NFD", name.lower())
                if letter.isascii() and letter.isalpha()
            )
            for name in names
        ]
    )


FIRST_NAMES: Final = pa.array(WOMEN + MEN)
LAST_NAMES: Final = pa.array(FAMILIES)
_PLAIN_FIRST_NAMES: Final = _plain(WOMEN + MEN)
_PLAIN_LAST_NAMES: Final = _plain(FAMILIES)
ADDRESSES: Final = pa.array(
    [f"{number} {street}" for street in STREETS for number in range(1, _HIGHEST_NUMBER + 1)]
)
COMPLEMENTS: Final = pa.array(
    [f"Bâtiment {letter}" for letter in "ABCDEFGH"]
    + [f"Appartement {number}" for number in range(1, 60)]
    + [f"Escalier {number}" for number in range(1, 7)]
)
_PHONES: Final = pa.array(
    [f"{prefix}{number:04d}" for prefix in RESERVED_PREFIXES for number in range(_NUMBERS_A_RANGE)]
)
_MOBILES_FROM: Final = RESERVED_PREFIXES.index("063998") * _NUMBERS_A_RANGE


def draw_first_names(generator: np.random.Generator, women: Integers) -> Integers:
    """Draw positions in `FIRST_NAMES` that go with each person's sex (1 for a woman)."""
    size = np.where(women == 1, len(WOMEN), len(MEN))
    start = np.where(women == 1, 0, len(WOMEN))
    within = np.floor(generator.random(len(women)) * size).astype(np.int64)
    return np.asarray(start + within, dtype=np.int64)


def draw_phones(generator: np.random.Generator, count: int) -> pa.Array:
    """Draw telephone numbers, most of them mobiles, some empty."""
    anywhere = generator.integers(0, len(_PHONES), count)
    mobile = _MOBILES_FROM + generator.integers(0, _NUMBERS_A_RANGE, count)
    drawn = np.where(chance(generator, _MOBILE, count), mobile, anywhere)
    return _PHONES.take(pa.array(drawn, mask=chance(generator, _WITHOUT_PHONE, count)))


def draw_emails(generator: np.random.Generator, first: Integers, last: Integers) -> pa.Array:
    """Draw e-mail addresses on domains reserved for examples, some empty."""
    count = len(first)
    return pc.binary_join_element_wise(
        _PLAIN_FIRST_NAMES.take(pa.array(first, mask=chance(generator, _WITHOUT_EMAIL, count))),
        _PLAIN_LAST_NAMES.take(pa.array(last)),
        pc.binary_join_element_wise(
            pa.array(generator.integers(1, 9999, count)).cast(pa.string()),
            pa.array(_DOMAINS).take(pa.array(generator.integers(0, len(_DOMAINS), count))),
            "",
        ),
        ".",
    )
