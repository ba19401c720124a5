"""The frames, the error pages and the pages of accounts show with little or much to say."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from django.template.loader import get_template, render_to_string
from django.test import Client, RequestFactory
from django.urls import reverse

NAVIGATION = [
    SimpleNamespace(label="Ma journée", url="/", icon="sun", current=True),
    SimpleNamespace(label="Familles", url="/familles/", icon="people", current=False),
]
PERSON = SimpleNamespace(is_authenticated=True, get_full_name="Aïssatou Diallo", roles=())
FULL = {
    "navigation": NAVIGATION,
    "user": PERSON,
    "role_label": "Travailleuse sociale",
    "demo": True,
    "version": "0.1.0",
    "help_url": "/aide/",
    "accessibility_url": "/accessibilite/",
    "search_url": "/familles/",
}


def shown(template: str, **context: Any) -> str:
    return " ".join(render_to_string(template, context, RequestFactory().get("/")).split())


def test_the_frame_says_where_one_is_and_as_whom() -> None:
    page = shown("web/base.html", **FULL)
    assert "<title>Accueil · Jalon</title>" in page
    assert page.index("Aller au contenu") < page.index("<header")
    assert '<a href="/" aria-current="page">' in page
    assert "Aïssatou Diallo" in page
    assert "Travailleuse sociale" in page
    assert f'<form method="post" action="{reverse("account_logout")}">' in page
    assert "<strong>Démonstration :</strong> données inventées" in page
    assert '<a href="/aide/">Aide</a>' in page
    assert '<a href="/accessibilite/">Accessibilité</a>' in page


def test_the_frame_without_a_person_offers_nothing() -> None:
    page = shown("web/base.html", user=None, demo=False)
    assert "Se déconnecter" not in page
    assert "<nav" not in page
    assert "Démonstration" not in page


def test_htmx_neither_evaluates_nor_remembers() -> None:
    page = shown("web/base.html")
    for part in ('"allowEval": false', '"historyCacheSize": 0', '"selfRequestsOnly": true'):
        assert part in page


def test_messages_show_once_in_the_page() -> None:
    told = [SimpleNamespace(level_tag="success", __str__=lambda: "Enregistré")]
    page = shown("web/base.html", messages=told)
    assert '<div role="status">' in page
    assert "notice-done" in page


@pytest.mark.parametrize("code", ["500", "503"])
def test_what_shows_when_all_fails_asks_nothing(code: str) -> None:
    assert "<h1>" in get_template(f"{code}.html").render()


@pytest.mark.parametrize("code", ["403", "404", "500", "503"])
def test_error_pages_say_what_to_do(code: str, client: Client) -> None:
    client.raise_request_exception = False
    answer = client.get(reverse("web:error_page", args=[code]))
    assert answer.status_code == int(code)
    page = answer.content.decode()
    assert " · Jalon</title>" in page
    assert 'class="btn btn-primary"' in page


def test_a_missing_page_shows_ours(client: Client) -> None:
    answer = client.get("/composants/rien/")
    assert answer.status_code == 404
    assert "Cette page n'existe pas" in answer.content.decode()


def test_a_confirmation_is_a_page_with_a_way_back() -> None:
    page = shown(
        "web/confirm.html",
        heading="Retirer la clé ?",
        action="Retirer",
        danger=True,
        cancel_url="/cles/",
        consequences=["Elle n'ouvrira plus rien."],
    )
    assert "<title>Retirer la clé ? · Jalon</title>" in page
    assert '<form method="post"' in page
    assert "btn-danger" in page
    assert 'href="/cles/"' in page
    assert "plus rien" in page


def test_demonstration_accounts_open_by_one_click() -> None:
    account = SimpleNamespace(
        pk=1500,
        get_full_name="Camille Exemple",
        role_label="Secrétaire",
        purpose="Envoie les courriers.",
        email="camille@example.org",
    )
    page = shown("web/demo_sign_in.html", accounts=[account])
    assert "<h2>Secrétaire</h2>" in page
    assert 'name="account" value="1500"' in page
    assert 'Entrer<span class="visually-hidden"> : Secrétaire</span>' in page
    assert "Aucun compte de démonstration" in shown("web/demo_sign_in.html")
