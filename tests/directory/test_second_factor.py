"""The second factor: codes of an app, passkeys, recovery codes, and nothing before one is set."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.db import ProgrammingError, connection, transaction
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from conftest import as_owner
from directory.signing_in import SoftwareKey, code_of, sign_in, signed_in
from factories.directory import PASSWORD, StaffFactory
from jalon.audit.identity import acting
from jalon.audit.models import Change
from jalon.directory.models import StaffMember
from jalon.directory.roles import Role

pytestmark = pytest.mark.django_db
_HOME = "/equipe/roles/"


@pytest.fixture
def member() -> StaffMember:
    made: StaffMember = StaffFactory.create(role=Role.SOCIAL_WORKER, password=PASSWORD)
    return made


def _install_app(client: Client) -> str:
    client.get(reverse("mfa_activate_totp"))
    secret: str = client.session["mfa.totp.secret"]
    shown = client.post(reverse("mfa_activate_totp"), {"code": code_of(secret)})
    assert shown.status_code == 302
    return secret


def _install_key(client: Client, key: SoftwareKey, **changed: Any) -> None:
    page: Any = client.get(reverse("mfa_add_webauthn"))
    credential = key.made(page.context["js_data"]["creation_options"], **changed)
    form = {"name": "Ordinateur", "credential": credential, "passwordless": "on"}
    client.post(reverse("mfa_add_webauthn"), form)


def _kinds(member: StaffMember) -> set[str]:
    with as_owner():
        return set(Authenticator.objects.filter(user=member).values_list("type", flat=True))


def _again(client: Client, member: StaffMember) -> str:
    """Sign out, give the password again, and return where that leads."""
    client.post(reverse("account_logout"))
    return sign_in(client, member).headers["Location"]


def test_an_app_s_code_is_asked_after_the_password(client: Client, member: StaffMember) -> None:
    sign_in(client, member)
    secret = _install_app(client)
    assert _kinds(member) == {"totp", "recovery_codes"}

    assert _again(client, member) == reverse("mfa_authenticate")
    assert not signed_in(client)
    wrong = f"{(int(code_of(secret)) + 1) % 10**6:06}"
    assert client.post(reverse("mfa_authenticate"), {"code": wrong}).status_code == 200
    assert not signed_in(client)

    client.post(reverse("mfa_authenticate"), {"code": code_of(secret)})

    assert signed_in(client)
    assert client.get(_HOME).status_code == 200


def test_a_wrong_code_installs_nothing(client: Client, member: StaffMember) -> None:
    sign_in(client, member)
    client.get(reverse("mfa_activate_totp"))

    client.post(reverse("mfa_activate_totp"), {"code": "000000"})

    assert _kinds(member) == set()


def test_a_code_serves_once(client: Client, member: StaffMember) -> None:
    sign_in(client, member)
    code = code_of(_install_app(client))
    _again(client, member)
    client.post(reverse("mfa_authenticate"), {"code": code})
    assert signed_in(client)

    other = Client()
    sign_in(other, member)
    other.post(reverse("mfa_authenticate"), {"code": code})

    assert not signed_in(other)


def test_guessing_codes_locks_too(client: Client, member: StaffMember) -> None:
    sign_in(client, member)
    secret = _install_app(client)
    _again(client, member)
    wrong = f"{(int(code_of(secret)) + 1) % 10**6:06}"
    for _ in range(5):
        client.post(reverse("mfa_authenticate"), {"code": wrong})

    page = client.post(reverse("mfa_authenticate"), {"code": code_of(secret)})

    assert "attendez un quart d&#x27;heure" in page.content.decode()
    assert not signed_in(client)


def test_a_recovery_code_replaces_a_lost_phone_once(client: Client, member: StaffMember) -> None:
    sign_in(client, member)
    _install_app(client)
    page: Any = client.get(reverse("mfa_view_recovery_codes"))
    code = page.context["unused_codes"][0]
    _again(client, member)
    client.post(reverse("mfa_authenticate"), {"code": code})
    assert signed_in(client)

    _again(client, member)
    client.post(reverse("mfa_authenticate"), {"code": code})

    assert not signed_in(client)


def test_a_passkey_signs_in_alone(client: Client, member: StaffMember) -> None:
    key = SoftwareKey()
    sign_in(client, member)
    _install_key(client, key)
    assert _kinds(member) == {"webauthn", "recovery_codes"}
    client.post(reverse("account_logout"))

    asked = client.get(
        reverse("mfa_login_webauthn"), headers={"X-Requested-With": "XMLHttpRequest"}
    )
    credential = key.shown(asked.json()["request_options"])
    client.post(reverse("mfa_login_webauthn"), {"credential": credential})

    assert signed_in(client)


def test_a_passkey_is_the_second_factor_of_a_password(client: Client, member: StaffMember) -> None:
    key = SoftwareKey()
    sign_in(client, member)
    _install_key(client, key)
    assert _again(client, member) == reverse("mfa_authenticate")

    page: Any = client.get(reverse("mfa_authenticate"))
    credential = key.shown(page.context["js_data"]["request_options"])
    client.post(reverse("mfa_authenticate"), {"credential": credential})

    assert signed_in(client)


def test_a_passkey_made_on_another_site_is_refused(client: Client, member: StaffMember) -> None:
    sign_in(client, member)

    _install_key(client, SoftwareKey(), origin="https://evil.example")

    assert _kinds(member) == set()


@pytest.mark.parametrize("fault", ["another key", "another challenge", "another person"])
def test_a_passkey_s_answer_that_does_not_hold_is_refused(
    client: Client, member: StaffMember, fault: str
) -> None:
    key = SoftwareKey()
    sign_in(client, member)
    _install_key(client, key)
    client.post(reverse("account_logout"))
    asked = client.get(
        reverse("mfa_login_webauthn"), headers={"X-Requested-With": "XMLHttpRequest"}
    )
    options = asked.json()["request_options"]
    if fault == "another challenge":
        options["publicKey"]["challenge"] = "AAAA"
    answer = json.loads(key.shown(options))
    if fault == "another key":
        answer["response"]["signature"] = answer["response"]["signature"][::-1]
    if fault == "another person":
        answer["response"]["userHandle"] = "OTk5OTk"

    client.post(reverse("mfa_login_webauthn"), {"credential": json.dumps(answer)})

    assert not signed_in(client)


def test_where_it_is_required_a_password_alone_opens_only_its_setting_up(
    client: Client, member: StaffMember, settings: Settings
) -> None:
    settings.SECOND_FACTOR_REQUIRED = True
    sign_in(client, member)
    for address in (_HOME, "/", reverse("directory:staff")):
        assert client.get(address).headers["Location"] == reverse("mfa_index")

    _install_app(client)

    assert client.get(_HOME).status_code == 200


def test_removing_the_last_one_leads_back_to_setting_one_up(
    client: Client, member: StaffMember, settings: Settings
) -> None:
    settings.SECOND_FACTOR_REQUIRED = True
    sign_in(client, member)
    _install_app(client)

    client.post(reverse("mfa_deactivate_totp"))

    assert _kinds(member) == set()
    assert client.get(_HOME).headers["Location"] == reverse("mfa_index")


def test_a_demonstration_asks_for_none(
    client: Client, member: StaffMember, settings: Settings
) -> None:
    assert not settings.SECOND_FACTOR_REQUIRED
    sign_in(client, member)

    assert client.get(_HOME).status_code == 200


def test_secrets_are_kept_sealed_and_out_of_history(client: Client, member: StaffMember) -> None:
    sign_in(client, member)
    secret = _install_app(client)

    with as_owner(), connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(data::text, '') FROM mfa_authenticator")
        (kept,) = cursor.fetchone()
        history = Change.objects.filter(table_name="mfa_authenticator")
        assert history.count() >= 2
        assert all("data" not in (one.after or {}) for one in history.filter(action="insert"))
        told = str(list(history.values_list("before", "after")))
    assert secret not in kept
    assert secret not in told


def test_codes_sealed_for_one_account_open_no_other(client: Client, member: StaffMember) -> None:
    """Whoever could write the database's rows would put their own codes in a colleague's."""
    sign_in(client, member)
    _install_app(client)
    thief, browser = StaffFactory.create(role=Role.SECRETARY, password=PASSWORD), Client()
    sign_in(browser, thief)
    _install_app(browser)
    page: Any = browser.get(reverse("mfa_view_recovery_codes"))
    with as_owner():
        stolen = Authenticator.objects.get(user=thief, type="recovery_codes")
        Authenticator.objects.filter(user=member, type="recovery_codes").update(data=stolen.data)

    _again(client, member)
    client.post(reverse("mfa_authenticate"), {"code": page.context["unused_codes"][0]})

    assert not signed_in(client)


@pytest.mark.parametrize(
    ("change", "allowed"),
    [
        ("data || '{\"used_mask\": 3}'", True),
        ("data || '{\"used_mask\": 0}'", False),
        ("data - 'used_mask'", False),
        ('data || \'{"seed": "mine"}\'', False),
        ("'{}'", False),
    ],
)
def test_before_signing_in_recovery_codes_are_only_used(
    member: StaffMember, change: str, *, allowed: bool
) -> None:
    with as_owner():
        kept = {"seed": "theirs", "used_mask": 1}
        Authenticator.objects.create(user=member, type="recovery_codes", data=kept)

    with acting(None), connection.cursor() as cursor:
        try:
            with transaction.atomic():
                cursor.execute(f"UPDATE mfa_authenticator SET data = {change}")
                changed = cursor.rowcount == 1
        except ProgrammingError:
            changed = False

    assert changed is allowed


def test_a_code_sealed_before_the_key_changed_says_so(
    client: Client, member: StaffMember, settings: Settings
) -> None:
    sign_in(client, member)
    secret = _install_app(client)
    settings.SECRET_KEY = "another" * 10
    sign_in(client, member)

    page = client.post(reverse("mfa_authenticate"), {"code": code_of(secret)})

    assert "La clé de Jalon a changé" in page.content.decode()
    assert not signed_in(client)


def test_pages_of_one_s_security_show(client: Client, member: StaffMember) -> None:
    sign_in(client, member)
    for name in ("mfa_index", "mfa_activate_totp", "mfa_add_webauthn", "account_change_password"):
        assert client.get(reverse(name)).status_code == 200
    _install_app(client)
    for name in ("mfa_index", "mfa_view_recovery_codes", "mfa_list_webauthn"):
        assert client.get(reverse(name)).status_code == 200


def test_after_a_while_changing_one_s_security_asks_who_is_there(
    client: Client, member: StaffMember, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign_in(client, member)
    _install_app(client)
    later = time.time() + 6 * 60
    monkeypatch.setattr(time, "time", lambda: later)

    answer = client.post(reverse("mfa_deactivate_totp"))

    assert answer.headers["Location"].startswith(reverse("account_reauthenticate"))
    assert "totp" in _kinds(member)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    client.post(reverse("mfa_deactivate_totp"))
    assert _kinds(member) == set()
