"""Reads the settings of the environment, and says in a sentence what is wrong with them."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from jalon.rules.errors import ClearError

DEMO_KEY: Final = "demo-key-that-protects-nothing-and-that-production-refuses"
_SHORTEST_KEY: Final = 50


class SettingsError(ClearError):
    """A setting of the environment that cannot be used."""


class Mode(StrEnum):
    """What this installation is for."""

    DEMO = "demo"
    DEVELOPMENT = "development"
    PRODUCTION = "production"


@dataclass(frozen=True)
class IdentityProvider:
    """The organisation's own sign-in, by OpenID Connect; `url` is its issuer's.

    With `addresses_verified`, the operator answers for addresses of which it says nothing.
    `second_factors` are the values of its `acr` and `amr` that stand for one of ours.
    """

    url: str
    client: str
    secret: str
    label: str
    addresses_verified: bool = False
    second_factors: tuple[str, ...] = ()


@dataclass(frozen=True)
class Environment:
    """The settings of one installation, checked.

    `incoming` is where other systems leave extracts for Jalon to take.
    `former_key` is the secret before this one, while what it sealed is sealed anew.
    `public_url` is where families reach the answer page, without a slash at its end: printed on
    every letter.
    `unguarded` is an installation of which nobody said what it is for, and whose key is
    everybody's: good for one machine alone.
    `database_url` is None for the embedded server; otherwise it logs in as the application, and
    `owner_url` as the owner of the schema, for migrations and maintenance alone: what serves pages
    and does jobs is not given it.
    """

    mode: Mode
    secret_key: str
    former_key: str
    debug: bool
    hosts: tuple[str, ...]
    data: Path
    incoming: Path
    profile: str
    database_url: str | None
    owner_url: str | None
    port: int
    public_url: str
    provider: IdentityProvider | None
    unguarded: bool

    @property
    def demo(self) -> bool:
        """Whether accounts are chosen by a click, and data invented."""
        return self.mode is Mode.DEMO


def read_environment(variables: Mapping[str, str] | None = None) -> Environment:
    """Return the settings; SettingsError where one is missing or cannot be used."""
    given = os.environ if variables is None else variables
    mode = _mode(given.get("JALON_MODE", Mode.DEVELOPMENT.value))
    key = given.get("JALON_SECRET_KEY") or ("" if mode is Mode.PRODUCTION else DEMO_KEY)
    data = Path(given.get("JALON_DATA", "data")).absolute()
    found = Environment(
        mode=mode,
        secret_key=key,
        former_key=given.get("JALON_SECRET_KEY_BEFORE", ""),
        debug=_flag(given, "JALON_PAGES_DEBUG"),
        hosts=_list(given, "JALON_HOSTS"),
        data=data,
        incoming=Path(given.get("JALON_INCOMING") or data / "incoming").absolute(),
        profile=given.get("JALON_PROFILE", "val-de-marne"),
        database_url=given.get("DATABASE_URL") or None,
        owner_url=given.get("DATABASE_OWNER_URL") or None,
        port=(port := _port(given.get("JALON_PORT", "8000"))),
        public_url=_public_url(given.get("JALON_PUBLIC_URL"), mode, port),
        provider=_provider(given, mode),
        unguarded=key == DEMO_KEY and "JALON_MODE" not in given,
    )
    _check_databases(found)
    if found.database_url or found.hosts:
        refuse_unguarded(found)
    if mode is Mode.PRODUCTION:
        _check_production(found)
    return found


def _mode(value: str) -> Mode:
    try:
        return Mode(value)
    except ValueError:
        modes = ", ".join(Mode)
        raise SettingsError(f"JALON_MODE vaut « {value} » : choisissez parmi {modes}.") from None


def _flag(given: Mapping[str, str], name: str) -> bool:
    value = given.get(name, "0")
    if value not in {"0", "1"}:
        raise SettingsError(f"{name} vaut « {value} » : mettez 1 pour oui, 0 pour non.")
    return value == "1"


def _port(value: str) -> int:
    if not value.isascii() or not value.isdigit() or not 1 <= int(value) <= 65535:  # noqa: PLR2004
        raise SettingsError(f"JALON_PORT vaut « {value} » : donnez un nombre de 1 à 65535.")
    return int(value)


def _public_url(value: str | None, mode: Mode, port: int) -> str:
    url = (value or "").strip().rstrip("/")
    if not url:
        return "" if mode is Mode.PRODUCTION else f"http://127.0.0.1:{port}"
    secure = url.startswith("https://") or (
        mode is not Mode.PRODUCTION and url.startswith(_LOOPBACK)
    )
    if not secure or len(url) > _LONGEST_PUBLIC_URL or set(url) & set("?# "):
        raise SettingsError(
            f"JALON_PUBLIC_URL vaut « {url} » : donnez l'adresse https://… où les familles "
            f"répondent, de {_LONGEST_PUBLIC_URL} caractères au plus, imprimée sur les courriers."
        )
    return url


def _list(given: Mapping[str, str], name: str) -> tuple[str, ...]:
    return tuple(one.strip() for one in given.get(name, "").split(",") if one.strip())


_PROVIDER_OPTIONS: Final = (
    "JALON_OIDC_LABEL",
    "JALON_OIDC_ADDRESSES_VERIFIED",
    "JALON_OIDC_SECOND_FACTOR",
)
# What a person knows, or receives at the address that names them: RFC 8176, eIDAS, ProConnect.
_ONE_FACTOR: Final = frozenset({"pwd", "pin", "kba", "mail", "eidas1", "0"})
# The square on a letter holds no more with the code after it.
_LONGEST_PUBLIC_URL: Final = 40
_LOOPBACK: Final = ("http://127.0.0.1:", "http://localhost:", "http://[::1]:")


def _provider(given: Mapping[str, str], mode: Mode) -> IdentityProvider | None:
    names = ("JALON_OIDC_URL", "JALON_OIDC_CLIENT", "JALON_OIDC_SECRET")
    values = [given.get(name, "").strip() for name in names]
    if not any(values):
        for name in _PROVIDER_OPTIONS:
            if given.get(name):
                raise SettingsError(
                    f"{name} est donné sans JALON_OIDC_URL : donnez l'adresse du fournisseur."
                )
        return None
    for name, value in zip(names, values, strict=True):
        if not value:
            raise SettingsError(f"{name} manque : donnez ensemble {', '.join(names)}, ou aucun.")
    url, client, secret = values
    if not url.startswith("https://") and (
        mode is Mode.PRODUCTION or not url.startswith(_LOOPBACK)
    ):
        raise SettingsError(
            f"JALON_OIDC_URL vaut « {url} » : donnez l'adresse https://… du fournisseur."
        )
    if "?" in url or "#" in url:
        raise SettingsError(
            f"JALON_OIDC_URL vaut « {url} » : donnez l'adresse sans « ? » ni « # »."
        )
    label = given.get("JALON_OIDC_LABEL", "").strip() or "le compte de l'organisme"
    return IdentityProvider(
        url.rstrip("/"),
        client,
        secret,
        label,
        addresses_verified=_flag(given, "JALON_OIDC_ADDRESSES_VERIFIED"),
        second_factors=_second_factors(given),
    )


def _second_factors(given: Mapping[str, str]) -> tuple[str, ...]:
    found = _list(given, "JALON_OIDC_SECOND_FACTOR")
    for one in found:
        if one in _ONE_FACTOR:
            raise SettingsError(
                f"JALON_OIDC_SECOND_FACTOR cite « {one} », qui n'est pas une deuxième "
                "vérification : donnez les valeurs acr ou amr qui en disent une, comme mfa."
            )
    return found


def _check_databases(found: Environment) -> None:
    for name, url in (
        ("DATABASE_URL", found.database_url),
        ("DATABASE_OWNER_URL", found.owner_url),
    ):
        if url is not None and not url.startswith(("postgres://", "postgresql://")):
            raise SettingsError(
                f"{name} n'est pas une adresse postgresql://… : Jalon en veut une."
            )
    if found.owner_url and not found.database_url:
        raise SettingsError(
            "DATABASE_OWNER_URL est donné sans DATABASE_URL : donnez les deux, ou aucun pour la "
            "base embarquée."
        )


def refuse_unguarded(found: Environment) -> None:
    """Refuse to open to others an installation whose key is everybody's; SettingsError."""
    if found.unguarded:
        raise SettingsError(
            "JALON_MODE manque, et JALON_SECRET_KEY aussi : dites « production » et donnez une "
            "clé, ou dites « development » ou « demo » si rien n'est à protéger ici."
        )


def _check_production(found: Environment) -> None:
    if found.secret_key == DEMO_KEY:
        raise SettingsError(
            "JALON_SECRET_KEY est la clé de démonstration : tirez-en une au hasard, de "
            f"{_SHORTEST_KEY} caractères au moins."
        )
    if len(found.secret_key) < _SHORTEST_KEY:
        raise SettingsError(
            "JALON_SECRET_KEY manque ou est trop courte : tirez au hasard une clé de "
            f"{_SHORTEST_KEY} caractères au moins."
        )
    if found.debug:
        raise SettingsError(
            "JALON_PAGES_DEBUG vaut 1 : une page d'erreur montrerait des données. Retirez-le en "
            "production."
        )
    if not found.hosts:
        raise SettingsError("JALON_HOSTS manque : donnez les noms du serveur, comme jalon.caf.fr.")
    if any("*" in host or host.startswith(".") for host in found.hosts):
        raise SettingsError(
            "JALON_HOSTS admet n'importe quel nom : donnez ceux du serveur, comme jalon.caf.fr."
        )
    if not found.public_url:
        raise SettingsError(
            "JALON_PUBLIC_URL manque : donnez l'adresse https://… où les familles répondent, "
            "imprimée sur les courriers."
        )
    if not found.database_url:
        raise SettingsError(
            "DATABASE_URL manque : en production, la base n'est pas la base embarquée."
        )
