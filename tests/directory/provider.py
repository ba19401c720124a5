"""An OpenID Connect provider on loopback: it signs in whoever a test says, as well or as badly."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlencode
from wsgiref.simple_server import WSGIRequestHandler, make_server

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT, SECRET = "jalon", "un secret que le fournisseur connaît"
_Start = Callable[[str, list[tuple[str, str]]], Any]


@dataclass
class Provider:
    """What the provider says next: `claims` of the person, and faults of its tokens."""

    url: str = ""
    claims: dict[str, Any] = field(default_factory=dict)
    token: dict[str, Any] = field(default_factory=dict)
    userinfo: dict[str, Any] | None = None
    userinfo_signed: bool = False
    algorithm: str = "RS256"
    forge: bool = False
    forge_userinfo: bool = False
    sent: list[dict[str, Any]] = field(default_factory=list)
    _codes: dict[str, dict[str, str]] = field(default_factory=dict)
    _key: rsa.RSAPrivateKey = field(
        default_factory=lambda: rsa.generate_private_key(public_exponent=65537, key_size=2048)
    )

    def __call__(self, environ: dict[str, Any], start: _Start) -> list[bytes]:
        asked = {name: values[0] for name, values in parse_qs(environ["QUERY_STRING"]).items()}
        path = environ["PATH_INFO"]
        if path == "/authorize":
            code = secrets.token_hex(8)
            self._codes[code] = asked
            back = urlencode({"code": code, "state": asked["state"]})
            start("302 Found", [("Location", f"{asked['redirect_uri']}?{back}")])
            return [b""]
        length = int(environ.get("CONTENT_LENGTH") or 0)
        body = parse_qs(environ["wsgi.input"].read(length).decode())
        form = {name: values[0] for name, values in body.items()}
        answers: dict[str, Callable[[], Any]] = {
            "/.well-known/openid-configuration": self._configuration,
            "/jwks": self._keys,
            "/token": lambda: self._token(form),
            "/userinfo": lambda: self.userinfo or {"sub": "42"},
        }
        answer = answers[path]()
        if path == "/userinfo" and self.userinfo_signed:
            start("200 OK", [("Content-Type", "application/jwt; charset=utf-8")])
            return [self._signed(answer).encode()]
        status = "400 Bad Request" if "error" in answer else "200 OK"
        start(status, [("Content-Type", "application/json")])
        return [json.dumps(answer).encode()]

    def _configuration(self) -> dict[str, Any]:
        return {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "userinfo_endpoint": f"{self.url}/userinfo",
            "jwks_uri": f"{self.url}/jwks",
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
        }

    def _keys(self) -> dict[str, Any]:
        public = jwt.algorithms.RSAAlgorithm.to_jwk(self._key.public_key(), as_dict=True)
        return {"keys": [{**public, "kid": "one", "alg": "RS256", "use": "sig"}]}

    def _token(self, form: dict[str, str]) -> dict[str, Any]:
        asked = self._codes.pop(form["code"], None)
        if asked is None or (form["client_id"], form["client_secret"]) != (CLIENT, SECRET):
            return {"error": "invalid_grant"}
        proof = hashlib.sha256(form["code_verifier"].encode()).digest()
        if base64.urlsafe_b64encode(proof).decode().rstrip("=") != asked["code_challenge"]:
            return {"error": "invalid_grant"}
        now = int(time.time())
        told = {
            "iss": self.url,
            "aud": CLIENT,
            "sub": "42",
            "nonce": asked.get("nonce", ""),
            "iat": now,
            "exp": now + 60,
            **self.claims,
            **self.token,
        }
        self.sent.append(told)
        return {
            "access_token": "accès",
            "token_type": "Bearer",
            "expires_in": 60,
            "id_token": self._signed({name: one for name, one in told.items() if one is not None}),
        }

    def _signed(self, told: dict[str, Any]) -> str:
        headers = {"kid": "one"}
        if self.algorithm == "none":
            return jwt.encode(told, "", algorithm="none", headers=headers)
        if self.algorithm == "HS256":
            return jwt.encode(told, SECRET * 2, algorithm="HS256", headers=headers)
        forged = self.forge_userinfo if told == self.userinfo else self.forge
        stranger = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        return jwt.encode(
            told, stranger if forged else self._key, algorithm="RS256", headers=headers
        )


class _Quiet(WSGIRequestHandler):
    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@contextmanager
def running_provider() -> Iterator[Provider]:
    provider = Provider()
    with make_server("127.0.0.1", 0, provider, handler_class=_Quiet) as server:
        provider.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield provider
        finally:
            server.shutdown()
            thread.join()
