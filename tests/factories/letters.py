"""Letters as a fund would write them, of every length and tone, for tests and the bench."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from jalon.letters.content import Answer, Choice, Letter, Place, Section, Sender, Tone

SENDER: Final = Sender(
    name="Caf du Val-de-Marne",
    department="Département des interventions sociales",
    lines=("2 voie Félix-Éboué", "94033 Créteil Cedex"),
    phone="01 00 00 00 94",
    hours="du lundi au vendredi, de 9 h à 16 h 30",
)
CHOICES: Final = (
    Choice(
        "En ligne",
        "Avec l'appareil photo de votre téléphone, ou sur la page écrite ci-contre : demander un "
        "rendez-vous, être rappelé, ou nous dire non.",
    ),
    Choice(
        "Par téléphone",
        "Au 01 00 00 00 94. Une personne du service vous répond ; il suffit de donner votre code.",
    ),
    Choice("Sur place", "Près de chez vous, sur rendez-vous : la liste suit."),
)
PLACES: Final = (
    Place("Maison de la Caf, Créteil", "2 voie Félix-Éboué, 94000 Créteil", "lundi au vendredi"),
    Place("EDS Vitry-sur-Seine", "7 rue Edith-Cavell, 94400 Vitry", "mardi, mercredi, jeudi"),
    Place("Relais social", "14 rue du Colonel-Fabien, 94460 Valenton", "jeudi"),
    Place("CCAS Le Kremlin-Bicêtre", "12 rue Danton, 94270", "vendredi matin"),
)
NOTICE: Final = (
    Section(
        "Pourquoi cette lettre ?",
        "Chaque mois, un programme relève dans les dossiers de la Caf les changements pour "
        "lesquels le service social propose une rencontre. Il applique une règle écrite, la même "
        "pour tous : il ne note personne et ne décide d'aucun droit. Vous pouvez demander cette "
        "règle et la façon dont elle vous a été appliquée, par les mêmes moyens que ci-dessus "
        "(code des relations entre le public et l'administration, articles L. 311-3-1, "
        "R. 311-3-1-1 et R. 311-3-1-2).",
    ),
    Section(
        "Vos données",
        "Elles servent à vous proposer cette rencontre, et seuls les professionnels qui vous "
        "suivent les voient. Vous pouvez les consulter, les faire corriger, ou vous opposer à "
        "leur usage en écrivant au délégué à la protection des données de la Caf, à l'adresse en "
        "tête de cette lettre. Si sa réponse ne vous convient pas, vous pouvez saisir la Cnil.",
    ),
    Section(
        "Le secret",
        "Tous les professionnels du service sont tenus au secret professionnel (code pénal, "
        "article 226-13).",
    ),
)
PARAGRAPHS: Final = (
    (
        "Quand la vie de famille change, beaucoup de choses bougent à la fois : les droits, "
        "le budget, le logement, l'organisation avec les enfants. Pouvoir en parler avec "
        "quelqu'un dont c'est le métier peut aider."
    ),
    (
        "Un travailleur social de la Caf vous propose de vous rencontrer. Ensemble, vous "
        "pouvez faire le tour de vos droits, trouver une réponse à vos questions et, si vous "
        "le souhaitez, avancer pas à pas sur ce qui compte pour vous. C'est gratuit."
    ),
    (
        "Vous êtes libre d'accepter, de refuser, ou de changer d'avis. Quelle que soit votre "
        "réponse, elle ne change rien à vos prestations. Ce que vous direz reste entre vous "
        "et la personne qui vous reçoit."
    ),
)
TWO_SERVICES: Final = (
    *PARAGRAPHS[:2],
    (
        "Une médiatrice familiale peut aussi vous recevoir, avec l'autre parent si vous êtes "
        "tous les deux d'accord, pour chercher un arrangement qui convienne aux enfants. Le "
        "premier entretien n'engage à rien. Vous pouvez choisir l'un, l'autre, les deux, ou "
        "aucun."
    ),
    PARAGRAPHS[2],
)
MOURNING: Final = (
    (
        "Nous avons appris le deuil qui touche votre famille. Nous pensons à vous et vous "
        "présentons nos condoléances."
    ),
    (
        "Quand vous le souhaiterez, une personne du service social peut prendre le temps de "
        "vous écouter, vous aider dans les démarches et regarder avec vous ce que la Caf peut"
        " faire. Une psychologue peut aussi vous recevoir, vous ou vos enfants."
    ),
    (
        "Rien ne presse et rien n'est obligatoire. Vous pouvez répondre dans quelques "
        "semaines ou dans quelques mois, ou ne pas répondre. Ce que vous direz reste entre "
        "vous et la personne qui vous reçoit."
    ),
)


def letter(**changed: Any) -> Letter:
    """Return an ordinary letter, with some of its parts changed."""
    code = changed.pop("code", "K7M2 9QXD 4")
    told: dict[str, Any] = {
        "sender": SENDER,
        "recipient": ("Madame Camille DURAND", "12 rue des Lilas", "94000 CRETEIL"),
        "place_and_date": "Créteil, le 3 novembre 2026",
        "subject": "Une rencontre avec le service social, si vous le souhaitez",
        "salutation": "Madame,",
        "paragraphs": PARAGRAPHS,
        "choices": CHOICES,
        "answer": Answer(
            code=code,
            address="caf94.exemple.fr/r",
            qr=f"https://caf94.exemple.fr/r/{code.replace(' ', '')}",
            sentence="Si possible avant le 3 décembre 2026, ou plus tard.",
        ),
        "signature": ("Avec nos salutations les meilleures,", "L'équipe du service social"),
        "places": PLACES,
        "notice": NOTICE,
    }
    return Letter(**{**told, **changed})


def mourning(**changed: Any) -> Letter:
    """Return a letter to a family in mourning."""
    base = letter(
        paragraphs=MOURNING,
        subject="Le service social de la Caf est à vos côtés",
        signature=("Avec toute notre sympathie,", "L'équipe du service social"),
        tone=Tone.BEREAVEMENT,
        **changed,
    )
    sentence = "Quand vous le voudrez : votre code reste valable un an."
    return replace(base, answer=replace(base.answer, sentence=sentence))


def shortest(**changed: Any) -> Letter:
    """Return a letter of a few lines, without places or notice."""
    return letter(
        **{
            "paragraphs": (PARAGRAPHS[1],),
            "choices": CHOICES[:1],
            "places": (),
            "notice": (),
            **changed,
        }
    )


def longest(**changed: Any) -> Letter:
    """Return a letter whose words go on overleaf."""
    return letter(**{"paragraphs": (*TWO_SERVICES, *MOURNING[1:], *TWO_SERVICES), **changed})
