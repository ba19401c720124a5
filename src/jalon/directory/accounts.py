"""How one signs in: accounts are opened for someone, and guessing them is stopped."""

from __future__ import annotations

import time
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.stagekit import get_pending_stage
from allauth.core.internal import ratelimit
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.stages import AuthenticateStage
from cryptography.fernet import Fernet, InvalidToken
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse

from jalon.audit.identity import acting
from jalon.audit.sealing import sealer
from jalon.directory.models import StaffMember
from jalon.directory.openid import second_factor_asked
from jalon.directory.sessions import SECOND_FACTOR_ELSEWHERE, SIGNED_IN_AT

_JUST_SIGNED_IN = 5 * 60
_LOCKED = "too_many_login_attempts"
_SECOND_FACTORS = "second factors"
_SEALED_BEFORE = (
    "La clé de Jalon a changé : ce code ne peut plus être vérifié. Demandez à l'administrateur "
    "technique de retirer votre application, puis installez-la de nouveau."
)


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Nobody signs up; too many wrong guesses lock an address for a while, and say for how long.

    An address without an account locks as the others do: the answer tells nothing of it.
    """

    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": "L'adresse ou le mot de passe est faux.",
        _LOCKED: "Trop d'essais : attendez un quart d'heure avant de recommencer.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002
        """Refuse: an account is opened for someone, with a role."""
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:  # noqa: ANN401
        """Count this guess, or refuse it unheard where there were too many."""
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError:
            key = self._get_login_attempts_cache_key(request, **credentials)
            minutes = -(-_seconds_locked(request, key) // 60)
            raise ValidationError(_locked_for(int(minutes)), code=_LOCKED) from None

    def is_reauthentication_required(self, *, app: str) -> bool:
        """Ask who is there once more, but not whoever has only just said so."""
        fresh = time.time() - self.request.session.get(SIGNED_IN_AT, 0) < _JUST_SIGNED_IN
        return not fresh and bool(super().is_reauthentication_required(app=app))

    def login(self, request: HttpRequest, user: StaffMember) -> None:
        """Sign in: the date of it is the person's own to write, whoever was there before."""
        with acting(user.pk):
            super().login(request, user)

    def get_login_stages(self) -> list[str]:
        """Return what is asked in turn: our second factor unless the provider asked one."""
        theirs = "allauth.mfa.stages.AuthenticateStage"
        ours = f"{__name__}.{SecondFactorStage.__name__}"
        return [ours if one == theirs else one for one in super().get_login_stages()]

    def post_login(self, request: HttpRequest, user: StaffMember, **told: Any) -> HttpResponse:  # noqa: ANN401
        """Lead on; remember for the session whether the provider asked a second factor."""
        asked = second_factor_asked((told["signal_kwargs"] or {}).get("sociallogin"))
        request.session[SECOND_FACTOR_ELSEWHERE] = asked
        answer: HttpResponse = super().post_login(request, user, **told)
        return answer


class SecondFactorStage(AuthenticateStage):  # type: ignore[misc]
    """Asks for our second factor, unless the organisation's provider has just asked for one."""

    def handle(self) -> tuple[HttpResponse | None, bool]:
        """Return the page that asks, or that there is nothing to ask."""
        if second_factor_asked((self.login.signal_kwargs or {}).get("sociallogin")):
            return None, True
        answer: tuple[HttpResponse | None, bool] = super().handle()
        return answer


def _seconds_locked(request: HttpRequest, key: str) -> float:
    """Return for how long the next guess is refused: the longest of the limits reached."""
    waits = [0.0]
    for rate in ratelimit.get_rates(app="allauth.account", action="login_failed"):
        counted = ratelimit.get_cache_key(
            request, app="allauth.account", action="login_failed", rate=rate, key=key
        )
        guesses: list[float] = cache.get(counted, [])
        if len(guesses) >= rate.amount:
            waits.append(guesses[rate.amount - 1] + rate.duration - time.time())
    return max(waits)


def _locked_for(minutes: int) -> str:
    wait = "une minute" if minutes <= 1 else f"{minutes} minutes"
    return (
        f"Trop d'essais manqués : la connexion est bloquée encore {wait}, même avec le bon mot "
        "de passe. Si vous l'avez oublié, demandez un lien à l'administrateur technique."
    )


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Keeps the secrets of second factors sealed: a copy of the database opens no account.

    Each is sealed for its owner alone: copied to another account, it opens nothing there.
    """

    def encrypt(self, text: str) -> str:
        """Seal a secret with the application's key, for whoever sets it up."""
        return self._sealer().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Open a sealed secret; say why it cannot, once the application's key changed."""
        try:
            return self._sealer().decrypt(encrypted_text.encode()).decode()
        except InvalidToken:
            raise ValidationError(_SEALED_BEFORE) from None

    def _sealer(self) -> Fernet:
        """Return what seals for the person signed in, or about to be."""
        owner = self.request.user
        if not owner.is_authenticated:
            owner = get_pending_stage(self.request).login.user
        return sealer(f"{_SECOND_FACTORS} {owner.pk}")
