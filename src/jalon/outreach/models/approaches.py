"""Approaches: one family, one letter, one code, one window for all that it is offered at once."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any, ClassVar, Final

from django.db import models
from django.db.models import Case, ExpressionWrapper, F, Func, Q, Value, When
from django.db.models.functions import Cast, Greatest

from jalon.audit.choices import closed
from jalon.audit.veils import VeiledText
from jalon.directory.models import Commune, StaffMember
from jalon.families.models import Family, Person
from jalon.outreach.enums import ACCEPTING, AnswerKind, Channel, Ending

# How long one goes on answering once taken up again as one asked, and once one accepted.
_TO_TAKE_UP_AGAIN: Final = Value(56)  # days
_TO_GO_ON: Final = Value(365)
_DAY_OF_ANSWER: Final = Cast(
    Func(Value("Europe/Paris"), F("answered_at"), function="timezone"), models.DateField()
)


def _later(day: F | Cast, days: Value) -> ExpressionWrapper[Any]:
    return ExpressionWrapper(day + days, models.DateField())


# Until when a family may answer, and be written to: one rule for its page (`wall.check_reply`),
# for staff (`states.may_answer`) and for mail (`wall.hindrance`), which compare it with today; no
# end yet where there is none. A promise made is kept, even where the window ends before.
_ANSWERS_UNTIL: Final = Case(
    When(window_ends_on=None, then=None),
    When(
        answer=AnswerKind.LATER,
        then=Greatest("window_ends_on", _later(F("again_on"), _TO_TAKE_UP_AGAIN)),
    ),
    When(
        answer__in=ACCEPTING,
        then=Greatest("window_ends_on", _later(_DAY_OF_ANSWER, _TO_GO_ON)),
    ),
    default="window_ends_on",
    output_field=models.DateField(),
)

# Since when it goes on by its family's word. A column of its own is known to be rare: what waits
# for a worker is then read in its order, and no further than a page.
_ACCEPTED_AT: Final = Case(
    When(answer__in=ACCEPTING, ended_on=None, then="answered_at"),
    output_field=models.DateTimeField(),
)

# Comparable with any day where there is no end yet too: an index finds by it what is not over. Not
# COALESCE: behind a policy, PostgreSQL looks nothing up by it, for it might leak.
LAST_DAY: Final = Case(
    When(answers_until=None, then=Value(date.max, models.DateField())),
    default="answers_until",
    output_field=models.DateField(),
)


@closed
class Approach(models.Model):
    """How the department goes to a family with all that it is offered at one time.

    What was sent and said settles `contacted_at`, `undelivered`, `letter_back_at`, `readdressed`,
    `answered_at`, `answer`, `again_on` and `waits_since`, written by the database alone; where the
    approach stands follows from them and the date (`states`). `window_ends_on` is the last of its
    proposals'; it is empty while it counts from a letter not posted yet. `answers_until` is the
    last day on which the family may answer or be written to: its window's, or later where it asked
    for more, empty with it. `undelivered` is that its last letter came back, and that nothing else
    is known to have reached it; `letter_back_at` is when that letter came back, whatever else
    reached it, and `readdressed` that the family has another address since. `waits_since` is the
    first answer that nobody has dealt with. A family that comes back once its window is over has
    an approach without proposals, after the `previous` one whose offers it speaks of.
    `in_person_since`, which the database writes as well, is when the family was last found to be
    one that is never written to: what was said in person before is no more than what was written.
    `came_from` is the family that a merge brought it from, as long as it is not undone;
    `letter_to` was its addressee until a merge was undone: whoever holds that letter answers for
    their own family.
    """

    public_id = models.UUIDField("référence", default=uuid.uuid4, unique=True, editable=False)
    family = models.ForeignKey(
        Family, models.PROTECT, related_name="approaches", verbose_name="famille"
    )
    addressee = models.ForeignKey(
        Person, models.PROTECT, related_name="+", null=True, verbose_name="destinataire"
    )
    channel = models.CharField("voie", max_length=20, choices=Channel)
    in_person_since = models.DateTimeField("en personne depuis", null=True, editable=False)
    commune = models.ForeignKey(
        Commune,
        models.PROTECT,
        related_name="+",
        null=True,
        db_index=False,
        verbose_name="commune",
    )
    previous = models.OneToOneField(
        "self",
        models.PROTECT,
        related_name="next",
        null=True,
        db_constraint=False,
        verbose_name="prise de contact précédente",
    )
    came_from = models.ForeignKey(
        Family,
        models.PROTECT,
        related_name="+",
        null=True,
        editable=False,
        db_constraint=False,
        db_index=False,
        verbose_name="famille d'origine",
    )
    letter_to = models.ForeignKey(
        Person,
        models.PROTECT,
        related_name="+",
        null=True,
        editable=False,
        db_constraint=False,
        db_index=False,
        verbose_name="lettre adressée à",
    )
    made_at = models.DateTimeField("faite le", auto_now_add=True)
    mailed_on = models.DateField("postée le", null=True)
    reply_by = models.DateField("réponse souhaitée avant le", null=True)
    window_ends_on = models.DateField("fin du délai", null=True)
    contacted_at = models.DateTimeField("contactée le", null=True)
    undelivered = models.BooleanField("rien ne lui est parvenu", default=False, db_default=False)
    letter_back_at = models.DateTimeField("lettre revenue le", null=True)
    readdressed = models.BooleanField(
        "adresse corrigée depuis", default=False, db_default=False, editable=False
    )
    answered_at = models.DateTimeField("répondue le", null=True)
    answer = models.CharField("réponse", max_length=20, choices=AnswerKind, blank=True)
    again_on = models.DateField("à reprendre le", null=True)
    waits_since = models.DateTimeField("attend depuis", null=True)
    answers_until = models.GeneratedField(
        verbose_name="peut répondre jusqu'au",
        expression=_ANSWERS_UNTIL,
        output_field=models.DateField(null=True),
        db_persist=True,
    )
    accepted_at = models.GeneratedField(
        verbose_name="accepte depuis",
        expression=_ACCEPTED_AT,
        output_field=models.DateTimeField(null=True),
        db_persist=True,
    )
    ended_on = models.DateField("close le", null=True)
    ending = models.CharField("cause", max_length=20, choices=Ending, blank=True)
    ended_by = models.ForeignKey(
        StaffMember, models.PROTECT, related_name="+", null=True, verbose_name="close par"
    )

    class Meta:
        verbose_name = "prise de contact"
        verbose_name_plural = "prises de contact"
        constraints: ClassVar = [
            # What hangs on an approach is of its family: the keys of `0006_own_family` say so.
            models.UniqueConstraint(fields=["id", "family"], name="approach_of_its_family"),
            models.CheckConstraint(
                condition=Q(ended_on=None, ending="", ended_by=None)
                | Q(ended_on__isnull=False, ended_by__isnull=False) & ~Q(ending=""),
                name="approach_ended_by_someone_for_a_cause",
            ),
            models.CheckConstraint(
                condition=Q(answered_at=None, answer="")
                | Q(answered_at__isnull=False) & ~Q(answer=""),
                name="approach_answered_with_something",
            ),
            models.CheckConstraint(
                condition=Q(channel=Channel.IN_PERSON, in_person_since__isnull=False)
                | ~Q(channel=Channel.IN_PERSON) & Q(in_person_since=None),
                name="approach_in_person_since_a_time",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["commune", "-id"], name="approach_of_commune"),
            models.Index(fields=["-answered_at"], name="approach_answered_at"),
            models.Index(fields=["window_ends_on", "id"], name="approach_window"),
            models.Index(
                fields=["id"],
                name="approach_to_mail",
                condition=Q(mailed_on=None, previous=None, ended_on=None, channel="letter"),
            ),
            models.Index(
                fields=["commune", "-id"],
                name="approach_in_person",
                condition=Q(channel="in_person"),
            ),
            models.Index(
                fields=["-id"], name="approach_undelivered", condition=Q(undelivered=True)
            ),
            # Those of which one may still write are told by the index itself: in their order, or
            # all at once.
            models.Index(
                F("letter_back_at"),
                LAST_DAY,
                name="approach_letter_back",
                condition=Q(letter_back_at__isnull=False),
            ),
            models.Index(
                LAST_DAY,
                name="approach_letter_back_until",
                condition=Q(letter_back_at__isnull=False),
            ),
            models.Index(
                fields=["id"], name="approach_readdressed", condition=Q(readdressed=True)
            ),
            models.Index(
                fields=["waits_since"],
                name="approach_waits",
                condition=Q(waits_since__isnull=False),
            ),
            models.Index(
                fields=["again_on"], name="approach_again", condition=Q(again_on__isnull=False)
            ),
            models.Index(
                fields=["answer", "-id"], name="approach_of_answer", condition=~Q(answer="")
            ),
            models.Index(
                fields=["accepted_at", "id"],
                name="approach_accepted",
                condition=Q(accepted_at__isnull=False),
            ),
            models.Index(
                fields=["-id"],
                name="approach_to_contact",
                condition=Q(contacted_at=None, ended_on=None),
            ),
            models.Index(
                fields=["-id"], name="approach_ended", condition=Q(ended_on__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"Prise de contact {self.public_id}"


class AnswerCode(models.Model):
    """The code by which a family answers, apart from its approach: who may see it is fewer.

    `wrong` counts the wrong birthdays ever given with it: each thirty close it (`CodeClosing`).
    """

    approach = models.OneToOneField(
        Approach, models.CASCADE, related_name="code", verbose_name="prise de contact"
    )
    value = models.CharField("code", max_length=12)
    wrong = models.PositiveSmallIntegerField("essais manqués", default=0, db_default=0)

    class Meta:
        verbose_name = "code de réponse"
        verbose_name_plural = "codes de réponse"
        constraints: ClassVar = [
            models.UniqueConstraint(VeiledText("value"), name="answer_code_once")
        ]

    def __str__(self) -> str:
        return f"Code de {self.approach_id}"


class CodeClosing(models.Model):
    """That too many wrong birthdays closed a code, until somebody here opens it again.

    The database writes it, as it counts.
    """

    approach = models.ForeignKey(
        Approach, models.CASCADE, related_name="closings", verbose_name="prise de contact"
    )
    at = models.DateTimeField("fermé le")
    opened_at = models.DateTimeField("rouvert le", null=True)
    opened_by = models.ForeignKey(
        StaffMember, models.PROTECT, related_name="+", null=True, verbose_name="rouvert par"
    )

    class Meta:
        verbose_name = "code fermé"
        verbose_name_plural = "codes fermés"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(opened_at=None, opened_by=None)
                | Q(opened_at__isnull=False, opened_by__isnull=False),
                name="code_opened_again_by_someone",
            ),
            models.UniqueConstraint(
                fields=["approach"], name="code_closed_once", condition=Q(opened_at=None)
            ),
        ]

    def __str__(self) -> str:
        return f"Code de {self.approach_id}"


class WrongReply(models.Model):
    """A wrong attempt to answer: whence and on which code, as digests alone.

    The database writes and counts them; no role sees one.
    """

    at = models.DateTimeField("quand")
    origin = models.BinaryField("origine, condensée", max_length=32)
    code = models.BinaryField("code essayé, condensé", max_length=32)
    turn = models.PositiveSmallIntegerField("rang parmi ceux d'une heure")

    class Meta:
        verbose_name = "essai manqué"
        verbose_name_plural = "essais manqués"
        indexes: ClassVar = [
            models.Index(fields=["origin", "at"], name="wrong_reply_of_origin"),
            models.Index(fields=["code", "at"], name="wrong_reply_of_code"),
            models.Index(fields=["at"], name="wrong_reply_at"),
        ]

    def __str__(self) -> str:
        return f"Essai du {self.at:%d/%m/%Y %H:%M}"
