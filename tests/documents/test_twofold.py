"""A file that one program shows as a page and another opens as something else is not taken."""

from __future__ import annotations

import struct
import tarfile
import zipfile
import zlib
from io import BytesIO
from typing import Final

import pytest

from factories.files import pdf, photo
from jalon.documents.child import looked_through
from jalon.documents.kinds import Flaw

_FIRST: Final = pdf().index(b"1 0 obj")
_PAGE: Final = b"<html><script>alert(1)</script></html>"


def _archive(*, comment: bytes = b"") -> bytes:
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("courrier.exe", b"MZ")
        archive.comment = comment
    return file.getvalue()


def _appended(page: bytes) -> bytes:
    """As ZipFile itself writes after a file that is there."""
    file = BytesIO(page)
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr("courrier.exe", b"MZ")
    return file.getvalue()


def _shifted(end: bytes, shift: int) -> bytes:
    """What ends a PDF, its table first, once its objects begin so many bytes further."""
    lines = end.split(b"\n")
    for at, line in enumerate(lines):
        if line.endswith(b" n "):
            lines[at] = b"%010d%s" % (int(line[:10]) + shift, line[10:])
        elif at and lines[at - 1] == b"startxref":
            lines[at] = b"%d" % (int(line) + shift)
    return b"\n".join(lines)


def _in_comment(inside: bytes) -> bytes:
    """A PDF with bytes between its first line and its first object, where nothing reads them."""
    whole = pdf()
    table = whole.index(b"xref")
    return whole[:_FIRST] + inside + whole[_FIRST:table] + _shifted(whole[table:], len(inside))


def _tar() -> bytes:
    """A tar of which the first file's name begins as a PDF does, and the page is inside."""
    whole = pdf()
    told = tarfile.TarInfo("%PDF-1.7")
    told.size = len(whole)
    head = told.tobuf(tarfile.USTAR_FORMAT)
    table = whole.index(b"xref")
    return head + whole[:table] + _shifted(whole[table:], len(head))


def _segment(inside: bytes) -> bytes:
    """A JPEG with bytes where its colours would be told."""
    told = b"ICC_PROFILE\0\1\1" + inside
    whole = photo()
    return whole[:2] + b"\xff\xe2" + struct.pack(">H", len(told) + 2) + told + whole[2:]


def _chunk(inside: bytes) -> bytes:
    """A PNG with bytes, packed as they are, where its colours would be told."""
    told = b"iCCP" + b"a\0\0" + inside
    whole = photo("PNG")
    chunk = struct.pack(">I", len(told) - 4) + told + struct.pack(">I", zlib.crc32(told))
    return whole[:33] + chunk + whole[33:]


def _before_the_end(inside: bytes) -> bytes:
    """A JPEG with bytes after its last points, which its reader passes over."""
    return photo()[:-2] + inside


_BOTH: Final = {
    "pdf, then zip": (_appended(pdf()), Flaw.ARCHIVE),
    "zip before the end of a pdf": (_in_comment(b"%" + _archive() + b"\n"), Flaw.ARCHIVE),
    "pdf, rar": (_in_comment(b"%Rar!\x1a\x07\x01\0\n"), Flaw.ARCHIVE),
    "tar, pdf": (_tar(), Flaw.ARCHIVE),
    "pdf, 7z": (_in_comment(b"%7z\xbc\xaf\x27\x1c\0\4\n"), Flaw.ARCHIVE),
    "pdf, cabinet": (_in_comment(b"%MSCF\0\0\0\0\n"), Flaw.ARCHIVE),
    "pdf, disc": (_in_comment(b"%" + bytes(0x8001 - _FIRST - 1) + b"CD001\n"), Flaw.ARCHIVE),
    "pdf, page of the web": (_in_comment(b"%" + _PAGE + b"\n"), Flaw.WEB),
    "pdf, then page of the web": (pdf() + _PAGE, Flaw.WEB),
    "jpeg, zip in its points": (_before_the_end(_archive(comment=b"\xff\xd9")), Flaw.ARCHIVE),
    "jpeg, page of the web": (_segment(_PAGE), Flaw.WEB),
    "png, page of the web": (_chunk(_PAGE), Flaw.WEB),
    "jpeg, pdf": (_segment(pdf()), Flaw.BROKEN_PICTURE),
    "png, zip in a chunk": (_chunk(_archive()), Flaw.ARCHIVE),
}


@pytest.mark.parametrize(("content", "flaw"), _BOTH.values(), ids=_BOTH)
def test_what_is_two_at_once_is_refused(content: bytes, flaw: Flaw) -> None:
    assert looked_through(content) == flaw


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
@pytest.mark.parametrize("beside", [_archive(), _PAGE, pdf()], ids=["zip", "web", "pdf"])
def test_of_a_photo_and_something_after_it_the_photo_is_kept(kind: str, beside: bytes) -> None:
    assert looked_through(photo(kind) + beside) == photo(kind)
