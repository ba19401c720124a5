"""What is written of families in social work: who sees each field, and how long."""

from __future__ import annotations

from typing import Final

from jalon.audit.declaring import Audience, Declared, Kept

_A, _K = Audience, Kept
INTERVENTIONS: Final = (
    Declared(
        "interventions_follower",
        _A.INTERVENTIONS,
        _K.FAMILY,
        personal="worker by since until",
        links="family",
    ),
    Declared(
        "interventions_draft",
        _A.PRACTICE,
        _K.DRAFT,
        personal="content",
        links="family author form",
        plain="id updated_at",
    ),
    Declared(
        "interventions_informationadvice",
        _A.INTERVENTIONS,
        _K.FAMILY,
        personal="worker origin proposal referrer other_service state outcome",
        links="public_id family",
        plain="id opened_on closed_on",
    ),
    Declared(
        "interventions_advicemeeting",
        _A.PRACTICE,
        _K.FAMILY,
        personal="mode asked told advised agreed handed by",
        links="public_id advice family",
        plain="id held_on at revision",
    ),
    Declared(
        "interventions_plannedaction",
        _A.PRACTICE,
        _K.FAMILY,
        personal="what who state by settled_by",
        links="public_id family advice",
        plain="id due_on at settled_on",
    ),
)
