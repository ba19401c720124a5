"""Signing in with a password: guesses are counted, sessions end, nothing personal is logged."""

from __future__ import annotations

import time

import pytest
from django.core.cache import caches
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from conftest import as_owner
from directory.signing_in import sign_in, signed_in
from factories.directory import PASSWORD, StaffFactory
from jalon.directory.cache import DatabaseCache
from jalon.directory.models import StaffMember
from jalon.directory.roles import Role

pytestmark = pytest.mark.django_db
_WRONG = "ce n'est pas celui-là"
_HOUR = 3600.0
_HOME = "/equipe/roles/"


@pytest.fixture
def member() -> StaffMember:
    made: StaffMember = StaffFactory.create(role=Role.SOCIAL_WORKER, password=PASSWORD)
    return made


class _Clock:
    """Time that a test moves forward."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._ahead = 0.0
        real = time.time
        monkeypatch.setattr(time, "time", lambda: real() + self._ahead)

    def move(self, seconds: float) -> None:
        self._ahead += seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> _Clock:
    return _Clock(monkeypatch)


def _page(client: Client, member: StaffMember, password: str) -> str:
    return sign_in(client, member, password).content.decode()


def test_the_right_password_signs_in_and_out_again(client: Client, member: StaffMember) -> None:
    assert sign_in(client, member).headers["Location"] == "/"
    assert signed_in(client)

    client.post(reverse("account_logout"))

    assert not signed_in(client)


def test_an_address_has_no_capitals(client: Client, member: StaffMember) -> None:
    member.email = member.email.upper()

    sign_in(client, member)

    assert signed_in(client)


def test_a_wrong_password_and_an_unknown_address_read_the_same(
    client: Client, member: StaffMember
) -> None:
    wrong = _page(client, member, _WRONG)
    unknown = _page(client, StaffMember(email="inconnu@example.org"), PASSWORD)

    assert "L&#x27;adresse ou le mot de passe est faux." in wrong
    assert "L&#x27;adresse ou le mot de passe est faux." in unknown
    assert not signed_in(client)


def test_a_closed_account_does_not_sign_in(client: Client) -> None:
    closed = StaffFactory.create(password=PASSWORD, is_active=False)

    answer = sign_in(client, closed)

    assert answer.headers["Location"] == reverse("account_inactive")
    assert not signed_in(client)


def test_closing_an_account_ends_its_sessions(client: Client, member: StaffMember) -> None:
    sign_in(client, member)
    with as_owner():
        StaffMember.objects.filter(pk=member.pk).update(is_active=False)

    answer = client.get(_HOME)

    assert answer.status_code == 302
    assert answer.headers["Location"].startswith(reverse("account_login"))


def test_an_account_without_a_password_opens_with_none(client: Client) -> None:
    invited = StaffFactory.create()

    for guess in ("", "!", invited.password):
        sign_in(client, invited, guess)

    assert not signed_in(client)


def test_five_wrong_guesses_lock_for_a_quarter_of_an_hour(
    client: Client, member: StaffMember, clock: _Clock
) -> None:
    other = StaffFactory.create(password=PASSWORD)
    for _ in range(5):
        assert "bloquée" not in _page(client, member, _WRONG)

    locked = _page(Client(), member, PASSWORD)
    assert "bloquée encore 15 minutes, même avec le bon mot de passe" in locked

    clock.move(14 * 60)
    assert "bloquée encore une minute" in _page(client, member, PASSWORD)
    assert not signed_in(client)
    sign_in(client, other)
    assert signed_in(client)

    clock.move(61)
    later = Client()
    sign_in(later, member)
    assert signed_in(later)


def test_an_unknown_address_locks_as_the_others_do(client: Client) -> None:
    unknown = StaffMember(email="inconnu@example.org")
    for _ in range(5):
        _page(client, unknown, _WRONG)

    assert "bloquée encore 15 minutes" in _page(client, unknown, PASSWORD)


def test_right_passwords_are_not_counted(client: Client, member: StaffMember) -> None:
    for _ in range(7):
        sign_in(client, member)
        client.post(reverse("account_logout"))

    sign_in(client, member)

    assert signed_in(client)


def test_every_process_counts_together() -> None:
    here, there = DatabaseCache("", {}), DatabaseCache("", {})

    assert isinstance(caches["default"], DatabaseCache)
    assert here.add("guesses", [1.5], 60)
    assert not there.add("guesses", [2.5], 60)
    assert there.get("guesses") == [1.5]
    assert there.touch("guesses", -1)
    assert here.get("guesses", "none") == "none"
    assert not here.touch("guesses", 60)
    assert here.add("guesses", [3.5], None)
    assert there.delete("guesses")
    assert not there.delete("guesses")
    here.set("a", 1)
    there.clear()
    assert here.get("a") is None


def test_a_session_that_sleeps_for_an_hour_ends(
    client: Client, member: StaffMember, clock: _Clock
) -> None:
    sign_in(client, member)
    clock.move(59 * 60)
    assert client.get(_HOME).status_code == 200
    clock.move(59 * 60)
    assert client.get(_HOME).status_code == 200

    clock.move(61 * 60)
    page = client.get(_HOME, follow=True)

    assert not signed_in(client)
    assert "Votre session a pris fin" in page.content.decode()


def test_what_a_page_asks_by_itself_does_not_keep_a_session_awake(
    client: Client, member: StaffMember, clock: _Clock
) -> None:
    sign_in(client, member)
    for _ in range(4):
        clock.move(20 * 60)
        client.get(_HOME, headers={"HX-Request": "true"})

    assert not signed_in(client)


def test_what_is_sent_as_one_types_keeps_a_session_awake(
    client: Client, member: StaffMember, clock: _Clock
) -> None:
    """Two hours of a long form, and of nothing else: whoever writes is there."""
    sign_in(client, member)
    for _ in range(6):
        clock.move(20 * 60)
        client.post(_HOME, headers={"HX-Request": "true"})

    assert signed_in(client)


def test_a_session_ends_after_ten_hours_whatever_is_done(
    client: Client, member: StaffMember, clock: _Clock
) -> None:
    sign_in(client, member)
    for _ in range(12):
        clock.move(0.82 * _HOUR)
        assert client.get(_HOME).status_code == 200

    clock.move(0.2 * _HOUR)
    client.get(_HOME)

    assert not signed_in(client)


def test_a_session_whose_age_is_unknown_ends(client: Client, member: StaffMember) -> None:
    sign_in(client, member)
    session = client.session
    del session["signed_in_at"]
    session.save()

    client.get(_HOME)

    assert not signed_in(client)


def test_presence_is_noted_once_a_minute_at_most(
    client: Client, member: StaffMember, clock: _Clock
) -> None:
    sign_in(client, member)
    at_first = client.session["seen_at"]
    clock.move(50)
    client.get(_HOME)
    assert client.session["seen_at"] == at_first

    clock.move(20)
    client.get(_HOME)

    assert client.session["seen_at"] > at_first


@pytest.mark.parametrize(
    "name", ["account_signup", "account_email", "account_set_password", "account_reset_password"]
)
def test_nobody_makes_or_changes_an_account_alone(
    client: Client, member: StaffMember, name: str
) -> None:
    form = {"email": "autre@example.org", "password1": PASSWORD, "password2": PASSWORD}
    client.post(reverse(name), form)
    sign_in(client, member)
    client.post(reverse(name), {**form, "action_add": "", "action_primary": ""})

    assert list(StaffMember.objects.values_list("email", flat=True)) == [member.email]


def test_changing_one_s_password_asks_for_the_old_one(client: Client, member: StaffMember) -> None:
    sign_in(client, member)
    new = "une toute autre phrase, plus longue"
    form = {"oldpassword": _WRONG, "password1": new, "password2": new}
    client.post(reverse("account_change_password"), form)
    member.refresh_from_db()
    assert member.check_password(PASSWORD)

    client.post(reverse("account_change_password"), {**form, "oldpassword": PASSWORD})

    member.refresh_from_db()
    assert member.check_password(new)


def test_a_password_hashed_the_old_way_is_renewed_when_it_is_used(
    client: Client, settings: Settings
) -> None:
    (old,) = settings.PASSWORD_HASHERS
    before = StaffFactory.create(password=PASSWORD)
    assert before.password.startswith("md5$")
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher", old]

    sign_in(client, before)

    before.refresh_from_db()
    assert before.password.startswith("pbkdf2_sha256$")
    assert signed_in(client)


def test_nothing_personal_is_logged(
    client: Client, member: StaffMember, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level("DEBUG"):
        for _ in range(6):
            sign_in(client, member, _WRONG)
        client.get("/equipe/")

    told = caplog.text
    assert member.email not in told
    assert member.last_name not in told
    assert _WRONG not in told
