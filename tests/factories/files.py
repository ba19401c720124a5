"""Files that people hand in, sound and hostile, made here."""

from __future__ import annotations

import base64
import zlib
from collections.abc import Callable
from functools import cache
from io import BytesIO
from typing import Any, Final

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, Stream, String
from PIL import Image


def pdf(change: Callable[[Pdf], object] | None = None, *, pages: int = 1) -> bytes:
    """A PDF of blank pages, as it is or with something done to it; the same bytes each time."""
    made = pikepdf.new()
    for _ in range(pages):
        made.add_blank_page(page_size=(200, 300))
    if change is not None:
        change(made)
    written = BytesIO()
    made.save(
        written,
        deterministic_id=True,
        # What is packed so, or so often, stays as it was packed.
        compress_streams=False,
        stream_decode_level=pikepdf.StreamDecodeLevel.none,
    )
    return written.getvalue()


@cache
def photo(kind: str = "JPEG", size: tuple[int, int] = (40, 30)) -> bytes:
    written = BytesIO()
    Image.new("RGB", size, (90, 120, 140)).save(written, kind)
    return written.getvalue()


def locked(*, opens: bool) -> bytes:
    """A PDF that is encrypted: without its password, it opens or not."""
    made, written = Pdf.open(BytesIO(pdf())), BytesIO()
    made.save(written, encryption=pikepdf.Encryption(owner="o", user="" if opens else "u"))
    return written.getvalue()


def _script() -> Dictionary:
    return Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))


def _on_opening(made: Pdf, action: Dictionary | Array) -> None:
    made.Root.OpenAction = made.make_indirect(action)


def _embeds(made: Pdf) -> None:
    told = {"filename": "a.exe", "description": "", "mime_type": "", "creation_date": ""}
    inside = pikepdf.AttachedFileSpec(made, b"MZ", mod_date="", **told)
    made.attachments["a.exe"] = inside


def swells(made: Pdf) -> None:
    """A page of sixteen megabytes, in some kilobytes."""
    packed = zlib.compress(bytes(16 << 20))
    stream = Stream(made, b"")
    stream.write(packed, filter=Name.FlateDecode)
    made.pages[0].Contents = made.make_indirect(stream)


def swells_otherwise(*filters: str) -> Callable[[Pdf], object]:
    """What swells without beginning by what is unpacked step by step."""
    zeros = {
        "/LZWDecode": _lzw(2),
        "/ASCIIHexDecode": zlib.compress(bytes(16 << 20)).hex().encode() + b">",
        "/ASCII85Decode": base64.a85encode(zlib.compress(bytes(16 << 20))) + b"~>",
    }

    def change(made: Pdf) -> None:
        stream = Stream(made, b"")
        stream.write(zeros[filters[0]], filter=Array([Name(one) for one in filters]))
        made.pages[0].Contents = made.make_indirect(stream)

    return change


def _lzw(times: int) -> bytes:
    """Zeros packed so that each code says one more than the one before."""
    codes = [256, 0, *range(258, 4094)]
    widths = [12, 9, *(9 + (one >= 511) + (one >= 1023) + (one >= 2047) for one in codes[2:])]
    bits = "".join(f"{code:0{width}b}" for code, width in zip(codes, widths, strict=True))
    whole = ("100000000" + bits[12:]) + bits * (times - 1)
    whole += "0" * (-len(whole) % 8)
    return int(whole, 2).to_bytes(len(whole) // 8)


def packed_twice(made: Pdf) -> None:
    stream = Stream(made, b"")
    packed = zlib.compress(zlib.compress(bytes(1 << 20)))
    stream.write(packed, filter=Array([Name.FlateDecode, Name.FlateDecode]))
    made.pages[0].Contents = made.make_indirect(stream)


def _annotates(**told: Any) -> Callable[[Pdf], object]:
    def change(made: Pdf) -> None:
        note = Dictionary(Type=Name.Annot, Rect=Array([0, 0, 9, 9]), **told)
        made.pages[0].Annots = Array([made.make_indirect(note)])

    return change


def _deep(made: Pdf) -> None:
    """A script at the bottom of lists of lists."""
    inside: Array = Array([_script()])
    for _ in range(40):
        inside = Array([inside])
    made.Root.Hidden = inside


def _draws(**told: Any) -> Callable[[Pdf], object]:
    """A picture whose words are elsewhere."""

    def change(made: Pdf) -> None:
        drawn = Stream(made, b"", Dictionary(Type=Name.XObject, Subtype=Name.Form, **told))
        made.pages[0].Resources = Dictionary(XObject=Dictionary(X=made.make_indirect(drawn)))

    return change


def _links(address: str) -> Callable[[Pdf], object]:
    return _annotates(Subtype=Name.Link, A=Dictionary(S=Name.URI, URI=String(address)))


# What a PDF may hold besides its pages.
ACTIVE: Final[dict[str, Callable[[Pdf], object]]] = {
    "script on opening": lambda made: _on_opening(made, _script()),
    "page of the web on opening": lambda made: _on_opening(
        made, Dictionary(S=Name.URI, URI=String("https://example.org/"))
    ),
    "a page, then more": lambda made: _on_opening(
        made, Dictionary(S=Name.GoTo, D=Array([]), Next=Dictionary(S=Name.URI, URI=String("x")))
    ),
    "script among names": lambda made: setattr(
        made.Root, "Names", Dictionary(JavaScript=Dictionary(Names=Array(["a", _script()])))
    ),
    "action of the file": lambda made: setattr(made.Root, "AA", Dictionary(WC=_script())),
    "action of a page": lambda made: setattr(
        made.pages[0].obj, "AA", Dictionary(O=Dictionary(S=Name.URI, URI=String("x")))
    ),
    "a program": _annotates(Subtype=Name.Link, A=Dictionary(S=Name.Launch, F=String("cmd.exe"))),
    "a form that sends": _annotates(Subtype=Name.Link, A=Dictionary(S=Name.SubmitForm)),
    "a film": _annotates(Subtype=Name.RichMedia),
    "a file on a page": _annotates(Subtype=Name.FileAttachment),
    "a file beside": _embeds,
    "an active form": lambda made: setattr(
        made.Root, "AcroForm", Dictionary(Fields=Array([]), XFA=String("<xdp/>"))
    ),
    "hidden deep": _deep,
    "a stream that is elsewhere": _draws(F=String("http://example.org/x")),
    "a page of another file": _draws(Ref=Dictionary(F=String("x.pdf"), Page=0)),
    "an article of another file": _annotates(
        Subtype=Name.Link, A=Dictionary(S=Name.Thread, F=String("x.pdf"), D=0)
    ),
    "a link that runs": _links("java script:alert(1)"),
    "a link to a disk": _links("file:///C:/a.exe"),
    "a link to a machine of the network": _links(r"\\10.0.0.1\share"),
    "links that begin elsewhere": lambda made: setattr(
        made.Root, "URI", Dictionary(Base=String("file://10.0.0.1/"))
    ),
}


def written(catalogue: bytes, *, in_trailer: bool = False, contents: bytes = b"") -> bytes:
    """A PDF of one page written by hand, which no library would write."""
    root = b"<< /Type /Catalog /Pages 2 0 R " + catalogue + b" >>"
    objects = [
        b"null" if in_trailer else root,
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>",
        contents or b"null",
    ]
    whole, places = b"%PDF-1.7\n", []
    for number, one in enumerate(objects, 1):
        places.append(b"%010d 00000 n \n" % len(whole))
        whole += b"%d 0 obj\n%s\nendobj\n" % (number, one)
    table = b"xref\n0 5\n0000000000 65535 f \n" + b"".join(places)
    trailer = b"trailer\n<< /Size 5 /Root " + (root if in_trailer else b"1 0 R") + b" >>\n"
    return whole + table + trailer + b"startxref\n%d\n%%%%EOF\n" % len(whole)


# What it may hold: where to begin, links that one clicks on.
QUIET: Final[dict[str, Callable[[Pdf], object]]] = {
    "a page to begin with": lambda made: setattr(
        made.Root, "OpenAction", Array([made.pages[0].obj, Name.Fit])
    ),
    "a page to go to": lambda made: _on_opening(
        made, Dictionary(S=Name.GoTo, D=Array([made.pages[0].obj, Name.Fit]))
    ),
    "a link": _links("https://example.org/"),
    "a link without its beginning": _links("www.example.org/a"),
    "a link to write": _links("mailto:nobody@example.org"),
}
