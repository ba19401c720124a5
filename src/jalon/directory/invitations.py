"""One-time links: of their token, the database keeps the digest alone."""

from __future__ import annotations

from hashlib import sha256


def digest(token: str) -> str:
    """Return the digest of a token, as the database computes it too."""
    return sha256(token.encode()).hexdigest()
