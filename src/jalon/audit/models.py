"""The history of every change, the log of every reading, what was purged and what it leaves.

All of it is written by the database alone, but why somebody opened what was not theirs to read.
"""

from __future__ import annotations

import math
import uuid
from datetime import timedelta
from typing import Any, ClassVar, Final

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.contrib.postgres.functions import TransactionNow
from django.db import models
from django.db.models import F, Func, Q
from django.utils import timezone

from jalon.audit.choices import closed

# A purge that moves no more is one whose worker is gone, or whose author may purge no more.
STILL: Final = timedelta(minutes=15)


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
            # What is told for three years: what is gone, and who came in.
            models.Index(
                fields=["at"],
                name="change_to_forget",
                condition=models.Q(action__in=["delete", "sign_in"]),
            ),
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


class Purge(models.Model):
    """What went of what had been kept long enough: when, by whom, how many; nothing of whom.

    `families`, `accounts`, `reads` and `changes` count what is gone so far, `expected` the
    families that were due. One goes on at a time; begun again after a stop, it counts on.
    """

    begun_at = models.DateTimeField("commencée le")
    staff_id = models.BigIntegerField("par")
    moved_at = models.DateTimeField("avancée le")
    ended_at = models.DateTimeField("finie le", null=True)
    expected = models.PositiveIntegerField("familles à purger", db_default=0)
    families = models.PositiveIntegerField("familles", db_default=0)
    accounts = models.PositiveIntegerField("comptes", db_default=0)
    reads = models.PositiveIntegerField("lectures", db_default=0)
    changes = models.PositiveIntegerField("lignes d'histoire", db_default=0)

    class Meta:
        verbose_name = "purge"
        ordering: ClassVar[Any] = ("-begun_at", "-id")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["ended_at"],
                name="purge_one_at_a_time",
                condition=models.Q(ended_at=None),
                nulls_distinct=False,
            )
        ]
        indexes: ClassVar = [models.Index(fields=["-begun_at", "-id"], name="purge_by_date")]

    def __str__(self) -> str:
        return f"Purge du {self.begun_at:%d/%m/%Y}"

    @property
    def stands_still(self) -> bool:
        """Whether it stopped on the way: it may be begun again."""
        return self.ended_at is None and self.moved_at < timezone.now() - STILL


@closed
class Figure(models.Model):
    """How many families that are gone had something happen in a month; nothing of one of them.

    `outcome` is in the words of what was counted: an answer, how an advice or a support ended,
    how one met; empty where there was none. `territory` is its code, empty outside the department.
    """

    class Kind(models.TextChoices):
        """What is counted."""

        PROPOSAL = "proposal", "Propositions"
        ADVICE = "advice", "Informations-conseils"
        SUPPORT = "support", "Accompagnements"
        MEETING = "meeting", "Rencontres"

    month = models.CharField("mois", max_length=7)
    kind = models.CharField("sorte", max_length=10, choices=Kind)
    outcome = models.CharField("issue", max_length=20, blank=True)
    offer = models.CharField("offre", max_length=50, blank=True)
    territory = models.CharField("territoire", max_length=50, blank=True)
    number = models.PositiveIntegerField("nombre")

    class Meta:
        verbose_name = "fait sans identité"
        verbose_name_plural = "faits sans identité"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["month", "kind", "outcome", "offer", "territory"], name="figure_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.month}"


@closed
class ExceptionalAccess(models.Model):
    """What is written of one family, opened for a few hours by somebody who does not follow it.

    `at` is the database's own, and `until` follows from it: neither is ever written. The `reason`
    goes with the family; the rest stays as long as readings do. Whoever answers for the family,
    or for the colleague, examines it: once, and never their own. What they question waits for the
    data-protection officer, who says what was `cleared` up: that sentence goes likewise.
    """

    class Ground(models.TextChoices):
        """Why one may read."""

        CHILD = "child", "Un enfant est en danger, ou risque de l'être"
        PERSON = "person", "Une personne est en danger"
        AWAY = "away", "Une urgence, et ni le référent ni un collègue associé ne répond"
        JUSTICE = "justice", "Un juge ou un procureur le demande"

        @property
        def law(self) -> str:
            """What it rests on."""
            return {
                "child": "entre professionnels tenus au secret, ce qu'il faut pour protéger un "
                "enfant se partage, et rien de plus : code de l'action sociale et des familles, "
                "art. L. 226-2-2",
                "person": "chacun doit secours à une personne en péril : code pénal, art. 223-6",
                "away": "continuité du service",
                "justice": "à dire à votre responsable",
            }[self.value]

    class Finding(models.TextChoices):
        """What whoever examines it says of it."""

        NEEDED = "needed", "Il le fallait"
        QUESTIONED = "questioned", "À éclaircir avec le délégué à la protection des données"

    public_id = models.UUIDField("référence", default=uuid.uuid4, unique=True, editable=False)
    staff_id = models.BigIntegerField("ouvert par")
    family_id = models.BigIntegerField("famille")
    ground = models.CharField("motif", max_length=10, choices=Ground)
    reason = models.CharField("ce qui se passe", max_length=500, blank=True)
    at = models.DateTimeField("ouvert le", db_default=TransactionNow(), editable=False)
    # In universal time, where four hours are four hours on the night when clocks change.
    until = models.GeneratedField(
        expression=Func(
            F("at"),
            template="(%(expressions)s AT TIME ZONE 'UTC' + interval '4 hours') "
            "AT TIME ZONE 'UTC'",
        ),
        output_field=models.DateTimeField("ouvert jusqu'à"),
        db_persist=True,
    )
    finding = models.CharField("examen", max_length=10, choices=Finding, blank=True)
    examiner_id = models.BigIntegerField("examiné par", null=True)
    examined_at = models.DateTimeField("examiné le", null=True)
    cleared = models.CharField("ce qui est éclairci", max_length=500, blank=True)
    clearer_id = models.BigIntegerField("éclairci par", null=True)
    cleared_at = models.DateTimeField("éclairci le", null=True)

    class Meta:
        verbose_name = "accès exceptionnel"
        verbose_name_plural = "accès exceptionnels"
        ordering: ClassVar[Any] = ("-at", "-id")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(finding="", examiner_id=None, examined_at=None)
                | (~Q(finding="") & Q(examiner_id__isnull=False, examined_at__isnull=False)),
                name="exceptional_examined_by_someone",
            ),
            models.CheckConstraint(
                condition=Q(examiner_id=None) | ~Q(examiner_id=F("staff_id")),
                name="exceptional_examined_by_another",
            ),
            models.CheckConstraint(
                condition=Q(cleared="", clearer_id=None, cleared_at=None)
                | Q(finding="questioned", clearer_id__isnull=False, cleared_at__isnull=False),
                name="exceptional_cleared_once_questioned",
            ),
            models.CheckConstraint(
                condition=Q(clearer_id=None) | ~Q(clearer_id=F("staff_id")),
                name="exceptional_cleared_by_another",
            ),
            ExclusionConstraint(
                name="exceptional_once_at_a_time",
                expressions=[
                    ("staff_id", RangeOperators.EQUAL),
                    ("family_id", RangeOperators.EQUAL),
                    (
                        Func(
                            "at", "until", function="tstzrange", output_field=DateTimeRangeField()
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["-at", "-id"], name="exceptional_by_date"),
            models.Index(fields=["staff_id", "-at", "-id"], name="exceptional_by_staff"),
            models.Index(fields=["family_id", "-at", "-id"], name="exceptional_of_family"),
            # What waits to be examined: a small part, whatever the years.
            models.Index(fields=["id"], name="exceptional_waits", condition=Q(finding="")),
            models.Index(
                fields=["id"],
                name="exceptional_questioned",
                condition=Q(finding="questioned", clearer_id=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_ground_display()}, {self.at:%d/%m/%Y %H:%M}"

    @property
    def law(self) -> str:
        """What its ground rests on."""
        return self.Ground(self.ground).law

    @property
    def left(self) -> str:
        """How long it lasts from now on, minutes begun counted: 3 h 59; nothing once over."""
        left: timedelta = max(self.until - timezone.now(), timedelta())
        hours, minutes = divmod(math.ceil(left / timedelta(minutes=1)), 60)
        return f"{hours}\u00a0h\u00a0{minutes:02d}"
