"""Staff and their roles, teams, territories, places and sectors."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Lower
from django.utils import timezone

from jalon.directory.enums import PlaceKind, Service
from jalon.directory.roles import Permission, Role


class Territory(models.Model):
    """The part of the department that a manager answers for; it gathers areas."""

    code = models.SlugField("code", unique=True)
    label = models.CharField("nom", max_length=100)

    class Meta:
        verbose_name = "territoire"
        ordering = ("label",)

    def __str__(self) -> str:
        return self.label


class Area(models.Model):
    """A group of communes around a site of the fund, as the fund's profile lists them."""

    code = models.SlugField("code", unique=True)
    label = models.CharField("nom", max_length=100)
    territory = models.ForeignKey(
        Territory, models.PROTECT, related_name="areas", verbose_name="territoire"
    )

    class Meta:
        verbose_name = "secteur géographique"
        ordering = ("label",)

    def __str__(self) -> str:
        return self.label


class Commune(models.Model):
    """A commune of the department, by its official code."""

    code = models.CharField("code commune", max_length=5, primary_key=True)
    label = models.CharField("nom", max_length=100)
    area = models.ForeignKey(
        Area, models.PROTECT, related_name="communes", verbose_name="secteur géographique"
    )

    class Meta:
        verbose_name = "commune"
        ordering = ("label",)

    def __str__(self) -> str:
        return self.label


class Place(models.Model):
    """A place where families are received, by the half-day."""

    kind = models.CharField("nature", max_length=20, choices=PlaceKind)
    name = models.CharField("nom", max_length=150, unique=True)
    commune = models.ForeignKey(
        Commune, models.PROTECT, related_name="places", verbose_name="commune"
    )
    half_days_a_week = models.PositiveSmallIntegerField("demi-journées par semaine")

    class Meta:
        verbose_name = "lieu d'accueil"
        verbose_name_plural = "lieux d'accueil"
        ordering = ("kind", "name")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(half_days_a_week__range=(1, 14)), name="place_half_days_of_a_week"
            )
        ]

    def __str__(self) -> str:
        return self.name


class Team(models.Model):
    """People of one service, in a territory or for the whole department."""

    label = models.CharField("nom", max_length=100, unique=True)
    service = models.CharField("service", max_length=20, choices=Service)
    territory = models.ForeignKey(
        Territory,
        models.PROTECT,
        related_name="teams",
        verbose_name="territoire",
        null=True,
        blank=True,
    )

    class Meta:
        verbose_name = "équipe"
        ordering = ("label",)

    def __str__(self) -> str:
        return self.label


class StaffManager(BaseUserManager["StaffMember"]):
    """Find accounts by e-mail, whatever its capitals."""

    def get_by_natural_key(self, username: str | None) -> StaffMember:
        """Return the account of an e-mail address."""
        return self.get(email__iexact=username)


class StaffMember(AbstractBaseUser):
    """A member of staff, who signs in with an e-mail address."""

    email = models.EmailField("adresse électronique", unique=True)
    first_name = models.CharField("prénom", max_length=100)
    last_name = models.CharField("nom", max_length=100)
    team = models.ForeignKey(
        Team,
        models.PROTECT,
        related_name="members",
        verbose_name="équipe",
        null=True,
        blank=True,
    )
    working_time = models.DecimalField(
        "quotité de travail", max_digits=3, decimal_places=2, default=Decimal(1)
    )
    is_active = models.BooleanField("compte ouvert", default=True)
    is_demo = models.BooleanField("compte de démonstration", default=False, editable=False)

    objects: ClassVar[StaffManager] = StaffManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar = ["first_name", "last_name"]

    class Meta:
        verbose_name = "membre du personnel"
        verbose_name_plural = "membres du personnel"
        ordering = ("last_name", "first_name")
        constraints: ClassVar = [
            models.UniqueConstraint(Lower("email"), name="staff_email_whatever_its_capitals"),
            models.CheckConstraint(
                condition=Q(working_time__gt=0) & Q(working_time__lte=1),
                name="staff_working_time_up_to_full",
            ),
        ]

    def __str__(self) -> str:
        return self.get_full_name()

    def get_full_name(self) -> str:
        """Return first and last name."""
        return f"{self.first_name} {self.last_name}".strip()

    def get_short_name(self) -> str:
        """Return the first name."""
        return self.first_name

    @property
    def roles(self) -> frozenset[Role]:
        """The roles held today, read once for each request's person."""
        if not hasattr(self, "_roles"):
            held = self.grants.in_force().values_list("role", flat=True)
            self._roles = frozenset(Role(role) for role in held)
        return self._roles

    def may(self, permission: Permission) -> bool:
        """Tell whether one of the roles held today allows something."""
        return self.is_active and any(permission in role.permissions for role in self.roles)


class RoleGrantQuerySet(models.QuerySet["RoleGrant"]):
    """Roles given, by when they hold."""

    def in_force(self, day: date | None = None) -> RoleGrantQuerySet:
        """Keep the roles that hold on a day, today in Paris unless said."""
        on = day or timezone.localdate()
        return self.filter(Q(until=None) | Q(until__gte=on), since__lte=on)


class RoleGrant(models.Model):
    """A role given to a member of staff, from a day and perhaps until another, included."""

    member = models.ForeignKey(
        StaffMember, models.PROTECT, related_name="grants", verbose_name="personne"
    )
    role = models.CharField(
        "rôle", max_length=30, choices=[(role.value, role.label) for role in Role]
    )
    since = models.DateField("depuis le")
    until = models.DateField("jusqu'au", null=True, blank=True)
    granted_by = models.ForeignKey(
        StaffMember,
        models.PROTECT,
        related_name="+",
        verbose_name="donné par",
        null=True,
        blank=True,
    )

    objects = RoleGrantQuerySet.as_manager()

    class Meta:
        verbose_name = "rôle donné"
        verbose_name_plural = "rôles donnés"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("since")),
                name="grant_ends_after_it_began",
            ),
            models.CheckConstraint(
                condition=~Q(granted_by=F("member")), name="grant_never_to_oneself"
            ),
            ExclusionConstraint(
                name="grant_of_a_role_once_at_a_time",
                expressions=[
                    ("member", RangeOperators.EQUAL),
                    ("role", RangeOperators.EQUAL),
                    (
                        Func(
                            F("since"),
                            F("until"),
                            Value("[]"),
                            function="daterange",
                            output_field=DateRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member} : {Role(self.role).label}"


class RolePermission(models.Model):
    """What a role allows, written here from the code so that the database can decide."""

    role = models.CharField(max_length=30)
    permission = models.CharField(max_length=40)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["role", "permission"], name="role_permission_once")
        ]

    def __str__(self) -> str:
        return f"{self.role} : {self.permission}"


class Sector(models.Model):
    """A commune that a worker takes families of."""

    worker = models.ForeignKey(
        StaffMember, models.PROTECT, related_name="sectors", verbose_name="travailleur social"
    )
    commune = models.ForeignKey(
        Commune, models.PROTECT, related_name="sectors", verbose_name="commune"
    )

    class Meta:
        verbose_name = "commune suivie"
        verbose_name_plural = "communes suivies"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["worker", "commune"], name="sector_once_a_worker")
        ]

    def __str__(self) -> str:
        return f"{self.worker} : {self.commune}"


class Absence(models.Model):
    """Days on which a member of staff is away; why is nobody's business here."""

    member = models.ForeignKey(
        StaffMember, models.CASCADE, related_name="absences", verbose_name="personne"
    )
    first_day = models.DateField("premier jour")
    last_day = models.DateField("dernier jour")

    class Meta:
        verbose_name = "absence"
        ordering = ("first_day",)
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(last_day__gte=F("first_day")), name="absence_ends_after_it_began"
            ),
            ExclusionConstraint(
                name="absence_once_at_a_time",
                expressions=[
                    ("member", RangeOperators.EQUAL),
                    (
                        Func(
                            F("first_day"),
                            F("last_day"),
                            Value("[]"),
                            function="daterange",
                            output_field=DateRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member}, du {self.first_day} au {self.last_day}"
