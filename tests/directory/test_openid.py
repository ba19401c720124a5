"""Signing in through the organisation's provider, a real one that runs beside the test."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from allauth.socialaccount.models import SocialAccount
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from directory.provider import CLIENT, SECRET, Provider, running_provider
from directory.signing_in import code_of, sign_in, signed_in
from factories.directory import PASSWORD, StaffFactory
from jalon.config.environment import read_environment
from jalon.config.provider import provider_settings
from jalon.directory.models import StaffMember
from jalon.directory.roles import Role

pytestmark = pytest.mark.django_db
_IN = "openid_connect_login"
_BACK = "openid_connect_callback"


@pytest.fixture(scope="module")
def _provider() -> Iterator[Provider]:
    with running_provider() as running:
        yield running


def configure(settings: Settings, provider: Provider, **told: str) -> None:
    """Say in the environment's own words what an operator would of this provider."""
    given = {
        "JALON_OIDC_URL": provider.url,
        "JALON_OIDC_CLIENT": CLIENT,
        "JALON_OIDC_SECRET": SECRET,
        "JALON_OIDC_LABEL": "Mon organisme",
        **told,
    }
    settings.SOCIALACCOUNT_PROVIDERS = provider_settings(read_environment(given).provider)


@pytest.fixture
def provider(_provider: Provider, settings: Settings) -> Provider:
    configure(settings, _provider)
    _provider.claims, _provider.token, _provider.userinfo = {}, {}, None
    _provider.algorithm, _provider.forge = "RS256", False
    _provider.userinfo_signed = _provider.forge_userinfo = False
    _provider.sent.clear()
    return _provider


@pytest.fixture
def member(provider: Provider) -> StaffMember:
    made: StaffMember = StaffFactory.create(role=Role.SOCIAL_WORKER, password=PASSWORD)
    provider.claims = {"email": made.email, "email_verified": True}
    return made


def _address(name: str) -> str:
    return reverse(name, kwargs={"provider_id": "organisme"})


def _return_address(client: Client, next_page: str = "") -> str:
    """Go to the provider, who signs in at once; return the address it sends back to."""
    leaving = client.post(_address(_IN), {"process": "login", "next": next_page})
    there = requests.get(leaving.headers["Location"], allow_redirects=False, timeout=5)
    back = urlsplit(there.headers["Location"])
    assert back.path == _address(_BACK)
    return f"{back.path}?{back.query}"


def _signs_in(client: Client) -> Any:
    return client.get(_return_address(client))


def test_a_known_address_that_the_provider_verified_signs_in(
    client: Client, member: StaffMember
) -> None:
    answer = client.get(_return_address(client, "/equipe/roles/"))

    assert answer.headers["Location"] == "/equipe/roles/"
    assert client.session["_auth_user_id"] == str(member.pk)
    member.refresh_from_db()
    assert member.check_password(PASSWORD)
    assert not SocialAccount.objects.exists()


def test_it_takes_the_place_of_whoever_was_signed_in(client: Client, member: StaffMember) -> None:
    sign_in(client, StaffFactory.create(password=PASSWORD))
    assert signed_in(client)

    _signs_in(client)

    assert client.session["_auth_user_id"] == str(member.pk)
    member.refresh_from_db()
    assert member.last_login is not None


def test_the_sign_in_page_leads_there(client: Client, member: StaffMember) -> None:
    assert member.pk
    page = client.get(reverse("account_login")).content.decode()

    assert "Mon organisme" in page
    assert _address(_IN) in page


def test_leaving_asks_for_a_proof_a_nonce_and_the_address_alone(
    client: Client, member: StaffMember
) -> None:
    assert member.pk
    leaving = client.post(_address(_IN), {"process": "login"})

    asked = parse_qs(urlsplit(leaving.headers["Location"]).query)
    assert asked["code_challenge_method"] == ["S256"]
    assert len(asked["nonce"][0]) == 64
    assert len(asked["state"][0]) >= 32
    assert set(asked["scope"][0].split()) == {"openid", "email"}
    assert "claims" not in asked


def test_an_address_told_apart_from_the_token_signs_in_too(
    client: Client, provider: Provider, member: StaffMember
) -> None:
    provider.claims, provider.userinfo = {}, {"sub": "42", **provider.claims}

    _signs_in(client)

    assert client.session["_auth_user_id"] == str(member.pk)


def test_an_address_told_of_someone_else_is_refused(
    client: Client, provider: Provider, member: StaffMember
) -> None:
    assert member.pk
    provider.claims, provider.userinfo = {}, {"sub": "43", **provider.claims}

    _signs_in(client)

    assert not signed_in(client)


@pytest.mark.parametrize("verified", [False, None, "true", "false", 1])
def test_an_address_that_is_not_verified_is_refused(
    client: Client, provider: Provider, member: StaffMember, verified: object
) -> None:
    provider.claims = {"email": member.email, "email_verified": verified}
    before = StaffMember.objects.count()

    answer = _signs_in(client)

    assert answer.status_code == 403
    assert "ne confirme pas votre adresse" in answer.content.decode()
    assert not signed_in(client)
    assert StaffMember.objects.count() == before


def test_an_unknown_address_is_refused_and_makes_no_account(
    client: Client, provider: Provider, member: StaffMember
) -> None:
    provider.claims = {"email": "inconnu@example.org", "email_verified": True}

    answer = _signs_in(client)

    assert answer.status_code == 403
    assert "pas de compte ouvert pour vous" in answer.content.decode()
    assert not signed_in(client)
    assert list(StaffMember.objects.all()) == [member]


@pytest.mark.parametrize("account", [{"is_active": False}, {"is_demo": True}])
def test_closed_and_demonstration_accounts_are_refused(
    client: Client, provider: Provider, account: dict[str, bool]
) -> None:
    refused = StaffFactory.create(**account)
    provider.claims = {"email": refused.email, "email_verified": True}

    assert _signs_in(client).status_code == 403
    assert not signed_in(client)


@pytest.mark.parametrize(
    "fault",
    [
        {"aud": "autre"},
        {"aud": [CLIENT, "autre"]},
        {"aud": None},
        {"iss": "http://127.0.0.1:1"},
        {"exp": 1_000_000},
        {"exp": None},
        {"sub": None},
        {"nonce": "autre"},
        {"nonce": None},
    ],
    ids=str,
)
def test_a_token_that_does_not_hold_is_refused(
    client: Client, provider: Provider, member: StaffMember, fault: dict[str, Any]
) -> None:
    assert member.pk
    provider.token = fault

    answer = _signs_in(client)

    assert provider.sent
    assert answer.status_code in {200, 401, 403}
    assert not signed_in(client)


@pytest.mark.parametrize("algorithm", ["none", "HS256"])
def test_a_token_without_the_provider_s_own_signature_is_refused(
    client: Client, provider: Provider, member: StaffMember, algorithm: str
) -> None:
    assert member.pk
    provider.algorithm = algorithm

    _signs_in(client)

    assert provider.sent
    assert not signed_in(client)


def test_a_token_that_somebody_else_signed_is_refused(
    client: Client, provider: Provider, member: StaffMember
) -> None:
    assert member.pk
    provider.forge = True

    answer = _signs_in(client)

    assert provider.sent
    assert "Traceback" not in answer.content.decode()
    assert not signed_in(client)


def test_coming_back_serves_once_and_only_who_left(client: Client, member: StaffMember) -> None:
    address = _return_address(client)
    stranger = Client()
    stranger.get(address)
    assert not signed_in(stranger)
    client.get(address)
    assert client.session["_auth_user_id"] == str(member.pk)
    client.post(reverse("account_logout"))

    client.get(address)

    assert not signed_in(client)


@pytest.mark.parametrize("query", ["", "?code=x", "?code=x&state=y", "?error=access_denied"])
def test_coming_back_without_having_left_is_refused(
    client: Client, member: StaffMember, query: str
) -> None:
    assert member.pk

    answer = client.get(_address(_BACK) + query)

    assert answer.status_code < 500
    assert not signed_in(client)


def test_nothing_is_linked_to_an_account(client: Client, member: StaffMember) -> None:
    sign_in(client, member)
    leaving = client.post(_address(_IN), {"process": "connect"})
    there = requests.get(leaving.headers["Location"], allow_redirects=False, timeout=5)

    answer = client.get(there.headers["Location"])

    assert answer.status_code == 403
    assert not SocialAccount.objects.exists()


class TestAnAddressOfWhichNothingIsSaid:
    """ProConnect, for one, leaves `email_verified` out, and signs what it tells apart."""

    @pytest.fixture
    def proconnect(self, provider: Provider, member: StaffMember) -> Provider:
        provider.claims, provider.userinfo_signed = {}, True
        provider.userinfo = {
            "iss": provider.url,
            "aud": CLIENT,
            "sub": "42",
            "email": member.email,
        }
        return provider

    def test_is_refused_in_a_sentence_unless_the_operator_answers_for_it(
        self, client: Client, proconnect: Provider
    ) -> None:
        assert proconnect.userinfo_signed

        answer = _signs_in(client)

        assert answer.status_code == 403
        assert "ne confirme pas votre adresse" in answer.content.decode()
        assert not signed_in(client)

    def test_signs_in_where_the_operator_answers_for_it(
        self, client: Client, settings: Settings, proconnect: Provider, member: StaffMember
    ) -> None:
        configure(settings, proconnect, JALON_OIDC_ADDRESSES_VERIFIED="1")

        _signs_in(client)

        assert client.session["_auth_user_id"] == str(member.pk)

    def test_signs_in_by_the_token_alone(
        self, client: Client, settings: Settings, proconnect: Provider, member: StaffMember
    ) -> None:
        proconnect.claims, proconnect.userinfo = {"email": member.email}, None
        configure(settings, proconnect, JALON_OIDC_ADDRESSES_VERIFIED="1")

        _signs_in(client)

        assert client.session["_auth_user_id"] == str(member.pk)

    @pytest.mark.parametrize("verified", [False, None, "true", 1])
    def test_the_operator_does_not_answer_for_what_is_denied(
        self,
        client: Client,
        settings: Settings,
        proconnect: Provider,
        verified: object,
    ) -> None:
        assert proconnect.userinfo is not None
        proconnect.userinfo["email_verified"] = verified
        configure(settings, proconnect, JALON_OIDC_ADDRESSES_VERIFIED="1")

        assert _signs_in(client).status_code == 403
        assert not signed_in(client)

    @pytest.mark.parametrize(
        "fault",
        [{"iss": "http://127.0.0.1:1"}, {"aud": "autre"}, {"sub": "43"}, {"exp": 1_000_000}],
        ids=str,
    )
    def test_what_is_signed_of_another_is_refused(
        self,
        client: Client,
        settings: Settings,
        proconnect: Provider,
        fault: dict[str, object],
    ) -> None:
        assert proconnect.userinfo is not None
        proconnect.userinfo |= {"email_verified": True, **fault}
        configure(settings, proconnect, JALON_OIDC_ADDRESSES_VERIFIED="1")

        answer = _signs_in(client)

        assert answer.status_code == 401
        assert "n'a pas abouti" in answer.content.decode()
        assert not signed_in(client)

    @pytest.mark.parametrize("missing", ["iss", "aud", "sub"])
    def test_what_is_signed_for_nobody_is_refused(
        self, client: Client, proconnect: Provider, missing: str
    ) -> None:
        assert proconnect.userinfo is not None
        proconnect.userinfo["email_verified"] = True
        del proconnect.userinfo[missing]

        _signs_in(client)

        assert not signed_in(client)

    def test_what_somebody_else_signed_is_refused(
        self, client: Client, proconnect: Provider
    ) -> None:
        assert proconnect.userinfo is not None
        proconnect.userinfo["email_verified"] = True
        _signs_in(client)
        assert signed_in(client)
        client.post(reverse("account_logout"))
        proconnect.forge_userinfo = True

        _signs_in(client)

        assert not signed_in(client)

    def test_one_source_does_not_answer_for_the_address_of_another(
        self, client: Client, provider: Provider, member: StaffMember
    ) -> None:
        """The token's address, of which only another address's verification is told."""
        provider.claims = {"email": member.email}
        provider.userinfo = {
            "sub": "42",
            "email": "autre@example.org",
            "email_verified": True,
        }

        assert _signs_in(client).status_code == 403
        assert not signed_in(client)


def _set_up_app(client: Client, member: StaffMember) -> None:
    sign_in(client, member)
    client.get(reverse("mfa_activate_totp"))
    code = code_of(client.session["mfa.totp.secret"])
    client.post(reverse("mfa_activate_totp"), {"code": code})
    client.post(reverse("account_logout"))


class TestASecondFactor:
    """Asked here, unless the provider says in words that the operator listed that it asked one."""

    @pytest.fixture(autouse=True)
    def _required(self, settings: Settings, provider: Provider) -> None:
        settings.SECOND_FACTOR_REQUIRED = True
        configure(
            settings, provider, JALON_OIDC_SECOND_FACTOR="mfa, https://fournisseur.example/fort"
        )

    def test_how_the_person_is_known_is_asked_of_the_provider(
        self, client: Client, member: StaffMember
    ) -> None:
        assert member.pk
        leaving = client.post(_address(_IN), {"process": "login"})

        asked = parse_qs(urlsplit(leaving.headers["Location"]).query)
        assert asked["claims"] == ['{"id_token":{"amr":{"essential":true}}}']

    @pytest.mark.parametrize(
        "told", [{"amr": ["pwd", "mfa"]}, {"acr": "https://fournisseur.example/fort"}], ids=str
    )
    @pytest.mark.parametrize("own", [False, True], ids=["none of ours", "ours set up"])
    def test_asked_there_is_not_asked_here(
        self,
        client: Client,
        provider: Provider,
        member: StaffMember,
        told: dict[str, Any],
        *,
        own: bool,
    ) -> None:
        if own:
            _set_up_app(client, member)
        provider.token = told

        answer = _signs_in(client)

        assert answer.headers["Location"] == "/"
        assert client.get("/equipe/roles/").status_code == 200

    @pytest.mark.parametrize(
        "told",
        [
            {},
            {"amr": ["pwd"]},
            {"amr": "mfa"},
            {"amr": [["mfa"]]},
            {"amr": {"mfa": True}},
            {"acr": "https://fournisseur.example/"},
            {"acr": ["mfa"]},
            {"acr": "pwd mfa"},
        ],
        ids=str,
    )
    def test_not_asked_there_is_asked_here(
        self, client: Client, provider: Provider, member: StaffMember, told: dict[str, Any]
    ) -> None:
        _set_up_app(client, member)
        provider.token = told

        answer = _signs_in(client)

        assert answer.headers["Location"] == reverse("mfa_authenticate")
        assert not signed_in(client)

    def test_not_asked_there_and_none_of_ours_leads_to_set_one_up(
        self, client: Client, member: StaffMember
    ) -> None:
        assert member.pk

        _signs_in(client)

        assert client.get("/equipe/roles/").headers["Location"] == reverse("mfa_index")

    def test_told_apart_from_the_token_does_not_count(
        self, client: Client, provider: Provider, member: StaffMember
    ) -> None:
        provider.claims = {}
        provider.userinfo = {
            "sub": "42",
            "email": member.email,
            "email_verified": True,
            "amr": ["mfa"],
        }

        _signs_in(client)

        assert signed_in(client)
        assert client.get("/equipe/roles/").headers["Location"] == reverse("mfa_index")

    def test_a_word_that_the_operator_did_not_list_does_not_count(
        self, client: Client, settings: Settings, provider: Provider, member: StaffMember
    ) -> None:
        configure(settings, provider)
        _set_up_app(client, member)
        provider.token = {"amr": ["mfa"], "acr": "https://fournisseur.example/fort"}

        assert _signs_in(client).headers["Location"] == reverse("mfa_authenticate")

    def test_what_the_provider_asked_does_not_outlive_the_session(
        self, client: Client, provider: Provider, member: StaffMember
    ) -> None:
        provider.token = {"amr": ["mfa"]}
        _signs_in(client)
        assert client.get("/equipe/roles/").status_code == 200
        client.post(reverse("account_logout"))

        sign_in(client, member)

        assert client.get("/equipe/roles/").headers["Location"] == reverse("mfa_index")


def test_a_provider_that_does_not_answer_is_told_as_such(
    client: Client, settings: Settings, member: StaffMember
) -> None:
    assert member.pk
    apps = settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"]
    apps[0]["settings"]["server_url"] = "http://127.0.0.1:1"

    answer = client.post(_address(_IN), {"process": "login"})

    assert answer.status_code == 502
    assert "ne répond pas" in answer.content.decode()


def test_an_unknown_provider_is_not_there(client: Client, member: StaffMember) -> None:
    assert member.pk
    for name in (_IN, _BACK):
        assert client.get(reverse(name, kwargs={"provider_id": "autre"})).status_code == 404
