"""Read a CSV's bytes once, in small pieces, to learn its encoding and what it must not hold."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, Final, cast

from jalon.register.errors import ExtractError
from jalon.register.files import Format, TableFile

CHUNK: Final = 1 << 20
LONGEST_LINE: Final = 1 << 20

_UNDEFINED_IN_WINDOWS_1252: Final = b"\x81\x8d\x8f\x90\x9d"
_BLANK_LINES: Final = (b"\n\n", b"\n\r", b"\r\r")


@dataclass(frozen=True)
class Survey:
    """`plain` says that each of the `lines` is a row, as far as their quotes can tell."""

    encoding: str
    lines: int
    quoted: bool
    plain: bool


def open_bytes(file: TableFile) -> BinaryIO:
    """Open a CSV for its bytes, uncompressed."""
    if file.format is Format.CSV_GZ:
        return cast("BinaryIO", gzip.open(file.path, "rb"))
    return file.path.open("rb")


def survey(file: TableFile) -> Survey:
    """Learn how a CSV is encoded; ExtractError where it cannot be read as one."""
    utf8: int | None = None
    other: int | None = None
    lines, quoted, plain = 0, False, True
    previous = b"\n"  # so that a blank first line is seen
    for first_line, piece in _pieces(file):
        joint = previous[-1:] + piece
        lines = first_line + piece.count(b"\n") - piece.endswith(b"\n")
        quoted = quoted or b'"' in piece
        plain = plain and not (any(pair in joint for pair in _BLANK_LINES) or _straddles(piece))
        previous = piece
        if piece.isascii() or (other is None and utf8 is not None and _is_utf8(piece)):
            continue
        seen_utf8, seen_other = _classify(file, first_line, piece)
        utf8 = utf8 or seen_utf8
        other = other or seen_other
        if utf8 and other:
            raise ExtractError(
                f"Le fichier « {file.name} » mélange deux encodages (ligne {utf8} en UTF-8, "
                f"ligne {other} en Windows-1252) : refaites l'extraction dans un seul encodage."
            )
    return Survey("cp1252" if other else "utf-8", lines, quoted, plain)


def _straddles(piece: bytes) -> bool:
    """Tell whether a quote seems to open on a line and close on another."""
    return b'"' in piece and any(line.count(b'"') % 2 for line in piece.split(b"\n"))


def _is_utf8(piece: bytes) -> bool:
    try:
        piece.decode()
    except UnicodeDecodeError:
        return False
    return True


def _classify(file: TableFile, first_line: int, piece: bytes) -> tuple[int | None, int | None]:
    """Return the first line in UTF-8 beyond ASCII and the first in another encoding."""
    if _is_utf8(piece) and piece.startswith(b"\xef\xbb\xbf") and piece[3:].isascii():
        return None, None
    utf8: int | None = None
    other: int | None = None
    for number, line in enumerate(piece.split(b"\n"), first_line):
        if line.isascii():
            continue
        if _is_utf8(line):
            bare = line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line
            utf8 = utf8 or (None if bare.isascii() else number)
        elif any(byte in line for byte in _UNDEFINED_IN_WINDOWS_1252):
            raise ExtractError(
                f"La ligne {number} de « {file.name} » n'est ni en UTF-8 ni en Windows-1252 : "
                "refaites l'extraction en UTF-8."
            )
        else:
            other = other or number
        if utf8 and other:
            break
    return utf8, other


def _pieces(file: TableFile) -> Iterator[tuple[int, bytes]]:
    """Yield pieces that end with a line (but perhaps the last), with their first line's number."""
    line = 1
    rest = b""
    first = True
    for chunk in _chunks(file):
        if first:
            _refuse_utf16(file, chunk)
            first = False
        end = chunk.rfind(b"\n") + 1
        longest = len(rest) + (chunk.find(b"\n") if end else len(chunk))
        if longest > LONGEST_LINE:
            raise ExtractError(
                f"La ligne {line} de « {file.name} » est démesurée (plus d'un million de "
                "caractères) : refaites l'extraction."
            )
        if not end:
            rest += chunk
            continue
        piece = rest + chunk[:end]
        yield line, piece
        line += piece.count(b"\n")
        rest = chunk[end:]
    if rest:
        yield line, rest


def _chunks(file: TableFile) -> Iterator[bytes]:
    try:
        with open_bytes(file) as stream:
            while chunk := stream.read(CHUNK):
                yield chunk
    except (OSError, EOFError, zlib.error) as error:
        raise ExtractError(
            f"Le fichier « {file.name} » est abîmé ou tronqué : refaites l'extraction."
        ) from error


def _refuse_utf16(file: TableFile, start: bytes) -> None:
    # Without its mark, ASCII text in UTF-16 has a NUL every other byte.
    head = start[:400]
    nuls = head.count(0) / len(head)
    if nuls > 0.6:  # noqa: PLR2004 - more than UTF-16 can have
        raise ExtractError(
            f"Le fichier « {file.name} » n'est pas un texte : refaites l'extraction."
        )
    if start.startswith((b"\xff\xfe", b"\xfe\xff")) or nuls > 0.3:  # noqa: PLR2004
        raise ExtractError(
            f"Le fichier « {file.name} » est en UTF-16 : enregistrez-le en « CSV UTF-8 »."
        )
