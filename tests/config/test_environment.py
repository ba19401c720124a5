"""Settings come from the environment, and a wrong one is said in a sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from jalon.config.environment import DEMO_KEY, Mode, SettingsError, read_environment

PRODUCTION = {
    "JALON_MODE": "production",
    "JALON_SECRET_KEY": "k" * 50,
    "JALON_HOSTS": "jalon.example.org, jalon2.example.org",
    "JALON_PUBLIC_URL": "https://reponse.example.org/",
    "DATABASE_URL": "postgresql://jalon_app@db/jalon",
    "DATABASE_OWNER_URL": "postgresql://jalon_owner@db/jalon",
}


def test_without_anything_said_it_is_a_development_with_the_embedded_database() -> None:
    found = read_environment({})

    assert found.mode is Mode.DEVELOPMENT
    assert found.database_url is None
    assert found.data == Path("data").absolute()
    assert found.port == 8000
    assert found.public_url == "http://127.0.0.1:8000"


def test_production_with_all_it_needs() -> None:
    found = read_environment(PRODUCTION)

    assert found.mode is Mode.PRODUCTION
    assert found.public_url == "https://reponse.example.org"
    assert found.hosts == ("jalon.example.org", "jalon2.example.org")


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"JALON_SECRET_KEY": ""}, "JALON_SECRET_KEY manque ou est trop courte"),
        ({"JALON_SECRET_KEY": "k" * 49}, "JALON_SECRET_KEY manque ou est trop courte"),
        ({"JALON_SECRET_KEY": DEMO_KEY}, "clé de démonstration"),
        ({"JALON_PAGES_DEBUG": "1"}, "JALON_PAGES_DEBUG"),
        ({"JALON_HOSTS": " , "}, "JALON_HOSTS manque"),
        ({"JALON_HOSTS": "jalon.example.org, *"}, "n'importe quel nom"),
        ({"JALON_HOSTS": ".example.org"}, "n'importe quel nom"),
        ({"JALON_PUBLIC_URL": ""}, "JALON_PUBLIC_URL manque"),
        ({"JALON_PUBLIC_URL": "http://reponse.example.org"}, "l'adresse https://"),
        ({"JALON_PUBLIC_URL": f"https://{'r' * 33}"}, "de 40 caractères au plus"),
        (
            {"DATABASE_URL": "", "DATABASE_OWNER_URL": ""},
            "DATABASE_URL manque : en production, la base n'est pas la base embarquée",
        ),
    ],
)
def test_production_refuses(changed: dict[str, str], said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        read_environment(PRODUCTION | changed)


@pytest.mark.parametrize(
    "given", [{"DATABASE_URL": "postgresql://db/jalon"}, {"JALON_HOSTS": "jalon.example.org"}]
)
def test_everybody_s_key_is_refused_where_nobody_said_what_it_is_for(
    given: dict[str, str],
) -> None:
    with pytest.raises(SettingsError, match="JALON_MODE manque"):
        read_environment(given)
    with pytest.raises(SettingsError, match="JALON_MODE manque"):
        read_environment(given | {"JALON_SECRET_KEY": ""})
    for mode in ("development", "demo"):
        assert read_environment(given | {"JALON_MODE": mode}).secret_key == DEMO_KEY
    assert read_environment(given | {"JALON_SECRET_KEY": "k" * 50}).mode is Mode.DEVELOPMENT


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"JALON_MODE": "prod"}, "« prod » : choisissez parmi demo, development, production"),
        ({"JALON_PAGES_DEBUG": "oui"}, "mettez 1 pour oui, 0 pour non"),
        ({"JALON_PORT": "80a"}, "un nombre de 1 à 65535"),
        ({"JALON_PORT": "0"}, "un nombre de 1 à 65535"),
        ({"JALON_PORT": "65536"}, "un nombre de 1 à 65535"),
        ({"JALON_PUBLIC_URL": "https://r.example.org?code="}, "l'adresse https://"),
        ({"DATABASE_URL": "mysql://db/jalon"}, "DATABASE_URL n'est pas une adresse postgresql"),
        ({"DATABASE_OWNER_URL": "postgresql://db/jalon"}, "sans DATABASE_URL"),
    ],
)
def test_a_wrong_setting_is_said(given: dict[str, str], said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        read_environment(given)


def test_the_key_before_this_one_is_given_beside_it() -> None:
    assert not read_environment({}).former_key
    given = {"JALON_SECRET_KEY": "k" * 50, "JALON_SECRET_KEY_BEFORE": "b" * 50}
    assert read_environment(given).former_key == "b" * 50
