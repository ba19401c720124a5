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
        personal="mode asked told advised agreed handed by revised_by",
        links="public_id advice family appointment",
        plain="id held_on at revision",
    ),
    Declared(
        "interventions_plannedaction",
        _A.PRACTICE,
        _K.FAMILY,
        personal="what who state by settled_by",
        links="public_id family advice support objective",
        plain="id due_on at settled_on",
    ),
    Declared(
        "interventions_support",
        _A.INTERVENTIONS,
        _K.FAMILY,
        personal="worker state suspension closing",
        links="public_id family advice",
        plain="id drafted_on started_on ends_on limit_on next_review_on suspended_on closed_on "
        "reopened_on news_on",
    ),
    Declared(
        "interventions_supportevent",
        _A.INTERVENTIONS,
        _K.FAMILY,
        personal="state worker why by",
        links="support family",
        plain="id on at",
    ),
    Declared(
        "interventions_extension",
        _A.INTERVENTIONS,
        _K.FAMILY,
        personal="why asked_by granted decided_by answer",
        links="public_id support family",
        plain="id until asked_at decided_at",
    ),
    Declared(
        "interventions_appraisal",
        _A.PRACTICE,
        _K.FAMILY,
        personal="domain rating strengths obstacles income charges debts",
        links="support family",
        plain="id revision",
    ),
    Declared(
        "interventions_objective",
        _A.PRACTICE,
        _K.FAMILY,
        personal="domain aim detail result by",
        links="public_id support family",
        plain="id at revision",
    ),
    Declared(
        "interventions_review",
        _A.PRACTICE,
        _K.FAMILY,
        personal="kind progress family_view decisions listened helped returns by",
        links="support family appointment",
        plain="id held_on at",
    ),
    Declared(
        "interventions_familyopinion",
        _A.PRACTICE,
        _K.FAMILY,
        personal="kind listened helped better returns person",
        links="support family",
        plain="id closed_on at",
    ),
    Declared(
        "interventions_handovernote",
        _A.PRACTICE,
        _K.FAMILY,
        personal="going_on due by read_by",
        links="public_id family",
        plain="id at revision read_at",
    ),
    Declared(
        "interventions_homevisit",
        _A.PRACTICE,
        _K.FAMILY,
        personal="preparation safety report by revised_by",
        links="public_id support family appointment",
        plain="id agreed_on declined_on planned_on done_on at revision",
    ),
    Declared(
        "interventions_journalentry",
        _A.PRACTICE,
        _K.FAMILY,
        personal="kind text by",
        links="public_id family appointment",
        plain="id on at revision",
    ),
    Declared(
        "interventions_document",
        _A.PRACTICE,
        _K.FAMILY,
        personal="label kind size sha256 by",
        links="public_id family file",
        plain="id at",
    ),
    Declared(
        "interventions_recordexport",
        _A.PRACTICE,
        _K.FAMILY,
        personal="person asked_on identity by",
        links="public_id family",
        plain="id at",
    ),
    Declared(
        "interventions_privatenote",
        _A.PRACTICE,
        _K.FAMILY,
        personal="text",
        links="public_id family author",
        plain="id at revision",
    ),
    Declared(
        "interventions_contract",
        _A.PRACTICE,
        _K.FAMILY,
        personal="purpose family_side worker_side made_by signature signatories signed_by "
        "scan_size scan_sha256",
        links="public_id support family scan",
        plain="id version starts_on ends_on made_at revision signed_on scan_type",
    ),
)
