"""Declares the room to Django."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class DirectoryConfig(AppConfig):
    """Directory."""

    name = "jalon.directory"
    label = "directory"
    verbose_name = "Annuaire"

    def ready(self) -> None:
        """Write down, after each migration, what each role allows, and which clash."""
        post_migrate.connect(_tell_roles, sender=self, dispatch_uid="jalon.directory")


def _tell_roles(using: str, **_: Any) -> None:  # noqa: ANN401
    from jalon.directory.actions import write_roles  # noqa: PLC0415 - once loaded

    write_roles(using=using)
