"""The pages of accounts are ours, not the library's: same frame, same words, in French."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django import forms
from django.template.loader import render_to_string
from django.test import RequestFactory

import jalon.web
from wall.pages import addresses

_TEMPLATES = Path(jalon.web.__file__).parent / "templates"
PERSON = SimpleNamespace(is_authenticated=True, get_full_name="Aïssatou Diallo", roles=())


class Code(forms.Form):
    code = forms.CharField(label="Code")
    secret = "ABCDEF"  # noqa: S105 -- what an application would be given


def shown(template: str, **context: Any) -> str:
    return " ".join(render_to_string(template, context, RequestFactory().get("/")).split())


def _drawn() -> set[str]:
    """Return the templates that the library's pages name, of those that have an address here."""
    views = [getattr(one.view, "view_class", None) for one in addresses()]
    return {
        str(getattr(view, name)) for view in views for name in dir(view) if "template_name" in name
    }


def test_no_page_of_accounts_is_kept_without_an_address() -> None:
    """A page that nobody can open is read by nobody, and goes wrong unseen."""
    texts = {
        str(file.relative_to(_TEMPLATES)): file.read_text(encoding="utf-8")
        for file in _TEMPLATES.rglob("*.html")
    }
    used = set(re.findall(r'{% (?:extends|include) "([^"]+)"', " ".join(texts.values())))
    ours = {name for name in texts if name.startswith(("account/", "mfa/", "socialaccount/"))}

    assert ours
    assert ours - _drawn() - used == set()


@pytest.mark.parametrize(
    "template",
    [
        "account/login.html",
        "account/logout.html",
        "account/password_change.html",
        "account/reauthenticate.html",
        "account/signup_closed.html",
        "account/account_inactive.html",
        "mfa/authenticate.html",
        "mfa/index.html",
        "mfa/reauthenticate.html",
        "mfa/recovery_codes/generate.html",
        "mfa/recovery_codes/index.html",
        "mfa/totp/activate_form.html",
        "mfa/totp/deactivate_form.html",
        "mfa/webauthn/add_form.html",
        "mfa/webauthn/reauthenticate.html",
    ],
)
def test_pages_of_accounts_are_ours(template: str) -> None:
    page = shown(
        template,
        form=Code({}),
        webauthn_form=Code(prefix="key"),
        unused_codes=["a1", "b2"],
        total_count=10,
        authenticators={"totp": True},
        MFA_SUPPORTED_TYPES=["totp", "webauthn", "recovery_codes"],
        is_mfa_enabled=True,
    )
    assert 'class="site-name"' in page
    assert "<h1>" in page
    assert " · Jalon</title>" in page


def test_keys_say_when_they_came_and_last_served() -> None:
    added = datetime(2026, 11, 3, 9, 0, tzinfo=UTC)
    key = SimpleNamespace(pk=1500, created_at=added, last_used_at=None)
    page = shown("mfa/webauthn/authenticator_list.html", authenticators=[key])
    assert "3 novembre 2026" in page
    assert "Jamais" in page
    assert "/1500/" in page
    assert "Aucune clé d'accès" in shown("mfa/webauthn/authenticator_list.html")


@pytest.mark.parametrize("name", ["edit_form", "authenticator_confirm_delete"])
def test_a_key_can_be_renamed_and_removed(name: str) -> None:
    key = SimpleNamespace(pk=1500)
    assert "<h1>" in shown(f"mfa/webauthn/{name}.html", authenticator=key, form=Code())


def test_pages_of_accounts_without_a_template_of_ours_are_dressed_too() -> None:
    page = shown("account/email.html", user=PERSON)
    assert 'class="site-name"' in page
