"""Signing in through the organisation's own provider, with OpenID Connect.

Only an open account that has the very address the provider vouches for is signed in; none is
ever made. Signatures, audience, issuer, nonce and subject are all verified. Where the provider
says that it asked a second factor, in words that the operator listed, none of ours is asked.
"""

from __future__ import annotations

import hmac
from collections.abc import Collection
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

import jwt
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.adapter import get_adapter as get_social_adapter
from allauth.socialaccount.models import SocialApp, SocialLogin, SocialToken
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import (
    OAuth2CallbackView,
    OAuth2LoginView,
    OAuth2View,
)
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.crypto import get_random_string, salted_hmac
from django.utils.http import urlencode
from requests import RequestException

from jalon.directory.models import StaffMember
from jalon.directory.queries import account_of_email

# Signed with the provider's own key: a secret that both know proves nothing to a third.
_ALGORITHMS: Final = ("RS256", "RS384", "RS512", "PS256", "ES256", "ES384", "EdDSA")
_IN_TOKEN: Final = ("iss", "aud", "exp", "iat", "sub")
_TOLD_APART: Final = ("iss", "aud", "sub")
_ADDRESS: Final = ("email", "email_verified")
_STATE_SIGNS: Final = 43
_SECOND_FACTOR: Final = "second_factor"
_UNVERIFIED: Final = "unverified"
_UNKNOWN: Final = "unknown"


class ProviderAdapter(OpenIDConnectOAuth2Adapter):  # type: ignore[misc]
    """Reads who the provider says is there; OAuth2Error where it does not hold."""

    def complete_login(
        self,
        request: HttpRequest,
        app: SocialApp,
        token: SocialToken,
        **kwargs: Any,  # noqa: ANN401
    ) -> SocialLogin:
        """Return the identity of the signed token, completed by what the provider tells of it."""
        claims = self._in_token(str(kwargs["response"].get("id_token", "")), app.client_id)
        wanted = nonce_of(str(request.GET.get("state", "")))
        if not hmac.compare_digest(str(claims.get("nonce", "")), wanted):
            raise OAuth2Error("nonce")
        strong = _names_one_of(claims, app.settings.get("second_factors", ()))
        claims = self._with_address(claims, app, token.token)
        login = self.get_provider().sociallogin_from_response(request, {"id_token": claims})
        login.account.extra_data = {_SECOND_FACTOR: strong}
        return login

    def _in_token(self, id_token: str, client: str) -> dict[str, Any]:
        claims = self._opened(id_token, client, _IN_TOKEN)
        if isinstance(claims["aud"], list) and claims["aud"] != [client]:
            raise OAuth2Error("audience")
        return claims

    def _with_address(self, claims: dict[str, Any], app: SocialApp, token: str) -> dict[str, Any]:
        """Return the claims with an address and what is said of it, both from one source."""
        trusted = app.settings.get("addresses_verified", False)
        complete = "email" in claims and (trusted or "email_verified" in claims)
        if not complete and "userinfo_endpoint" in self.openid_config:
            told = self._told_apart(token, app.client_id)
            if told.get("sub") != claims["sub"]:
                raise OAuth2Error("subject")
            if "email" in told:
                rest = {name: one for name, one in claims.items() if name not in _ADDRESS}
                claims = rest | {name: told[name] for name in _ADDRESS if name in told}
        # What the operator answers for is that nothing is said, never that it is denied.
        return {"email_verified": True, **claims} if trusted else claims

    def _told_apart(self, access_token: str, client: str) -> dict[str, Any]:
        """Return what the provider tells of the person besides the token, signed or not."""
        with get_social_adapter().get_requests_session() as session:
            answer = session.get(
                self.profile_url, headers={"Authorization": f"Bearer {access_token}"}
            )
            answer.raise_for_status()
        kind = answer.headers.get("Content-Type", "").split(";")[0].strip().lower()
        if kind == "application/jwt":
            return self._opened(answer.text.strip(), client, _TOLD_APART)
        told = answer.json()
        if not isinstance(told, dict):
            raise OAuth2Error("userinfo")
        return told

    def _opened(self, token: str, client: str, required: tuple[str, ...]) -> dict[str, Any]:
        """Return what a token says; OAuth2Error unless the provider signed it, for us."""
        try:
            claims: dict[str, Any] = jwt.decode(
                token,
                self._key_of(jwt.get_unverified_header(token)),
                algorithms=list(_ALGORITHMS),
                audience=client,
                issuer=self.openid_config["issuer"],
                options={"require": list(required)},
                leeway=30,
            )
        except (jwt.PyJWTError, KeyError, ValueError) as error:
            raise OAuth2Error("token") from error
        return claims

    def _key_of(self, header: dict[str, Any]) -> jwt.PyJWK:
        with get_social_adapter().get_requests_session() as session:
            answer = session.get(self.openid_config["jwks_uri"])
            answer.raise_for_status()
        keys = jwt.PyJWKSet.from_dict(answer.json()).keys
        named = [key for key in keys if key.key_id == header.get("kid")]
        if len(named) != 1:
            raise OAuth2Error("key")
        return named[0]


class SocialAccountAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Signs in existing accounts; opens none."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:  # noqa: ARG002
        """Refuse: an account is opened for someone, with a role."""
        return False

    def generate_state_param(self, state: dict[str, Any]) -> str:  # noqa: ARG002
        """Return a word as long as the strictest providers ask: ProConnect wants 32 signs."""
        return get_random_string(_STATE_SIGNS)

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Find the account of the address that the provider has verified, or refuse."""
        found = _account_of(sociallogin)
        if not isinstance(found, StaffMember) or sociallogin.state.get("process") != "login":
            shown = {"unverified": found == _UNVERIFIED}
            raise ImmediateHttpResponse(
                render(request, "directory/provider_refused.html", shown, status=403)
            )
        sociallogin.user = found


def _account_of(sociallogin: SocialLogin) -> StaffMember | str:
    """Return the account that may sign in, or why there is none."""
    # Nothing but true itself: some providers send a text, which would be true whatever it says.
    verified = [one.email for one in sociallogin.email_addresses if one.verified is True]
    for email in filter(None, verified):
        account = account_of_email(email)
        if account is not None and account.is_active and not account.is_demo:
            return account
    return _UNKNOWN if verified else _UNVERIFIED


def _names_one_of(claims: dict[str, Any], second_factors: Collection[str]) -> bool:
    """Tell whether the token names a way to sign in that asks a second factor."""
    ways = claims.get("amr")
    named = [claims.get("acr"), *(ways if isinstance(ways, list) else ())]
    return any(isinstance(one, str) and one in second_factors for one in named)


def second_factor_asked(sociallogin: SocialLogin | None) -> bool:
    """Tell whether whoever signs in so was asked a second factor by the provider."""
    return sociallogin is not None and sociallogin.account.extra_data.get(_SECOND_FACTOR) is True


def nonce_of(state: str) -> str:
    """Return the word that ties a token to the sign-in it was asked for."""
    return salted_hmac("jalon.directory.openid", state, algorithm="sha256").hexdigest()


@login_not_required
def sign_in(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Lead to the provider."""
    response = _through(OAuth2LoginView, request, provider_id)
    if state := _state_asked(response):
        response["Location"] += "&" + urlencode({"nonce": nonce_of(state)})
    return response


@login_not_required
def come_back(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Sign in whoever comes back from the provider."""
    return _through(OAuth2CallbackView, request, provider_id)


def _through(view: type[OAuth2View], request: HttpRequest, provider_id: str) -> HttpResponse:
    adapter = ProviderAdapter(request, provider_id)
    try:
        response: HttpResponse = view.adapter_view(adapter)(request)
    except SocialApp.DoesNotExist:
        raise Http404 from None
    except (RequestException, KeyError, ValueError):
        # The provider is out of reach, or says of itself what makes no sense.
        response = render(request, "socialaccount/authentication_error.html", status=502)
    return response


def _state_asked(response: HttpResponse) -> str:

    if response.status_code != 302 or not response.has_header("Location"):  # noqa: PLR2004
        return ""
    return parse_qs(urlsplit(response["Location"]).query).get("state", [""])[0]
