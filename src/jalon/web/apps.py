"""Declares the room to Django."""

from __future__ import annotations

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Web."""

    name = "jalon.web"
    label = "web"
    verbose_name = "Présentation"
