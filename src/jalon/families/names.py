"""Writes names so that they are found: without accents or capitals, and as they sound."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

_LIGATURES: Final = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "ł": "l", "đ": "d"})
_NOT_A_LETTER: Final = re.compile(r"[^a-z0-9]+")
SAINTS: Final = {"st": "saint", "ste": "sainte"}
# « De La Tour » is three words that some write as one.
_JOINED: Final = (2, 3)
_MOST_WORDS: Final = 6

# How French spelling sounds, in the order the rules apply. A digit is a nasal vowel: 1 as in
# "Jean", 2 as in "Martin", 3 as in "Léon"; # is "ch", u is "ou", y is "u".
_SOUNDS: Final = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in (
        (r"febvre", "fevre"),
        # An s that a circumflex replaced: Levesque is Lévêque.
        (r"(?<=[aeiou])s(?=qu)|(?<=e)s(?=n)|(?<=ai)s(?=tre)", ""),
        (r"sch|tch|sh", "ch"),
        (r"ch(?=[rlnt]|ael)", "k"),
        (r"(?<=n)c(?=ois)", "s"),
        (r"ault$|aul(?=t)", "o"),
        (r"ch", "#"),
        (r"ph", "f"),
        (r"(?<!#)h", ""),
        (r"dj|dg(?=e)", "j"),
        (r"gn", "n"),
        (r"c?qu|ck|cq|q", "k"),
        (r"gu(?=[eiy])", "q"),
        (r"g(?=[eiy])", "j"),
        (r"q", "g"),
        (r"je(?=[aou])", "j"),
        (r"c(?=[eiy])", "s"),
        (r"c", "k"),
        (r"w", "v"),
        (r"z", "s"),
        (r"([a-z])\1+", r"\1"),
        (r"(?<=[a-z#])(?:er|ez|et|ets|ers)$", "e"),
        (r"(?<=[a-z#])[tdsxp]+$", ""),
        (r"x", "ks"),
        (r"eau|aux?", "o"),
        (r"oi|oy", "ua"),
        (r"i?ou", "u"),
        (r"y(?=[aeou])", "i"),
        (r"ien(?![aeiouy])", "i2"),
        (r"(?:ain|aim|ein|eim|in|im|yn|ym|un|um)(?![aeiouynm])", "2"),
        (r"(?:ean|aen|an|am|en|em)(?![aeiouynm])", "1"),
        (r"(?:on|om)(?![aeiouynm])", "3"),
        (r"ai|ei|ay|ey|oe|ae", "e"),
        (r"eu", "e"),
        (r"y(?![a-z#0-9])|y", "i"),
        (r"(?<=[a-z#0-9])[tdsp]+$", ""),
        (r"(?<=[a-z#0-9]{2})e$", ""),
        (r"(?<=[a-df-z#0-9])e(?=[lrnm]?$)", "e"),
        (r"([a-z0-9#])\1+", r"\1"),
    )
)


def plain(text: str) -> str:
    """Return a name in small letters without accents, one space between words."""
    spelled = text.casefold().translate(_LIGATURES)
    decomposed = unicodedata.normalize("NFD", spelled)
    bare = "".join(one for one in decomposed if not unicodedata.combining(one))
    return _NOT_A_LETTER.sub(" ", bare).strip()


def search_name(last_name: str, first_name: str) -> str:
    """Return the key by which a person is found: the words of the name, a space around each."""
    words = plain(f"{last_name} {first_name}")
    return f" {words} " if words else ""


def sounds(*names: str) -> list[str]:
    """Return how each word of a person's names sounds in French, then words joined to the next.

    « Le Goff » sounds as its words do, and as Legoff too, that many write. The last name is not
    joined to the first.
    """
    found: list[str] = []
    for name in names:
        words = _heard(name)
        joined = ["".join(words[start:end]) for start, end in _runs(len(words))]
        found += [sound(word) for word in (*words, *joined)]
    return list(dict.fromkeys(found))


def hearings(text: str) -> list[list[str]]:
    """Return the ways in which what is looked for may sound: as written, then with words joined.

    Numbers are no part of a name; words past the sixth are not heard.
    """
    words = [word for word in _heard(text) if not word.isdigit()][:_MOST_WORDS]
    ways = [words, *([*words[:i], "".join(words[i:j]), *words[j:]] for i, j in _runs(len(words)))]
    return [[sound(word) for word in way] for way in ways if way]


def _heard(text: str) -> list[str]:
    """Return the plain words of a name as they are said: « St » is Saint."""
    # The cedilla is an accent that changes the sound: it must not be lost with the others.
    said = plain(text.replace("ç", "ss").replace("Ç", "ss"))
    return [SAINTS.get(word, word) for word in said.split()]


def _runs(words: int) -> Iterator[tuple[int, int]]:
    """Yield where words that follow one another, two or three, begin and end."""
    for length in _JOINED:
        for start in range(words - length + 1):
            yield start, start + length


@lru_cache(maxsize=100_000)
def sound(word: str) -> str:
    """Return how one plain word sounds: two spellings of a name give the same."""
    heard = word
    for pattern, replacement in _SOUNDS:
        heard = pattern.sub(replacement, heard)
    return (heard or word).replace("#", "c")
