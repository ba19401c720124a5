"""Where the department works: territories, areas, communes, places, and the teams there."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from jalon.audit.choices import closed
from jalon.directory.enums import PlaceKind, Service


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


@closed
class Place(models.Model):
    """A place where families are received, by the half-day."""

    kind = models.CharField("nature", max_length=20, choices=PlaceKind)
    name = models.CharField("nom", max_length=150, unique=True)
    commune = models.ForeignKey(
        Commune, models.PROTECT, related_name="places", verbose_name="commune"
    )
    half_days_a_week = models.PositiveSmallIntegerField("demi-journées par semaine")
    address = models.CharField("adresse", max_length=150, blank=True)

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


@closed
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
