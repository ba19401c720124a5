"""Sessions lie outside the wall: what SQL that runs as nobody reads of them, and does with it."""

from __future__ import annotations

import base64
import binascii
import re
import zlib
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from directory.signing_in import code_of, sign_in, signed_in
from factories.directory import PASSWORD, StaffFactory
from factories.families import PersonFactory
from jalon.audit.sealing import sealer
from jalon.audit.sessions import SessionStore, digest
from jalon.directory.models import StaffMember
from jalon.directory.roles import Role

pytestmark = pytest.mark.django_db
_LINK = re.compile(r"/equipe/invitation/([^/<]+)/")


def _readings(kept: str) -> Iterator[str]:
    """Return every text that someone without the key makes of what is kept."""
    for part in (kept, *re.split("[.:]", kept)):
        yield part
        try:
            raw = base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
        except (binascii.Error, ValueError):
            continue
        yield raw.decode(errors="replace")
        try:
            yield zlib.decompress(raw).decode(errors="replace")
        except zlib.error:
            continue


def _read_by_nobody() -> str:
    """Return all that SQL learns of the sessions where nobody is said to act."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT wall.person()")
        assert cursor.fetchone() == (None,)
        cursor.execute("SELECT session_key, session_data FROM django_session")
        rows = cursor.fetchall()
    assert rows
    return "\n".join(text for row in rows for one in row for text in _readings(one))


def _member(role: Role) -> StaffMember:
    made: StaffMember = StaffFactory.create(role=role, password=PASSWORD)
    return made


def test_who_reads_them_knows_neither_who_is_there_nor_since_when(client: Client) -> None:
    sign_in(client, _member(Role.SECRETARY))

    seen = _read_by_nobody()

    assert "signed_in_at" in client.session
    assert "signed_in_at" not in seen
    assert "_auth_user" not in seen


def test_a_one_time_link_is_not_among_them(client: Client) -> None:
    """Neither with whoever makes it, nor with whoever follows it, up to the password's choice."""
    client.force_login(_member(Role.TECHNICAL_ADMINISTRATOR))
    member = StaffFactory.create()
    page: Any = client.post(reverse("directory:invite", args=[member.public_id]), follow=True)
    found = _LINK.search(page.content.decode())
    assert found
    assert found[1] not in _read_by_nobody()

    guest = Client()
    guest.get(reverse("directory:open_link", args=[found[1]]))
    assert guest.get(reverse("directory:choose_password")).status_code == 200

    assert found[1] not in _read_by_nobody()


def test_the_secret_of_an_app_being_installed_is_not_among_them(client: Client) -> None:
    sign_in(client, _member(Role.SOCIAL_WORKER))
    client.get(reverse("mfa_activate_totp"))
    secret = client.session["mfa.totp.secret"]

    assert secret not in _read_by_nobody()
    client.post(reverse("mfa_activate_totp"), {"code": code_of(secret)})
    assert client.get(reverse("mfa_view_recovery_codes")).status_code == 200


def test_a_family_looked_for_is_not_among_them(client: Client) -> None:
    family = PersonFactory.create(last_name="Kermarrec").family
    client.force_login(_member(Role.SECRETARY))
    page = client.post(reverse("families:search"), {"q": "Kermarrec"}, follow=True)
    assert str(family.public_id) in page.content.decode()

    seen = _read_by_nobody().lower()

    assert "kermarrec" not in seen
    assert "family_search" not in seen


def test_what_one_holds_opens_under_its_own_key_alone(client: Client) -> None:
    """Even for who knows the application's secret, without the cookie."""
    sign_in(client, _member(Role.SECRETARY))
    kept = Session.objects.get()
    key = client.cookies[settings.SESSION_COOKIE_NAME].value

    assert SessionStore(key).decode(kept.session_data)
    for other in (kept.session_key, "x" * 32, None):
        assert SessionStore(other).decode(kept.session_data) == {}


def test_one_written_by_hand_is_void(client: Client) -> None:
    member = _member(Role.SECRETARY)
    sign_in(client, member)
    key = str(client.cookies[settings.SESSION_COOKIE_NAME].value)
    forged = sealer("second factors").encrypt(b'{"_auth_user_id": "1"}').decode()
    for told in (forged, "", "e30:1:x", "é"):
        Session.objects.filter(session_key=digest(key)).update(session_data=told)
        assert client.get("/").status_code == 302


def test_they_end_with_the_secret_that_sealed_them(client: Client, settings: Settings) -> None:
    """As second factors do: after the key changed, one signs in again."""
    member = _member(Role.SECRETARY)
    sign_in(client, member)
    assert signed_in(client)

    settings.SECRET_KEY = "another" * 10

    assert client.get("/").status_code == 302
    assert not signed_in(client)
