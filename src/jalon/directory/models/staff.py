"""The members of staff, who are the accounts, and what of them work is shared out by."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar
from uuid import uuid4

from django.contrib.auth.hashers import check_password
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Lower
from django.utils.crypto import salted_hmac

from jalon.audit.identity import acting
from jalon.directory.models.places import Commune, Team
from jalon.directory.roles import Permission, Role


class StaffManager(BaseUserManager["StaffMember"]):
    """Find accounts by e-mail, whatever its capitals."""

    def get_by_natural_key(self, username: str | None) -> StaffMember:
        """Return the account of an e-mail address."""
        return self.get(email__iexact=username)


class StaffMember(AbstractBaseUser):
    """A member of staff, who signs in with an e-mail address.

    The database alone counts `generation`: with each new one, every session of the account ends.
    """

    public_id = models.UUIDField(default=uuid4, unique=True, editable=False)
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
    generation = models.PositiveIntegerField(
        "génération des sessions", db_default=0, editable=False
    )
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

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """Return what a session must hold to stay open: Django compares it at each request."""
        told = f"{self.generation} {self.password}"
        salt = "jalon.directory.session"
        return salted_hmac(salt, told, secret=secret, algorithm="sha256").hexdigest()

    def check_password(self, raw_password: str | None) -> bool:
        """Tell whether this is the password; a hash of an older kind is renewed by its owner.

        Whoever signs in is nobody yet, and nobody may change a password.
        """

        def renew(checked: str) -> None:
            self.set_password(checked)
            # The password has not changed: it must not be announced as if it had.
            self._password = None
            with acting(self.pk):
                self.save(update_fields=["password"])

        return check_password(raw_password, self.password, renew)

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
