"""Seals what the database keeps but must not be able to read: second factors, sessions."""

from __future__ import annotations

import base64

from cryptography.fernet import Fernet
from django.conf import settings
from django.utils.crypto import salted_hmac

_SALT = "jalon.audit.sealing"


def sealer(purpose: str, *, secret: str = "") -> Fernet:
    """Return what seals and opens for one purpose, by a key drawn from the application's secret.

    `secret` is another than today's, to open what it sealed. What was sealed for another purpose,
    or by another secret, does not open: `cryptography.fernet.InvalidToken`.
    """
    key = salted_hmac(_SALT, purpose, secret or settings.SECRET_KEY, algorithm="sha256")
    return Fernet(base64.urlsafe_b64encode(key.digest()))
