"""Says what carries each medium: what the settings name, or the demonstration's, or nothing."""

from __future__ import annotations

from collections.abc import Mapping

from django.conf import settings

from jalon.outreach.enums import Medium
from jalon.outreach.providers.interface import Provider
from jalon.outreach.providers.recording import RecordingProvider
from jalon.outreach.providers.smtp import SmtpProvider
from jalon.outreach.providers.texts import HttpTextProvider

# By these names the provider's own reports come back.
TEXTS = "sms"


def providers() -> Mapping[Medium, Provider]:
    """Return the provider of each medium that has one: what has none never leaves.

    In demonstration, families are invented and their telephones may be somebody's: none but the
    recording one, whatever the settings.
    """
    if settings.DEMO:
        return dict.fromkeys((Medium.TEXT, Medium.EMAIL), RecordingProvider())
    found: dict[Medium, Provider] = {}
    if settings.MESSAGING.texts is not None:
        found[Medium.TEXT] = HttpTextProvider(settings.MESSAGING.texts)
    if settings.MESSAGING.mail is not None:
        found[Medium.EMAIL] = SmtpProvider(settings.MESSAGING.mail)
    return found
