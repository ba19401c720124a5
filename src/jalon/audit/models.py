"""The log of reads: whose file was seen, by whom, when, on which page."""

from __future__ import annotations

from typing import Any, ClassVar

import pghistory.models
from django.db import models
from django.db.models.functions import Now


class HistoryEvent(pghistory.models.Event):  # type: ignore[misc]
    """What every table of history has; its number does not run out."""

    pgh_id = models.BigAutoField(primary_key=True)

    class Meta:
        abstract = True


class Read(models.Model):
    """One person's reading of one file.

    People and families are numbers here, not references: this room knows neither, and the log
    outlives both.
    """

    at = models.DateTimeField("quand", db_default=Now())
    staff_id = models.BigIntegerField("lu par")
    family_id = models.BigIntegerField("famille")
    page = models.CharField("page", max_length=100)

    class Meta:
        verbose_name = "lecture"
        ordering: ClassVar[Any] = ("-at", "-id")
        indexes: ClassVar = [
            models.Index("family_id", "-at", name="read_of_family"),
            models.Index("staff_id", "-at", name="read_by_staff"),
        ]

    def __str__(self) -> str:
        return f"{self.page}, {self.at:%d/%m/%Y %H:%M}"
