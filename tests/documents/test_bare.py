"""A photo is kept without what its telephone wrote in it, and looks the same."""

from __future__ import annotations

import zlib
from io import BytesIO
from typing import Any, Final

import pytest
from PIL import Image, ImageCms, ImageOps
from PIL.PngImagePlugin import PngInfo

from factories.files import photo
from jalon.documents.bare import bared
from jalon.documents.checking import checked
from jalon.documents.child import looked_through
from jalon.documents.kinds import Flaw, Kind

_GPS: Final = 0x8825
_MAKE: Final = 0x010F
_ORIENTATION: Final = 0x0112
_WHERE: Final = b"Zyxwlieu"
_COLOURS: Final = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def _exif(orientation: int = 6) -> Image.Exif:
    told = Image.Exif()
    told[_MAKE] = _WHERE.decode()
    told[_ORIENTATION] = orientation
    told.get_ifd(_GPS).update(
        {1: "N", 2: (48.0, 47.0, 24.1), 3: "E", 4: (2.0, 27.0, 19.7), 29: "2026:11:23"}
    )
    return told


def _picture(mode: str = "RGB") -> Image.Image:
    """A picture of which no two sides are alike."""
    drawn = Image.linear_gradient("L").resize((48, 30))
    drawn.paste(255, (0, 0, 9, 5))
    return drawn.convert("RGB").convert(mode)


def _taken(kind: str = "JPEG", mode: str = "RGB", **more: Any) -> bytes:
    written = BytesIO()
    _picture(mode).save(written, kind, exif=_exif(), **more)
    return written.getvalue()


def _seen(content: bytes) -> tuple[str, tuple[int, int], bytes]:
    """Return what one sees of a photo: its points, the right way up."""
    with Image.open(BytesIO(content)) as opened:
        upright = ImageOps.exif_transpose(opened)
        return upright.mode, upright.size, upright.tobytes()


def _told(content: bytes) -> dict[int, Any]:
    with Image.open(BytesIO(content)) as opened:
        exif = opened.getexif()
        return {**exif, **exif.get_ifd(_GPS)}


def _with(content: bytes, marker: int, told: bytes) -> bytes:
    """Put a part in a JPEG, after its first two bytes."""
    part = bytes((0xFF, marker)) + (len(told) + 2).to_bytes(2) + told
    return content[:2] + part + content[2:]


@pytest.mark.parametrize(
    ("mode", "more"),
    [
        ("RGB", {}),
        ("RGB", {"progressive": True, "icc_profile": _COLOURS}),
        ("RGB", {"restart_marker_blocks": 1, "dpi": (300, 300)}),
        ("L", {"xmp": _WHERE, "comment": _WHERE}),
        ("CMYK", {}),
    ],
    ids=["plain", "progressive", "restarts", "grey", "cmyk"],
)
def test_a_photo_says_no_more_where_it_was_taken(mode: str, more: dict[str, Any]) -> None:
    taken = _taken(mode=mode, **more)
    assert len(_told(taken)) == 8
    assert _WHERE in taken

    kept = bared(taken, Kind.JPEG)

    assert _told(kept) == {_ORIENTATION: 6}
    assert _WHERE not in kept
    assert _seen(kept) == _seen(taken)
    with Image.open(BytesIO(kept)) as opened:
        assert opened.info.get("icc_profile") == more.get("icc_profile")
        assert opened.info.get("dpi") == more.get("dpi", opened.info.get("dpi"))
    assert bared(kept, Kind.JPEG) == kept


@pytest.mark.parametrize("marker", [0xE0, 0xE1, 0xE2, 0xE5, 0xED, 0xEE, 0xEF, 0xF0, 0xFE])
def test_no_part_of_a_photo_that_shows_nothing_is_kept(marker: int) -> None:
    assert bared(_with(photo(), marker, b"JFXX\0" + _WHERE), Kind.JPEG) == photo()


def test_no_smaller_picture_stays_of_what_was_cut() -> None:
    smaller = b"JFIF\0\1\1\0\0\1\0\1\2\1" + b"Zyxwli"
    assert b"Zyxwli" not in bared(_with(photo(), 0xE0, smaller), Kind.JPEG)


def test_nothing_stays_after_the_end() -> None:
    assert bared(photo() + _taken(), Kind.JPEG) == photo()
    assert bared(photo("PNG") + _WHERE, Kind.PNG) == photo("PNG")


def test_what_lies_between_two_parts_goes() -> None:
    assert bared(photo()[:2] + _WHERE + photo()[2:], Kind.JPEG) == photo()


# The library says so too, to nobody: the child that reads it is not listened to.
@pytest.mark.filterwarnings("ignore:Corrupt EXIF data")
@pytest.mark.parametrize("told", [b"", b"II*\0", b"nothing at all", b"MM\0*\xff\xff\xff\xff"])
def test_what_cannot_be_read_leaves_a_photo_upright(told: bytes) -> None:
    assert bared(_with(photo(), 0xE1, b"Exif\0\0" + told), Kind.JPEG) == photo()


def test_a_png_says_no_more_either() -> None:
    words = PngInfo()
    for add in (words.add_text, words.add_itxt):
        add("Zyxwlieu", _WHERE.decode())
    words.add_text("GPS", _WHERE.decode(), zip=True)
    words.add(b"tIME", b"\x07\xea\x0b\x17\x0c\x00\x00")
    words.add(b"zyXw", _WHERE)
    taken = _taken("PNG", pnginfo=words, icc_profile=_COLOURS)
    assert len(_told(taken)) == 8

    kept = bared(taken, Kind.PNG)

    assert _told(kept) == {_ORIENTATION: 6}
    for gone in (_WHERE, b"tEXt", b"iTXt", b"zTXt", b"tIME", zlib.compress(_WHERE)):
        assert gone not in kept
    assert _seen(kept) == _seen(taken)
    with Image.open(BytesIO(kept)) as opened:
        assert opened.info["icc_profile"] == _COLOURS
    assert bared(kept, Kind.PNG) == kept


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_what_is_handed_in_is_kept_bare(kind: str) -> None:
    taken = _taken(kind)
    found = checked(taken)
    assert _told(found.content) == {_ORIENTATION: 6}
    assert _seen(found.content) == _seen(taken)


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_what_is_cut_short_is_refused_wherever_it_is_cut(kind: str) -> None:
    taken = _taken(kind)
    for end in range(4, len(taken) - 20, 7):
        assert isinstance(looked_through(taken[:end]), Flaw), end
