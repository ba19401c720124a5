"""Seals what the database keeps but must not be able to read: second factors, sessions."""

from __future__ import annotations

import base64

from cryptography.fernet import Fernet
from django.conf import settings
from django.utils.crypto import salted_hmac

_SALT = "jalon.audit.sealing"


def sealer(purpose: str) -> Fernet:
    """Return what seals and opens for one purpose, by a key drawn from the application's secret.

    What was sealed for another purpose, or before the secret changed, does not open:
    `cryptography.fernet.InvalidToken`.
    """
    key = salted_hmac(_SALT, purpose, settings.SECRET_KEY, algorithm="sha256")
    return Fernet(base64.urlsafe_b64encode(key.digest()))
