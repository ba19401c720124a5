"""Describes the organisation's provider as the sign-in library wants it."""

from __future__ import annotations

from typing import Any, Final

from jalon.config.environment import IdentityProvider

# Some providers say how they know a person only where they are asked.
_ASK_HOW: Final = {"claims": '{"id_token":{"amr":{"essential":true}}}'}


def provider_settings(found: IdentityProvider | None) -> dict[str, Any]:
    """Return the library's setting: the provider where there is one, or none."""
    return {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": _apps(found)}}


def _apps(found: IdentityProvider | None) -> list[dict[str, Any]]:
    if found is None:
        return []
    return [
        {
            "provider_id": "organisme",
            "name": found.label,
            "client_id": found.client,
            "secret": found.secret,
            "settings": {
                "server_url": found.url,
                # The address, and nothing else of the person.
                "scope": ["openid", "email"],
                "auth_params": _ASK_HOW if found.second_factors else {},
                "addresses_verified": found.addresses_verified,
                "second_factors": list(found.second_factors),
            },
        }
    ]
