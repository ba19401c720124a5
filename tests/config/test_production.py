"""What production answers, under settings read from its environment, in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.db import connection
from pytest_django import Settings

from conftest import as_owner
from factories.directory import PASSWORD, StaffFactory
from factories.families import PersonFactory
from jalon.audit.rights import grant_rights
from jalon.config.embedded import EmbeddedServer
from jalon.config.embedded.roles import APP, OWNER
from jalon.directory.models import StaffMember
from jalon.directory.roles import Role

pytestmark = pytest.mark.django_db(transaction=True)
_KEY = "a key of production, longer than fifty characters, for this test"
_HOST = "jalon.example.org"
_ASK = """
import json, sys
import django
django.setup()
from django.test import Client
from jalon.directory.models import StaffMember

told = json.load(sys.stdin)
client = Client(SERVER_NAME=told["host"])
https = {"X-Forwarded-Proto": "https"}
answers = {}

def note(name, answer):
    answers[name] = {
        "status": answer.status_code,
        "headers": {key.lower(): value for key, value in answer.headers.items()},
        "cookies": {key: dict(one) for key, one in answer.cookies.items()},
    }

note("in clear", client.get("/compte/connexion/"))
note("sign-in", client.get("/compte/connexion/", headers=https))
form = {"login": told["email"], "password": told["password"]}
note("signing in", client.post("/compte/connexion/", form, headers=https))
client.force_login(StaffMember.objects.get(email=told["email"]))
note("family", client.get(told["family"], headers=https))
note("missing", client.get("/familles/rien/", headers=https))
note("samples", client.get("/composants/", headers=https))
note("demonstration", client.get("/demo/", headers=https))
note("another host", client.get("/", headers={**https, "Host": "evil.example"}))
print(json.dumps(answers))
"""


@pytest.fixture
def _known_key(server: EmbeddedServer, settings: Settings) -> Iterator[None]:
    """Tell the database of production's key, for as long as the test lasts."""
    assert server
    before = settings.SECRET_KEY
    for key in (_KEY, before):
        settings.SECRET_KEY = key
        with as_owner():
            grant_rights("default")
        if key == _KEY:
            settings.SECRET_KEY = before
            yield


@pytest.fixture
def answers(server: EmbeddedServer, _known_key: None) -> dict[str, Any]:
    """What the application answers in production to a member of staff, page by page."""
    member: StaffMember = StaffFactory.create(role=Role.SOCIAL_WORKER, password=PASSWORD)
    family = PersonFactory.create().family
    with as_owner():
        Authenticator.objects.create(user=member, type=Authenticator.Type.TOTP, data={})
    name = str(connection.settings_dict["NAME"])
    kept = {key: one for key, one in os.environ.items() if not key.startswith("JALON_")}
    done = subprocess.run(  # noqa: S603 - our own work
        [sys.executable, "-c", _ASK],
        env=kept
        | {
            "JALON_MODE": "production",
            "JALON_SECRET_KEY": _KEY,
            "JALON_HOSTS": _HOST,
            "JALON_PUBLIC_URL": f"https://{_HOST}",
            "DATABASE_URL": server.url(APP, name),
            "DATABASE_OWNER_URL": server.url(OWNER, name),
            "DJANGO_SETTINGS_MODULE": "jalon.config.settings",
        },
        input=json.dumps(
            {
                "host": _HOST,
                "email": member.email,
                "password": PASSWORD,
                "family": family.get_absolute_url(),
            }
        ),
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_headers_cookies_and_doors_are_those_of_production(answers: dict[str, Any]) -> None:
    clear = answers["in clear"]
    assert (clear["status"], clear["headers"]["location"]) == (
        301,
        f"https://{_HOST}/compte/connexion/",
    )
    for name in ("sign-in", "signing in", "family", "missing"):
        _confidential(answers[name]["headers"])
    assert answers["family"]["status"] == 200
    assert answers["signing in"]["headers"]["location"].endswith("/authenticate/")
    _sealed(answers["sign-in"]["cookies"]["csrftoken"])
    _sealed(answers["signing in"]["cookies"]["sessionid"])
    # A session ends with the browser.
    assert answers["signing in"]["cookies"]["sessionid"]["max-age"] == ""
    assert answers["missing"]["status"] == 404
    for name in ("samples", "demonstration"):
        assert answers[name]["status"] == 404, name
    assert answers["another host"]["status"] == 400


def _confidential(headers: dict[str, str]) -> None:
    assert headers["strict-transport-security"] == "max-age=31536000"
    policy = headers["content-security-policy"].split("; ")
    assert policy[0] == "default-src 'self'"
    assert {"frame-ancestors 'none'", "object-src 'none'", "base-uri 'none'"} <= set(policy)
    assert "form-action 'self'" in policy
    assert "unsafe" not in headers["content-security-policy"]
    assert "no-store" in headers["cache-control"]
    assert headers["referrer-policy"] == "same-origin"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["cross-origin-opener-policy"] == "same-origin"


def _sealed(cookie: dict[str, Any]) -> None:
    assert cookie["secure"] is True
    assert cookie["httponly"] is True
    assert cookie["samesite"] == "Lax"
