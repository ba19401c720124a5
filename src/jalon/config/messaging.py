"""Reads the settings of what carries messages: the mail server, the provider of text messages."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from jalon.config.environment import Mode, SettingsError
from jalon.outreach.providers.accounts import Encryption, SmtpAccount, TextAccount
from jalon.outreach.providers.webhooks import read_key

_ADDRESS: Final = re.compile(r"[A-Za-z0-9._+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
_HOST: Final = re.compile(r"[A-Za-z0-9.:-]+")
# What telephones show: eleven letters and figures at most, GSM 03.40.
_SENDER: Final = re.compile(r"(?=.*[A-Za-z])[A-Za-z0-9 ]{3,11}")
_PRINTABLE: Final = re.compile(r"[\x21-\x7e]+")
_TYPED: Final = re.compile(r"[\x20-\x7e]*")
_LOOPBACK: Final = frozenset({"127.0.0.1", "::1", "localhost"})
_LONGEST_MEMORY: Final = 7 * 24  # hours
_PORTS: Final = {Encryption.TLS: 465, Encryption.STARTTLS: 587, Encryption.NONE: 25}
_OF_SMTP: Final = ("PORT", "SECURITY", "USER", "PASSWORD", "FROM")
_OF_SMS: Final = ("TOKEN", "SENDER", "REMEMBERS_HOURS", "WEBHOOK_KEY")


@dataclass(frozen=True)
class Messaging:
    """What carries e-mails and text messages; None where nothing does, and none then leave."""

    mail: SmtpAccount | None
    texts: TextAccount | None


def read_messaging(mode: Mode, variables: Mapping[str, str] | None = None) -> Messaging:
    """Return the settings; SettingsError where one is missing or cannot be used."""
    given = os.environ if variables is None else variables
    return Messaging(_mail(given, mode), _texts(given, mode))


def _mail(given: Mapping[str, str], mode: Mode) -> SmtpAccount | None:
    host = given.get("JALON_SMTP_HOST", "").strip()
    if not host:
        _refuse_half(given, "JALON_SMTP", _OF_SMTP, "HOST")
        return None
    if not _HOST.fullmatch(host):
        raise SettingsError(
            f"JALON_SMTP_HOST vaut « {host} » : donnez le nom du serveur, comme smtp.caf.fr."
        )
    security = given.get("JALON_SMTP_SECURITY") or Encryption.STARTTLS.value
    if security not in set(Encryption):
        raise SettingsError(
            f"JALON_SMTP_SECURITY vaut « {security} » : choisissez parmi {', '.join(Encryption)}."
        )
    encryption = Encryption(security)
    if encryption is Encryption.NONE and mode is Mode.PRODUCTION and host not in _LOOPBACK:
        raise SettingsError(
            "JALON_SMTP_SECURITY vaut « none » : hors de ce serveur, le courrier part chiffré. "
            "Mettez starttls ou tls."
        )
    user, password = given.get("JALON_SMTP_USER", ""), given.get("JALON_SMTP_PASSWORD", "")
    if bool(user) != bool(password):
        raise SettingsError("Donnez JALON_SMTP_USER et JALON_SMTP_PASSWORD, ou aucun des deux.")
    if not _TYPED.fullmatch(user + password):
        raise SettingsError(
            "JALON_SMTP_USER ou JALON_SMTP_PASSWORD a un caractère que le courrier ne prend pas : "
            "ni accent, ni retour à la ligne."
        )
    sender = given.get("JALON_SMTP_FROM", "").strip()
    if not _ADDRESS.fullmatch(sender):
        raise SettingsError(
            f"JALON_SMTP_FROM vaut « {sender} » : donnez l'adresse d'où partent les courriels."
        )
    port = _number(given, "JALON_SMTP_PORT", _PORTS[encryption], most=65535)
    return SmtpAccount(host, port, encryption, sender, user, password)


def _texts(given: Mapping[str, str], mode: Mode) -> TextAccount | None:
    url = given.get("JALON_SMS_URL", "").strip()
    if not url:
        _refuse_half(given, "JALON_SMS", _OF_SMS, "URL")
        return None
    here = any(url.startswith(f"http://{one}:") for one in ("127.0.0.1", "localhost", "[::1]"))
    if not url.startswith("https://") and (mode is Mode.PRODUCTION or not here):
        raise SettingsError(
            f"JALON_SMS_URL vaut « {url} » : donnez l'adresse https://… du prestataire."
        )
    if not _PRINTABLE.fullmatch(url) or set(url) & set("?#@"):
        raise SettingsError(
            "JALON_SMS_URL a un caractère de trop : ni espace, ni « ? », ni « # », ni « @ »."
        )
    token = given.get("JALON_SMS_TOKEN", "")
    if not _PRINTABLE.fullmatch(token):
        raise SettingsError("JALON_SMS_TOKEN manque ou a une espace : donnez le jeton entier.")
    sender = given.get("JALON_SMS_SENDER", "").strip()
    if not _SENDER.fullmatch(sender):
        raise SettingsError(
            f"JALON_SMS_SENDER vaut « {sender} » : donnez de 3 à 11 lettres sans accent ou "
            "chiffres, comme « Caf 94 »."
        )
    remembers = _number(given, "JALON_SMS_REMEMBERS_HOURS", 0, most=_LONGEST_MEMORY)
    return TextAccount(url, token, sender, timedelta(hours=remembers), _webhook_key(given))


def _webhook_key(given: Mapping[str, str]) -> bytes:
    written = given.get("JALON_SMS_WEBHOOK_KEY", "").strip()
    try:
        return read_key(written) if written else b""
    except ValueError:
        raise SettingsError(
            "JALON_SMS_WEBHOOK_KEY n'est pas une clé : donnez celle du prestataire, « whsec_… », "
            "de 24 octets au moins."
        ) from None


def _refuse_half(
    given: Mapping[str, str], prefix: str, others: tuple[str, ...], missing: str
) -> None:
    """Refuse half a provider: what it is asked for would never leave, and nobody would know."""
    for one in others:
        if given.get(f"{prefix}_{one}"):
            raise SettingsError(
                f"{prefix}_{one} est donné sans {prefix}_{missing} : donnez les deux, ou aucun."
            )


def _number(given: Mapping[str, str], name: str, default: int, *, most: int) -> int:
    value = given.get(name) or str(default)
    if not value.isascii() or not value.isdigit() or not int(value) <= most:
        raise SettingsError(f"{name} vaut « {value} » : donnez un nombre de 0 à {most}.")
    return int(value)
