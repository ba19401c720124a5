"""What a person holds to sign in: an app that gives codes, a key in software, a browser."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
import struct
import time
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import (
    AttestationObject,
    AttestedCredentialData,
    AuthenticatorData,
    CollectedClientData,
)

from factories.directory import PASSWORD
from jalon.directory.models import StaffMember

HOST = "testserver"
_LASTS = 30
_ENOUGH = 5


def sign_in(client: Client, member: StaffMember, password: str = PASSWORD) -> HttpResponse:
    form = {"login": member.email, "password": password}
    return client.post(reverse("account_login"), form)  # type: ignore[return-value]


def signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def code_of(secret: str) -> str:
    """The code that an app shows: RFC 6238; one about to change is waited out, as people do."""
    left = _LASTS - time.time() % _LASTS
    if left < _ENOUGH:
        time.sleep(left)
    counter = struct.pack(">Q", int(time.time()) // _LASTS)
    digest = hmac.new(base64.b32decode(secret), counter, hashlib.sha1).digest()
    start = digest[-1] & 0x0F
    (number,) = struct.unpack(">I", digest[start : start + 4])
    return f"{(number & 0x7FFFFFFF) % 10**6:06}"


class SoftwareKey:
    """A passkey without a device: what a browser and its authenticator would answer."""

    def __init__(self) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._id = secrets.token_bytes(16)
        self._user = b""

    def made(self, options: dict[str, Any], origin: str = f"https://{HOST}") -> str:
        asked = options["publicKey"]
        self._user = base64.urlsafe_b64decode(asked["user"]["id"] + "==")
        public = ES256.from_cryptography_key(self._key.public_key())  # type: ignore[no-untyped-call]
        credential = AttestedCredentialData.create(b"\0" * 16, self._id, public)
        attested = AttestationObject.create("none", self._data(credential), {})
        return self._answer(
            {
                "clientDataJSON": self._client("webauthn.create", asked["challenge"], origin),
                "attestationObject": bytes(attested),
            },
        )

    def shown(self, options: dict[str, Any], origin: str = f"https://{HOST}") -> str:
        client = self._client("webauthn.get", options["publicKey"]["challenge"], origin)
        data = bytes(self._data(None))
        signed = data + hashlib.sha256(client).digest()
        return self._answer(
            {
                "clientDataJSON": client,
                "authenticatorData": data,
                "signature": self._key.sign(signed, ec.ECDSA(hashes.SHA256())),
                "userHandle": self._user,
            },
        )

    def _client(self, kind: str, challenge: str, origin: str) -> bytes:
        return bytes(CollectedClientData.create(kind, challenge, origin))

    def _data(self, credential: AttestedCredentialData | None) -> AuthenticatorData:
        flags = AuthenticatorData.FLAG.UP | AuthenticatorData.FLAG.UV
        if credential is not None:
            flags |= AuthenticatorData.FLAG.AT
        asked = hashlib.sha256(HOST.encode()).digest()
        made: AuthenticatorData = AuthenticatorData.create(
            asked, flags, 1, bytes(credential or b"")
        )
        return made

    def _answer(self, response: dict[str, bytes]) -> str:
        written = {name: websafe_encode(value) for name, value in response.items()}
        name = websafe_encode(self._id)
        answer = {"id": name, "rawId": name, "type": "public-key", "response": written}
        return json.dumps(answer | {"clientExtensionResults": {"credProps": {"rk": True}}})
