"""Writes docs/offers.md, the catalogue with its worked examples, from the examples tested."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from jalon.rules.calendar import french_date
from jalon.rules.offers import Base, Catalogue, Offer
from jalon.rules.outcome import SET_ASIDE_IN_FRENCH, Channel, Outcome
from jalon.rules.profile import Profile
from jalon.rules.sentences import capitalised, fact_label, in_force, sentence
from jalon.rules.sheets import SERVICES, assumptions, kind, who
from spec.cases import Case, Examples, Expected, Sheet, Topic
from spec.examples import SHEETS, TOPICS
from spec.general_dates import IN_FORCE
from spec.months import OCTOBER, PROFILES, catalogue_of, profile_of

COMMAND: Final = "PYTHONPATH=tests .venv/bin/python -m spec.render"
PAGE: Final = Path(__file__).parents[2] / "docs" / "offers.md"
_INTRODUCTION: Final = """\
# Les offres, critère par critère

Cette page est le catalogue des offres que Jalon sait requêter, caisse par caisse. Pour chaque
offre, elle dit à qui l'offre s'adresse, les hypothèses faites là où les sources se taisent, puis
montre des dossiers autour de chaque limite : juste avant, dessus, juste après, et quand
l'information manque.

Chaque ligne de chaque tableau est vérifiée par les tests de Jalon, sur un moteur de référence
qui lit un dossier à la fois et sur celui qui traite le fichier entier. La page est écrite à
partir de ces tests : elle ne peut pas dire autre chose que ce que fait le requêtage.

## Comment lire les résultats

| Résultat | Ce que cela veut dire |
|---|---|
| **retenu** | Tous les critères sont remplis. La famille reçoit une lettre, ou est jointe en \
personne si son adresse est protégée. |
| **écarté** | Tous les critères sont remplis, mais un motif enregistré empêche la proposition. |
| **à vérifier** | Aucun critère n'est faux, mais il manque une information, qui est nommée. |
| **non concerné** | Un critère au moins est faux. |

Ce qui n'est pas renseigné n'est pas lu comme un « non » : c'est inconnu, et le dossier est à
vérifier si cela seul décide. Quelques cases disent quelque chose en étant vides : pas de date de
décès, pas de grossesse déclarée, pas de demande de ne pas être contacté, pas d'adresse protégée,
pas d'accompagnement en cours, un enfant qui vit avec le parent.

Les âges sont pris le dernier jour du mois du requêtage. Dans chaque offre, un dossier de départ
remplit tous les critères ; chaque tableau n'en change qu'un point.

Les exemples sont ceux d'octobre 2026, avec les montants de ce mois, sauf mention contraire.
"""
_RESULTS: Final = "| Dossier | Résultat | Précision |\n|---|---|---|"


def page() -> str:
    """Return the whole page."""
    return "\n".join(line.rstrip() for line in _lines()) + "\n"


def _lines() -> Iterator[str]:
    yield _INTRODUCTION.rstrip()
    yield from _heading(2, "Sommaire")
    for name in PROFILES:
        yield from _contents(profile_of(name))
    yield "- [Ce que toutes les offres partagent](#regles-communes)"
    yield from (
        f"  - [{topic.title}](#regle-{rank})" for rank, topic in enumerate(TOPICS, start=1)
    )
    yield "- [Les offres en vigueur, mois par mois](#en-vigueur)"
    for name in PROFILES:
        yield from _fund(profile_of(name))
    yield from _common()
    yield from _in_force()


def _contents(profile: Profile) -> Iterator[str]:
    yield f"- [{profile.label}](#{profile.name})"
    for offer in _ordered(profile):
        yield f"  - [{offer.label}](#{_anchor(profile, offer)})"


def _ordered(profile: Profile) -> list[Offer]:
    """Put the offers in force before those that ended, aids last."""
    bases = list(Base)
    return sorted(
        profile.offers,
        key=lambda offer: (offer.valid_until is not None, bases.index(offer.base), offer.label),
    )


def _anchor(profile: Profile, offer: Offer) -> str:
    return f"{profile.name}-{offer.code}"


def _heading(level: int, title: str, anchor: str = "") -> Iterator[str]:
    yield ""
    if anchor:
        yield f'<a id="{anchor}"></a>'
        yield ""
    yield f"{'#' * level} {title}"
    yield ""


def _fund(profile: Profile) -> Iterator[str]:
    yield from _heading(2, profile.label, profile.name)
    yield f"Source : {profile.source}."
    yield from _listed("Hypothèses du profil :", profile.assumptions)
    sheets = {one.offer: one for one in SHEETS if one.profile == profile.name}
    for offer in _ordered(profile):
        yield from _heading(3, f"{offer.label} · `{offer.code}`", _anchor(profile, offer))
        services = ", ".join(SERVICES[service] for service in offer.services)
        period = in_force(offer.valid_from, offer.valid_until)
        yield f"{capitalised(kind(offer))} ; {services} ; {period}."
        yield from _offer(profile, offer, sheets.get(offer.code))


def _offer(profile: Profile, offer: Offer, examples: Sheet | None) -> Iterator[str]:
    catalogue = catalogue_of(profile.name, examples.base.month if examples else OCTOBER)
    yield from _listed("Pour qui :", who(offer, catalogue))
    yield from _listed("Hypothèses :", assumptions(offer, catalogue))
    yield ""
    if examples is None:
        yield "Elle n'est pas recherchée dans le fichier : il n'y a pas d'exemple à donner."
        return
    month = catalogue.month
    dated = "" if month == OCTOBER else f" (exemples de {month.in_french})"
    yield f"**Dossier de départ{dated}.** {examples.starting_point} Il est retenu."
    for table in examples.tables:
        yield from _criterion(table, offer, catalogue)


def _criterion(table: Examples, offer: Offer, catalogue: Catalogue) -> Iterator[str]:
    leaf = dict(offer.leaves())[table.about]
    yield from _heading(4, capitalised(sentence(leaf, catalogue, when="dans le mois")))
    if table.given:
        yield f"Ici : {table.given[:1].lower()}{table.given[1:]}"
        yield ""
    yield from _table(table.cases)
    if table.never_unknown:
        yield ""
        yield f"Jamais inconnu. {table.never_unknown}"


def _listed(title: str, items: Iterable[str]) -> Iterator[str]:
    said = [f"- {item}" for item in items]
    if said:
        yield from ("", title, "", *said)


def _table(cases: Iterable[Case]) -> Iterator[str]:
    yield _RESULTS
    yield from map(_row, cases)


def _row(case: Case) -> str:
    found = case.expected
    return f"| {case.said} | {found.outcome.in_french} | {_precision(found)} |"


def _precision(found: Expected) -> str:
    named = found.reason.split(",") if found.reason else []
    if found.outcome is Outcome.TO_VERIFY:
        return "inconnu : " + ", ".join(f"{fact_label(one)} (`{one}`)" for one in named)
    if found.outcome is Outcome.SET_ASIDE:
        return " ; ".join(f"{SET_ASIDE_IN_FRENCH[one]} (`{one}`)" for one in named)
    if found.window_ends_on:
        return f"jusqu'au {french_date(found.window_ends_on)}"
    return "en personne" if found.channel is Channel.IN_PERSON else ""


def _common() -> Iterator[str]:
    yield from _heading(2, "Ce que toutes les offres partagent", "regles-communes")
    yield "Les exemples prennent une offre d'une caisse ; la règle vaut pour toutes."
    for rank, topic in enumerate(TOPICS, start=1):
        yield from _topic(topic, f"regle-{rank}")


def _topic(topic: Topic, anchor: str) -> Iterator[str]:
    yield from _heading(3, topic.title, anchor)
    yield topic.text
    if len(topic.tables) > 1 and all(len(table.cases) == 1 for table in topic.tables):
        yield ""
        yield from _offers_compared(topic.tables)
        return
    for table in topic.tables:
        given = f" {table.given}" if table.given else ""
        yield ""
        yield f"*{profile_of(table.profile).label}, « {_offer_of(table).label} ».*{given}"
        yield ""
        yield from _table(table.cases)


def _offer_of(table: Examples) -> Offer:
    return catalogue_of(table.profile, table.cases[0].home.month).offer(table.offer)


def _offers_compared(tables: Iterable[Examples]) -> Iterator[str]:
    """Show one household of each offer, side by side."""
    yield "| Offre | Dossier | Résultat | Précision |"
    yield "|---|---|---|---|"
    for table in tables:
        for case in table.cases:
            yield f"| {_offer_of(table).label} {_row(case)}"


def _in_force() -> Iterator[str]:
    yield from _heading(2, "Les offres en vigueur, mois par mois", "en-vigueur")
    yield "Une offre s'applique si elle est en vigueur le dernier jour du mois."
    yield ""
    yield "| Caisse | Mois | Offres |"
    yield "|---|---|---|"
    for (name, month), codes in IN_FORCE.items():
        labels = {offer.code: offer.label for offer in profile_of(name).offers}
        said = ", ".join(labels[code] for code in codes) or "aucune"
        yield f"| {profile_of(name).label} | {month.in_french} | {said} |"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
