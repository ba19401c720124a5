"""Looks through a PDF for anything in it but pages.

It runs in a child process alone: whatever is wrong with a file may be meant to be.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from io import BytesIO
from typing import Final

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Stream, StreamDecodeLevel, String

from jalon.documents.kinds import MOST_PAGES, MOST_PIXELS, Flaw

# What runs, opens or brings something else, whoever would click on what.
_KEYS: Final = frozenset(
    {"/JS", "/JavaScript", "/AA", "/EF", "/EmbeddedFiles", "/XFA", "/RichMediaContent", "/OPI"}
)
_ACTIONS: Final = frozenset(
    {
        *("/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/GoToE", "/GoToR"),
        *("/Thread", "/Rendition", "/Movie", "/Sound", "/RichMediaExecute", "/GoTo3DView"),
    }
)
_PARTS: Final = frozenset(
    {
        *("/EmbeddedFile", "/FileAttachment", "/RichMedia", "/Movie", "/Sound", "/Screen"),
        *("/3D", "/Launch", "/Filespec"),
    }
)
# What a stream is read from, or drawn from, instead of the file itself.
_ELSEWHERE: Final = frozenset({"/F", "/Ref"})
# Where a link may lead: to a page of the web or a way to be reached; not to a program, to a disk
# or to a machine of the network, which would be told who reads.
_LINK: Final = re.compile(r"https?://|mailto:|tel:|[^:/\\.][^:]*$|$")
# What pages come to once they are opened: a scan in colour on a hundred sheets, at most.
_MOST_OPENED: Final = 512 * 1024**2
_STEP: Final = 16 * 1024 * 1024
# What a blank page may lack, which the library then says.
_LACKS: Final = "Resources is missing"
_FLATE: Final = frozenset({"/FlateDecode", "/Fl"})
_SWELLS: Final = _FLATE | {"/LZWDecode", "/LZW", "/RunLengthDecode", "/RL"}
_OPENS: Final = _SWELLS | {"/ASCII85Decode", "/A85", "/ASCIIHexDecode", "/AHx"}


def flaw_of_pdf(content: bytes) -> Flaw | None:
    """Return why a PDF may not be taken, or nothing."""
    try:
        # Repaired here, it could be read otherwise elsewhere.
        pdf = pikepdf.open(BytesIO(content), attempt_recovery=False, suppress_warnings=True)
    except pikepdf.PasswordError:
        return Flaw.LOCKED
    except pikepdf.PdfError:
        return Flaw.BROKEN
    with pdf:
        return Flaw.LOCKED if pdf.is_encrypted else _flaw_of(pdf)


def _flaw_of(pdf: pikepdf.Pdf) -> Flaw | None:
    if not 0 < len(pdf.pages) <= MOST_PAGES:
        return Flaw.TOO_MANY_PAGES if len(pdf.pages) else Flaw.BROKEN
    if not _opens_quietly(pdf.Root):
        return Flaw.ACTIVE
    if flaw := _flaw_inside(pdf):
        return flaw
    # What had to be guessed was not looked at as another reader would read it.
    return Flaw.BROKEN if any(_LACKS not in str(one) for one in pdf.get_warnings()) else None


def _flaw_inside(pdf: pikepdf.Pdf) -> Flaw | None:
    opened = 0
    # The catalogue is an object of its own, or is written in the trailer.
    for one in (pdf.trailer, *pdf.objects):
        if any(_is_active(part) for part in _parts(one)):
            return Flaw.ACTIVE
        if isinstance(one, Stream):
            if _pixels(one) > MOST_PIXELS:
                return Flaw.TOO_MANY_PIXELS
            opened += _opened(one, _MOST_OPENED - opened)
            if opened > _MOST_OPENED:
                return Flaw.TOO_HEAVY
    return None


def _parts(whole: Object) -> Iterator[Object]:
    """Yield the dictionaries of an object, those inside it too; what it names comes by itself."""
    left = [whole]
    while left:
        one = left.pop()
        if isinstance(one, Array):
            inside = list(one)
        elif isinstance(one, (Dictionary, Stream)):
            yield one
            inside = [one[key] for key in one.keys()]  # noqa: SIM118 - not a mapping
        else:
            continue
        left += [part for part in inside if _holds(part) and not part.is_indirect]


def _holds(part: object) -> bool:
    return isinstance(part, (Array, Dictionary))


def _is_active(part: Object) -> bool:
    return bool(
        _KEYS & set(part.keys())
        or _name(part, "/S") in _ACTIONS
        or _name(part, "/Subtype") in _PARTS
        or _name(part, "/Type") in _PARTS
        or (isinstance(part, Stream) and _ELSEWHERE & set(part.keys()))
        or not all(_leads_quietly(part.get(key)) for key in ("/URI", "/Base"))
    )


def _leads_quietly(address: object) -> bool:
    """Tell whether what may be an address is one of the web, or none."""
    if not isinstance(address, String):
        return True
    return bool(_LINK.match("".join(sign for sign in str(address).lower() if sign > " ")))


def _name(part: Object, key: str) -> str:
    value = part.get(key)
    return str(value) if isinstance(value, Name) else ""


def _opens_quietly(root: Object) -> bool:
    """Tell whether a file that is opened does no more than to show a page of its own."""
    first = root.get("/OpenAction")
    if isinstance(first, Dictionary):
        return _name(first, "/S") == "/GoTo" and "/Next" not in first
    return first is None or isinstance(first, Array)


def _pixels(one: Stream) -> int:
    if _name(one, "/Subtype") != "/Image":
        return 0
    return int(one.get("/Width", 0)) * int(one.get("/Height", 0))


def _opened(one: Stream, most: int) -> int:
    """Return how large what a stream holds is, or a little more than `most`."""
    told = one.get("/Filter")
    filters = [str(name) for name in told] if isinstance(told, Array) else [str(told)]
    swelling = sum(name in _SWELLS for name in filters)
    if not swelling:
        return 0
    if filters[0] in _FLATE and swelling == 1:
        return _unpacked(one.read_raw_bytes(), most)
    if swelling == 1 and _OPENS.issuperset(filters):
        # All at once, as far as this process may grow.
        return len(one.read_bytes(StreamDecodeLevel.specialized))
    return most + 1


def _unpacked(raw: bytes, most: int) -> int:
    unpacking, found = zlib.decompressobj(), 0
    while raw and found <= most:
        found += len(unpacking.decompress(raw, _STEP))
        raw = unpacking.unconsumed_tail
    return found
