"""Looks at one file for another process, within limits of memory and time.

The file comes on standard input; the answer is the name of its flaw, or nothing.
"""

from __future__ import annotations

import resource
import sys
from typing import Final

from jalon.documents.kinds import Flaw, Kind, kind_of
from jalon.documents.pdf import flaw_of_pdf
from jalon.documents.picture import flaw_of_picture

_MEMORY: Final = 1024**3
_SECONDS: Final = 10
# Nothing is written to a disk, nor kept of what failed.
_LIMITS: Final = {
    resource.RLIMIT_AS: _MEMORY,
    resource.RLIMIT_CPU: _SECONDS,
    resource.RLIMIT_CORE: 0,
    resource.RLIMIT_FSIZE: 0,
}


def flaw_of(content: bytes) -> Flaw | None:
    """Return why a file may not be taken, or nothing."""
    kind = kind_of(content)
    if isinstance(kind, Flaw):
        return kind
    try:
        return flaw_of_pdf(content) if kind is Kind.PDF else flaw_of_picture(content, kind)
    except MemoryError:
        return Flaw.TOO_HEAVY
    except Exception:  # noqa: BLE001 - whatever a file makes its reader stumble on, it is the file
        return Flaw.BROKEN if kind is Kind.PDF else Flaw.BROKEN_PICTURE


def main() -> None:
    """Answer the one question."""
    content = sys.stdin.buffer.read()
    for limit, most in _LIMITS.items():
        resource.setrlimit(limit, (most, most))
    sys.stdout.write(flaw_of(content) or "")


if __name__ == "__main__":
    main()
