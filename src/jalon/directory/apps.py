"""Declares the room to Django."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in
from django.db.models.signals import post_migrate


class DirectoryConfig(AppConfig):
    """Directory."""

    name = "jalon.directory"
    label = "directory"
    verbose_name = "Annuaire"

    def ready(self) -> None:
        """Count each session's age; after each migration, write what each role allows."""
        from jalon.directory.sessions import note_sign_in  # noqa: PLC0415 - once loaded

        user_logged_in.connect(note_sign_in, dispatch_uid="jalon.directory.sessions")
        post_migrate.connect(_tell_roles, sender=self, dispatch_uid="jalon.directory")


def _tell_roles(using: str, **_: Any) -> None:  # noqa: ANN401
    from jalon.directory.actions import write_roles  # noqa: PLC0415 - once loaded

    write_roles(using=using)
