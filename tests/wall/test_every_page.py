"""Every page, under every role, signed in or not: who may open it is what `doors` says."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import Any, Final

import pytest
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.test import Client, RequestFactory
from django.urls import resolve, reverse

from conftest import as_owner
from factories.directory import StaffFactory
from jalon.audit.identity import acting
from jalon.audit.models import Read
from jalon.directory.models import RoleGrant, StaffMember
from jalon.directory.roles import Permission, Role
from jalon.families.models import Family
from wall.doors import EVERYONE, ROLES_OF
from wall.pages import Address, addresses

pytestmark = pytest.mark.django_db
# Pages open to whoever is not signed in, each for a reason.
PUBLIC: Final = {
    "account_reset_password": "says whom to ask",
    "account_set_password": "says whom to ask",
    "agenda:calendar": "one's own calendar, by an address that nobody guesses",
    "directory:choose_password": "a one-time link was followed",
    "directory:demo": "invented accounts, in demonstration alone",
    "directory:open_link": "a one-time link, sealed",
    "messages:report": "the provider of text messages tells, under its seal",
    "openid_connect_callback": "the organisation's own sign-in",
    "openid_connect_login": "the organisation's own sign-in",
    "reply:answer": "a family answers by its letter's code and a birthday",
    "reply:answer_with_code": "the same, the code filled in",
    "web:error_page": "samples, not in production",
    "web:gallery": "samples, not in production",
}
# The sign-in library's pages: what is not named here does not exist.
LIBRARY_PUBLIC: Final = {
    *("account_inactive", "account_login", "account_logout", "account_signup"),
    *("mfa_authenticate", "mfa_login_webauthn", "socialaccount_login_cancelled"),
}
LIBRARY: Final = LIBRARY_PUBLIC | {
    *("account_change_password", "account_email", "account_reauthenticate"),
    *("mfa_activate_totp", "mfa_add_webauthn", "mfa_deactivate_totp"),
    *("mfa_download_recovery_codes", "mfa_edit_webauthn", "mfa_generate_recovery_codes"),
    *("mfa_index", "mfa_list_webauthn", "mfa_reauthenticate", "mfa_reauthenticate_webauthn"),
    *("mfa_remove_webauthn", "mfa_view_recovery_codes", "socialaccount_login_error"),
}
OURS: Final = [one for one in addresses() if one.ours]
GUARDED: Final = [one for one in OURS if one.name not in PUBLIC]
# What an address may say of what it shows: references that say nothing, never a name or a number.
SPOKEN: Final = {
    *("public_id", "involvement", "given", "absence", "grant", "offer", "which", "number"),
    *("code", "provider", "provider_id", "token", "pk", "family", "appointment", "worker"),
    *("domain", "kind", "export", "access", "document", "part", "width", "place"),
}
# Forms that no session stands behind: what they carry is all that they open.
WITHOUT_SESSION: Final = {"reply:answer", "reply:answer_with_code"}
_REFUSED: Final = 403


def _methods(client: Client, url: str, *methods: str) -> dict[str, int]:
    return {method: client.generic(method, url).status_code for method in methods}


def test_every_view_says_who_may_open_it() -> None:
    silent = [one.name for one in GUARDED if one.permissions is None]
    assert silent == [], "decorate them with `requires` or `for_everyone`"


def test_every_page_has_its_roles() -> None:
    assert set(ROLES_OF) == {one.name for one in GUARDED}


def test_every_permission_named_exists() -> None:
    for one in GUARDED:
        assert set(one.permissions or ()) <= set(Permission), one.name


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("targeting:lines_file", Permission.SEE_RUNS),
        ("targeting:rejects_file", Permission.SEE_RUNS),
        ("outreach:proposals_file", Permission.SEE_FAMILIES),
        ("approaches:list_file", Permission.SEE_FAMILIES),
    ],
)
def test_a_list_leaves_with_the_right_to_see_it_too(
    name: str, shown: Permission, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever the roles of the day: one that only exports, or only sees, takes nothing away."""
    (one,) = (page for page in GUARDED if page.name == name)
    assert set(one.permissions or ()) == {Permission.EXPORT.value, shown.value}
    request = RequestFactory().get(one.url())
    request.user = StaffMember()
    for alone in (Permission.EXPORT, shown):
        monkeypatch.setattr(StaffMember, "may", lambda _, asked, alone=alone: asked == alone)
        monkeypatch.setattr("jalon.directory.access.waits_to_be_confirmed", lambda _: False)
        with pytest.raises(PermissionDenied):
            one.view(request, **dict.fromkeys(one.parameters, "x"))


def test_only_named_pages_open_without_signing_in() -> None:
    assert {one.name for one in OURS if one.public} == set(PUBLIC)


def test_the_librarys_pages_are_those_we_know() -> None:
    library = [one for one in addresses() if not one.ours]
    assert {one.name for one in library} == LIBRARY
    assert {one.name for one in library if one.public} == LIBRARY_PUBLIC


def test_addresses_say_nothing_of_anybody() -> None:
    assert {name for one in OURS for name in one.parameters} <= SPOKEN


def test_samples_are_not_in_production() -> None:
    samples = {one.name for one in OURS if one.name.startswith("web:")}
    assert samples == {"web:gallery", "web:error_page"}
    assert settings.GALLERY is not (settings.ENVIRONMENT.mode == "production")


def _wrong(role: Role, one: Address, answers: dict[str, int]) -> list[str]:
    """Return the answers that the page's roles do not foretell."""
    roles = ROLES_OF[one.name]
    return [
        f"{method} {one.url()} ({one.name}): {status}"
        for method, status in answers.items()
        if status >= 500
        or (role not in roles and status not in {_REFUSED, 405})
        or (role in roles != EVERYONE and status == _REFUSED)
    ]


@pytest.mark.parametrize("role", Role)
def test_what_is_missing_opens_to_nobody_else(role: Role) -> None:
    person = StaffFactory.create(role=role)
    client = Client(raise_request_exception=False)
    client.force_login(person)

    wrong = []
    for one in GUARDED:
        if role in ROLES_OF[one.name]:
            wrong += _wrong(role, one, _methods(client, one.url(), "GET", "POST"))
        else:
            wrong += _let_in(person, one, "GET", "POST")

    assert wrong == []


def _let_in(person: StaffMember, one: Address, *methods: str) -> Iterator[str]:
    """Ask the view that the resolver would call, at once: yield what does not end in a refusal.

    What stands between a request and the view refuses nobody by their role; the test below asks
    for each page through all of it.
    """
    match = resolve(one.url())
    assert match.func is one.view
    for method in methods:
        request = RequestFactory().generic(method, one.url())
        request.user = person
        with acting(person.pk), suppress(PermissionDenied):
            status = match.func(request, *match.args, **match.kwargs).status_code
            if status != 405:
                yield f"{method} {one.url()} ({one.name}): {status}"


def test_methods_that_pages_seldom_have_open_to_nobody_else() -> None:
    """The guard stands before the method: one role that may and one that may not tell of all."""
    wrong = []
    for role in Role:
        client = Client(raise_request_exception=False)
        client.force_login(StaffFactory.create(role=role))
        for one in GUARDED:
            roles = ROLES_OF[one.name]
            if role in {min(roles, default=None), min(EVERYONE - roles, default=None)}:
                wrong += _wrong(role, one, _methods(client, one.url(), "PUT", "DELETE"))

    assert wrong == []


@pytest.mark.parametrize("role", Role)
def test_what_exists_opens_to_who_may(role: Role, known: dict[str, dict[str, object]]) -> None:
    """Under the wall: a page that a role may open must not break on what it cannot see."""
    person = StaffFactory.create(role=role)
    client = Client(raise_request_exception=False)
    client.force_login(person)
    wrong, opened = [], 0
    for one in GUARDED:
        answer = client.get(one.url(known.get(one.name.split(":")[0])))
        if answer.streaming:
            list(answer)  # closes the file, and not the connection
        status = answer.status_code
        allowed = role in ROLES_OF[one.name]
        if status >= 500 or (not allowed and status not in {_REFUSED, 405}):
            wrong.append(f"GET {one.name}: {status}")
        opened += allowed and status == 200

    assert wrong == []
    assert opened > 0


def test_who_is_not_signed_in_is_led_to_sign_in(client: Client) -> None:
    door = reverse(settings.LOGIN_URL)
    for one in GUARDED:
        for method in ("get", "post", "put", "delete"):
            answer = getattr(client, method)(one.url())
            assert answer.status_code == 302, (method, one.name)
            assert answer["Location"].startswith(door), (method, one.name)


def test_public_pages_answer_whoever_comes(client: Client) -> None:
    client.raise_request_exception = False
    for one in OURS:
        if one.public:
            assert client.get(one.url()).status_code < 500, one.name


def test_forms_from_elsewhere_are_refused_everywhere() -> None:
    """Even from somebody who may open the page, a form without our token changes nothing."""
    clients = {}
    for role in Role:
        clients[role] = Client(enforce_csrf_checks=True, raise_request_exception=False)
        clients[role].force_login(StaffFactory.create(role=role))
    for one in OURS:
        if one.name in WITHOUT_SESSION:
            continue
        role = min(ROLES_OF.get(one.name, EVERYONE))
        status = clients[role].post(one.url(), {}).status_code
        assert status in {_REFUSED, 405}, (one.name, status)


def test_a_closed_account_opens_nothing() -> None:
    person: Any = StaffFactory.create(role=Role.DEPARTMENT_HEAD)
    client = Client()
    client.force_login(person)
    with as_owner():
        StaffMember.objects.filter(pk=person.pk).update(is_active=False)

    for one in GUARDED:
        assert client.get(one.url()).status_code == 302, one.name


def test_a_page_taken_by_a_role_is_gone_at_once() -> None:
    """Roles are read again at each request: ended yesterday, they open nothing today."""
    person = StaffFactory.create(role=Role.DATA_PROTECTION_OFFICER)
    client = Client()
    client.force_login(person)
    assert client.get(reverse("audit:reads")).status_code == 200
    with as_owner():
        RoleGrant.objects.filter(member=person).update(since="2020-01-01", until="2020-01-02")
    assert client.get(reverse("audit:reads")).status_code == _REFUSED


def test_opening_a_family_is_written_down(known: dict[str, dict[str, object]]) -> None:
    """Whatever page shows a family by its reference: nobody looks without a trace."""
    reader = StaffFactory.create(role=Role.TERRITORY_MANAGER)
    client = Client()
    client.force_login(reader)
    family = Family.objects
    shown = 0
    for one in GUARDED:
        room = one.name.split(":")[0]
        rooms = {"families", "approaches", "advice", "followed", "supports"}
        diaries = room == "agenda" and one.parameters[:1] in (["family"], ["appointment"])
        if not diaries and (room not in rooms or not one.parameters):
            continue
        with as_owner():
            before = Read.objects.filter(staff_id=reader.pk).count()
        if client.get(one.url(known[room])).status_code != 200:
            continue
        shown += 1
        with as_owner():
            last = Read.objects.filter(staff_id=reader.pk).first()
            assert Read.objects.filter(staff_id=reader.pk).count() > before, one.name
            assert last
            assert family.get(pk=last.family_id or 0).public_id == known["families"]["public_id"]
    assert shown > 0
