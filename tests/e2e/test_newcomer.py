"""From an invitation to a closed account: every page on the way."""

from __future__ import annotations

from playwright.sync_api import Browser, Page, expect

from directory.signing_in import code_of
from e2e.visits import (
    LOOKING,
    SOFTWARE_KEY,
    WENT,
    faults,
    opened,
    send,
    signed_in,
    unseen_from,
)
from jalon.directory.roles import Role

_PASSWORD = "une phrase que personne ne devine"  # noqa: S105 - of no account but this test's


@LOOKING
def test_somebody_comes_and_goes(browser: Browser, demonstration: str) -> None:
    WENT.add("newcomer")
    email = "venue@example.org"
    with signed_in(browser, demonstration, Role.TECHNICAL_ADMINISTRATOR) as page:
        wrong, link = _invited(page, demonstration, email)
        sheet = page.url
        wrong += unseen_from(page)
        with opened(browser) as own:
            # A passkey belongs to a name, never to the number of a machine.
            wrong += _comes(own, link.replace("127.0.0.1", "localhost"), email)
        with signed_in(browser, demonstration, Role.DEPARTMENT_HEAD) as manager:
            wrong += _decides(manager, demonstration)
        page.goto(sheet)
        wrong += unseen_from(page)
        page.goto(sheet)
        page.get_by_role("link", name="Fermer le compte").click()
        send(page, "Fermer le compte")
        wrong += [*faults(page), *unseen_from(page)]

    assert not wrong, "\n".join(wrong)


def _invited(page: Page, address: str, email: str) -> tuple[list[str], str]:
    """Open an account and give it a role; return the link that its owner comes in by."""
    page.goto(f"{address}/equipe/ouvrir/")
    page.locator("[name=first_name]").fill("Nouvelle")
    page.locator("[name=last_name]").fill("Venue")
    page.locator("[name=email]").fill(email)
    send(page, "Ouvrir")
    expect(page.get_by_text("Copiez-le maintenant")).to_be_visible()
    wrong, link = list(faults(page)), page.locator("main code").inner_text()
    page.get_by_role("link", name="C'est noté").click()
    page.get_by_role("link", name="Donner un rôle").click()
    page.locator("[name=role]").select_option(Role.SOCIAL_WORKER.value)
    send(page, "Donner le rôle")
    expect(page.get_by_text("l'a pas confirmé").first).to_be_visible()
    return wrong + list(faults(page)), link


def _comes(page: Page, link: str, email: str) -> list[str]:
    """Choose a password, then an app and a key, and see every page that they bring."""
    root = link.partition("/equipe/")[0]
    own = f"{root}/compte"
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send("WebAuthn.addVirtualAuthenticator", {"options": SOFTWARE_KEY})

    page.goto(link)
    wrong = list(faults(page))
    for field in page.locator("input[type=password]").all():
        field.fill(_PASSWORD)
    send(page, "Enregistrer")
    _signs_in(page, email)
    expect(page.get_by_role("heading", level=1)).to_have_text("Ma journée")
    wrong += faults(page)

    page.goto(f"{own}/verification/totp/activate/")
    secret = page.locator("main code").first.inner_text()
    page.locator("[name=code]").fill(code_of(secret))
    send(page, "Mettre en service")
    page.goto(f"{own}/verification/webauthn/add/")
    page.get_by_role("button", name="Ajouter").click()
    expect(page.get_by_text("Clé de sécurité ajoutée")).to_be_visible()
    for path in (
        *("verification/", "verification/webauthn/", "verification/totp/deactivate/"),
        *("verification/recovery-codes/", "verification/recovery-codes/generate/"),
        *("verification/reauthenticate/", "verification/webauthn/reauthenticate/"),
        *("confirmer/", "mot-de-passe/"),
    ):
        answer = page.goto(f"{own}/{path}")
        assert answer is not None
        assert answer.status == 200, path
        assert page.url == f"{own}/{path}"
        wrong += faults(page)
    for name in ("Renommer", "Retirer"):
        page.goto(f"{own}/verification/webauthn/")
        page.get_by_role("link", name=name).click()
        wrong += faults(page)

    page.goto(f"{own}/deconnexion/")
    send(page, "Se déconnecter")
    page.goto(f"{own}/connexion/")
    _signs_in(page, email)
    expect(page.get_by_role("heading", level=1)).to_have_text("Deuxième vérification")
    return wrong + list(faults(page))


def _signs_in(page: Page, email: str) -> None:
    page.locator("[name=login]").fill(email)
    page.locator("[name=password]").fill(_PASSWORD)
    send(page, "Se connecter")


def _decides(page: Page, address: str) -> list[str]:
    """Look at what a manager is told of a role before confirming or declining it."""
    page.goto(f"{address}/equipe/a-confirmer/")
    expect(page.get_by_role("link", name="Lambert").first).to_be_visible()
    wrong = list(faults(page))
    page.get_by_role("link", name="Décider").last.click()
    wrong += faults(page)
    page.locator("main a[href$='/acces/']").click()
    wrong += faults(page)
    page.go_back()
    page.locator("main a[href$='/refuser/']").click()
    return wrong + list(faults(page))
