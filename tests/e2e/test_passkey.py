"""A passkey, made and used in a real browser, whose authenticator is of software."""

from __future__ import annotations

from playwright.sync_api import Browser, expect

from e2e.visits import SOFTWARE_KEY


def test_a_passkey_made_in_the_browser_signs_in_alone(
    demonstration: str, browser: Browser
) -> None:
    # A passkey belongs to a name, never to the number of a machine.
    address = demonstration.replace("127.0.0.1", "localhost")
    context = browser.new_context()
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send("WebAuthn.addVirtualAuthenticator", {"options": SOFTWARE_KEY})
    page.goto(f"{address}/demo/")
    page.locator("article", has_text="Secrétaire").get_by_role("button").click()

    page.goto(f"{address}/compte/verification/webauthn/add/")
    page.get_by_label("Me connecter avec cette clé seule").check()
    page.get_by_role("button", name="Ajouter").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Codes de secours")
    page.get_by_role("button", name="Se déconnecter").first.click()
    page.goto(f"{address}/compte/connexion/")
    page.get_by_role("button", name="Avec une clé d'accès").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Ma journée")
    context.close()
