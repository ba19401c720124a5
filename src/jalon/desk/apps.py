"""Declares the room to Django."""

from __future__ import annotations

from django.apps import AppConfig


class DeskConfig(AppConfig):
    """Desk."""

    name = "jalon.desk"
    label = "desk"
    verbose_name = "Bureau"
