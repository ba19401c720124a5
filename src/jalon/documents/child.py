"""Looks at one file for another process, within limits of memory and time.

The file comes on standard input; the answer is a line, the name of its flaw or `KEPT`, then the
file as it may be kept.
"""

from __future__ import annotations

import resource
import sys
from typing import Final

from jalon.documents.bare import bared
from jalon.documents.kinds import KEPT, Flaw, Kind, kind_of
from jalon.documents.pdf import flaw_of_pdf
from jalon.documents.picture import flaw_of_picture
from jalon.documents.twofold import other_side

_MEMORY: Final = 1024**3
_SECONDS: Final = 10
# Nothing is written to a disk, nor kept of what failed.
_LIMITS: Final = {
    resource.RLIMIT_AS: _MEMORY,
    resource.RLIMIT_CPU: _SECONDS,
    resource.RLIMIT_CORE: 0,
    resource.RLIMIT_FSIZE: 0,
}


def looked_through(content: bytes) -> bytes | Flaw:
    """Return a file as it may be kept, or why it may not be: a photo says no more where it was."""
    kind = kind_of(content)
    if isinstance(kind, Flaw):
        return kind
    try:
        if kind is Kind.PDF:
            return flaw_of_pdf(content) or other_side(content, kind) or content
        photo = bared(content, kind)
        # What was laid beside the picture is gone; what is hidden in it is not.
        return flaw_of_picture(photo, kind) or other_side(photo, kind) or photo
    except MemoryError:
        return Flaw.TOO_HEAVY
    except Exception:  # noqa: BLE001 - whatever a file makes its reader stumble on, it is the file
        return Flaw.BROKEN if kind is Kind.PDF else Flaw.BROKEN_PICTURE


def main() -> None:
    """Answer the one question."""
    content = sys.stdin.buffer.read()
    for limit, most in _LIMITS.items():
        resource.setrlimit(limit, (most, most))
    found = looked_through(content)
    answer = (found.encode(), b"") if isinstance(found, Flaw) else (KEPT, found)
    sys.stdout.buffer.write(b"\n".join(answer))


if __name__ == "__main__":
    main()
