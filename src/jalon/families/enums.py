"""The short lists that a family's records choose from."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from django.db import models


class PersonRole(models.TextChoices):
    """The place of a person in the household's file."""

    RESPONSIBLE = "responsible", "Responsable du dossier"
    SPOUSE = "spouse", "Conjoint"
    CHILD = "child", "Enfant"
    OTHER = "other", "Autre personne"


class ContactKind(models.TextChoices):
    """How a family may be reached."""

    ADDRESS = "address", "Adresse"
    PHONE = "phone", "Téléphone"
    EMAIL = "email", "Adresse électronique"


class ContactSource(models.TextChoices):
    """Who says that a family is reached so."""

    REGISTER = "register", "Extraction"
    FAMILY = "family", "La famille, sur la page de réponse"
    STAFF = "staff", "Un collègue"


class DoubtState(models.TextChoices):
    """What was decided of two families that may be one."""

    OPEN = "open", "À examiner"
    MERGED = "merged", "Réunies"
    KEPT_APART = "kept_apart", "Gardées séparées"


class Safety(StrEnum):
    """What is said of a family to keep it safe, by its column."""

    PROTECTED_ADDRESS = "protected_address"
    DO_NOT_CONTACT = "do_not_contact"

    @property
    def said_here(self) -> str:
        """The column of what a person said here."""
        return f"{self.value}_here"

    @property
    def said_in_register(self) -> str:
        """The column of what the register says of any of the family's files."""
        return f"{self.value}_in_register"

    @property
    def label(self) -> str:
        """What is said, in a few words."""
        return _SAYS[self]


_SAYS: Final = {
    Safety.PROTECTED_ADDRESS: "Il est dangereux d'écrire à cette adresse",
    Safety.DO_NOT_CONTACT: "La famille demande à ne pas être contactée",
}


class SafetySource(models.TextChoices):
    """From whom one knows what keeps a family safe."""

    FAMILY = "family", "La famille l'a dit"
    PARTNER = "partner", "Un partenaire l'a dit"
    COLLEAGUE = "colleague", "Un autre service l'a dit"
    SEEN = "seen", "Constaté directement"


class LiftReason(models.TextChoices):
    """Why what kept a family safe is taken back."""

    ASKED = "asked", "La famille le demande"
    OVER = "over", "Le danger est passé"
    MISTAKE = "mistake", "C'était noté par erreur"
