"""The typefaces are listed, unaltered, and show what the program believes that they show."""

from __future__ import annotations

import hashlib
import re
import unicodedata

from fontTools.ttLib import TTFont

from jalon.letters.printable import FONTS
from jalon.letters.rendering import WIDEST, WIDTHS

LIST = FONTS / "VENDORED.md"
_ROW = re.compile(
    r"^\| [^|]+ \| [^|]+ \| [^|]+ \| `([^`]+)` \| `([0-9a-f]{64})` \|$", re.MULTILINE
)
_COMBINING_OR_UNSEEN = ("Cc", "Cf", "Cn", "Co", "Cs", "Mc", "Me", "Mn", "Zl", "Zp")


def test_every_typeface_is_listed_with_its_sum() -> None:
    listed = dict(_ROW.findall(LIST.read_text(encoding="utf-8")))
    found = {
        str(file.relative_to(FONTS)): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in FONTS.glob("*/*")
    }
    assert found == listed


def test_every_name_has_its_licence() -> None:
    assert all((folder / "LICENSE").is_file() for folder in FONTS.iterdir() if folder.is_dir())


def test_what_can_be_shown_is_what_the_typefaces_hold() -> None:
    held = {
        point for file in FONTS.glob("*/*-Regular.ttf") for point in TTFont(file).getBestCmap()
    }
    seen = {one for one in held if unicodedata.category(chr(one)) not in _COMBINING_OR_UNSEEN}

    told: set[int] = set()
    for pair in (FONTS / "coverage.txt").read_text(encoding="ascii").split():
        first, last = (int(one, 16) for one in pair.split("-"))
        told |= set(range(first, last + 1))

    assert told == seen


def test_bold_shows_as_much_as_regular() -> None:
    regular, bold = (
        set(TTFont(file).getBestCmap()) for file in sorted(FONTS.glob("atkinson*/*.ttf"))
    )
    assert regular == bold
    assert {0x00A0, 0x202F, 0x2019, 0x00AB, 0x0153, 0x20AC} <= regular


def test_no_sign_is_wider_than_an_address_is_said_to_be_at_most() -> None:
    seen: set[int] = set()
    for file in sorted(FONTS.glob("*/*-Regular.ttf")):  # the second shows what the first lacks
        font = TTFont(file)
        size, drawn = font["head"].unitsPerEm, font["hmtx"]
        for point, glyph in font.getBestCmap().items():
            said = next((each for signs, each in WIDTHS if signs.match(chr(point))), WIDEST)
            assert point in seen or drawn[glyph][0] / size <= said, chr(point)
        seen |= set(font.getBestCmap())
    assert len(seen) > 1_000
