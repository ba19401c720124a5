"""What a worker sends as they receive a family and go along with it, and their manager decides."""

from __future__ import annotations

import re

from playwright.sync_api import FilePayload, Page, expect

from e2e.visits import faults, send, unseen_from
from factories.files import photo


def _listed(page: Page, address: str, filters: str) -> None:
    page.goto(f"{address}/accompagnements/?{filters}")
    page.locator("main th a").first.click()


def _first_offering(page: Page, filters: str, name: re.Pattern[str]) -> list[str]:
    """Follow a link that not every support has, and look; say where none of the list has it."""
    page.goto(filters)
    for link in page.eval_on_selector_all("main th a", "all => all.map(one => one.href)"):
        page.goto(link)
        if page.get_by_role("link", name=name).count():
            page.get_by_role("link", name=name).first.click()
            return list(faults(page))
    return [f"no support has a link « {name.pattern} »"]


def receiving_a_family(page: Page, address: str) -> list[str]:
    """From a family to a meeting, a draft left, and the end."""
    page.goto(f"{address}/familles/les-miennes/")
    page.locator("main th a").first.click()
    page.get_by_role("link", name="Ouvrir une information-conseil").click()
    wrong = list(faults(page))
    page.get_by_label("La famille, d'elle-même").check()
    page.get_by_label("suit-il déjà la famille").select_option(label="Non")
    page.get_by_role("button", name="Ouvrir").click()
    wrong += faults(page)
    page.get_by_label("Ce que la famille demande").fill("Comprendre une lettre")
    expect(page.get_by_text("Brouillon gardé")).to_be_visible()
    page.goto(f"{address}/suivi/brouillons/")
    wrong += faults(page)
    page.get_by_role("link", name="Entretien à noter").first.click()
    expect(page.get_by_label("Ce que la famille demande")).to_have_value("Comprendre une lettre")
    send(page, "Enregistrer")
    wrong += faults(page)
    page.get_by_role("link", name=re.compile("^Reprendre")).first.click()
    wrong += faults(page)
    page.go_back()
    page.get_by_role("link", name="Clore").click()
    wrong += faults(page)
    page.get_by_label("La famille a ce qu'il lui fallait").check()
    send(page, "Clore")
    expect(page.get_by_text("est close")).to_be_visible()
    page.goto(f"{address}/suivi/a-faire/")
    return wrong + list(faults(page))


def accompanying(page: Page, address: str) -> list[str]:
    """Every page of a support that goes on, of one that is prepared and of one that is closed."""
    wrong: list[str] = []
    for state in ("draft", "active", "closed"):
        _listed(page, address, f"etat={state}&de=moi")
        wrong += faults(page)
        wrong += unseen_from(page)
    _listed(page, address, "etat=active&de=moi")
    support = page.url
    # Not offered where an answer waits already, as it may in a small demonstration.
    page.goto(f"{support}prolonger/")
    wrong += faults(page)
    page.goto(support)
    page.get_by_role("link", name="Proposer une visite").click()
    page.get_by_label("Elle est d'accord").check()
    send(page, "Noter sa réponse")
    page.get_by_role("link", name=re.compile("Préparer, ou raconter")).first.click()
    wrong += faults(page)
    page.goto(support)
    page.get_by_role("link", name=re.compile("Reprendre")).first.click()
    return wrong + list(faults(page))


def keeping_a_journal(page: Page, address: str) -> list[str]:
    page.goto(f"{address}/familles/les-miennes/")
    page.locator("main th a").first.click()
    page.get_by_role("link", name="Préparer un accompagnement").click()
    wrong = list(faults(page))
    page.go_back()
    page.get_by_role("link", name="Journal et notes").click()
    wrong += faults(page)
    page.get_by_role("link", name="Écrire au journal").click()
    wrong += faults(page)
    page.get_by_label("Ce qui s'est passé").fill("Appelée : le bailleur accepte un échéancier.")
    send(page, "Enregistrer")
    page.get_by_role("link", name=re.compile("^Reprendre")).first.click()
    wrong += faults(page)
    page.go_back()
    page.get_by_role("link", name="Ajouter une note personnelle").click()
    wrong += faults(page)
    page.get_by_label("Votre note").fill("La rappeler lundi.")
    send(page, "Enregistrer")
    wrong += faults(page)
    page.locator("#notes").get_by_role("link", name=re.compile("^Reprendre")).first.click()
    wrong += faults(page)
    page.go_back()
    page.get_by_role("link", name="Écrire une note de relais").click()
    wrong += faults(page)
    page.get_by_label("Où on en est").fill("L'échéancier est accepté.")
    send(page, "Enregistrer")
    wrong += faults(page)
    page.get_by_role("link", name="Chercher dans les écrits").click()
    page.get_by_label("Un mot").fill("échéancier")
    send(page, "Chercher")
    expect(page.get_by_text("échéancier").first).to_be_visible()
    return wrong + list(faults(page))


def joining_documents(page: Page, address: str) -> list[str]:
    """A file refused, one joined, then taken away."""
    page.goto(f"{address}/familles/les-miennes/")
    page.locator("main th a").first.click()
    page.get_by_role("link", name="Documents").click()
    wrong = list(faults(page))
    page.get_by_role("link", name="Joindre un document").click()
    wrong += faults(page)
    page.get_by_label("Qu'est-ce que c'est").fill("Échéancier du bailleur")
    program = FilePayload(name="bail.pdf", mimeType="application/pdf", buffer=b"MZ a program")
    page.get_by_label("Le fichier").set_input_files(program)
    send(page, "Joindre")
    expect(page.get_by_text("est un programme").first).to_be_visible()
    wrong += faults(page)
    paper = FilePayload(name="photo.png", mimeType="image/png", buffer=photo("PNG"))
    page.get_by_label("Le fichier").set_input_files(paper)
    send(page, "Joindre")
    expect(page.get_by_text("Le document est joint")).to_be_visible()
    wrong += faults(page)
    page.get_by_role("link", name=re.compile("^Retirer")).first.click()
    wrong += faults(page)
    send(page, "Retirer")
    expect(page.get_by_text("Le document est retiré")).to_be_visible()
    return wrong + list(faults(page))


def checking_rights(page: Page, address: str) -> list[str]:
    """What a family could claim: found before, then a check begun, filled in, given up."""
    page.goto(address)
    page.get_by_role("link", name=re.compile("Rendez-vous des droits à finir")).first.click()
    page.get_by_role("link", name="Rendez-vous des droits").first.click()
    wrong = list(faults(page))
    send(page, "Commencer")
    expect(page.get_by_role("button", name="Calculer les droits")).to_be_visible()
    wrong += faults(page)
    page.get_by_label("Salaire net", exact=False).first.fill("12000")
    send(page, "Calculer les droits")
    expect(page.get_by_text("est-ce par mois, ou par an").first).to_be_visible()
    wrong += faults(page)
    page.get_by_role("link", name="Effacer").click()
    wrong += faults(page)
    send(page, "Effacer")
    page.goto(f"{address}/familles/les-miennes/")
    for link in page.eval_on_selector_all("main th a", "all => all.map(one => one.href)"):
        page.goto(link)
        checks = page.get_by_role("link", name="Rendez-vous des droits", exact=True)
        if not checks.count():
            continue
        checks.first.click()
        expect(page.get_by_role("heading", name="Déjà faits")).to_be_visible()
        if page.get_by_text("Calculé", exact=True).count():
            page.get_by_role("link", name=re.compile("^Droits")).first.click()
            expect(page.get_by_text("Une estimation, pas une décision")).to_be_visible()
            return wrong + list(faults(page))
    return [*wrong, "no family has a computed rights check"]


def handing_over_a_record(page: Page, address: str) -> list[str]:
    """What a person asked to see, made and led to."""
    page.goto(f"{address}/familles/les-miennes/")
    page.locator("main th a").first.click()
    page.get_by_role("link", name="Remettre son dossier").click()
    wrong = list(faults(page))
    send(page, "Faire le dossier")
    expect(page.get_by_text("À corriger")).to_be_visible()
    wrong += faults(page)
    page.locator("input[name=person]").first.check()
    page.get_by_label("J'ai vu sa pièce").check()
    send(page, "Faire le dossier")
    page.locator("input[name=struck]").first.check()
    wrong += faults(page)
    send(page, "J'ai relu tous les textes")
    expect(page.get_by_text("1 passage masqué")).to_be_visible()
    with page.expect_download() as given:
        page.get_by_role("link", name="À lire et à imprimer").click()
    assert given.value.suggested_filename == "dossier.pdf"
    return wrong + list(faults(page))


def answering_for_them(page: Page, address: str) -> list[str]:
    """What a manager is asked to decide: to last longer, and who carries it."""
    page.goto(f"{address}/accompagnements/?etat=active")
    page.locator("main th a").first.click()
    wrong = list(faults(page))
    page.get_by_role("link", name="Passer le relais").click()
    wrong += faults(page)
    return wrong + _first_offering(page, f"{address}/accompagnements/", re.compile("^Répondre"))


def opening_exceptionally(page: Page, address: str) -> list[str]:
    """What a manager reads in an emergency: asked why, shown whole, and over by itself."""
    page.goto(f"{address}/accompagnements/?etat=active")
    page.locator("main th a").first.click()
    page.locator("nav a[href^='/familles/']:not([href='/familles/'])").first.click()
    page.get_by_role("link", name="accès exceptionnel").click()
    wrong = list(faults(page))
    send(page, "Ouvrir pour quatre heures")
    expect(page.get_by_text("À corriger")).to_be_visible()
    wrong += faults(page)
    page.get_by_label("Un enfant est en danger").check()
    page.get_by_label("Ce qui se passe").fill("Le collège appelle : un enfant ne rentre plus.")
    send(page, "Ouvrir pour quatre heures")
    expect(page.get_by_text("Accès exceptionnel en cours")).to_be_visible()
    wrong += faults(page)
    page.locator("nav a[href^='/familles/']:not([href='/familles/'])").first.click()
    expect(page.get_by_text("Accès exceptionnel en cours")).to_be_visible()
    return wrong + list(faults(page))


def examining_accesses(page: Page, address: str) -> list[str]:
    """What whoever answers for the department says of it."""
    page.goto(f"{address}/")
    page.get_by_role("link", name=re.compile("^Examiner : Accès exceptionnels")).click()
    wrong = list(faults(page))
    page.get_by_role("button", name=re.compile("^Il le fallait")).first.click()
    expect(page.get_by_text("le délégué à la protection des données le voit")).to_be_visible()
    return wrong + list(faults(page))


def controlling_accesses(page: Page, address: str) -> list[str]:
    """What the officer sees of them all, and of one."""
    page.goto(f"{address}/controle/acces-exceptionnels/")
    wrong = list(faults(page))
    page.get_by_role("link", name=re.compile("^Ce qui a été lu")).first.click()
    expect(page.get_by_text("accès exceptionnel : ce qui est écrit").first).to_be_visible()
    wrong += faults(page)
    page.locator("main dd a[href^='/controle/famille/']").click()
    page.get_by_role("link", name="Accès exceptionnels").click()
    return wrong + list(faults(page))
