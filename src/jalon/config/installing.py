"""What an installation needs once its database is there: its department, its first account."""

from __future__ import annotations

from decimal import Decimal

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.urls import reverse

from jalon.config.maintenance import as_owner
from jalon.directory.actions import (
    confirm_as_installer,
    open_first_account,
    set_up_department,
)
from jalon.directory.actions.accounts import Details
from jalon.rules.errors import ClearError
from jalon.rules.profile import load_profile


def lay_out_department() -> str:
    """Write the department of the profile, and return the fund's name."""
    profile = load_profile(settings.PROFILE)
    with as_owner():
        set_up_department(profile=profile)
    return profile.label


def open_administrator(*, email: str, first_name: str, last_name: str) -> str:
    """Open the first technical administrator's account; return where the password is chosen.

    ClearError where the address is none, or somebody manages the accounts already.
    """
    try:
        validate_email(email)
    except ValidationError:
        raise ClearError(f"« {email} » n'est pas une adresse électronique.") from None
    with as_owner():
        token = open_first_account(details=Details(email, first_name, last_name, None, Decimal(1)))
    scheme = "https" if settings.SECURE_SSL_REDIRECT else "http"
    host = settings.ALLOWED_HOSTS[0] if settings.SECURE_SSL_REDIRECT else "127.0.0.1:8000"
    return f"{scheme}://{host}{reverse('directory:open_link', args=[token])}"


def confirm_roles(*, email: str) -> list[str]:
    """Confirm the roles that wait on an account and return their names; ClearError as its action.

    For the first head of the department, whom nobody stands above.
    """
    with as_owner():
        return [role.label for role in confirm_as_installer(email=email)]
