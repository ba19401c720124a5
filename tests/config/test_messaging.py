"""What carries messages is named whole or not at all; a wrong setting is said in a sentence."""

from __future__ import annotations

import base64
from datetime import timedelta

import pytest
from pytest_django import Settings

from jalon.config.checking import findings
from jalon.config.environment import Mode, SettingsError
from jalon.config.messaging import Messaging, read_messaging
from jalon.outreach.providers.accounts import Encryption, SmtpAccount, TextAccount

MAIL = {"JALON_SMTP_HOST": "smtp.caf.example", "JALON_SMTP_FROM": "service-social@caf.example"}
TEXTS = {
    "JALON_SMS_URL": "https://sms.example/v1/messages",
    "JALON_SMS_TOKEN": "a-token",
    "JALON_SMS_SENDER": "Caf 94",
}
KEY = b"k" * 32


def read(given: dict[str, str], mode: Mode = Mode.PRODUCTION) -> Messaging:
    return read_messaging(mode, given)


def test_without_anything_said_nothing_carries_messages() -> None:
    assert read({}) == Messaging(None, None)


def test_a_mail_server_is_encrypted_unless_said_otherwise() -> None:
    assert read(MAIL).mail == SmtpAccount(
        "smtp.caf.example", 587, Encryption.STARTTLS, "service-social@caf.example"
    )
    whole = {
        "JALON_SMTP_SECURITY": "tls",
        "JALON_SMTP_USER": "jalon",
        "JALON_SMTP_PASSWORD": "secret",
    }
    found = read(MAIL | whole).mail
    assert found is not None
    assert (found.port, found.encryption, found.user, found.password) == (
        *(465, Encryption.TLS, "jalon", "secret"),
    )


def test_a_provider_of_texts_sends_twice_unless_it_promises_not_to() -> None:
    assert read(TEXTS).texts == TextAccount(
        "https://sms.example/v1/messages", "a-token", "Caf 94", timedelta(0), b""
    )
    written = f"whsec_{base64.b64encode(KEY).decode()}"
    whole = {"JALON_SMS_REMEMBERS_HOURS": "24", "JALON_SMS_WEBHOOK_KEY": written}
    found = read(TEXTS | whole).texts
    assert found is not None
    assert (found.remembers, found.webhook_key) == (timedelta(hours=24), KEY)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"JALON_SMTP_FROM": "a@caf.example"}, "JALON_SMTP_FROM est donné sans JALON_SMTP_HOST"),
        ({"JALON_SMTP_PASSWORD": "x"}, "sans JALON_SMTP_HOST"),
        ({"JALON_SMS_TOKEN": "x"}, "JALON_SMS_TOKEN est donné sans JALON_SMS_URL"),
        ({"JALON_SMS_WEBHOOK_KEY": "x"}, "sans JALON_SMS_URL"),
        (MAIL | {"JALON_SMTP_HOST": "smtp caf"}, "donnez le nom du serveur"),
        (MAIL | {"JALON_SMTP_FROM": ""}, "JALON_SMTP_FROM vaut «  »"),
        (MAIL | {"JALON_SMTP_FROM": "Caf <a@caf.example>"}, "l'adresse d'où partent"),
        (MAIL | {"JALON_SMTP_FROM": "a@caf.example\nBcc: b@x.fr"}, "l'adresse d'où partent"),
        (MAIL | {"JALON_SMTP_SECURITY": "ssl"}, "choisissez parmi starttls, tls, none"),
        (MAIL | {"JALON_SMTP_SECURITY": "none"}, "le courrier part chiffré"),
        (MAIL | {"JALON_SMTP_USER": "jalon"}, "JALON_SMTP_USER et JALON_SMTP_PASSWORD"),
        (
            MAIL | {"JALON_SMTP_USER": "jalon", "JALON_SMTP_PASSWORD": "été"},
            "ni accent, ni retour à la ligne",
        ),
        (MAIL | {"JALON_SMTP_PORT": "65536"}, "un nombre de 0 à 65535"),
        (TEXTS | {"JALON_SMS_URL": "http://sms.example/"}, "donnez l'adresse https://"),
        (TEXTS | {"JALON_SMS_URL": "http://127.0.0.1:8080/"}, "donnez l'adresse https://"),
        (TEXTS | {"JALON_SMS_URL": "https://u:p@sms.example/"}, "un caractère de trop"),
        (TEXTS | {"JALON_SMS_URL": "https://sms.example/?a=b"}, "un caractère de trop"),
        (TEXTS | {"JALON_SMS_TOKEN": ""}, "JALON_SMS_TOKEN manque"),
        (TEXTS | {"JALON_SMS_TOKEN": "a\r\nX: y"}, "JALON_SMS_TOKEN manque"),
        (TEXTS | {"JALON_SMS_SENDER": "Caf du Val-de-Marne"}, "de 3 à 11 lettres"),
        (TEXTS | {"JALON_SMS_SENDER": "36500"}, "de 3 à 11 lettres"),
        (TEXTS | {"JALON_SMS_REMEMBERS_HOURS": "-1"}, "un nombre de 0 à 168"),
        (TEXTS | {"JALON_SMS_REMEMBERS_HOURS": "1000"}, "un nombre de 0 à 168"),
        (TEXTS | {"JALON_SMS_WEBHOOK_KEY": "whsec_c2hvcnQ="}, "n'est pas une clé"),
    ],
)
def test_what_cannot_be_used_is_refused(given: dict[str, str], said: str) -> None:
    with pytest.raises(SettingsError, match=said) as refused:
        read(given)
    for secret in ("a-token", "whsec_c2hvcnQ="):
        assert secret not in str(refused.value)


def test_on_one_machine_a_server_of_its_own_may_do() -> None:
    here = TEXTS | {"JALON_SMS_URL": "http://127.0.0.1:8080/v1"}
    assert read(here, Mode.DEVELOPMENT).texts is not None
    mail = MAIL | {"JALON_SMTP_HOST": "127.0.0.1", "JALON_SMTP_SECURITY": "none"}
    assert read(mail).mail is not None


def test_secrets_are_not_shown_with_the_settings() -> None:
    whole = {"JALON_SMTP_USER": "jalon", "JALON_SMTP_PASSWORD": "hidden-word"}
    shown = repr(read(MAIL | whole | TEXTS))
    assert "hidden-word" not in shown
    assert "a-token" not in shown


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("given", "demo", "told"),
    [
        ({}, False, ["SMS : aucun prestataire, aucun ne part.", "Courriels : aucun serveur"]),
        (
            TEXTS | MAIL,
            False,
            [
                "à vérifier ; on ne saura pas lesquels arrivent.",
                "Courriels : un serveur est réglé",
            ],
        ),
        (
            TEXTS
            | {
                "JALON_SMS_REMEMBERS_HOURS": "24",
                "JALON_SMS_WEBHOOK_KEY": base64.b64encode(KEY).decode(),
            },
            False,
            ["SMS : un prestataire est réglé.", "aucun ne part"],
        ),
        (TEXTS, True, ["rien ne part d'ici"]),
    ],
)
def test_a_check_says_what_leaves_and_what_does_not(
    given: dict[str, str], told: list[str], settings: Settings, *, demo: bool
) -> None:
    settings.MESSAGING, settings.DEMO = read(given), demo
    said = [one.sentence for one in findings(settings.ENVIRONMENT)]
    assert all(any(one in sentence for sentence in said) for one in told)
