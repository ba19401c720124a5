"""What families say to what they are offered, and who deals with it."""

from __future__ import annotations

import uuid
from typing import ClassVar, Final

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone

from jalon.audit.choices import closed
from jalon.directory.enums import Service
from jalon.directory.models import Place, StaffMember
from jalon.families.models import Family
from jalon.outreach.enums import (
    WAITING,
    AnswerKind,
    AnswerVia,
    HalfDay,
    Language,
    Moment,
    Refusal,
)
from jalon.outreach.models.approaches import Approach

# What waits for somebody: all that came by the page while the family was in danger, too.
WAITS: Final = Q(dealt_at=None) & (Q(kind__in=WAITING) | Q(to_check=True))
# What is looked at by itself, and first.
DANGER: Final = Q(kind=AnswerKind.UNSAFE) | Q(to_check=True)


@closed
class Answer(models.Model):
    """One thing that a family said of an approach; written once, dealt with once.

    `number` counts an approach's answers from 1: of two people who write one down at once, one is
    told that the other did. `by` is who wrote it down, nobody for the family itself. There is no
    free text: what happens in a family is told to a person, under secrecy. `to_check` where it
    came by the page while the family was in danger: whoever holds the letter may have said it,
    and it settles nothing. A request for a meeting is dealt with by nobody where the family then
    took a time by itself.
    """

    public_id = models.UUIDField("référence", default=uuid.uuid4, unique=True, editable=False)
    approach = models.ForeignKey(
        Approach,
        models.PROTECT,
        related_name="answers",
        db_constraint=False,
        db_index=False,
        verbose_name="prise de contact",
    )
    family = models.ForeignKey(
        Family,
        models.PROTECT,
        related_name="answers",
        db_constraint=False,
        db_index=False,
        verbose_name="famille",
    )
    number = models.PositiveSmallIntegerField("rang")
    kind = models.CharField("réponse", max_length=20, choices=AnswerKind)
    via = models.CharField("voie", max_length=10, choices=AnswerVia)
    said_on = models.DateField("dite le")
    at = models.DateTimeField("notée le", default=timezone.now, editable=False)
    by = models.ForeignKey(
        StaffMember, models.PROTECT, related_name="+", null=True, verbose_name="notée par"
    )
    language = models.CharField("langue", max_length=10, choices=Language, blank=True)
    services = ArrayField(
        models.CharField(max_length=20, choices=Service), default=list, verbose_name="services"
    )
    place = models.ForeignKey(
        Place, models.PROTECT, related_name="+", null=True, verbose_name="lieu souhaité"
    )
    half_days = ArrayField(
        models.CharField(max_length=10, choices=HalfDay),
        default=list,
        verbose_name="disponibilités",
    )
    moments = ArrayField(
        models.CharField(max_length=10, choices=Moment),
        default=list,
        verbose_name="quand appeler",
    )
    refusal = models.CharField("raison", max_length=10, choices=Refusal, blank=True)
    again_on = models.DateField("à reprendre le", null=True)
    to_check = models.BooleanField("à vérifier", default=False, db_default=False)
    dealt_at = models.DateTimeField("traitée le", null=True)
    dealt_by = models.ForeignKey(
        StaffMember, models.PROTECT, related_name="+", null=True, verbose_name="traitée par"
    )

    class Meta:
        verbose_name = "réponse"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["approach", "number"], name="answer_once"),
            models.CheckConstraint(
                condition=Q(via=AnswerVia.WEB, by=None)
                | ~Q(via=AnswerVia.WEB) & Q(by__isnull=False),
                name="answer_by_the_family_or_someone",
            ),
            models.CheckConstraint(
                condition=Q(dealt_at=None, dealt_by=None)
                | Q(dealt_at__isnull=False, dealt_by__isnull=False)
                | Q(dealt_at__isnull=False, kind=AnswerKind.MEETING),
                name="answer_dealt_with_by_someone",
            ),
            models.CheckConstraint(
                condition=Q(kind=AnswerKind.LATER, again_on__isnull=False)
                | ~Q(kind=AnswerKind.LATER) & Q(again_on=None),
                name="answer_later_says_when",
            ),
            models.CheckConstraint(
                condition=Q(refusal="") | Q(kind=AnswerKind.NO), name="answer_refusal_of_a_no"
            ),
            models.CheckConstraint(
                condition=Q(to_check=False) | Q(via=AnswerVia.WEB), name="answer_to_check_by_web"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["family", "-id"], name="answer_of_family"),
            models.Index(
                fields=["approach"],
                name="answer_waits",
                condition=WAITS,
            ),
            models.Index(
                fields=["approach"], name="answer_names_services", condition=~Q(services=[])
            ),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()

    @property
    def waits(self) -> bool:
        """Whether somebody here must do something about it, as `WAITS` asks the database."""
        return self.dealt_at is None and (self.kind in WAITING or self.to_check)
