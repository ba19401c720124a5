"""What the gallery shows: invented cases, long words and all."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from django import forms
from django.contrib.staticfiles import finders
from django.core.paginator import Paginator

from jalon.web.path import Entry, Kind, NextStep

STATES = (
    ("À contacter", "todo"),
    ("Contactée", "active"),
    ("Sans réponse", "waiting"),
    ("Acceptée", "done"),
    ("Refusée", "declined"),
    ("Terminée", "stopped"),
    ("Suspendu", "paused"),
    ("À vérifier", "unknown"),
    ("Adresse protégée", "danger"),
)
LONG = "Anticonstitutionnellement-Désinstitutionnalisation"
ENTRIES = (
    Entry(
        date(2026, 11, 3),
        Kind.ANSWER,
        "La famille accepte la rencontre",
        "Réponse en ligne, avec le code de la lettre. Préfère être appelée le matin.",
        state="done",
        state_label="Acceptée",
    ),
    Entry(
        date(2026, 10, 20),
        Kind.LETTER,
        "Lettre envoyée : séparation, médiation familiale",
        "Une lettre pour deux offres de service.",
        "Secrétariat de Créteil",
        url="#parcours",
        link="Lire la lettre",
    ),
    Entry(
        date(2026, 10, 14),
        Kind.EVENT,
        "Séparation",
        "Enregistrée par la Caf ; deux enfants à charge.",
        "Requêtage d'octobre 2026",
    ),
    Entry(
        date(2025, 12, 1),
        Kind.MEETING,
        "Information-conseil à l'espace des solidarités",
        "Entretien de 45 minutes.",
        "Aïssatou Diallo, travailleuse sociale",
    ),
    Entry(
        date(2025, 11, 12), Kind.DECISION, "Offre « impayés de loyer » retenue", LONG + " " + LONG
    ),
)
NEXT_STEP = NextStep(
    "Appeler la famille pour fixer un rendez-vous",
    "Numéro vérifié le 14 octobre. Un appel le matin, comme demandé.",
    due=date(2026, 11, 10),
    author="Aïssatou Diallo",
    url="#parcours",
    action="Fixer un rendez-vous",
)
ROWS = (
    ("Séparation", 1204, 0.352, "À contacter", "todo"),
    ("Impayés de loyer", 318, 0.1, "Sans réponse", "waiting"),
    ("Désinstitutionnalisation-de-l'accompagnement", 12, None, "Terminée", "stopped"),
)


class ExampleForm(forms.Form):
    """A field of each kind."""

    name = forms.CharField(label="Nom", help_text="Nom d'usage, comme sur la lettre.")
    email = forms.EmailField(label="Adresse électronique", required=False)
    place = forms.ChoiceField(
        label="Lieu d'accueil", choices=[("", "Choisissez"), ("creteil", "Créteil"), ("o", "Orly")]
    )
    notes = forms.CharField(
        label="Observations", required=False, widget=forms.Textarea({"rows": 3})
    )
    channel = forms.ChoiceField(
        label="La famille préfère",
        choices=[("phone", "Un appel"), ("letter", "Une lettre")],
        widget=forms.RadioSelect,
        help_text="Une seule réponse.",
    )
    needs = forms.MultipleChoiceField(
        label="Sujets à aborder",
        choices=[("housing", "Logement"), ("budget", "Budget")],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    agrees = forms.BooleanField(label="La famille est d'accord pour une visite à domicile")


class ExampleFilters(forms.Form):
    """The filters of a list."""

    offer = forms.ChoiceField(
        label="Offre de service",
        choices=[("", "Toutes"), ("separation", "Séparation")],
        required=False,
    )
    search = forms.CharField(label="Nom ou numéro", required=False)


def context() -> dict[str, Any]:
    """Return what the gallery's template shows."""
    filled = {"name": "Traoré", "place": "creteil", "channel": "phone", "needs": ["housing"]}
    pages = Paginator(range(257), 40)
    return {
        "states": STATES,
        "entries": ENTRIES,
        "next_step": NEXT_STEP,
        "rows": ROWS,
        "long": LONG,
        "form": ExampleForm(initial={**filled, "agrees": True}, prefix="plain"),
        "wrong_form": ExampleForm({"wrong-email": "pas une adresse"}, prefix="wrong"),
        "filter_form": ExampleFilters(),
        "pages": (pages.page(1), pages.page(2), pages.page(7)),
        "tabs": (
            {"label": "Parcours", "url": "#onglets", "current": True},
            {"label": "Propositions", "url": "#onglets", "count": 3},
            {"label": "Documents", "url": "#onglets", "count": 0},
        ),
        "step_labels": ("Extrait déposé", "Contrôlé", "Calculé", "Relu", "Libéré"),
        "icons": _icons(),
        "error_pages": ("403", "404", "500", "503"),
    }


def _icons() -> list[str]:
    sprite = finders.find("vendor/bootstrap-icons/sprite.svg")
    if not isinstance(sprite, str):
        return []
    with open(sprite, encoding="utf-8") as drawn:  # noqa: PTH123 -- the finder gives a string
        return re.findall(r'<symbol id="([^"]+)"', drawn.read())
