"""What every offer shares: who is set aside, who is reached in person, what is to verify."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from spec.cases import (
    Case,
    Examples,
    Topic,
    in_person,
    not_concerned,
    selected,
    set_aside,
    to_verify,
)
from spec.criteria import LOST_ROW
from spec.households import Home, turning
from spec.months import OCTOBER, VAL_DE_MARNE, catalogue_of
from spec.val_de_marne_families import BEREAVED, SEPARATED, WIDOWED
from spec.val_de_marne_stock import LONE_PARENT

DAY = OCTOBER.last_day
DEAD = {"death_date": DAY - timedelta(days=20)}
FORTY = turning(40, DAY)
UNDER_20 = "dependent_children_under_20"
MODEST = SEPARATED.having(
    family_quotient=catalogue_of(VAL_DE_MARNE, OCTOBER).values["family_quotient.aids_ceiling"]
)
_separation = partial(Examples, VAL_DE_MARNE, "separation")
_mediation = partial(Examples, VAL_DE_MARNE, "mediation")


def _of(offer: str, home: Home, **cells: bool) -> Examples:
    """Say what an offer does with a household in support, or protected."""
    said = {
        "in_support": "Famille déjà accompagnée",
        "protected_address": "Adresse protégée",
    }
    ((name, _),) = cells.items()
    found = {
        ("separation", "in_support"): set_aside("in_support"),
        ("mediation", "protected_address"): not_concerned,
    }.get((offer, name), in_person if name == "protected_address" else selected)
    case = Case(said[name], home.having(**cells), found)
    return Examples(VAL_DE_MARNE, offer, (case,))


IN_SUPPORT = tuple(
    _of(offer, home, in_support=True)
    for offer, home in (
        ("separation", SEPARATED),
        ("mediation", SEPARATED),
        ("parent_death", WIDOWED),
        ("child_death", BEREAVED),
        ("aid_parent_death", WIDOWED),
        ("aid_holidays", MODEST),
    )
)
PROTECTED = tuple(
    _of(offer, home, protected_address=True)
    for offer, home in (
        ("separation", SEPARATED),
        ("child_death", BEREAVED),
        ("lone_parent", LONE_PARENT),
        ("aid_holidays", MODEST),
        ("mediation", SEPARATED),
    )
)

_DEAD_COUPLE = SEPARATED.responsible(FORTY, **DEAD).spouse(FORTY, **DEAD)
ASIDE_CASES = (
    Case("Rien n'écarte la famille", SEPARATED, selected),
    Case(
        "La famille a demandé à ne pas être contactée",
        SEPARATED.having(do_not_contact=True),
        set_aside("do_not_contact"),
    ),
    Case("Responsable et conjoint décédés", _DEAD_COUPLE, set_aside("no_addressee")),
    Case(
        "Responsable décédé, sans conjoint ; un autre adulte vit au foyer",
        SEPARATED.responsible(FORTY, **DEAD).other(FORTY),
        set_aside("no_addressee"),
    ),
    Case(
        "Responsable décédé : le conjoint vivant est destinataire",
        SEPARATED.responsible(FORTY, **DEAD).spouse(FORTY),
        selected,
    ),
    Case(
        "Plusieurs motifs à la fois : tous sont dits",
        _DEAD_COUPLE.having(do_not_contact=True, in_support=True),
        set_aside("do_not_contact", "no_addressee", "in_support"),
    ),
    Case(
        "Un motif d'écart, mais la famille n'est pas concernée",
        SEPARATED.children().having(do_not_contact=True),
        not_concerned,
    ),
    Case(
        "Un motif d'écart et une adresse protégée : écartée d'abord",
        SEPARATED.having(do_not_contact=True, protected_address=True),
        set_aside("do_not_contact"),
    ),
    Case(
        "Un motif d'écart, mais on ne sait pas si un critère est rempli",
        SEPARATED.children().lost(persons=1).having(do_not_contact=True),
        to_verify(UNDER_20),
    ),
)

_TAKEN_OVER = LONE_PARENT.responsible(turning(60, DAY), **DEAD)
SUCCESSION_CASES = (
    Case(
        "Responsable de 60 ans décédé, conjoint de 34 ans : l'âge regardé est le sien",
        _TAKEN_OVER.spouse(turning(34, DAY)),
        selected,
    ),
    Case(
        "Responsable de 60 ans décédé, conjoint de 35 ans",
        _TAKEN_OVER.spouse(turning(35, DAY)),
        not_concerned,
    ),
    Case(
        "Responsable de 60 ans décédé, conjoint décédé à 34 ans",
        _TAKEN_OVER.spouse(turning(34, DAY), **DEAD),
        to_verify("responsible_age"),
    ),
    Case(
        "Responsable de 30 ans vivant, conjoint décédé",
        LONE_PARENT.spouse(turning(34, DAY), **DEAD),
        selected,
    ),
)

_NO_DO_NOT_CONTACT = SEPARATED.without_column("households", "do_not_contact")
MISSING_CASES = (
    Case(
        "Sans la colonne des adresses protégées : une lettre pourrait mettre en danger",
        SEPARATED.without_column("households", "protected_address"),
        to_verify("protected_address"),
    ),
    Case(
        "Sans cette colonne, mais la famille a demandé à ne pas être contactée",
        SEPARATED.without_column("households", "protected_address").having(do_not_contact=True),
        set_aside("do_not_contact"),
    ),
    Case(
        "Sans cette colonne, mais la famille n'a pas d'enfant",
        SEPARATED.without_column("households", "protected_address").children(),
        not_concerned,
    ),
    Case(
        "Sans la colonne des demandes de ne pas être contacté",
        _NO_DO_NOT_CONTACT,
        to_verify("do_not_contact"),
    ),
    Case(
        "Sans cette colonne, mais la famille est déjà accompagnée : elle est écartée de "
        "toute façon",
        _NO_DO_NOT_CONTACT.having(in_support=True),
        set_aside("in_support"),
    ),
    Case(
        "Sans la colonne des accompagnements en cours",
        SEPARATED.without_column("households", "in_support"),
        to_verify("in_support"),
    ),
    Case(
        "Sans la colonne des dates de décès : ni l'enfant ni le destinataire ne sont sûrs",
        SEPARATED.without_column("persons", "death_date"),
        to_verify(UNDER_20, "has_addressee"),
    ),
)
MEDIATION_MISSING_CASES = (
    Case(
        "Sans la colonne des accompagnements en cours, qui ne comptent pas ici",
        SEPARATED.without_column("households", "in_support"),
        selected,
    ),
)

LOST_PERSON_CASES = (
    Case(
        f"Un enfant certain ; {LOST_ROW} sans rien y changer",
        SEPARATED.lost(persons=1),
        selected,
    ),
    Case(
        f"Aucun enfant lisible ; {LOST_ROW}",
        SEPARATED.children().lost(persons=1),
        to_verify(UNDER_20),
    ),
    Case(
        f"Responsable décédé, un enfant ; {LOST_ROW} : peut-être un conjoint vivant",
        SEPARATED.responsible(FORTY, **DEAD).lost(persons=1),
        to_verify("has_addressee"),
    ),
)
LOST_EVENT_CASES = (
    Case(
        "Aucun événement lisible ; une ligne d'événement a été rejetée",
        SEPARATED.without_event().lost(events=1),
        to_verify("event_kind"),
    ),
    Case(
        "De même, mais la famille n'a pas d'enfant : elle n'est pas concernée, quel que soit "
        "l'événement",
        SEPARATED.without_event().children().lost(events=1),
        not_concerned,
    ),
    Case(
        "De même, et ni l'événement ni les enfants ne sont sûrs",
        SEPARATED.without_event().children().lost(events=1, persons=1),
        to_verify(UNDER_20, "event_kind"),
    ),
)
LOST_EVENT_STOCK_CASES = (
    Case(
        "Une ligne d'événement a été rejetée : l'offre n'en dépend pas",
        LONE_PARENT.lost(events=1),
        selected,
    ),
)

TOPICS = (
    Topic(
        "Qui est écarté, et pourquoi cela se voit",
        "Tous les critères sont remplis, mais la famille ne reçoit pas de proposition : chaque "
        "motif est enregistré. Les morts ne sont jamais destinataires.",
        (_separation(ASIDE_CASES),),
    ),
    Topic(
        "La famille déjà accompagnée",
        "L'accompagnement en cours écarte d'une offre que seul le travail social porte. Il "
        "n'empêche ni une aide, ni la médiation, ni la psychologie.",
        IN_SUPPORT,
    ),
    Topic(
        "L'adresse protégée",
        "La famille n'est jamais contactée par écrit : elle est jointe en personne. La médiation "
        "ne lui est pas proposée.",
        PROTECTED,
    ),
    Topic(
        "Qui prend la place d'un responsable décédé",
        "Le conjoint vivant devient le destinataire, et c'est lui que les critères regardent.",
        (Examples(VAL_DE_MARNE, "lone_parent", SUCCESSION_CASES),),
    ),
    Topic(
        "Quand une colonne manque à l'extraction",
        "Ce qu'elle aurait dit est inconnu pour tous les dossiers, et non pas faux.",
        (_separation(MISSING_CASES), _mediation(MEDIATION_MISSING_CASES)),
    ),
    Topic(
        "Quand une ligne de personne a été rejetée",
        "Le dossier garde son résultat là où il est certain.",
        (_separation(LOST_PERSON_CASES),),
    ),
    Topic(
        "Quand une ligne d'événement a été rejetée",
        "Elle a pu annoncer n'importe quel événement du mois.",
        (
            _separation(LOST_EVENT_CASES),
            Examples(VAL_DE_MARNE, "lone_parent", LOST_EVENT_STOCK_CASES),
        ),
    ),
)
