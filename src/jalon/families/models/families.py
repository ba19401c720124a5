"""Families, their people and snapshots, who is involved with them, which are the same."""

from __future__ import annotations

import uuid
from datetime import date
from typing import ClassVar, Final

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.functional import cached_property

from jalon.audit.choices import closed
from jalon.audit.veils import VeiledDate, VeiledText
from jalon.directory.enums import Service
from jalon.directory.models import Commune, StaffMember
from jalon.families.enums import (
    DoubtState,
    LiftReason,
    PersonRole,
    Safety,
    SafetySource,
)
from jalon.rules.calendar import age_on
from jalon.web import french
from jalon.web.addresses import address_of

_ADULTS: Final = (PersonRole.RESPONSIBLE, PersonRole.SPOUSE)
_ROLES: Final = (*_ADULTS, PersonRole.CHILD, PersonRole.OTHER)


class Family(models.Model):
    """A family that the department knows: targeted, referred, or come by itself.

    `protected_address` and `do_not_contact` hold as soon as someone here or the register says
    so; the database works them out of what each says, which is kept apart.
    """

    public_id = models.UUIDField("référence", default=uuid.uuid4, unique=True, editable=False)
    protected_address = models.BooleanField("adresse protégée", default=False)
    protected_address_here = models.BooleanField(
        "adresse protégée, dit ici", default=False, db_default=False
    )
    protected_address_in_register = models.BooleanField(
        "adresse protégée, dit par l'extraction", default=False, db_default=False
    )
    do_not_contact = models.BooleanField("ne pas contacter", default=False)
    do_not_contact_here = models.BooleanField(
        "ne pas contacter, dit ici", default=False, db_default=False
    )
    do_not_contact_in_register = models.BooleanField(
        "ne pas contacter, dit par l'extraction", default=False, db_default=False
    )
    commune = models.ForeignKey(
        Commune, models.PROTECT, related_name="families", null=True, verbose_name="commune"
    )
    created_at = models.DateTimeField("connue depuis", auto_now_add=True)
    merged_into = models.ForeignKey(
        "self",
        models.PROTECT,
        related_name="absorbed",
        null=True,
        blank=True,
        verbose_name="réunie à",
    )

    class Meta:
        verbose_name = "famille"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(merged_into=F("id")), name="family_not_merged_into_itself"
            )
        ]

    def __str__(self) -> str:
        return f"Famille {self.public_id}"

    def get_absolute_url(self) -> str:
        """Return the address of the family's page, which a room above shows."""
        return address_of("families:family", self.public_id)

    @cached_property
    def members(self) -> list[Person]:
        """Return the people: the responsible person, the spouse, the children by age."""
        return sorted(
            self.people.all(),
            key=lambda one: (_ROLES.index(one.role), one.birth_date or date.max, one.pk),
        )

    @cached_property
    def name(self) -> str:
        """Return the names of the responsible person and the spouse who live; else of the dead.

        One calls and writes to the family by this name: nobody asks for the dead.
        """
        adults = [one for one in self.members if one.role in _ADULTS and str(one)]
        named = [str(one) for one in adults if one.death_date is None]
        named = named or [f"{one}, {one.death}" for one in adults]
        return " et ".join(dict.fromkeys(named)) or "Famille sans nom"


class Household(models.Model):
    """The household's file in the fund's register, by its number, that made a family known.

    The flags are what the register last said of this file: a family may have several.
    """

    family = models.ForeignKey(
        Family, models.PROTECT, related_name="households", verbose_name="famille"
    )
    number = models.CharField("numéro de dossier", max_length=64)
    protected_address = models.BooleanField(
        "adresse protégée, dit par l'extraction", default=False, db_default=False
    )
    do_not_contact = models.BooleanField(
        "ne pas contacter, dit par l'extraction", default=False, db_default=False
    )

    class Meta:
        verbose_name = "dossier allocataire"
        verbose_name_plural = "dossiers allocataires"
        constraints: ClassVar = [
            models.UniqueConstraint(VeiledText("number"), name="household_known_once")
        ]

    def __str__(self) -> str:
        return self.number


@closed
class Person(models.Model):
    """A person of a family, as the register last described them.

    `search_name` is the name as `names.search_name` writes it, last name first; `sounds` is how
    each of its words sounds, alone and joined to the next.
    """

    family = models.ForeignKey(
        Family, models.PROTECT, related_name="people", verbose_name="famille"
    )
    household = models.ForeignKey(
        Household,
        models.PROTECT,
        related_name="people",
        verbose_name="dossier allocataire",
        null=True,
    )
    register_id = models.CharField("numéro de personne", max_length=64, blank=True)
    role = models.CharField("place", max_length=20, choices=PersonRole)
    last_name = models.CharField("nom", max_length=200, blank=True)
    first_name = models.CharField("prénom", max_length=200, blank=True)
    sex = models.CharField("sexe", max_length=1, blank=True)
    birth_date = models.DateField("date de naissance", null=True)
    death_date = models.DateField("date de décès", null=True, blank=True)
    search_name = models.CharField(max_length=401, editable=False, default="")
    sounds = ArrayField(models.TextField(), editable=False, default=list)

    class Meta:
        verbose_name = "personne"
        constraints: ClassVar = [
            models.UniqueConstraint(
                "household",
                VeiledText("register_id"),
                name="person_once_a_household",
                condition=~Q(register_id=""),
            )
        ]
        indexes: ClassVar = [
            GinIndex(
                models.Func("search_name", function="wall.spellings"), name="person_spellings"
            ),
            GinIndex(fields=["sounds"], name="person_sounds"),
            # Names that begin so, read in order and only as many as are shown.
            models.Index(
                OpClass(VeiledText("search_name"), "text_pattern_ops"), name="person_name_begins"
            ),
            models.Index(VeiledText("register_id"), name="person_register_id"),
            models.Index(
                VeiledDate("birth_date"), VeiledText("search_name"), name="person_born_and_named"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()

    @property
    def age(self) -> int | None:
        """Completed years, at death for the dead."""
        if self.birth_date is None:
            return None
        return age_on(self.birth_date, self.death_date or timezone.localdate())

    @property
    def death(self) -> str:
        """« décédé le 29 août 2026 », as the sex has it; nothing for the living."""
        if self.death_date is None:
            return ""
        word = {"F": "décédée", "M": "décédé"}.get(self.sex, "décès")
        return f"{word} le {french.long_date(self.death_date)}"

    @property
    def described(self) -> str:
        """The name with the age, or with the death: « Léa Monnier, 38 ans »."""
        age = "" if self.age is None else french.counted(self.age, "an")
        return ", ".join(one for one in (str(self), self.death or age) if one)


class Snapshot(models.Model):
    """What the register said of a household when a run decided; never changed.

    `household` is its accepted row, `persons` theirs, `events` those of the month, as plain
    JSON with dates and amounts as text: only the columns that the rules read, without a name or
    an address.
    """

    family = models.ForeignKey(
        Family, models.PROTECT, related_name="snapshots", verbose_name="famille"
    )
    file = models.ForeignKey(
        Household, models.PROTECT, related_name="snapshots", verbose_name="dossier allocataire"
    )
    run = models.UUIDField("requêtage")
    month = models.CharField("mois", max_length=7)
    household = models.JSONField("dossier")
    persons = models.JSONField("personnes")
    events = models.JSONField("faits générateurs")
    taken_at = models.DateTimeField("pris le", auto_now_add=True)

    class Meta:
        verbose_name = "situation figée"
        verbose_name_plural = "situations figées"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["file", "run"], name="snapshot_once_a_run")
        ]

    def __str__(self) -> str:
        return f"Situation de {self.month}"


@closed
class Involvement(models.Model):
    """A service that says it is involved with a family, since when and who; no contents."""

    family = models.ForeignKey(
        Family, models.PROTECT, related_name="involvements", verbose_name="famille"
    )
    public_id = models.UUIDField("référence", default=uuid.uuid4, unique=True, editable=False)
    service = models.CharField("service", max_length=20, choices=Service)
    worker = models.ForeignKey(
        StaffMember,
        models.PROTECT,
        related_name="involvements",
        null=True,
        blank=True,
        verbose_name="professionnel",
    )
    lead = models.BooleanField("référent", default=False)
    since = models.DateField("depuis le")
    until = models.DateField("jusqu'au", null=True, blank=True)

    class Meta:
        verbose_name = "intervention en cours"
        verbose_name_plural = "interventions en cours"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("since")),
                name="involvement_ends_after_it_began",
            ),
            models.CheckConstraint(
                condition=Q(lead=False) | Q(worker__isnull=False),
                name="involvement_lead_is_someone",
            ),
            models.UniqueConstraint(
                fields=["family"], name="involvement_one_lead", condition=Q(lead=True, until=None)
            ),
            # Said twice at the same moment, it is known once.
            models.UniqueConstraint(
                fields=["family", "service", "worker"],
                name="involvement_known_once",
                condition=Q(lead=False, until=None),
                nulls_distinct=False,
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["worker"], name="involvement_led", condition=Q(lead=True, until=None)
            )
        ]

    def __str__(self) -> str:
        return Service(self.service).label


@closed
class SafetyWord(models.Model):
    """What a person said here of a family's safety, or took back; written once, never changed.

    The family's flags tell what holds; these tell by whom, when, and on what ground: nobody of
    ours where the family itself said it, on its answer page. There is no free text: what
    happened in a family is not for every service to read.
    """

    family = models.ForeignKey(
        Family, models.PROTECT, related_name="safety_words", verbose_name="famille"
    )
    flag = models.CharField(
        "protection", max_length=20, choices=[(one.value, one.label) for one in Safety]
    )
    source = models.CharField("d'où on le sait", max_length=20, choices=SafetySource, blank=True)
    reason = models.CharField("pourquoi", max_length=20, choices=LiftReason, blank=True)
    by = models.ForeignKey(
        StaffMember, models.PROTECT, related_name="+", null=True, verbose_name="par"
    )
    at = models.DateTimeField("le", auto_now_add=True)

    class Meta:
        verbose_name = "parole sur une protection"
        verbose_name_plural = "paroles sur les protections"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=(~Q(source="") & Q(reason="")) | (Q(source="") & ~Q(reason="")),
                name="safety_said_or_taken_back",
            ),
            models.CheckConstraint(
                condition=Q(by__isnull=False) | Q(source=SafetySource.FAMILY),
                name="safety_said_by_someone_or_the_family",
            ),
        ]

    def __str__(self) -> str:
        return self.get_source_display() or self.get_reason_display()


@closed
class Doubt(models.Model):
    """Two families that may be one: a person decides."""

    public_id = models.UUIDField("référence", default=uuid.uuid4, unique=True, editable=False)
    one = models.ForeignKey(Family, models.PROTECT, related_name="+", verbose_name="première")
    other = models.ForeignKey(Family, models.PROTECT, related_name="+", verbose_name="seconde")
    why = models.CharField("pourquoi", max_length=200)
    state = models.CharField("état", max_length=20, choices=DoubtState, default=DoubtState.OPEN)
    raised_at = models.DateTimeField("relevé le", auto_now_add=True)
    decided_by = models.ForeignKey(
        StaffMember, models.PROTECT, related_name="+", null=True, verbose_name="décidé par"
    )
    decided_at = models.DateTimeField("décidé le", null=True)

    class Meta:
        verbose_name = "doublon possible"
        verbose_name_plural = "doublons possibles"
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(one__lt=F("other")), name="doubt_of_two_in_order"),
            models.UniqueConstraint(fields=["one", "other"], name="doubt_once"),
            models.CheckConstraint(
                condition=Q(state=DoubtState.OPEN, decided_by=None, decided_at=None)
                | (
                    ~Q(state=DoubtState.OPEN)
                    & Q(decided_by__isnull=False, decided_at__isnull=False)
                ),
                name="doubt_decided_by_someone",
            ),
        ]

    def __str__(self) -> str:
        return self.why


class Merge(models.Model):
    """Two families made one, and every row that moved, so that it can be undone.

    `moved` maps each relation, `families.person.family`, to the rows that changed family, and
    keeps under `was` what else changed; a row that could not move stays with the absorbed one.
    """

    public_id = models.UUIDField("référence", default=uuid.uuid4, unique=True, editable=False)
    kept = models.ForeignKey(Family, models.PROTECT, related_name="+", verbose_name="gardée")
    absorbed = models.ForeignKey(Family, models.PROTECT, related_name="+", verbose_name="réunie")
    moved = models.JSONField("lignes déplacées")
    by = models.ForeignKey(StaffMember, models.PROTECT, related_name="+", verbose_name="par")
    at = models.DateTimeField("le", auto_now_add=True)
    undone_by = models.ForeignKey(
        StaffMember, models.PROTECT, related_name="+", null=True, verbose_name="défaite par"
    )
    undone_at = models.DateTimeField("défaite le", null=True)

    class Meta:
        verbose_name = "réunion de familles"
        verbose_name_plural = "réunions de familles"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(undone_by=None, undone_at=None)
                | Q(undone_by__isnull=False, undone_at__isnull=False),
                name="merge_undone_by_someone",
            )
        ]

    def __str__(self) -> str:
        return f"Réunion du {self.at:%d/%m/%Y}"
