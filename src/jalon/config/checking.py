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
from jalon.directory.models import IncompatibleRole, RolePermission
from jalon.directory.queries import demo_accounts_exist
from jalon.directory.roles import Role, incompatible_pairs
from jalon.rules.errors import ClearError

_OLDEST: Final = 150000
_RIGHTS: Final = """
SELECT rolsuper, rolbypassrls, pg_has_role(current_user, tableowner, 'MEMBER')
FROM pg_roles, pg_tables
WHERE rolname = current_user AND schemaname = 'public' AND tablename = 'families_family'
"""
_MAKES_OBJECTS: Final = """
SELECT has_database_privilege(current_database(), 'CREATE, TEMPORARY')
    OR has_schema_privilege('public', 'CREATE')
"""


@dataclass(frozen=True)
class Finding:
    """One point looked at; a fault `everywhere` stops what starts outside production too."""

    ok: bool
    sentence: str
    everywhere: bool = False


def findings(environment: Environment) -> list[Finding]:
    """Return every point looked at; the database's points stop where it does not answer."""
    found = [Finding(ok=True, sentence=f"Réglages : mode {environment.mode}."), *_of_messages()]
    try:
        found += _of_database(environment)
    except DatabaseError:
        found.append(_fault("La base de données ne répond pas."))
    return found


def refuse_faults(environment: Environment) -> None:
    """Refuse to start an installation that has a fault; ClearError says which."""
    production = environment.mode is Mode.PRODUCTION
    for finding in findings(environment):
        if not finding.ok and (production or finding.everywhere):
            raise ClearError(finding.sentence)


def _fault(sentence: str) -> Finding:
    return Finding(ok=False, sentence=sentence, everywhere=True)


def _of_messages() -> Iterator[Finding]:
    """Say what carries messages: a fund may have none, and must know that none leave."""
    if settings.DEMO:
        yield Finding(ok=True, sentence="Messages : notés comme envoyés, rien ne part d'ici.")
        return
    texts, mail = settings.MESSAGING.texts, settings.MESSAGING.mail
    if texts is None:
        yield Finding(ok=True, sentence="SMS : aucun prestataire, aucun ne part.")
    else:
        doubtful = "" if texts.remembers else " ; un envoi interrompu sera à vérifier"
        unheard = "" if texts.webhook_key else " ; on ne saura pas lesquels arrivent"
        yield Finding(ok=True, sentence=f"SMS : un prestataire est réglé{doubtful}{unheard}.")
    server = "aucun serveur, aucun ne part" if mail is None else "un serveur est réglé"
    yield Finding(ok=True, sentence=f"Courriels : {server}.")


def _of_database(environment: Environment) -> Iterator[Finding]:
    version = connection.cursor().connection.info.server_version
    yield Finding(version >= _OLDEST, f"PostgreSQL {version // 10000}.")
    if pending_migrations():
        yield _fault("La base n'est pas à jour : lancez « jalon migrate ».")
        return
    yield Finding(ok=True, sentence="La base est à jour.")
    if not is_vouched_for():
        yield _fault(
            "JALON_SECRET_KEY n'est pas celle que la base connaît : lancez « jalon migrate »."
        )
        return
    yield from _of_rights()
    if environment.mode is Mode.PRODUCTION and demo_accounts_exist():
        yield Finding(ok=False, sentence="Des comptes de démonstration sont ouverts : fermez-les.")
    writable = _writable()
    yield Finding(
        writable,
        f"Le dossier {settings.DATA_FOLDER} est accessible."
        if writable
        else f"Le dossier {settings.DATA_FOLDER} ne peut pas être écrit.",
    )


def _of_rights() -> Iterator[Finding]:
    """Look at what holds the secret: the roles that policies read, and the application's own."""
    if _roles_are_written():
        yield Finding(ok=True, sentence="La base connaît les rôles de cette version.")
    else:
        yield _fault(
            "Les droits des rôles, dans la base, ne sont pas ceux de cette version : lancez "
            "« jalon migrate », et cherchez qui les a changés."
        )
    with connection.cursor() as cursor:
        cursor.execute(_RIGHTS)
        rights = cursor.fetchone()
        cursor.execute(_MAKES_OBJECTS)
        (makes_objects,) = cursor.fetchone()
    passes = rights is None or any(rights)
    yield Finding(
        not passes,
        "L'application passe outre le secret : son rôle est propriétaire ou super-utilisateur."
        if passes
        else "Le secret est tenu par la base : l'application n'en est pas propriétaire.",
    )
    if makes_objects:
        yield Finding(
            ok=False,
            sentence="L'application peut créer des tables ou des fonctions : lancez "
            "« jalon migrate ».",
        )


def _roles_are_written() -> bool:
    """Tell whether the database decides by what this version says of each role."""
    allowed = {(role.value, permission.value) for role in Role for permission in role.permissions}
    apart = {(one.value, other.value) for one, other in incompatible_pairs()}
    return (
        set(RolePermission.objects.values_list("role", "permission")) == allowed
        and set(IncompatibleRole.objects.values_list("role", "other")) == apart
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
