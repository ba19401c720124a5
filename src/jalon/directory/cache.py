"""A cache that every process of the application shares, kept in the database.

Several processes serve: wrong guesses must be counted by all of them together. Values are JSON;
Django's own database cache would unpickle what it finds, and run what someone wrote there.
"""

from __future__ import annotations

import json
import random
from datetime import UTC, datetime
from typing import Any, Final

from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache
from django.db import connection

_GET: Final = """
SELECT value FROM directory_cachedvalue
WHERE key = %s AND (expires_at IS NULL OR expires_at > now())
"""
_SET: Final = """
INSERT INTO directory_cachedvalue (key, value, expires_at) VALUES (%s, %s, %s)
ON CONFLICT (key) DO UPDATE SET value = excluded.value, expires_at = excluded.expires_at
"""
_ONLY_EXPIRED: Final = "WHERE directory_cachedvalue.expires_at <= now()"
_TOUCH: Final = """
UPDATE directory_cachedvalue SET expires_at = %s
WHERE key = %s AND (expires_at IS NULL OR expires_at > now())
"""
_PURGED_ONCE_IN: Final = 100


class DatabaseCache(BaseCache):
    """Django's cache over the table of cached values; each call is one statement."""

    def __init__(self, _location: str, params: dict[str, Any]) -> None:
        super().__init__(params)

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:  # noqa: ANN401
        """Return a value, or the default where there is none or it is too old."""
        with connection.cursor() as cursor:
            cursor.execute(_GET, [self.make_and_validate_key(key, version)])
            found = cursor.fetchone()
        return default if found is None else json.loads(found[0])

    def set(
        self,
        key: str,
        value: Any,  # noqa: ANN401
        timeout: float | None = DEFAULT_TIMEOUT,
        version: int | None = None,
    ) -> None:
        """Keep a value, for so many seconds."""
        self._write(_SET, key, value, timeout, version)

    def add(
        self,
        key: str,
        value: Any,  # noqa: ANN401
        timeout: float | None = DEFAULT_TIMEOUT,
        version: int | None = None,
    ) -> bool:
        """Keep a value where there is none yet, and tell whether it was; one process wins."""
        return self._write(_SET + _ONLY_EXPIRED, key, value, timeout, version) > 0

    def touch(
        self,
        key: str,
        timeout: float | None = DEFAULT_TIMEOUT,
        version: int | None = None,
    ) -> bool:
        """Make a value last so many seconds from now, and tell whether there is one."""
        return self._run(_TOUCH, [self._expiry(timeout), self.make_and_validate_key(key, version)])

    def delete(self, key: str, version: int | None = None) -> bool:
        """Forget a value, and tell whether there was one."""
        name = self.make_and_validate_key(key, version)
        return self._run("DELETE FROM directory_cachedvalue WHERE key = %s", [name])

    def clear(self) -> None:
        """Forget everything."""
        self._run("DELETE FROM directory_cachedvalue", [])

    def _write(
        self, statement: str, key: str, value: object, timeout: float | None, version: int | None
    ) -> int:
        if random.randrange(_PURGED_ONCE_IN) == 0:  # noqa: S311 - to spread the work, no more
            self._run("DELETE FROM directory_cachedvalue WHERE expires_at <= now()", [])
        name = self.make_and_validate_key(key, version)
        with connection.cursor() as cursor:
            cursor.execute(statement, [name, json.dumps(value), self._expiry(timeout)])
            return int(cursor.rowcount)

    def _run(self, statement: str, parameters: list[Any]) -> bool:
        with connection.cursor() as cursor:
            cursor.execute(statement, parameters)
            return bool(cursor.rowcount)

    def _expiry(self, timeout: float | None) -> datetime | None:
        until = self.get_backend_timeout(timeout)
        return None if until is None else datetime.fromtimestamp(until, tz=UTC)
