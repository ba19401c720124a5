"""Tells whether a delivery report comes from the provider, just now: Standard Webhooks, v1.

The provider seals `id.timestamp.body` by HMAC-SHA256 with a key that it shares with us, and may
send several seals while it changes its key.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass
from typing import Final

TOLERANCE: Final = 5 * 60  # seconds, before or after ours
LONGEST_BODY: Final = 8 * 1024  # bytes
_MOST_SEALS: Final = 5
_LONGEST_ID: Final = 256


@dataclass(frozen=True)
class Sealed:
    """A report as it came: its three headers, and its body to the byte."""

    id: str
    timestamp: str
    signature: str
    body: bytes


def is_genuine(report: Sealed, key: bytes, now: float) -> bool:
    """Tell whether a report was sealed with the key, within five minutes of `now` (seconds)."""
    if not key or not 0 < len(report.id) <= _LONGEST_ID:
        return False
    if not report.timestamp.isascii() or not report.timestamp.isdigit():
        return False
    if len(report.timestamp) > len("99999999999"):
        return False
    if abs(now - int(report.timestamp)) > TOLERANCE:
        return False
    expected = seal(report.id, report.timestamp, report.body, key).encode()
    seals = report.signature.split()[:_MOST_SEALS]
    return any(hmac.compare_digest(expected, one.encode()) for one in seals)


def seal(identifier: str, timestamp: str, body: bytes, key: bytes) -> str:
    """Return a seal as the provider writes it: `v1,` and the digest in base 64."""
    claim = f"{identifier}.{timestamp}.".encode() + body
    digest = hmac.digest(key, claim, hashlib.sha256)
    return f"v1,{base64.b64encode(digest).decode()}"


def read_key(written: str) -> bytes:
    """Return the bytes of a key as providers show it, `whsec_` and base 64; ValueError."""
    key = base64.b64decode(written.removeprefix("whsec_"), validate=True)
    if len(key) < 24:  # noqa: PLR2004 - the least that the convention allows
        raise ValueError("a webhook key has 24 bytes at least")
    return key
