"""The short lists that proposals, messages and answers choose from."""

from __future__ import annotations

from typing import Final

from django.db import models


class Channel(models.TextChoices):
    """How a family is to be reached first."""

    LETTER = "letter", "Courrier"
    IN_PERSON = "in_person", "En personne, jamais par écrit"


class Medium(models.TextChoices):
    """By what something is said to a family."""

    LETTER = "letter", "Courrier"
    TEXT = "text", "SMS"
    EMAIL = "email", "Courriel"
    PHONE = "phone", "Appel"
    VISIT = "visit", "Visite"


# What a provider carries, a day apart at least.
CARRIED: Final = (Medium.TEXT, Medium.EMAIL)
# What one does oneself.
IN_PERSON: Final = (Medium.PHONE, Medium.VISIT)


class Purpose(models.TextChoices):
    """Why something is said to a family."""

    OFFER = "offer", "Proposition"
    REMINDER = "reminder", "Rappel"
    RESENT = "resent", "Nouvel envoi"
    CALL = "call", "Prise de contact"
    FIXED = "fixed", "Rendez-vous fixé"
    CALLED_OFF = "called_off", "Rendez-vous annulé"
    UPCOMING = "upcoming", "Rappel de rendez-vous"


# What diaries have sent: it follows an answer rather than asking for one.
OF_APPOINTMENTS: Final = (Purpose.FIXED, Purpose.CALLED_OFF, Purpose.UPCOMING)


class MessageState(models.TextChoices):
    """How far a message has come; of an attempt in person, whether the family was reached."""

    QUEUED = "queued", "À envoyer"
    SENDING = "sending", "Envoi en cours"
    SENT = "sent", "Envoyé"
    DELIVERED = "delivered", "Reçu"
    FAILED = "failed", "Échec"
    RETURNED = "returned", "Revenu"
    CANCELLED = "cancelled", "Annulé"


class ToDo(models.TextChoices):
    """What a person does about a message, by the name that addresses give it."""

    CORRECT = "corriger", "Coordonnées à corriger"
    ASK = "demander", "À demander à la famille"
    TELL = "dire", "À dire de vive voix"
    RESEND = "renvoyer", "À renvoyer"
    LATE = "retard", "En retard"


class Trouble(models.TextChoices):
    """Why a message did not reach the family, or was not sent after all."""

    UNKNOWN_ADDRESS = "unknown_address", "N'habite pas à l'adresse indiquée"
    INCOMPLETE_ADDRESS = "incomplete_address", "Adresse incomplète"
    UNCLAIMED = "unclaimed", "Pli non réclamé"
    REFUSED = "refused", "Pli refusé"
    WRONG_NUMBER = "wrong_number", "Numéro ou adresse qui n'existe pas"
    PROVIDER = "provider", "Le prestataire n'a pas pu l'envoyer"
    UNCERTAIN = "uncertain", "Peut-être parti : le serveur s'est arrêté pendant l'envoi"
    NO_REPLY = "no_reply", "Pas de réponse"
    NO_CONTENT = "no_content", "Son texte manque"
    UNSAFE = "unsafe", "Il est devenu dangereux d'écrire"
    MERGED = "merged", "La famille a été réunie à une autre"
    UNWANTED = "unwanted", "La famille est à ne pas contacter"
    ENDED = "ended", "La prise de contact est close"
    ANSWERED = "answered", "La famille a déjà répondu"
    OVER = "over", "Le délai pour répondre est fini"
    DECEASED = "deceased", "La personne à qui l'on écrivait est décédée"
    PARTED = "parted", "Réunie par erreur, la famille a été séparée d'une autre"
    PULLED = "pulled", "Retirée de la pile avant la poste"
    NO_MESSAGES = "no_messages", "La famille ne veut plus de SMS ni de courriel"
    WITHDRAWN = "withdrawn", "Envoi abandonné"
    OUTDATED = "outdated", "Le rendez-vous a changé, ou commence"


# What one reads on an envelope that came back.
RETURN_REASONS: Final = (
    Trouble.UNKNOWN_ADDRESS,
    Trouble.INCOMPLETE_ADDRESS,
    Trouble.UNCLAIMED,
    Trouble.REFUSED,
)


class AnswerKind(models.TextChoices):
    """What a family says."""

    MEETING = "meeting", "Demande un rendez-vous"
    CALL = "call", "Demande à être rappelée"
    LATER = "later", "Pas maintenant"
    NO = "no", "Ne souhaite pas"
    UNSAFE = "unsafe", "Dit qu'il est dangereux de lui écrire"
    RULE = "rule", "Demande la règle et comment elle a été appliquée"
    CONTACT = "contact", "Corrige ses coordonnées"
    STOP = "stop", "Ne veut plus de SMS ni de courriel"
    RESUME = "resume", "Veut bien de nouveau des SMS et des courriels"


# In how many weeks a family may ask to be taken up again, on its own page and by staff alike.
WEEKS: Final = (4, 8, 13, 26)
# What settles a proposal; the last one said holds.
ACCEPTING: Final = (AnswerKind.MEETING, AnswerKind.CALL)
# What somebody here must do something about.
WAITING: Final = (AnswerKind.MEETING, AnswerKind.CALL, AnswerKind.RULE, AnswerKind.UNSAFE)


class AnswerVia(models.TextChoices):
    """How an answer came."""

    WEB = "web", "Page de réponse"
    PHONE = "phone", "Téléphone"
    DESK = "desk", "Accueil"
    PAPER = "paper", "Courrier"


class Refusal(models.TextChoices):
    """Why a family says no, where it wishes to tell."""

    NO_NEED = "no_need", "N'en a pas besoin"
    FOLLOWED = "followed", "Est déjà suivie par un autre service"
    NO_TIME = "no_time", "N'a pas le temps"
    TRUST = "trust", "Ne souhaite pas de travailleur social"
    OTHER = "other", "Autre raison"


class Moment(models.TextChoices):
    """When a family likes to be called."""

    MORNING = "morning", "Le matin"
    NOON = "noon", "Entre midi et deux"
    AFTERNOON = "afternoon", "L'après-midi"
    EVENING = "evening", "En fin de journée"


class HalfDay(models.TextChoices):
    """When in a week a family can come."""

    MONDAY_AM = "mon_am", "Lundi matin"
    MONDAY_PM = "mon_pm", "Lundi après-midi"
    TUESDAY_AM = "tue_am", "Mardi matin"
    TUESDAY_PM = "tue_pm", "Mardi après-midi"
    WEDNESDAY_AM = "wed_am", "Mercredi matin"
    WEDNESDAY_PM = "wed_pm", "Mercredi après-midi"
    THURSDAY_AM = "thu_am", "Jeudi matin"
    THURSDAY_PM = "thu_pm", "Jeudi après-midi"
    FRIDAY_AM = "fri_am", "Vendredi matin"
    FRIDAY_PM = "fri_pm", "Vendredi après-midi"


class Language(models.TextChoices):
    """The languages of the answer page."""

    FRENCH = "fr", "Français"
    EASY_FRENCH = "fr-facile", "Français facile"
    ENGLISH = "en", "English"
    ARABIC = "ar", "العربية"
    PORTUGUESE = "pt", "Português"
    TURKISH = "tr", "Türkçe"


class Ending(models.TextChoices):
    """Why an approach ends before its window does."""

    MISTAKE = "mistake", "Proposée par erreur"
    MOVED_AWAY = "moved_away", "A quitté le département"
    DECEASED = "deceased", "Plus personne à qui écrire"
    SUPPORTED = "supported", "Déjà accompagnée"
    JOINED = "joined", "Jointe à une autre, dans le même courrier"


# Nobody chooses that an approach is joined to another: one letter for both makes it so.
CHOSEN_ENDINGS: Final = tuple(one for one in Ending if one is not Ending.JOINED)


class Standing(models.TextChoices):
    """Where an approach stands: derived from what was sent, what was said, and the date."""

    TO_CONTACT = "to_contact", "À contacter"
    UNWANTED = "unwanted", "À ne pas contacter"
    WAITING = "waiting", "Attend son tour"
    CONTACTED = "contacted", "Contactée"
    UNDELIVERED = "undelivered", "Non joint"
    ACCEPTED = "accepted", "Acceptée"
    DECLINED = "declined", "Déclinée"
    LATER = "later", "Plus tard"
    UNANSWERED = "unanswered", "Sans réponse"
    ENDED = "ended", "Close"
