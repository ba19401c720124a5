"""What is said to families: letters by the batch, text messages, e-mails, calls and visits."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from jalon.audit.choices import closed
from jalon.directory.models import StaffMember
from jalon.families.models import Family
from jalon.outreach.enums import CARRIED, IN_PERSON, Medium, MessageState, Purpose, Trouble
from jalon.outreach.models.approaches import Approach

_LETTER = Q(medium=Medium.LETTER)
# What may have reached the family though nobody knows counts as if it had.
_DID_NOT_LEAVE = Q(state=MessageState.FAILED) & ~Q(trouble=Trouble.UNCERTAIN)


@dataclass(frozen=True)
class BatchStanding:
    """Where a batch stands, in words, and how its badge looks."""

    label: str
    look: str


class Batch(models.Model):
    """Letters printed and posted together.

    It is prepared part by part in the background; `posted_on` is the day it was handed to the
    post, from which windows of one year may count.
    """

    public_id = models.UUIDField("référence", default=uuid.uuid4, unique=True, editable=False)
    made_by = models.ForeignKey(
        StaffMember, models.PROTECT, related_name="+", verbose_name="préparé par"
    )
    made_at = models.DateTimeField("préparé le", default=timezone.now, editable=False)
    dated = models.DateField("daté du")
    reply_by = models.DateField("réponse souhaitée avant le")
    letters = models.PositiveIntegerField("lettres", default=0)
    prepared_at = models.DateTimeField("prêt le", null=True)
    attempts = models.PositiveSmallIntegerField("essais", default=0)
    problem = models.CharField("problème", max_length=500, blank=True)
    posted_on = models.DateField("posté le", null=True)
    posted_by = models.ForeignKey(
        StaffMember, models.PROTECT, related_name="+", null=True, verbose_name="posté par"
    )
    withdrawn_at = models.DateTimeField("abandonné le", null=True)
    withdrawn_by = models.ForeignKey(
        StaffMember, models.PROTECT, related_name="+", null=True, verbose_name="abandonné par"
    )

    class Meta:
        verbose_name = "envoi"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(posted_on=None, posted_by=None)
                | Q(posted_on__isnull=False, posted_by__isnull=False, prepared_at__isnull=False),
                name="batch_posted_by_someone_once_ready",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawn_by=None)
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False, posted_on=None),
                name="batch_withdrawn_before_it_is_posted",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["-made_at"], name="batch_made_at")]

    def __str__(self) -> str:
        return f"Envoi du {self.dated:%d/%m/%Y}"

    @property
    def under_way(self) -> bool:
        """Whether it is still being prepared."""
        return not (self.prepared_at or self.withdrawn_at or self.problem)

    @property
    def standing(self) -> BatchStanding:
        """Where the batch stands: what its dates say."""
        if self.withdrawn_at:
            return BatchStanding("Abandonné", "stopped")
        if self.posted_on:
            return BatchStanding("Posté", "done")
        if self.prepared_at:
            return BatchStanding("À imprimer et poster", "todo")
        if self.problem:
            return BatchStanding("Arrêté", "danger")
        return BatchStanding("Se prépare", "active")


class BatchPart(models.Model):
    """Some letters of a batch as one file to print, kept as it was; `first` is from 1."""

    batch = models.ForeignKey(Batch, models.CASCADE, related_name="parts", verbose_name="envoi")
    number = models.PositiveSmallIntegerField("partie")
    first = models.PositiveIntegerField("première lettre")
    letters = models.PositiveIntegerField("lettres")
    sheets = models.PositiveIntegerField("feuilles")
    sha256 = models.CharField("empreinte", max_length=64)
    pdf = models.BinaryField("document")
    placed = models.JSONField("première page et pages de chaque lettre")

    class Meta:
        verbose_name = "partie d'envoi"
        verbose_name_plural = "parties d'envoi"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["batch", "number"], name="batch_part_once")
        ]

    def __str__(self) -> str:
        return f"Lettres {self.first} à {self.first + self.letters - 1}"


@closed
class Message(models.Model):
    """One thing said to a family, or tried; what it says and where it goes are apart.

    `position` is a letter's place in its batch, from 1, and `page` its first page in the part.
    `quiet` is the day during which no other text message or e-mail may follow this one.
    `reminder` numbers reminders from 1. `doubled` is said of what a merge brought a family that
    had the same: sent twice, it counts once.
    """

    public_id = models.UUIDField("référence", default=uuid.uuid4, unique=True, editable=False)
    approach = models.ForeignKey(
        Approach,
        models.PROTECT,
        related_name="messages",
        db_constraint=False,
        db_index=False,
        verbose_name="prise de contact",
    )
    family = models.ForeignKey(
        Family,
        models.PROTECT,
        related_name="messages",
        db_constraint=False,
        db_index=False,
        verbose_name="famille",
    )
    medium = models.CharField("moyen", max_length=10, choices=Medium)
    purpose = models.CharField("objet", max_length=10, choices=Purpose)
    state = models.CharField("état", max_length=10, choices=MessageState)
    trouble = models.CharField("raison", max_length=20, choices=Trouble, blank=True)
    reminder = models.PositiveSmallIntegerField("rappel", null=True)
    made_at = models.DateTimeField("fait le", default=timezone.now, editable=False)
    by = models.ForeignKey(
        StaffMember, models.PROTECT, related_name="+", null=True, verbose_name="par"
    )
    due_at = models.DateTimeField("à envoyer à partir de", null=True)
    claimed_at = models.DateTimeField("pris en charge le", null=True)
    quiet = DateTimeRangeField("rien d'autre pendant", null=True)
    attempts = models.PositiveSmallIntegerField("essais", default=0)
    provider_reference = models.CharField("référence du prestataire", max_length=100, blank=True)
    sent_at = models.DateTimeField("envoyé le", null=True)
    settled_at = models.DateTimeField("reçu, revenu ou échoué le", null=True)
    batch = models.ForeignKey(
        Batch, models.PROTECT, related_name="messages", null=True, verbose_name="envoi"
    )
    position = models.PositiveIntegerField("place dans l'envoi", null=True)
    doubled = models.BooleanField("en double", default=False, db_default=False, editable=False)

    class Meta:
        verbose_name = "message"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["id", "family"], name="message_of_its_family"),
            # One letter a family for all that it is offered, whatever happens.
            models.UniqueConstraint(
                fields=["approach"],
                name="message_one_offer",
                condition=_LETTER & Q(purpose=Purpose.OFFER) & ~Q(state=MessageState.CANCELLED),
            ),
            models.UniqueConstraint(
                fields=["family", "batch"],
                name="message_one_letter_a_batch",
                condition=Q(batch__isnull=False, doubled=False),
            ),
            models.UniqueConstraint(
                fields=["batch", "position"],
                name="message_one_place",
                condition=Q(batch__isnull=False),
            ),
            # What failed or was cancelled uses up no reminder.
            models.UniqueConstraint(
                fields=["approach", "reminder"],
                name="message_reminder_once",
                condition=Q(reminder__isnull=False)
                & ~Q(state=MessageState.CANCELLED)
                & ~_DID_NOT_LEAVE,
            ),
            models.CheckConstraint(
                condition=_LETTER & Q(batch__isnull=False, position__isnull=False)
                | ~_LETTER & Q(batch=None, position=None),
                name="message_letter_has_its_place",
            ),
            models.CheckConstraint(
                condition=Q(purpose=Purpose.REMINDER, reminder__isnull=False)
                | ~Q(purpose=Purpose.REMINDER) & Q(reminder=None),
                name="message_reminder_numbered",
            ),
            models.CheckConstraint(
                condition=~Q(medium__in=IN_PERSON)
                | Q(
                    by__isnull=False,
                    sent_at__isnull=False,
                    purpose=Purpose.CALL,
                    state__in=[MessageState.DELIVERED, MessageState.FAILED],
                    quiet=None,
                ),
                name="message_in_person_by_someone",
            ),
            models.CheckConstraint(
                condition=~Q(purpose=Purpose.REMINDER) | Q(medium__in=CARRIED),
                name="message_reminder_is_carried",
            ),
            models.CheckConstraint(
                condition=Q(sent_at__isnull=False)
                | ~Q(state__in=[MessageState.SENT, MessageState.DELIVERED, MessageState.RETURNED]),
                name="message_sent_on_a_day",
            ),
            ExclusionConstraint(
                name="message_not_two_a_day",
                expressions=[
                    (F("family"), RangeOperators.EQUAL),
                    (F("quiet"), RangeOperators.OVERLAPS),
                ],
                condition=Q(medium__in=CARRIED, quiet__isnull=False, doubled=False)
                & ~_DID_NOT_LEAVE,
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["approach", "-id"], name="message_of_approach"),
            models.Index(fields=["family", "-id"], name="message_of_family"),
            models.Index(
                fields=["due_at"],
                name="message_due",
                condition=Q(state=MessageState.QUEUED, medium__in=CARRIED),
            ),
            models.Index(
                fields=["claimed_at"],
                name="message_sending",
                condition=Q(state=MessageState.SENDING),
            ),
            models.Index(
                fields=["approach"],
                name="message_uncertain",
                condition=Q(trouble=Trouble.UNCERTAIN),
            ),
            models.Index(
                fields=["-settled_at"],
                name="message_failed",
                condition=Q(state=MessageState.FAILED, medium__in=CARRIED),
            ),
            models.Index(
                fields=["-settled_at"],
                name="message_returned",
                condition=Q(state=MessageState.RETURNED),
            ),
            models.Index(
                fields=["provider_reference"],
                name="message_at_provider",
                condition=~Q(provider_reference=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_purpose_display()} ({self.get_medium_display()})"


class MessageContent(models.Model):
    """What a message says and where it goes, frozen; seen by who may see where the family lives.

    `body` is the letter as `letters` lays it out, or the text under `text`; `destination` is a
    number, an e-mail address, or the address of a letter as `mailing.addresses` writes it. What
    was written while two families were one may tell where either lives: once they are parted,
    the database says of whom else it is (`also_of`), and either's protection hides it.
    """

    message = models.OneToOneField(
        Message,
        models.CASCADE,
        related_name="content",
        db_constraint=False,
        verbose_name="message",
    )
    family = models.ForeignKey(
        Family, models.PROTECT, related_name="+", db_constraint=False, verbose_name="famille"
    )
    also_of = models.ForeignKey(
        Family,
        models.PROTECT,
        db_index=False,
        related_name="+",
        null=True,
        editable=False,
        db_constraint=False,
        verbose_name="de cette famille aussi",
    )
    destination = models.CharField("destination", max_length=254, blank=True)
    body = models.JSONField("contenu")

    class Meta:
        verbose_name = "contenu de message"
        verbose_name_plural = "contenus de messages"

    def __str__(self) -> str:
        return f"Contenu de {self.message_id}"
