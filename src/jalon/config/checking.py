"""Looks over an installation: what is right, what is not, in a sentence each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.db import DatabaseError, connection

from jalon.audit.identity import is_vouched_for
from jalon.config.environment import Environment, Mode
from jalon.config.maintenance import pending_migrations
from jalon.directory.queries import demo_accounts_exist
from jalon.rules.errors import ClearError

_OLDEST: Final = 150000
_RIGHTS: Final = """
SELECT rolsuper, rolbypassrls, pg_has_role(current_user, tableowner, 'MEMBER')
FROM pg_roles, pg_tables
WHERE rolname = current_user AND schemaname = 'public' AND tablename = 'families_family'
"""


@dataclass(frozen=True)
class Finding:
    """One point looked at."""

    ok: bool
    sentence: str


def findings(environment: Environment) -> list[Finding]:
    """Return every point looked at; the database's points stop where it does not answer."""
    found = [Finding(ok=True, sentence=f"Réglages : mode {environment.mode}.")]
    try:
        found += _of_database(environment)
    except DatabaseError:
        found.append(Finding(ok=False, sentence="La base de données ne répond pas."))
    return found


def refuse_faults(environment: Environment) -> None:
    """Refuse, in production, to start an installation that has a fault; ClearError says which."""
    if environment.mode is not Mode.PRODUCTION:
        return
    for finding in findings(environment):
        if not finding.ok:
            raise ClearError(finding.sentence)


def _of_database(environment: Environment) -> Iterator[Finding]:
    version = connection.cursor().connection.info.server_version
    yield Finding(version >= _OLDEST, f"PostgreSQL {version // 10000}.")
    pending = pending_migrations()
    if pending:
        yield Finding(ok=False, sentence="La base n'est pas à jour : lancez « jalon migrate ».")
        return
    yield Finding(ok=True, sentence="La base est à jour.")
    if not is_vouched_for():
        yield Finding(
            ok=False,
            sentence="JALON_SECRET_KEY n'est pas celle que la base connaît : lancez "
            "« jalon migrate ».",
        )
        return
    with connection.cursor() as cursor:
        cursor.execute(_RIGHTS)
        rights = cursor.fetchone()
    passes = rights is None or any(rights)
    yield Finding(
        not passes,
        "L'application passe outre le secret : son rôle est propriétaire ou super-utilisateur."
        if passes
        else "Le secret est tenu par la base : l'application n'en est pas propriétaire.",
    )
    if environment.mode is Mode.PRODUCTION and demo_accounts_exist():
        yield Finding(ok=False, sentence="Des comptes de démonstration sont ouverts : fermez-les.")
    writable = _writable()
    yield Finding(
        writable,
        f"Le dossier {settings.DATA_FOLDER} est accessible."
        if writable
        else f"Le dossier {settings.DATA_FOLDER} ne peut pas être écrit.",
    )


def _writable() -> bool:
    try:
        settings.DATA_FOLDER.mkdir(parents=True, exist_ok=True, mode=0o700)
        probe = settings.DATA_FOLDER / ".probe"
        probe.touch()
        probe.unlink()
    except OSError:
        return False
    return True
