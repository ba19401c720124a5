"""What is said and agreed in the demonstration's interventions: invented, as all its families."""

from __future__ import annotations

from typing import Final

from jalon.interventions.enums import Domain, EntryKind

# What a family asks, what it is told, what it is advised, what is agreed.
MEETINGS: Final = (
    (
        "Comprendre ce qui change dans ses droits depuis la séparation.",
        "Les prestations sont revues au mois de la séparation ; l'ASF est possible.",
        "Demander une pension devant le juge, avec l'aide juridictionnelle.",
        "Elle apporte ses trois derniers bulletins de salaire.",
    ),
    (
        "Deux mois de loyer en retard, une lettre du bailleur.",
        "Le FSL peut aider si le loyer courant est repris.",
        "Écrire au bailleur avant la fin du mois pour proposer un échéancier.",
        "Nous écrivons la lettre ensemble jeudi.",
    ),
    (
        "Les enfants ne vont pas bien depuis le décès.",
        "La psychologue du service reçoit sur rendez-vous ; les aides au décès sont versées.",
        "Prévenir l'école, et souffler : un relais est possible.",
        "Elle réfléchit, et rappelle la semaine prochaine.",
    ),
    (
        "Reprendre un travail, mais personne pour garder le petit.",
        "Une place à la crèche se demande à la mairie ; le complément de mode de garde existe.",
        "Voir France Travail pour une formation à mi-temps.",
        "Je l'appelle quand la commission a lieu.",
    ),
)
STRENGTHS: Final = (
    "Un entourage présent, une sœur à dix minutes.",
    "Tient ses papiers, vient à chaque rendez-vous.",
    "Un emploi stable, des horaires qui s'arrangent.",
    "Connaît bien le quartier et ses services.",
    "",
)
OBSTACLES: Final = (
    "Deux crédits à la consommation, un découvert chaque mois.",
    "Pas de voiture ; le premier bus part à 7 h 10.",
    "Les démarches en ligne l'inquiètent.",
    "Un logement trop petit, humide l'hiver.",
    "",
)
AIMS: Final = (
    (Domain.HOUSING, "Garder le logement, et apurer la dette"),
    (Domain.BUDGET, "Finir le mois sans découvert"),
    (Domain.RIGHTS, "Avoir tous ses droits ouverts"),
    (Domain.WORK, "Reprendre une formation"),
    (Domain.FAMILY, "Organiser la garde des enfants"),
    (Domain.DIGITAL, "Faire ses démarches en ligne seul"),
    (Domain.MOBILITY, "Se déplacer pour aller travailler"),
)
ACTIONS: Final = (
    "Écrire au bailleur",
    "Déposer le dossier du FSL",
    "Appeler la mission locale",
    "Inscrire le petit à la cantine",
    "Demander l'échelonnement à la banque",
    "Ouvrir l'espace personnel en ligne",
    "Faire le point des papiers à garder",
    "Demander une place en crèche",
)
# What both want, what the family commits to, what the worker commits to.
CONTRACT: Final = (
    (
        "Garder le logement, et retrouver un budget qui tient.",
        "Payer le loyer courant chaque mois.\nOuvrir le courrier, et l'apporter aux rendez-vous.",
        "Écrire au bailleur et suivre le dossier du FSL.\nÊtre joignable deux fois par mois.",
    ),
    (
        "Reprendre pied après la séparation, pour les enfants d'abord.",
        "Venir aux rendez-vous, ou prévenir.\nFaire les démarches convenues.",
        "Expliquer chaque droit et chaque démarche.\nFaire le lien avec l'école, si vous voulez.",
    ),
)
# What a journal tells, and of what kind.
ENTRIES: Final = (
    (EntryKind.CALL, "Appelée : le bailleur accepte un échéancier sur douze mois."),
    (EntryKind.CONTACT, "Rencontre au site. Les papiers sont réunis, le dossier part demain."),
    (EntryKind.STEP, "Courrier au FSL envoyé avec les pièces."),
    (EntryKind.LETTER, "Réponse de la banque : l'échelonnement est accepté."),
    (EntryKind.NOTE, "La situation se pose ; prochaine étape, la formation."),
)
# Where both are, what the family says, what both decide.
REVIEWS: Final = (
    (
        "Le loyer courant est repris depuis deux mois.",
        "« Je dors mieux. »",
        "Continuer l'échéancier, préparer la rentrée.",
    ),
    (
        "Les droits sont à jour ; la formation attend une place en crèche.",
        "« Ça avance, doucement. »",
        "Relancer la mairie, et voir France Travail.",
    ),
)
# What a home visit prepares, and tells.
VISITS: Final = (
    (
        "Apporter les formulaires du FSL.",
        "Le logement est humide dans la chambre des enfants : photos prises avec elle.",
    ),
    ("Voir ensemble les courriers en retard.", "Trois courriers ouverts, deux réglés sur place."),
)
# What a colleague leaves to the next lead worker: where one is, what is due.
HAND_OVER: Final = (
    "L'échéancier est signé et tenu depuis deux mois. Elle préfère qu'on l'appelle le matin.",
    "Préparer avec elle la commission de relogement ; rappeler l'école avant les vacances.",
)
