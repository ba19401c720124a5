"""The pages that come of what one sends, and forms refused with their errors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import pytest
from playwright.sync_api import Browser, Page, expect

from e2e.accompanying import (
    accompanying,
    answering_for_them,
    checking_rights,
    controlling_accesses,
    examining_accesses,
    handing_over_a_record,
    joining_documents,
    keeping_a_journal,
    opening_exceptionally,
    receiving_a_family,
)
from e2e.steering import telling_of_a_quarter
from e2e.visits import LOOKING, WENT, faults, my_page, opened, send, signed_in, unseen_from
from jalon.directory.roles import Role

_NUMBERS: Final = [f"{number:08d}" for number in range(1, 101)]


def refused(page: Page) -> list[str]:
    expect(page.get_by_text("À corriger")).to_be_visible()
    return list(faults(page))


def first_family(page: Page, address: str) -> None:
    page.goto(f"{address}/propositions/")
    page.locator("main th a[href^='/familles/']").first.click()


def searching(page: Page, address: str) -> list[str]:
    page.goto(f"{address}/propositions/")
    named = page.locator("main th a[href^='/familles/']").first.inner_text()
    page.goto(f"{address}/familles/")
    page.locator("#id_q").fill("a")
    send(page, "Chercher")
    wrong = refused(page)
    known = named.split(" et ")[0]
    for text, told in (("zzzzzz", "Aucune famille trouvée"), (known, "Familles trouvées")):
        page.locator("#id_q").fill(text)
        send(page, "Chercher")
        expect(page.locator("main").get_by_text(told)).to_be_visible()
        wrong += faults(page)
    return wrong


def protecting(page: Page, address: str) -> list[str]:
    """A protection half said, said, taken back without a reason, then with one."""
    first_family(page, address)
    page.locator("summary", has_text="Signaler un danger").click()
    wrong = list(faults(page))
    send(page, "Protéger")
    expect(page.get_by_text("Rien n'est noté")).to_be_visible()
    page.locator("summary", has_text="Signaler un danger").click()
    page.get_by_label("Il est dangereux d'écrire").check()
    page.get_by_label("Un partenaire l'a dit").check()
    send(page, "Protéger")
    expect(page.get_by_text("plus aucun courrier")).to_be_visible()
    wrong += faults(page)
    page.get_by_role("link", name="Revenir dessus").click()
    wrong += faults(page)
    send(page, "Revenir dessus")
    wrong += refused(page)
    page.get_by_label("C'était noté par erreur").check()
    send(page, "Revenir dessus")
    expect(page.get_by_text("on est revenu dessus")).to_be_visible()
    return wrong + list(faults(page))


def intervening(page: Page, address: str) -> list[str]:
    first_family(page, address)
    page.locator("summary", has_text="Mon service intervient").click()
    send(page, "Le noter")
    page.get_by_role("link", name="Terminer").first.click()
    ending = page.url
    wrong = list(faults(page))
    page.goto(f"{address}/familles/les-miennes/")
    wrong += faults(page)
    page.goto(ending)
    send(page, "Terminer l'intervention")
    return wrong


def mailing(page: Page, address: str) -> list[str]:
    """A batch from the first families that wait to the post; then a letter that comes back."""
    page.goto(f"{address}/courriers/")
    wrong = list(faults(page))
    page.get_by_role("link", name="Voir celles qui attendront encore").click()
    wrong += faults(page)
    page.go_back()
    send(page, "Préparer l'envoi")
    wrong += faults(page)
    expect(page.get_by_role("heading", name="1. Imprimer")).to_be_visible(timeout=120_000)
    wrong += faults(page)
    with page.expect_download() as leaving:
        page.get_by_role("link", name="Bordereau").click()
    manifest = leaving.value.path().read_text("utf-8-sig")
    code = manifest.splitlines()[1].split(";")[5]
    send(page, "L'envoi est parti")
    expect(page.get_by_text("C'est noté : l'envoi est parti.")).to_be_visible()
    wrong += faults(page)
    page.goto(f"{address}/courriers/retours/")
    page.locator("#id_code").fill("ceci n'est pas un code")
    send(page, "Trouver la lettre")
    wrong += refused(page)
    page.locator("#id_code").fill(code.lower())
    send(page, "Trouver la lettre")
    wrong += faults(page)
    send(page, "Noter le retour")
    wrong += refused(page)
    page.get_by_label("Adresse incomplète").check()
    send(page, "Noter le retour")
    wrong += faults(page)
    send(page, "Corriger")
    wrong += refused(page)
    for name, text in (("line1", "12 avenue Neuve"), ("postal_code", "94400"), ("city", "Vitry")):
        page.locator(f"#id_{name}").fill(text)
    send(page, "Corriger")
    expect(page.get_by_text("L'adresse est corrigée")).to_be_visible()
    return wrong + list(faults(page))


def meeting(page: Page, address: str) -> list[str]:
    """A time not chosen, then one taken, moved, cancelled; an outcome not told, then told."""
    first_family(page, address)
    page.get_by_role("link", name="Fixer un rendez-vous").click()
    wrong = list(faults(page))
    send(page, "Fixer le rendez-vous")
    wrong += refused(page)
    page.locator("input[name=slot]").first.check()
    send(page, "Fixer le rendez-vous")
    expect(page.get_by_text("C'est noté")).to_be_visible()
    wrong += faults(page)
    page.locator("#rendez-vous a").first.click()
    wrong += faults(page)
    page.get_by_role("link", name="Déplacer").click()
    wrong += faults(page)
    page.locator("input[name=slot]").nth(1).check()
    page.get_by_label("Pas encore").check()
    send(page, "Déplacer le rendez-vous")
    expect(page.get_by_text("C'est déplacé")).to_be_visible()
    send(page, "La famille est d'accord")
    page.get_by_role("link", name="Annuler").click()
    wrong += faults(page)
    send(page, "Annuler le rendez-vous")
    wrong += refused(page)
    page.get_by_label("La famille").check()
    send(page, "Annuler le rendez-vous")
    expect(page.get_by_text("le rendez-vous est annulé")).to_be_visible()
    wrong += faults(page)
    page.goto(f"{address}/agenda/a-noter/")
    page.get_by_role("link", name="Autre").first.click()
    send(page, "Noter")
    wrong += refused(page)
    for one in page.get_by_label("Présent").all():
        one.check()
    send(page, "Noter")
    expect(page.get_by_text("C'est noté.")).to_be_visible()
    return wrong + list(faults(page))


def receiving_families(page: Page, address: str) -> list[str]:
    """A place closed and open again, a week changed from a day gone by, then from today."""
    page.goto(f"{address}/agenda/lieux/")
    wrong = list(faults(page))
    page.locator("main th a").first.click()
    for name in ("first_day", "last_day"):
        page.locator(f"#id_{name}").fill("2030-01-08")
    send(page, "Fermer")
    expect(page.get_by_text("8 janvier 2030")).to_be_visible()
    wrong += faults(page)
    send(page, "Rouvrir")
    page.goto(f"{address}/agenda/equipe/")
    page.locator("tbody th a").first.click()
    page.get_by_role("link", name="Sa semaine type").click()
    wrong += faults(page)
    page.locator("#id_since").fill("2020-01-06")
    send(page, "Enregistrer")
    wrong += refused(page)
    return wrong


def following(page: Page, address: str) -> list[str]:
    """One's own calendar: its address made, then closed."""
    page.goto(f"{address}/agenda/abonnement/")
    wrong = list(faults(page))
    send(page, "Faire l'adresse")
    expect(page.get_by_text("Voici l'adresse")).to_be_visible()
    wrong += faults(page)
    page.goto(f"{address}/agenda/abonnement/")
    wrong += faults(page)
    send(page, "Fermer l'adresse")
    expect(page.get_by_text("n'ouvre plus rien")).to_be_visible()
    return wrong


def answering(page: Page, address: str) -> list[str]:
    """An answer without its kind, then whole; a call; contacts half corrected, then well."""
    page.goto(f"{address}/prises-de-contact/?etat=to_contact")
    page.locator("main th a[href^='/familles/']").first.click()
    family = page.url
    page.get_by_role("link", name="Noter un appel").last.click()
    wrong = list(faults(page))
    send(page, "Noter")
    wrong += refused(page)
    page.get_by_label("Oui").check()
    send(page, "Noter")
    expect(page.get_by_text("Qu'a dit la famille ?")).to_be_visible()
    wrong += faults(page)
    send(page, "Noter")
    wrong += refused(page)
    page.get_by_label("Demande un rendez-vous").check()
    page.get_by_label("Mardi matin").check()
    wrong += faults(page)
    page.get_by_label("Téléphone", exact=True).check()
    send(page, "Noter")
    expect(page.get_by_text("attend d'être traitée")).to_be_visible()
    wrong += faults(page)
    page.get_by_role("button", name="C'est fait").first.click()
    expect(page.get_by_text("cette réponse est traitée")).to_be_visible()
    page.goto(f"{family}coordonnees/")
    wrong += faults(page)
    page.get_by_label("Téléphone").fill("06 12")
    send(page, "Corriger")
    return wrong + refused(page)


def waiting_in_turn(page: Page, address: str) -> list[str]:
    """Families that lots have wait: listed so, and nobody is asked to contact them."""
    page.goto(f"{address}/prises-de-contact/?etat=waiting")
    wrong = list(faults(page))
    page.locator("main th a[href^='/familles/']").first.click()
    step = page.locator(".path-next-body")
    expect(step).to_contain_text("Attend son tour")
    expect(step.get_by_role("link")).to_have_count(0)
    wrong += faults(page)
    page.goto(f"{address}/courriers/")
    expect(page.get_by_role("heading", name="Les vagues à venir")).to_be_visible()
    return wrong + list(faults(page))


def waves_of_a_run(page: Page, address: str) -> list[str]:
    """A run released whose families come in waves, as its page says."""
    page.goto(f"{address}/requetages/")
    page.locator("tr", has_text="Libéré").get_by_role("link").first.click()
    table = page.get_by_role("table", name="Vagues de ce requêtage")
    expect(table.get_by_text("Lettres prévues à partir de ce jour").first).to_be_visible()
    return list(faults(page))


def closing(page: Page, address: str) -> list[str]:
    """Several at once, some of which refuse; one ended without a cause, then with one."""
    page.goto(f"{address}/prises-de-contact/?etat=to_contact")
    page.locator("[name=prise]").first.check()
    page.get_by_role("button", name="Marquer comme traitées").click()
    expect(page.get_by_text("Aucune réponse n'attend")).to_be_visible()
    wrong = list(faults(page))
    page.get_by_role("link", name="Revenir à la liste").click()
    page.locator("main th a[href^='/familles/']").first.click()
    page.get_by_role("link", name="Clore").last.click()
    wrong += faults(page)
    send(page, "Clore")
    wrong += refused(page)
    page.get_by_label("A quitté le département").check()
    send(page, "Clore")
    expect(page.get_by_text("la prise de contact est close")).to_be_visible()
    page.get_by_role("link", name="La famille revient").first.click()
    expect(page.get_by_text("Le délai est dépassé")).to_be_visible()
    return wrong + list(faults(page))


def sharing_out(page: Page, address: str) -> list[str]:
    page.goto(f"{address}/prises-de-contact/a-attribuer/")
    return list(faults(page))


def confirming(page: Page, address: str) -> list[str]:
    page.goto(f"{address}/familles/coordonnees-a-confirmer/")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    return list(faults(page))


def merging(page: Page, address: str) -> list[str]:
    page.goto(f"{address}/familles/doublons/")
    page.get_by_role("link", name="Examiner").first.click()
    wrong = list(faults(page))
    send(page, "C'est une seule famille")
    page.goto(f"{address}/familles/reunions/")
    wrong += faults(page)
    page.get_by_role("link", name="Défaire").first.click()
    wrong += faults(page)
    send(page, "Défaire la réunion")
    return wrong + list(faults(page))


def accounts(page: Page, address: str) -> list[str]:
    page.goto(f"{address}/equipe/ouvrir/")
    send(page, "Ouvrir")
    return refused(page)


def a_colleague(page: Page, address: str) -> list[str]:
    """What whoever keeps the accounts, or manages a territory, may do of one."""
    page.goto(f"{address}/equipe/")
    page.locator("main tbody th a").first.click()
    return [*faults(page), *unseen_from(page)]


def myself(page: Page, address: str) -> list[str]:
    my_page(page, address)
    page.get_by_role("link", name="Noter une absence").click()
    for field in ("first_day", "last_day"):
        page.locator(f"[name={field}]").fill("2040-01-01")
    send(page, "Noter l'absence")
    expect(page.get_by_text("L'absence est notée")).to_be_visible()
    wrong = [*faults(page), *unseen_from(page)]
    my_page(page, address)
    page.get_by_role("link", name="Retirer").last.click()
    send(page, "Retirer")
    return wrong


def empty_lists(page: Page, address: str) -> list[str]:
    """What nothing leads to while nothing waits there."""
    wrong: list[str] = []
    for path in (
        *("equipe/a-confirmer/", "propositions/reprises/", "compte/deconnexion/"),
        "compte/fournisseur-erreur/",
    ):
        page.goto(f"{address}/{path}")
        wrong += faults(page)
    return wrong


def a_run(page: Page, address: str) -> list[str]:
    page.goto(f"{address}/requetages/")
    page.locator("main tbody th a").first.click()
    run = page.url
    wrong = list(unseen_from(page))
    page.goto(run)
    for number in _NUMBERS:
        page.locator("[name=household]").fill(number)
        page.locator("form", has=page.locator("[name=household]")).get_by_role("button").click()
        if "/dossier/" in page.url:
            return wrong + list(faults(page))
        page.goto(run)
    return [*wrong, "every household of the first hundred is in the run"]


def receiving(page: Page, address: str) -> list[str]:
    page.goto(f"{address}/requetages/recevoir/")
    send(page, "Lancer le requêtage")
    return list(faults(page))


def releasing(page: Page, address: str) -> list[str]:
    page.goto(f"{address}/requetages/")
    page.locator("main tbody th a").first.click()
    page.get_by_role("link", name="Libérer").first.click()
    wrong = list(faults(page))
    page.get_by_role("button", name="Tout libérer").click()
    expect(page.get_by_role("heading", name="Libérer")).to_be_visible()
    return wrong + list(faults(page))


TASKS: Final = (
    (searching, Role.SOCIAL_WORKER),
    (protecting, Role.TERRITORY_MANAGER),
    (intervening, Role.SECRETARY),
    (answering, Role.SOCIAL_WORKER),
    (meeting, Role.SOCIAL_WORKER),
    (following, Role.SOCIAL_WORKER),
    (receiving_families, Role.TERRITORY_MANAGER),
    (waiting_in_turn, Role.SECRETARY),
    (waves_of_a_run, Role.TARGETING_ANALYST),
    (closing, Role.SECRETARY),
    (sharing_out, Role.TERRITORY_MANAGER),
    (confirming, Role.SECRETARY),
    (mailing, Role.SECRETARY),
    (merging, Role.SECRETARY),
    (keeping_a_journal, Role.SOCIAL_WORKER),
    (joining_documents, Role.SOCIAL_WORKER),
    (checking_rights, Role.SOCIAL_WORKER),
    (handing_over_a_record, Role.SOCIAL_WORKER),
    (accompanying, Role.SOCIAL_WORKER),
    (receiving_a_family, Role.SOCIAL_WORKER),
    (answering_for_them, Role.TERRITORY_MANAGER),
    (opening_exceptionally, Role.TERRITORY_MANAGER),
    (examining_accesses, Role.DEPARTMENT_HEAD),
    (controlling_accesses, Role.DATA_PROTECTION_OFFICER),
    (accounts, Role.TECHNICAL_ADMINISTRATOR),
    (a_colleague, Role.TECHNICAL_ADMINISTRATOR),
    (myself, Role.TERRITORY_MANAGER),
    (empty_lists, Role.TERRITORY_MANAGER),
    (a_run, Role.TARGETING_ANALYST),
    (receiving, Role.TARGETING_ANALYST),
    (releasing, Role.DEPARTMENT_HEAD),
    (telling_of_a_quarter, Role.DEPARTMENT_HEAD),
)


@LOOKING
@pytest.mark.parametrize(
    ("task", "role"), [pytest.param(*one, id=one[0].__name__) for one in TASKS]
)
def test_what_is_sent(
    browser: Browser,
    demonstration: str,
    task: Callable[[Page, str], list[str]],
    role: Role,
) -> None:
    WENT.add(task.__name__)
    with signed_in(browser, demonstration, role) as page:
        wrong = task(page, demonstration)

    assert not wrong, "\n".join(wrong)


@LOOKING
def test_before_signing_in(browser: Browser, demonstration: str) -> None:
    WENT.add("outside")
    wrong: list[str] = []
    with opened(browser) as page:
        for path in (
            *("demo/", "composants/", "composants/erreurs/403/"),
            *("compte/connexion/", "compte/ferme/", "compte/inscription/"),
            *("compte/mot-de-passe-oublie/", "compte/sans-mot-de-passe/"),
            "compte/fournisseur-annule/",
        ):
            page.goto(f"{demonstration}/{path}")
            wrong += faults(page)
        page.goto(f"{demonstration}/compte/connexion/")
        page.locator("input[name=login]").fill("personne@example.org")
        page.locator("input[name=password]").fill("inconnu")
        send(page, "Se connecter")
        wrong += faults(page)

    assert not wrong, "\n".join(wrong)
