"""What a file may be: read from its bytes, and refused in one sentence."""

from __future__ import annotations

import struct
import subprocess
import sys
import time
import zlib
from collections.abc import Callable
from typing import Final

import pytest
from pikepdf import Pdf

from factories.files import (
    ACTIVE,
    QUIET,
    locked,
    packed_twice,
    pdf,
    photo,
    swells,
    swells_otherwise,
    written,
)
from jalon.documents import checking
from jalon.documents.checking import checked
from jalon.documents.child import looked_through
from jalon.documents.errors import FileRefusedError
from jalon.documents.kinds import MOST_BYTES, MOST_PAGES, MOST_PIXELS, Flaw, Kind

_OFFICE: Final = b"PK\x03\x04\x14\x00\x06\x00[Content_Types].xml"


def _png(width: int, height: int, data: bytes = b"") -> bytes:
    """A PNG that says how large it is, whatever it holds."""

    def chunk(name: bytes, told: bytes) -> bytes:
        return (
            struct.pack(">I", len(told)) + name + told + struct.pack(">I", zlib.crc32(name + told))
        )

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("content", "kind"),
    [(pdf(), Kind.PDF), (photo(), Kind.JPEG), (photo("PNG"), Kind.PNG)],
    ids=["pdf", "jpeg", "png"],
)
def test_what_is_taken_is_known_by_its_bytes(content: bytes, kind: Kind) -> None:
    found = checked(content)
    assert (found.content, found.kind) == (content, kind)


@pytest.mark.parametrize(
    ("content", "flaw"),
    [
        (b"", Flaw.EMPTY),
        (b"%PDF-1.7" + bytes(MOST_BYTES), Flaw.TOO_LARGE),
        (b"MZ\x90\x00", Flaw.PROGRAM),
        (b"\x7fELF\x02", Flaw.PROGRAM),
        (b"#!/bin/sh\n", Flaw.PROGRAM),
        (_OFFICE, Flaw.OFFICE),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Flaw.OFFICE),
        (b"PK\x03\x04 anything", Flaw.ARCHIVE),
        (b"  <!doctype html><script>", Flaw.WEB),
        (b"\xef\xbb\xbf<svg onload='alert(1)'>", Flaw.WEB),
        (b"GIF89a", Flaw.OTHER_PICTURE),
        (b"\x00\x00\x00\x18ftypheic", Flaw.OTHER_PICTURE),
        (b"Bonjour", Flaw.UNKNOWN),
        (b" %PDF-1.7", Flaw.UNKNOWN),
        (b"%PDF-1.7 and nothing", Flaw.BROKEN),
        (pdf()[:-60], Flaw.BROKEN),
        (locked(opens=False), Flaw.LOCKED),
        (locked(opens=True), Flaw.LOCKED),
        (pdf(pages=MOST_PAGES + 1), Flaw.TOO_MANY_PAGES),
        (photo()[:200], Flaw.BROKEN_PICTURE),
        (b"\xff\xd8\xff rest", Flaw.BROKEN_PICTURE),
        (_png(30, 30, b"not packed"), Flaw.BROKEN_PICTURE),
        (_png(MOST_PIXELS, 2), Flaw.TOO_MANY_PIXELS),
    ],
    ids=lambda one: one.value if isinstance(one, Flaw) else "",
)
def test_what_is_refused_says_why(content: bytes, flaw: Flaw) -> None:
    """Looked through here: what a child process answers is this very function's answer."""
    assert looked_through(content) == flaw
    assert flaw.sentence.endswith(".")


@pytest.mark.parametrize("change", ACTIVE.values(), ids=ACTIVE)
def test_a_pdf_that_does_more_than_show_pages_is_refused(change: Callable[[Pdf], object]) -> None:
    assert looked_through(pdf(change)) == Flaw.ACTIVE


@pytest.mark.parametrize("change", QUIET.values(), ids=QUIET)
def test_a_pdf_that_leads_somewhere_if_one_clicks_is_taken(
    change: Callable[[Pdf], object],
) -> None:
    assert looked_through(pdf(change)) == pdf(change)


def test_a_pdf_that_swells_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    assert looked_through(pdf(swells)) == pdf(swells)
    assert looked_through(pdf(packed_twice)) == Flaw.TOO_HEAVY
    monkeypatch.setattr("jalon.documents.pdf._MOST_OPENED", 8 << 20)
    monkeypatch.setattr("jalon.documents.pdf._STEP", 1 << 20)
    assert looked_through(pdf(swells)) == Flaw.TOO_HEAVY


@pytest.mark.parametrize(
    "filters",
    [
        ("/LZWDecode",),
        ("/ASCIIHexDecode", "/FlateDecode"),
        ("/ASCII85Decode", "/FlateDecode"),
    ],
    ids=lambda one: one[0],
)
def test_a_pdf_that_swells_otherwise_is_refused(
    filters: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    sound = pdf(swells_otherwise(*filters))
    assert looked_through(sound) == sound
    monkeypatch.setattr("jalon.documents.pdf._MOST_OPENED", 8 << 20)
    assert looked_through(sound) == Flaw.TOO_HEAVY


_SCRIPT: Final = b"<< /S /JavaScript /JS (app.alert(1)) >>"


@pytest.mark.parametrize(
    ("content", "flaw"),
    [
        (written(b""), None),
        (written(b"/AA << /WC " + _SCRIPT + b" >>", in_trailer=True), Flaw.ACTIVE),
        (written(b"/Names << /JavaScript << >> >>", in_trailer=True), Flaw.ACTIVE),
        # One reader takes the first, another the last.
        (written(b"/OpenAction " + _SCRIPT + b" /OpenAction [3 0 R /Fit]"), Flaw.BROKEN),
        # Of a length that is wrong, an object is nothing to one reader, and a file to another.
        (
            written(
                b"",
                contents=b"<< /Type /EmbeddedFile /Length 2 >>\nstream\nMZ MZ MZ\nendstream",
            ),
            Flaw.BROKEN,
        ),
    ],
    ids=["sound", "catalogue in the trailer", "names in the trailer", "told twice", "length"],
)
def test_a_pdf_that_two_readers_read_otherwise_is_refused(
    content: bytes, flaw: Flaw | None
) -> None:
    assert looked_through(content) == (flaw or content)


def test_ten_thousand_pages_are_refused_quickly() -> None:
    content = pdf(pages=10_000)
    began = time.monotonic()
    with pytest.raises(FileRefusedError, match="plus de 100 pages"):
        checked(content)
    assert time.monotonic() - began < 10


@pytest.mark.parametrize(
    "does",
    [
        "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)",
        "import time; time.sleep(60)",
    ],
    ids=["dies", "lasts"],
)
def test_a_file_that_ends_its_reader_or_takes_for_ever_is_refused(
    does: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checking, "_COMMAND", (sys.executable, "-c", does))
    monkeypatch.setattr(checking, "_WITHIN", 0.5)
    with pytest.raises(FileRefusedError, match="trop de travail"):
        checked(pdf())


def test_memory_has_an_end() -> None:
    """The child's own limits, over a reader that would take all."""
    greedy = (
        "import jalon.documents.child as child;"
        "child.flaw_of_pdf = lambda content: [bytes(1 << 28) for _ in range(64)];"
        "child.main()"
    )
    answer = subprocess.run(  # noqa: S603 - our own code
        [sys.executable, "-c", greedy],
        input=pdf(),
        capture_output=True,
        check=True,
    )
    assert answer.stdout.decode() == f"{Flaw.TOO_HEAVY}\n"


def test_a_reader_that_cannot_begin_is_a_fault_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checking, "_COMMAND", (sys.executable, "-c", "raise SystemExit(3)"))
    with pytest.raises(subprocess.CalledProcessError):
        checked(pdf())
