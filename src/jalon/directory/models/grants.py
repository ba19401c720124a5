"""Roles as they are given, and what the database knows of each role."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.contrib.postgres.functions import TransactionNow
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils import timezone

from jalon.audit.choices import closed
from jalon.directory.models.staff import StaffMember
from jalon.directory.roles import Role


class RoleGrantQuerySet(models.QuerySet["RoleGrant"]):
    """Roles given, by when they hold."""

    def in_force(self, day: date | None = None) -> RoleGrantQuerySet:
        """Keep the roles that hold on a day, today in Paris unless said.

        Not those taken back, nor those that nobody has confirmed.
        """
        on = day or timezone.localdate()
        return self.filter(*_after(on), since__lte=on, confirmed_at__isnull=False)

    def waiting(self) -> RoleGrantQuerySet:
        """Keep the roles that a manager has still to confirm, of open accounts."""
        after = _after(timezone.localdate())
        return self.filter(*after, confirmed_at=None, ended_at=None, member__is_active=True)

    def overlapping(self, since: date, until: date | None) -> RoleGrantQuerySet:
        """Keep the roles that hold on one day at least of a period, which may have no end."""
        found = self.filter(*_after(since))
        return found if until is None else found.filter(since__lte=until)


def _after(day: date) -> tuple[Q, Q]:
    """Return what keeps the roles that still hold on a day; what was taken back then does not."""
    return (
        Q(until=None) | Q(until__gte=day),
        Q(ended_at=None) | Q(ended_at__date__gt=day),
    )


@closed
class RoleGrant(models.Model):
    """A role given to a member of staff, from a day and perhaps until another, included.

    One that is taken back at once says when in `ended_at`, and allows nothing from then on. One
    that shows families, runs or the control log allows nothing until a manager, who is neither
    its giver nor its receiver, confirms it: the database writes `confirmed_at` and
    `confirmed_by`, and takes them back, saying when in `suspended_at`, once somebody else had the
    means to enter that account. Who confirmed is empty for what the operator's command gives.
    """

    member = models.ForeignKey(
        StaffMember, models.PROTECT, related_name="grants", verbose_name="personne"
    )
    role = models.CharField(
        "rôle", max_length=30, choices=[(role.value, role.label) for role in Role]
    )
    since = models.DateField("depuis le")
    until = models.DateField("jusqu'au", null=True, blank=True)
    ended_at = models.DateTimeField("retiré le", null=True, blank=True)
    granted_by = models.ForeignKey(
        StaffMember,
        models.PROTECT,
        related_name="+",
        verbose_name="donné par",
        null=True,
        blank=True,
    )
    confirmed_at = models.DateTimeField(
        "confirmé le", null=True, blank=True, db_default=TransactionNow()
    )
    confirmed_by = models.ForeignKey(
        StaffMember,
        models.PROTECT,
        related_name="+",
        verbose_name="confirmé par",
        null=True,
        blank=True,
    )
    suspended_at = models.DateTimeField("suspendu le", null=True, blank=True)

    objects = RoleGrantQuerySet.as_manager()

    class Meta:
        verbose_name = "rôle donné"
        verbose_name_plural = "rôles donnés"
        constraints: ClassVar = [
            models.CheckConstraint(
                # Pages name each role: one that the code does not know would break them.
                condition=Q(role__in=[role.value for role in Role]),
                name="grant_of_a_known_role",
            ),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("since")),
                name="grant_ends_after_it_began",
            ),
            models.CheckConstraint(
                condition=~Q(granted_by=F("member")), name="grant_never_to_oneself"
            ),
            models.CheckConstraint(
                condition=~Q(confirmed_by=F("member")) & ~Q(confirmed_by=F("granted_by")),
                name="grant_confirmed_by_a_third",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by=None) | Q(confirmed_at__isnull=False),
                name="grant_confirmed_on_a_day",
            ),
            ExclusionConstraint(
                name="grant_of_a_role_once_at_a_time",
                condition=Q(ended_at=None),
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

    def end_now(self) -> None:
        """Have the role allow nothing from now on; unsaved."""
        self.ended_at, today = timezone.now(), timezone.localdate()
        last = max(today, self.since)
        self.until = last if self.until is None else min(self.until, last)


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


class IncompatibleRole(models.Model):
    """A pair of roles that one person never holds at once, written here from the code.

    Each pair is written both ways, for the trigger that refuses it.
    """

    role = models.CharField(max_length=30)
    other = models.CharField(max_length=30)
    reason = models.CharField(max_length=200)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["role", "other"], name="incompatible_role_once")
        ]

    def __str__(self) -> str:
        return self.reason
