"""The history of every change and the log of every reading, both written by the database."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.postgres.functions import TransactionNow
from django.db import models

from jalon.audit.choices import closed


class WithoutContents(models.Manager["Change"]):
    """Changes without what the rows held, which the database shows to no role."""

    def get_queryset(self) -> models.QuerySet[Change]:
        """Return every change that the person acting sees."""
        return super().get_queryset().defer("before", "after")


class WithoutNumbers(models.Manager["Read"]):
    """Readings without the numbers of files, which the database shows to no role."""

    def get_queryset(self) -> models.QuerySet[Read]:
        """Return every reading that the person acting sees."""
        return super().get_queryset().defer("household")


@closed
class Change(models.Model):
    """One row changed: by whom, when, what it was and what it became.

    Triggers alone write here. People and families are numbers, not references: this room knows
    neither, and history outlives both. `subject_id` is the member of staff whom the row is about,
    if any. `before` and `after` hold, of an update, only what changed; the application's login may
    not read them.
    """

    class Action(models.TextChoices):
        """What was done to the row."""

        INSERT = "insert", "Création"
        UPDATE = "update", "Modification"
        DELETE = "delete", "Suppression"
        SIGN_IN = "sign_in", "Connexion"

    at = models.DateTimeField("quand", db_default=TransactionNow())
    staff_id = models.BigIntegerField("par", null=True)
    table_name = models.CharField("table", max_length=63)
    row_id = models.BigIntegerField("ligne")
    family_id = models.BigIntegerField("famille", null=True)
    subject_id = models.BigIntegerField("personne concernée", null=True)
    action = models.CharField("action", max_length=10, choices=Action)
    before = models.JSONField("avant", null=True)
    after = models.JSONField("après", null=True)

    objects = WithoutContents()

    class Meta:
        verbose_name = "modification"
        ordering: ClassVar[Any] = ("-at", "-id")
        indexes: ClassVar = [
            models.Index(fields=["-at", "-id"], name="change_by_date"),
            models.Index(fields=["staff_id", "-at", "-id"], name="change_by_staff"),
            models.Index(
                fields=["subject_id", "-at", "-id"],
                name="change_about_staff",
                condition=models.Q(subject_id__isnull=False),
            ),
            models.Index(
                fields=["family_id", "-at", "-id"],
                name="change_of_family",
                condition=models.Q(family_id__isnull=False),
            ),
            models.Index(fields=["table_name", "row_id", "-id"], name="change_of_row"),
        ]

    def __str__(self) -> str:
        return f"{self.get_action_display()}, {self.table_name}"


class Read(models.Model):
    """One person's reading of a page, through `audit.actions.record_read` alone.

    Without a family, it is a reading of a list, or of the control pages: who watches is on record
    too. `household` is the number of a file that no family was known by when it was read; the
    application's login may not read it.
    """

    at = models.DateTimeField("quand", db_default=TransactionNow())
    staff_id = models.BigIntegerField("lu par")
    family_id = models.BigIntegerField("famille", null=True)
    page = models.CharField("page", max_length=500)
    household = models.CharField("dossier", max_length=64, db_default="")

    objects = WithoutNumbers()

    class Meta:
        verbose_name = "lecture"
        ordering: ClassVar[Any] = ("-at", "-id")
        indexes: ClassVar = [
            models.Index(fields=["-at", "-id"], name="read_by_date"),
            models.Index(fields=["staff_id", "-at", "-id"], name="read_by_staff"),
            models.Index(fields=["family_id", "-at", "-id"], name="read_of_family"),
            models.Index(
                fields=["household"],
                name="read_of_household",
                condition=~models.Q(household=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.page}, {self.at:%d/%m/%Y %H:%M}"
