"""Asks the database whether a family may answer, and has it write down what it says."""

from __future__ import annotations

import json
from enum import StrEnum
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Final

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.db import connection
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from jalon.outreach.enums import Language
from jalon.outreach.reply.saying import Reply
from jalon.outreach.reply.sealed import Credential

_SALT: Final = "jalon.outreach.reply.origin"
_HOUSEHOLD: Final = 64  # bits of an address of IPv6


class Verdict(StrEnum):
    """What the database says to whoever answers.

    `FULL` where all was written but how to reach the family: too much waits to be confirmed.
    """

    RIGHT = "right"
    FULL = "full"
    WRONG = "wrong"
    LOCKED = "locked"
    OVER = "over"


def open_reply(credential: Credential, request: HttpRequest) -> Verdict:
    """Tell whether a code and a birthday go together; a wrong guess is counted."""
    return _asked(
        "SELECT wall.open_reply(%s, %s, %s, %s)",
        *(credential.code, credential.day, credential.month, origin_of(request)),
    )


def write_down(
    reply: Reply, *, credential: Credential, language: Language, request: HttpRequest
) -> Verdict:
    """Write down what a family says, if it still may answer."""
    told = json.dumps({**reply.told(), "language": language.value})
    return _asked(
        "SELECT wall.reply(%s, %s, %s, %s, %s)",
        *(credential.code, credential.day, credential.month, origin_of(request), told),
    )


def _asked(query: str, *parameters: str | int | bytes) -> Verdict:
    with connection.cursor() as cursor:
        cursor.execute(query, parameters)
        (verdict,) = cursor.fetchone()
    return Verdict(verdict)


def origin_of(request: HttpRequest) -> bytes:
    """Return a digest of where a request comes from: of long addresses, a household has many."""
    address = ip_address(get_adapter().get_client_ip(request))
    if isinstance(address, IPv6Address):
        network = ip_network((address, _HOUSEHOLD), strict=False).network_address
        address = address.ipv4_mapped or network
    return salted_hmac(_SALT, str(address), settings.SECRET_KEY, algorithm="sha256").digest()
