"""Declares the room to Django."""

from __future__ import annotations

from django.apps import AppConfig
from django.db.backends.signals import connection_created
from django.db.models.signals import post_migrate

from jalon.audit.identity import tell_new_connection
from jalon.audit.rights import grant_rights


class AuditConfig(AppConfig):
    """Audit."""

    name = "jalon.audit"
    label = "audit"
    verbose_name = "Histoire et secret"

    def ready(self) -> None:
        """Tell each new connection whose it is; keep the application's rights right."""
        connection_created.connect(tell_new_connection, dispatch_uid="jalon.audit.identity")
        post_migrate.connect(grant_rights, sender=self, dispatch_uid="jalon.audit.rights")
