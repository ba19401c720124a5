"""The organisation's provider is described by the environment, or refused in a sentence."""

from __future__ import annotations

import pytest

from jalon.config.environment import IdentityProvider, SettingsError, read_environment

_GIVEN = {
    "JALON_OIDC_URL": "https://connexion.example.org/",
    "JALON_OIDC_CLIENT": "jalon",
    "JALON_OIDC_SECRET": "secret",
}
_PRODUCTION = {
    "JALON_MODE": "production",
    "JALON_SECRET_KEY": "k" * 50,
    "JALON_HOSTS": "jalon.example.org",
    "JALON_PUBLIC_URL": "https://reponse.example.org",
    "DATABASE_URL": "postgresql://jalon",
    "DATABASE_OWNER_URL": "postgresql://jalon",
}


def test_without_a_provider_there_is_none() -> None:
    assert read_environment({}).provider is None


def test_a_provider_is_read_with_its_label() -> None:
    told = read_environment({**_GIVEN, "JALON_OIDC_LABEL": "ProConnect"})
    unlabelled = read_environment(_GIVEN)

    assert told.provider == IdentityProvider(
        "https://connexion.example.org",
        "jalon",
        "secret",
        "ProConnect",
    )
    assert unlabelled.provider is not None
    assert unlabelled.provider.label == "le compte de l'organisme"


@pytest.mark.parametrize("url", ["http://127.0.0.1:9000", "http://localhost:9000"])
def test_a_provider_on_this_machine_needs_no_certificate_but_in_production(url: str) -> None:
    given = {**_GIVEN, "JALON_OIDC_URL": url}

    assert read_environment(given).provider is not None
    with pytest.raises(SettingsError, match="https://"):
        read_environment({**_PRODUCTION, **given})


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"JALON_OIDC_CLIENT": ""}, "JALON_OIDC_CLIENT manque"),
        ({"JALON_OIDC_SECRET": " "}, "JALON_OIDC_SECRET manque"),
        ({"JALON_OIDC_URL": ""}, "JALON_OIDC_URL manque"),
        ({"JALON_OIDC_URL": "connexion.example.org"}, "donnez l'adresse https://"),
        ({"JALON_OIDC_URL": "http://connexion.example.org"}, "donnez l'adresse https://"),
        ({"JALON_OIDC_URL": "https://connexion.example.org/?x=1"}, "sans « \\? »"),
    ],
)
def test_a_provider_told_by_halves_is_refused(changed: dict[str, str], said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        read_environment({**_GIVEN, **changed})


@pytest.mark.parametrize(
    "given",
    [
        {"JALON_OIDC_LABEL": "ProConnect"},
        {"JALON_OIDC_ADDRESSES_VERIFIED": "1"},
        {"JALON_OIDC_SECOND_FACTOR": "mfa"},
    ],
    ids=str,
)
def test_what_is_said_of_no_provider_is_refused(given: dict[str, str]) -> None:
    with pytest.raises(SettingsError, match=f"{next(iter(given))} est donné sans JALON_OIDC_URL"):
        read_environment(given)


def test_nothing_is_trusted_unless_said() -> None:
    found = read_environment(_GIVEN).provider

    assert found is not None
    assert not found.addresses_verified
    assert found.second_factors == ()


def test_what_the_operator_answers_for_is_read() -> None:
    found = read_environment(
        {
            **_GIVEN,
            "JALON_OIDC_ADDRESSES_VERIFIED": "1",
            "JALON_OIDC_SECOND_FACTOR": "mfa , eidas2,",
        }
    ).provider

    assert found is not None
    assert found.addresses_verified
    assert found.second_factors == ("mfa", "eidas2")


@pytest.mark.parametrize("one", ["pwd", "mail", "eidas1"])
def test_what_is_no_second_factor_is_refused(one: str) -> None:
    with pytest.raises(SettingsError, match=f"cite « {one} », qui n'est pas"):
        read_environment({**_GIVEN, "JALON_OIDC_SECOND_FACTOR": f"mfa,{one}"})


def test_addresses_are_verified_or_not() -> None:
    with pytest.raises(SettingsError, match="mettez 1 pour oui"):
        read_environment({**_GIVEN, "JALON_OIDC_ADDRESSES_VERIFIED": "oui"})
