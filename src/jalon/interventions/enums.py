"""The short lists that interventions choose from."""

from __future__ import annotations

from typing import Final

from django.db import models


class Origin(models.TextChoices):
    """Where an intervention comes from."""

    PROPOSAL = "proposal", "Une proposition faite à la famille"
    REFERRAL = "referral", "Une orientation"
    DIRECT = "direct", "La famille, d'elle-même"


class Referrer(models.TextChoices):
    """Who sent a family here."""

    SOCIAL_SERVICE = "social_service", "Un autre service social"
    BENEFITS = "benefits", "Un service de la Caf"
    TOWN = "town", "Une mairie, un CCAS"
    LANDLORD = "landlord", "Un bailleur"
    SCHOOL = "school", "Une école, une crèche"
    HEALTH = "health", "Un professionnel de santé"
    OTHER = "other", "Quelqu'un d'autre"

    @property
    def in_a_sentence(self) -> str:
        """Its label within a sentence: « une mairie, un CCAS »."""
        label = str(self.label)
        return label[0].lower() + label[1:]


class OtherService(models.TextChoices):
    """Whether another social service follows the family already: asked at once."""

    UNKNOWN = "unknown", "Pas encore demandé"
    NONE = "none", "Non"
    COUNTY = "county", "Oui, par le service social du département"
    TOWN = "town", "Oui, par la commune (CCAS)"
    OTHER = "other", "Oui, par un autre service"


class AdviceState(models.TextChoices):
    """Where an information-advice stands."""

    OPEN = "open", "Ouverte"
    CLOSED = "closed", "Close"


class AdviceOutcome(models.TextChoices):
    """What an information-advice led to."""

    NEEDS_MET = "needs_met", "La famille a ce qu'il lui fallait"
    SUPPORT_ACCEPTED = "support_accepted", "Accompagnement proposé, et accepté"
    SUPPORT_DECLINED = "support_declined", "Accompagnement proposé, et décliné"
    REFERRED = "referred", "Orientée vers un autre service"
    NO_CONTACT = "no_contact", "Plus de nouvelles"


class MeetingMode(models.TextChoices):
    """How one spoke; at home is a visit, with an agreement of its own."""

    FACE = "face", "En face à face"
    PHONE = "phone", "Au téléphone"
    VIDEO = "video", "En visio"
    WRITTEN = "written", "Par écrit"


class Domain(models.TextChoices):
    """What a shared diagnosis goes through."""

    RIGHTS = "rights", "Droits"
    BUDGET = "budget", "Budget"
    HOUSING = "housing", "Logement"
    FAMILY = "family", "Famille et enfants"
    HEALTH = "health", "Santé et deuil"
    WORK = "work", "Travail et formation"
    MOBILITY = "mobility", "Mobilité"
    DIGITAL = "digital", "Numérique"


class Rating(models.TextChoices):
    """How a domain goes, in words chosen together; never a number, never added up."""

    WELL = "well", "Ça va"
    WATCH = "watch", "À surveiller"
    HARD = "hard", "Difficile"
    URGENT = "urgent", "Urgent"


class ActionBy(models.TextChoices):
    """Who does an action."""

    FAMILY = "family", "La famille"
    WORKER = "worker", "Le travailleur social"
    BOTH = "both", "Ensemble"
    PARTNER = "partner", "Un partenaire"


class ActionState(models.TextChoices):
    """What became of an action."""

    TODO = "todo", "À faire"
    DONE = "done", "Faite"
    DROPPED = "dropped", "Abandonnée"


class ObjectiveResult(models.TextChoices):
    """What became of an objective, said together at the end."""

    REACHED = "reached", "Atteint"
    PARTLY = "partly", "Atteint en partie"
    MISSED = "missed", "Pas atteint"
    DROPPED = "dropped", "Abandonné"


class SupportState(models.TextChoices):
    """Where a support stands."""

    DRAFT = "draft", "En préparation"
    ACTIVE = "active", "En cours"
    SUSPENDED = "suspended", "Suspendu"
    CLOSED = "closed", "Clos"
    REOPENED = "reopened", "Repris"


# A support that goes on, and one that is not over.
GOES_ON: Final = (SupportState.ACTIVE, SupportState.REOPENED)
NOT_OVER: Final = (SupportState.DRAFT, *GOES_ON, SupportState.SUSPENDED)


class Suspension(models.TextChoices):
    """Why a support rests for a while."""

    FAMILY = "family", "La famille le demande"
    HEALTH = "health", "Santé, hospitalisation"
    AWAY = "away", "La famille est absente quelque temps"
    NO_NEWS = "no_news", "Plus de nouvelles pour l'instant"
    WORKER = "worker", "Absence du travailleur social"


class Closing(models.TextChoices):
    """Why a support ends."""

    REACHED = "reached", "Les objectifs sont atteints"
    TERM = "term", "Le terme est arrivé"
    FAMILY = "family", "La famille y met fin"
    RELAYED = "relayed", "Un autre service prend le relais"
    MOVED = "moved", "La famille quitte le département"
    NO_NEWS = "no_news", "Plus de nouvelles"
    NOT_BEGUN = "not_begun", "L'accompagnement n'a pas commencé"


class Signature(models.TextChoices):
    """How a contract was signed."""

    SCREEN = "screen", "À l'écran"
    PAPER = "paper", "Sur papier"


class ReviewKind(models.TextChoices):
    """When one looks back together."""

    STEP = "step", "Bilan d'étape"
    CLOSING = "closing", "Bilan de fin"
    LATER = "later", "Nouvelles, quelques mois après"


class EntryKind(models.TextChoices):
    """What a line of the journal tells."""

    CONTACT = "contact", "Rencontre"
    CALL = "call", "Appel"
    VISIT = "visit", "Visite à domicile"
    STEP = "step", "Démarche"
    LETTER = "letter", "Courrier, courriel"
    NOTE = "note", "Point de situation"


class Opinion(models.TextChoices):
    """What a family says of its support, in four words."""

    YES = "yes", "Oui"
    RATHER = "rather", "Plutôt oui"
    RATHER_NOT = "rather_not", "Plutôt non"
    NO = "no", "Non"


class IdentityCheck(models.TextChoices):
    """How one knows who asks for their record."""

    PAPER = "paper", "J'ai vu sa pièce d'identité"
    COPY = "copy", "J'ai reçu la copie de sa pièce d'identité"
    KNOWN = "known", "Je la connais et l'ai rencontrée"


class ClaimState(models.TextChoices):
    """What became of a right that was claimed."""

    CLAIMED = "claimed", "Demandé"
    GRANTED = "granted", "Accordé"
    REFUSED = "refused", "Refusé"
