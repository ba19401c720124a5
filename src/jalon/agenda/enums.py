"""The short lists that openings, presences and appointments choose from."""

from __future__ import annotations

from typing import Final

from django.db import models


class Weekday(models.IntegerChoices):
    """The days on which a place may open, by their ISO number."""

    MONDAY = 1, "Lundi"
    TUESDAY = 2, "Mardi"
    WEDNESDAY = 3, "Mercredi"
    THURSDAY = 4, "Jeudi"
    FRIDAY = 5, "Vendredi"
    SATURDAY = 6, "Samedi"


class Half(models.TextChoices):
    """The halves of a day, as `outreach.enums.HalfDay` ends."""

    MORNING = "am", "Matin"
    AFTERNOON = "pm", "Après-midi"


class ClosingReason(models.TextChoices):
    """Why a place does not open."""

    WORKS = "works", "Travaux"
    PARTNER = "partner", "Fermeture du partenaire"
    STRIKE = "strike", "Grève"
    TRAINING = "training", "Formation ou réunion de service"
    BRIDGE = "bridge", "Pont ou congés collectifs"
    OTHER = "other", "Autre raison"


class Mode(models.TextChoices):
    """How worker and family meet."""

    PLACE = "place", "Sur place"
    PHONE = "phone", "Par téléphone"
    VIDEO = "video", "En visio"
    HOME = "home", "À domicile"


class State(models.TextChoices):
    """How far an appointment has come."""

    PROPOSED = "proposed", "Proposé"
    BOOKED = "booked", "Confirmé"
    BY_FAMILY = "by_family", "Annulé par la famille"
    BY_US = "by_us", "Annulé par nous"
    HELD = "held", "Passé"


# What is still to come, or still to be told.
OPEN: Final = (State.PROPOSED, State.BOOKED)
CANCELLED: Final = (State.BY_FAMILY, State.BY_US)
# What takes somebody's time; nothing else does at that moment.
STANDING: Final = (*OPEN, State.HELD)


class Outcome(models.TextChoices):
    """What became of somebody who was expected."""

    ATTENDED = "attended", "Présent"
    EXCUSED = "excused", "Excusé"
    ABSENT = "absent", "Absent"
    CANCELLED = "cancelled", "Annulé par nous"


class NoticeKind(models.TextChoices):
    """What a family is told of an appointment, as `outreach.enums.Purpose` names messages."""

    FIXED = "fixed", "Rendez-vous fixé"
    CALLED_OFF = "called_off", "Rendez-vous annulé"
    UPCOMING = "upcoming", "Rappel de rendez-vous"
