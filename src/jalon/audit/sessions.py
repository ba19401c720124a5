"""Sessions that the database keeps without being able to read or lend them.

Sessions are looked up before anyone is known: no policy can hold their table. The cookie holds a
key, the database only its digest, so that reading the table gives nobody's session. What a session
holds (a family looked for, a one-time link, the secret of an app being installed) is sealed for
that key alone: read, it says nothing; copied under another, it is void.
"""

from __future__ import annotations

import hashlib
from typing import Any, Final

from cryptography.fernet import Fernet, InvalidToken
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.contrib.sessions.base_session import AbstractBaseSession
from django.utils import timezone
from django.utils.encoding import force_bytes

from jalon.audit.sealing import sealer

_LENGTH: Final = 40  # characters, of Django's column: 160 bits


def digest(session_key: str) -> str:
    """Return what the database keeps of a key."""
    return hashlib.sha256(session_key.encode()).hexdigest()[:_LENGTH]


class SessionStore(DatabaseStore):
    """Django's sessions in the database, found by the digest of their key."""

    def encode(self, session_dict: dict[str, Any]) -> str:
        """Return what a session holds, sealed for its key."""
        return self._sealer().encrypt(self.serializer().dumps(session_dict)).decode()

    def decode(self, session_data: bytes | str) -> dict[str, Any]:
        """Return what a session holds: nothing, where it was not sealed for this key."""
        try:
            opened = self._sealer().decrypt(force_bytes(session_data))
        except InvalidToken:
            return {}
        held: dict[str, Any] = self.serializer().loads(opened)
        return held

    def _sealer(self) -> Fernet:
        return sealer(f"session {self.session_key}")

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
