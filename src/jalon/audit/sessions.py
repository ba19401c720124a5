"""Sessions of which the database keeps neither the key nor a copy that another could use.

The cookie holds a key; the database only its digest, so that reading the table gives nobody's
session. What a session holds is signed for that key alone: copied under another, it is void.
"""

from __future__ import annotations

import hashlib
from typing import Any, Final

from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.contrib.sessions.base_session import AbstractBaseSession
from django.utils import timezone

_LENGTH: Final = 40  # characters, of Django's column: 160 bits


def digest(session_key: str) -> str:
    """Return what the database keeps of a key."""
    return hashlib.sha256(session_key.encode()).hexdigest()[:_LENGTH]


class SessionStore(DatabaseStore):
    """Django's sessions in the database, found by the digest of their key."""

    @property
    def key_salt(self) -> str:
        """What the contents are signed with, beside Django's secret key."""
        return f"jalon.audit.sessions.{self.session_key}"

    def _get_session_from_db(self) -> AbstractBaseSession | None:
        found: AbstractBaseSession | None = None
        if self.session_key is not None:
            kept = self.model.objects.filter(expire_date__gt=timezone.now())
            found = kept.filter(session_key=digest(self.session_key)).first()
        if found is None:
            self._session_key = None
        return found

    def exists(self, session_key: str) -> bool:
        """Tell whether a key is taken."""
        return super().exists(digest(session_key))

    def create_model_instance(self, data: dict[str, Any]) -> AbstractBaseSession:
        """Return the row to keep."""
        made = super().create_model_instance(data)
        made.session_key = digest(made.session_key)
        return made

    def delete(self, session_key: str | None = None) -> None:
        """End a session, this one unless said."""
        key = session_key or self.session_key
        if key is not None:
            self.model.objects.filter(session_key=digest(key)).delete()
