"""Two families over months: a separation until its closing review, a bereavement without contract.

Each goes from its letter to its end, through the hands of all who have a part in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import pypdfium2
from django.utils import timezone
from playwright.sync_api import Browser, Locator, Page, expect

from e2e.department import Department, Household
from e2e.letters import letter_to, printed
from e2e.visits import NARROW, WIDE, faults, signed_in
from jalon.directory.roles import Role

_OLD_PHONE: Final = 320
# Of a page that comes; a button that is not there is told long before the story would end.
_SOON: Final = 15_000
_SIX_MONTHS: Final = 26


@contextmanager
def _telephone(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(
        viewport={"width": _OLD_PHONE, "height": 568}, locale="fr-FR", java_script_enabled=False
    )
    try:
        yield context.new_page()
    finally:
        context.close()


class _Desk:
    """Somebody's screen: goes from page to page, and keeps what is wrong with each."""

    def __init__(self, page: Page, address: str) -> None:
        self.page, self.address = page, address
        self.wrong: list[str] = []

    def look(self) -> None:
        self.wrong += faults(self.page, (NARROW,))

    def home(self) -> None:
        self.page.goto(f"{self.address}/")

    def open(self, path: str) -> None:
        self.page.goto(f"{self.address}{path}")
        self.look()

    def waiting(self, title: str) -> None:
        """From Ma journée, follow what waits under a title."""
        self.home()
        heading = self.page.get_by_role("heading", name=title, exact=True)
        self.page.locator(".waiting-item", has=heading).get_by_role("link").click()
        self.look()

    def row(self, text: str) -> Locator:
        return self.page.locator("main tbody tr", has_text=text).first

    def follow(self, name: str) -> None:
        self.page.locator("main").get_by_role("link", name=name).first.click()
        self.look()

    def press(self, name: str) -> None:
        self.page.locator("main").get_by_role("button", name=name).first.click()
        self.look()

    def fill(self, **told: str) -> None:
        for name, text in told.items():
            self.page.locator(f"main [name={name}]").fill(text)

    def tick(self, label: str, within: str = "") -> None:
        part = self.page.locator("main")
        if within:
            part = part.locator("fieldset", has_text=within)
        part.get_by_label(label).first.check()

    def says(self, text: str) -> None:
        expect(self.page.get_by_text(text).first).to_be_visible()


@contextmanager
def _at_work(browser: Browser, department: Department, role: Role) -> Iterator[_Desk]:
    with signed_in(browser, department.address, role, NARROW) as page:
        page.set_default_timeout(_SOON)
        desk = _Desk(page, department.address)
        yield desk
    assert not desk.wrong, "\n".join(desk.wrong)


def test_from_the_letter_of_a_separation_to_its_closing_review(
    browser: Browser, department: Department, tmp_path: Path
) -> None:
    family = department.separated
    with signed_in(browser, department.address, Role.SECRETARY, WIDE) as page:
        _, words, square = letter_to(printed(page, tmp_path), [family.in_capitals])
    assert "Quand une famille change" in words
    assert "séparation" not in words.lower(), "the event is not told to whoever opens the letter"

    _answered(browser, department, square)
    with _at_work(browser, department, Role.TERRITORY_MANAGER) as desk:
        desk.waiting("Familles à attribuer")
        desk.says(family.name)
        desk.open(family.path)
        desk.page.locator("summary", has_text="Nommer le référent").click()
        desk.page.get_by_label("Travailleur social référent").select_option(
            label=department.worker
        )
        desk.press("Nommer")
        desk.says(f"Référent : {department.worker}")

    with _at_work(browser, department, Role.SOCIAL_WORKER) as desk:
        _met(desk, department)
        _advised(desk, family)
        _began_together(desk)
        department.let_weeks_pass(family, _SIX_MONTHS)
        _ended_together(desk, family)

    with _at_work(browser, department, Role.TERRITORY_MANAGER) as desk:
        desk.open(family.path)
        desk.page.locator("#interventions").get_by_role(
            "link", name="Accompagnement", exact=True
        ).click()
        desk.look()
        desk.says("Les objectifs sont atteints")
        desk.says("Ce qui s'écrit n'est pas montré ici")
        assert "Garder le logement" not in desk.page.content()


def _answered(browser: Browser, department: Department, square: str) -> None:
    """The family wants a meeting; times are shown, and it leaves before it chooses one."""
    family = department.separated
    with _telephone(browser) as phone:
        phone.goto(department.address + urlsplit(square).path)
        phone.get_by_label("Jour").fill(str(family.birthday.day))
        phone.get_by_label("Mois").fill(str(family.birthday.month))
        phone.get_by_role("button", name="Continuer").click()
        phone.get_by_role("button", name=re.compile("Un rendez-vous")).click()
        phone.get_by_role("button", name="Demander un rendez-vous").click()
        expect(phone.locator("button[name=time]").first).to_be_visible()
        assert family.name.split()[-1] not in phone.content()


def _met(desk: _Desk, department: Department) -> None:
    """The worker calls back, finds a time on the list itself, and meets the family."""
    family = department.separated
    desk.waiting("Vos familles qui veulent un rendez-vous")
    desk.row(family.name).get_by_role("link", name="Fixer le rendez-vous").click()
    desk.look()
    desk.page.locator("input[name=slot]").first.check()
    desk.press("Fixer le rendez-vous")
    desk.says("C'est noté")
    department.let_weeks_pass(family, 4)
    desk.waiting("Suites de rendez-vous à noter")
    desk.row(family.name).get_by_role("button", name="Présente").click()
    desk.says(f"C'est noté : {family.name}")


def _advised(desk: _Desk, family: Household) -> None:
    desk.open(family.path)
    desk.follow("Ouvrir une information-conseil")
    expect(desk.page.get_by_label("La proposition « Séparation »")).to_be_checked()
    desk.press("Ouvrir")
    desk.fill(
        asked="Savoir si elle peut garder le logement.",
        told="Les prestations sont revues au mois de la séparation.",
        agreed="Écrire ensemble au bailleur.",
    )
    desk.press("Enregistrer")
    desk.says("Savoir si elle peut garder le logement.")
    desk.follow("Clore")
    desk.tick("Accompagnement proposé, et accepté")
    desk.tick("Non", within="Un autre service social")
    desk.press("Clore")
    desk.press("Préparer")
    desk.says("En préparation")


def _began_together(desk: _Desk) -> None:
    desk.page.locator("#diagnostic .step", has_text="Logement").get_by_role("link").click()
    desk.tick("Difficile")
    desk.fill(strengths="Un emploi stable.", obstacles="Deux mois de loyer en retard.")
    desk.press("Enregistrer")
    desk.follow("Ajouter un objectif")
    desk.page.locator("main [name=domain]").select_option(label="Logement")
    desk.fill(aim="Garder le logement")
    desk.press("Enregistrer")
    desk.page.locator("#plan summary").click()
    desk.fill(what="Écrire au bailleur", due_on=f"{timezone.localdate()}")
    desk.page.locator("main [name=objective]").select_option(label="Garder le logement")
    desk.press("Ajouter")
    desk.press("Écrire le contrat")
    desk.fill(
        purpose="Rester dans le logement.",
        family_side="Payer le loyer courant.\nVenir aux rendez-vous.",
        worker_side="Écrire au bailleur.",
    )
    desk.press("Enregistrer")
    desk.follow("Relire et signer le contrat")
    desk.fill(signatories="La personne, de sa main")
    desk.tick("La personne a lu le contrat")
    desk.press("Signer")
    desk.says("En cours")
    with desk.page.expect_download() as leaving:
        desk.page.get_by_role("link", name="Imprimer (PDF)").click()
    (paper,) = pypdfium2.PdfDocument(leaving.value.path())
    assert "Payer le loyer courant." in paper.get_textpage().get_text_range()


def _ended_together(desk: _Desk, family: Household) -> None:
    """Six months later: what was due and is done, the review of the end, the end."""
    desk.waiting("Actions à faire cette semaine")
    desk.row(family.name).get_by_role("button", name="Faite").click()
    desk.says("C'est noté")
    expect(desk.row(family.name)).to_have_count(0)
    desk.waiting("Bilans à faire")
    desk.row(family.name).get_by_role("link", name=family.name).first.click()
    desk.follow("Bilan de fin")
    desk.fill(
        progress="Le loyer est à jour depuis trois mois.",
        family_view="« Je respire. »",
        decisions="Nous en restons là.",
    )
    desk.page.get_by_label("L'accompagnement l'a-t-il aidée ?").select_option(index=1)
    desk.press("Enregistrer")
    desk.says("« Je respire. »")
    desk.follow("Clore")
    desk.tick("Atteint", within="Garder le logement")
    desk.tick("Les objectifs sont atteints")
    desk.press("Clore")
    desk.says("l'accompagnement est clos")
    desk.says("Nouvelles à prendre")
    desk.open(family.path)
    desk.says("Accompagnement : clos")


def test_a_bereavement_is_written_to_later_and_otherwise_and_needs_no_contract(
    browser: Browser, department: Department, tmp_path: Path
) -> None:
    family = department.bereaved
    with _at_work(browser, department, Role.SECRETARY) as desk:
        desk.open("/courriers/en-attente/")
        expect(desk.row(family.name)).to_contain_text("Deuil récent")
        department.let_weeks_pass(family, 4)
        _, words, _ = letter_to(printed(desk.page, tmp_path), [family.in_capitals])
    letter = " ".join(words.split())
    assert "nous vous présentons nos condoléances" in letter
    assert "Rien ne presse." in letter
    assert "quand vous le voudrez" in letter
    assert "Répondez si possible avant" not in letter

    with _at_work(browser, department, Role.SOCIAL_WORKER) as desk:
        _called(desk, family)
        _visited(desk, department)
        _listened_to(desk, family)


def _called(desk: _Desk, family: Household) -> None:
    """The family calls and would rather be met at home."""
    desk.open(family.path)
    desk.follow("Noter un appel")
    desk.tick("Oui", within="Avez-vous parlé à la famille ?")
    desk.press("Noter")
    desk.tick("Demande un rendez-vous")
    desk.tick("Téléphone", within="Comment l'a-t-elle dit ?")
    desk.press("Noter")
    desk.says("attend d'être traitée")


def _visited(desk: _Desk, department: Department) -> None:
    """A time at its home, which it agrees to, and that is kept."""
    family = department.bereaved
    desk.open(family.path)
    desk.follow("Fixer un rendez-vous")
    desk.page.locator("#comment").select_option(label="À domicile")
    desk.page.locator("#avec").select_option(label=department.worker)
    desk.press("Chercher")
    desk.page.locator("input[name=slot]").first.check()
    desk.tick("Oui", within="La famille est-elle d'accord ?")
    desk.press("Fixer le rendez-vous")
    desk.says("À domicile")
    department.let_weeks_pass(family, 4)
    desk.waiting("Suites de rendez-vous à noter")
    desk.row(family.name).get_by_role("button", name="Présente").click()
    desk.says(f"C'est noté : {family.name}")


def _listened_to(desk: _Desk, family: Household) -> None:
    desk.open(family.path)
    desk.follow("Ouvrir une information-conseil")
    expect(desk.page.get_by_label("La proposition « Décès d'un parent »")).to_be_checked()
    desk.press("Ouvrir")
    desk.fill(
        asked="Comprendre les courriers reçus depuis le décès.",
        advised="Demander l'allocation de soutien familial.",
        handed="La liste des démarches.",
    )
    desk.press("Enregistrer")
    desk.fill(what="Relire la demande d'ASF", due_on=f"{timezone.localdate()}")
    desk.press("Ajouter")
    desk.waiting("Actions à faire cette semaine")
    desk.row(family.name).get_by_role("button", name="Faite").click()
    desk.waiting("Informations-conseils ouvertes")
    desk.row(family.name).get_by_role("link", name="Clore").click()
    desk.tick("La famille a ce qu'il lui fallait")
    desk.tick("Non", within="Un autre service social")
    desk.press("Clore")
    desk.says("est close")
    desk.open(family.path)
    desk.says("Information-conseil close")
    expect(desk.page.locator("#interventions h3")).to_have_count(1)
