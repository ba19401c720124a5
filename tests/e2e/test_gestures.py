"""The commonest acts of a social worker take what docs/gestes.md says: clicks, pages, fields."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from django.utils import timezone
from playwright.sync_api import Browser, expect

from e2e.department import Department, Household
from e2e.hand import Effort, Hand
from e2e.visits import WIDE, signed_in
from jalon.directory.roles import Role

_TABLE: Final = Path(__file__).parents[2] / "docs" / "gestes.md"
_DAY: Final = "/"


def told() -> dict[str, tuple[Effort, Effort]]:
    """Return what the table says of each act: what it took before, and takes today."""
    found = {}
    for line in _TABLE.read_text("utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("|") and cells[2].isdigit():
            before, today = (Effort(*map(int, part)) for part in (cells[2:5], cells[5:8]))
            found[cells[0]] = (before, today)
    return found


class _Acts:
    """Each act of the table on one family, in the order in which they come."""

    def __init__(self, hand: Hand, department: Department, family: Household) -> None:
        self.hand, self.department, self.family = hand, department, family
        self.took: dict[str, Effort] = {}

    def _do(self, name: str, act: str, start: str = _DAY) -> None:
        self.took[name] = self.hand.effort_of(getattr(self, act), start)

    def all(self) -> dict[str, Effort]:
        home = self.family.path
        self._do("Fixer le rendez-vous qu'une famille attend", "book")
        self.department.let_weeks_pass(self.family, 4)
        self._do("Noter qu'une famille était là", "note")
        self._do("Ouvrir une information-conseil depuis une proposition", "open_advice", home)
        self._do("Noter un entretien", "meet")
        self._do("Clore une information-conseil", "end_advice")
        self._do("Préparer un accompagnement", "prepare", home)
        self.write_plan_and_contract()
        self._do("Ajouter une action au plan", "plan", home)
        self._do("Signer le contrat", "sign", home)
        self._do("Écrire au journal", "write", home)
        self.department.let_weeks_pass(self.family, 26)
        self._do("Régler une action", "settle")
        self._do("Faire un bilan", "review")
        self._do("Clore un accompagnement", "close", home)
        self._do("Noter sa propre absence", "be_away")
        return self.took

    def book(self) -> None:
        hand = self.hand
        hand.waiting("Vos familles qui veulent un rendez-vous")
        hand.follow("Fixer le rendez-vous", within=hand.row(self.family.name))
        hand.click(hand.page.locator("input[name=slot]"))
        hand.press("Fixer le rendez-vous")
        expect(hand.page.get_by_text("C'est noté").first).to_be_visible()

    def note(self) -> None:
        self.hand.waiting("Suites de rendez-vous à noter")
        self.hand.press("Présente", within=self.hand.row(self.family.name))
        expect(self.hand.page.get_by_text("C'est noté").first).to_be_visible()

    def open_advice(self) -> None:
        self.hand.follow("Ouvrir une information-conseil")
        self.hand.press("Ouvrir")
        expect(self.hand.page.get_by_text("C'est ouvert").first).to_be_visible()

    def meet(self) -> None:
        self.hand.waiting("Informations-conseils ouvertes")
        self.hand.follow("Noter un entretien", within=self.hand.row(self.family.name))
        self.hand.fill(asked="Un mode de garde.")
        self.hand.press("Enregistrer")
        expect(self.hand.page.get_by_text("Un mode de garde.").first).to_be_visible()

    def end_advice(self) -> None:
        self.hand.waiting("Informations-conseils ouvertes")
        self.hand.follow("Clore", within=self.hand.row(self.family.name))
        self.hand.tick("Accompagnement proposé, et accepté")
        self.hand.tick("Non", within="Un autre service social")
        self.hand.press("Clore")
        expect(self.hand.page.get_by_text("est close").first).to_be_visible()

    def prepare(self) -> None:
        self.hand.follow("Préparer un accompagnement")
        self.hand.press("Préparer")
        expect(self.hand.page.get_by_text("En préparation").first).to_be_visible()

    def write_plan_and_contract(self) -> None:
        """Write what comes between two acts of the table."""
        self.hand.follow("Ajouter un objectif")
        self.hand.fill(aim="Trouver une place en crèche")
        self.hand.press("Enregistrer")
        self.hand.press("Écrire le contrat")
        self.hand.fill(purpose="Une place.", family_side="La demander.", worker_side="Appuyer.")
        self.hand.press("Enregistrer")

    def _support(self) -> None:
        part = self.hand.page.locator("#interventions")
        self.hand.click(part.get_by_role("link", name="Accompagnement", exact=True))

    def plan(self) -> None:
        self._support()
        self.hand.click(self.hand.page.locator("#plan summary"))
        self.hand.fill(what="Appeler la crèche", due_on=f"{timezone.localdate()}")
        self.hand.press("Ajouter", within=self.hand.page.locator("#plan"))
        expect(self.hand.page.get_by_text("Appeler la crèche").first).to_be_visible()

    def sign(self) -> None:
        self._support()
        self.hand.follow("Relire et signer le contrat")
        self.hand.fill(signatories="La personne, de sa main")
        self.hand.tick("La personne a lu le contrat")
        self.hand.press("Signer")
        expect(self.hand.page.get_by_text("C'est signé").first).to_be_visible()

    def write(self) -> None:
        self.hand.follow("Écrire au journal")
        self.hand.fill(text="La crèche rappelle jeudi.")
        self.hand.press("Enregistrer")
        expect(self.hand.page.get_by_text("La crèche rappelle jeudi.").first).to_be_visible()

    def settle(self) -> None:
        self.hand.waiting("Actions à faire cette semaine")
        self.hand.press("Faite", within=self.hand.row(self.family.name))
        expect(self.hand.page.get_by_text("C'est noté").first).to_be_visible()

    def review(self) -> None:
        self.hand.waiting("Bilans à faire")
        self.hand.follow("Bilan d'étape", within=self.hand.row(self.family.name))
        self.hand.fill(progress="Une place est trouvée.")
        self.hand.press("Enregistrer")
        expect(self.hand.page.get_by_text("Une place est trouvée.").first).to_be_visible()

    def close(self) -> None:
        self._support()
        self.hand.follow("Clore")
        self.hand.tick("Atteint", within="Trouver une place en crèche")
        self.hand.tick("Les objectifs sont atteints")
        self.hand.press("Clore")
        expect(self.hand.page.get_by_text("est clos").first).to_be_visible()

    def be_away(self) -> None:
        menu = self.hand.page.get_by_role("navigation", name="Principale")
        self.hand.click(menu.get_by_role("link", name="Agenda"))
        self.hand.follow("Noter une absence")
        self.hand.fill(first_day="2040-01-02", last_day="2040-01-06")
        self.hand.press("Noter l'absence")
        expect(self.hand.page.get_by_text("L'absence est notée").first).to_be_visible()


def _asks_to_meet(browser: Browser, department: Department, family: Household) -> None:
    """The family calls, the secretary writes down what it wants, a manager says who leads it."""
    with signed_in(browser, department.address, Role.SECRETARY, WIDE) as page:
        page.goto(f"{department.address}{family.path}")
        page.get_by_role("link", name="Noter une réponse").first.click()
        page.get_by_label("Demande un rendez-vous").check()
        page.locator("fieldset", has_text="Comment l'a-t-elle dit ?").get_by_label(
            "Téléphone"
        ).check()
        page.locator("main").get_by_role("button", name="Noter").click()
        expect(page.get_by_text("attend d'être traitée").first).to_be_visible()
    with signed_in(browser, department.address, Role.TERRITORY_MANAGER, WIDE) as page:
        page.goto(f"{department.address}{family.path}")
        page.locator("summary", has_text="Nommer le référent").click()
        page.get_by_label("Travailleur social référent").select_option(label=department.worker)
        page.get_by_role("button", name="Nommer").click()


def test_the_commonest_acts_take_what_the_table_says(
    browser: Browser, department: Department
) -> None:
    family, table = department.written_to, told()
    _asks_to_meet(browser, department, family)
    with signed_in(browser, department.address, Role.SOCIAL_WORKER, WIDE) as page:
        took = _Acts(Hand(page, department.address), department, family).all()

    assert took == {name: today for name, (_, today) in table.items()}


def test_the_last_line_adds_them_up() -> None:
    (total,) = [one for one in _TABLE.read_text("utf-8").splitlines() if "**En tout**" in one]
    sums = [int(one.strip(" *")) for one in total.split("|")[3:9]]

    both = list(told().values())
    assert sums == [
        sum(getattr(pair[which], what) for pair in both)
        for which in (0, 1)
        for what in ("clicks", "pages", "fields")
    ]
