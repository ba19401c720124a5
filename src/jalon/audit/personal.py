"""Every field of every table: whether it is about somebody, who sees it, how long it is kept.

A field that is not declared here fails a test: nobody adds personal data without saying so. The
audiences are the permissions that the policies of the database ask; another test compares them.
The lengths of time are assumptions, for the fund's data-protection officer to confirm.
"""

from __future__ import annotations

from typing import Final

from jalon.audit.declaring import Audience, Declared, Kept
from jalon.audit.personal_interventions import INTERVENTIONS
from jalon.audit.personal_outreach import OUTREACH

__all__ = ["DECLARED", "Audience"]

_A, _K = Audience, Kept
_FAMILIES: Final = (
    Declared(
        "families_family",
        _A.FAMILIES,
        _K.FAMILY,
        personal="protected_address protected_address_here protected_address_in_register "
        "do_not_contact do_not_contact_here do_not_contact_in_register commune",
        links="public_id merged_into",
        plain="id created_at",
        families="id",
        contact="created_at",
    ),
    Declared(
        "families_household",
        _A.FAMILIES,
        _K.FAMILY,
        personal="number protected_address do_not_contact",
        links="family",
        families="family_id",
    ),
    Declared(
        "families_person",
        _A.FAMILIES,
        _K.FAMILY,
        personal="register_id role last_name first_name sex birth_date death_date search_name "
        "sounds",
        links="family household",
        families="family_id",
    ),
    Declared(
        "families_contactpoint",
        _A.ADDRESSES,
        _K.FAMILY,
        personal="kind value line1 line2 postal_code city protected since until source by "
        "ended_by",
        links="family",
        families="family_id",
    ),
    Declared(
        "families_givencontact",
        _A.ADDRESSES,
        _K.FAMILY,
        personal="kind value line1 line2 postal_code city safe confirmed decided_by",
        links="public_id family",
        plain="id given_at decided_at",
        families="family_id",
        contact="given_at decided_at",
    ),
    Declared(
        "families_snapshot",
        _A.SITUATIONS,
        _K.FAMILY,
        personal="household persons events",
        links="family file",
        plain="id run month taken_at",
        families="family_id",
    ),
    Declared(
        "families_involvement",
        _A.FAMILIES,
        _K.FAMILY,
        personal="service worker lead since until",
        links="family public_id",
        families="family_id",
        contact="since until",
    ),
    Declared(
        "families_safetyword",
        _A.FAMILIES,
        _K.FAMILY,
        personal="flag source reason by",
        links="family",
        plain="id at",
        families="family_id",
        contact="at",
    ),
    Declared(
        "families_doubt",
        _A.MERGES,
        _K.FAMILY,
        personal="why decided_by",
        links="public_id one other",
        plain="id state raised_at decided_at",
        families="one_id other_id",
        holds="state = 'open'",
    ),
    Declared(
        "families_merge",
        _A.MERGES,
        _K.FAMILY,
        personal="moved by undone_by",
        links="public_id kept absorbed",
        plain="id at undone_at",
        families="kept_id absorbed_id",
        contact="at undone_at",
    ),
)
_RUNS: Final = (
    Declared(
        "targeting_targetingrun",
        _A.RUNS,
        _K.RUN,
        personal="made_by withdrawn_by problem",
        plain="id public_id month profile state extract incoming again_of step record summary "
        "digest files capacity made_at computed_at withdrawn_at",
    ),
    Declared(
        "targeting_runcount",
        _A.RUNS,
        _K.RUN,
        personal="number",
        plain="id run offer commune outcome",
    ),
    Declared(
        "targeting_registercount",
        _A.RUNS,
        _K.RUN,
        personal="households eligible",
        plain="id run commune",
    ),
    Declared(
        "targeting_release",
        _A.RUNS,
        _K.RUN,
        personal="by made_by",
        plain="id run offer area at taken_up_at attempts problem skipped",
    ),
    Declared(
        "targeting_draw",
        _A.RUNS,
        _K.RUN,
        personal="by",
        plain="id release at seed waves days_between",
    ),
    # What a trial found names some households; what stopped it may quote the extract. One that is
    # kept outlives the families that it names.
    Declared(
        "targeting_ruletrial",
        _A.RUNS,
        _K.TRIAL,
        personal="author note result problem",
        plain="id public_id run offer settings step at kept_at",
        struck="result note",
    ),
)
_AGENDA: Final = (
    Declared("agenda_opening", plain="id place weekday half starts ends capacity"),
    Declared("agenda_room", plain="id place name"),
    Declared("agenda_closure", plain="id place first_day last_day reason"),
    Declared(
        "agenda_presence",
        _A.STAFF,
        _K.ACCOUNT,
        personal="place weekday half since until",
        links="worker",
    ),
    Declared(
        "agenda_appointment",
        _A.KEEPERS,
        _K.FAMILY,
        personal="mode place room link during starts_at ends_at state made_by confirmed_at "
        "cancelled_at cancelled_by noted_at noted_by",
        links="public_id worker family",
        plain="id changes made_at",
        families="family_id",
        contact="starts_at",
        holds="state IN ('proposed', 'booked') AND ends_at > now()",
    ),
    Declared(
        "agenda_attendance",
        _A.KEEPERS,
        _K.FAMILY,
        personal="outcome",
        links="appointment person",
        through="appointment_id agenda_appointment",
    ),
    Declared(
        "agenda_notice",
        _A.KEEPERS,
        _K.FAMILY,
        personal="kind starts_at made_at settled_at",
        links="appointment message",
        plain="id",
        through="appointment_id agenda_appointment",
    ),
    Declared(
        "agenda_feed",
        _A.OWNER,
        _K.FEED,
        personal="token_hash generation with_numbers made_at revoked_at",
        links="worker",
    ),
)
_STAFF: Final = (
    Declared(
        "directory_staffmember",
        _A.ANYONE,
        _K.ACCOUNT,
        personal="password last_login email first_name last_name team working_time is_active",
        links="public_id",
        plain="id is_demo generation",
    ),
    Declared("directory_sector", _A.STAFF, _K.ACCOUNT, personal="worker commune"),
    Declared(
        "directory_absence", _A.STAFF, _K.ACCOUNT, personal="first_day last_day", links="member"
    ),
    Declared(
        "directory_rolegrant",
        _A.ANYONE,
        _K.ACCOUNT,
        personal="role since until ended_at granted_by confirmed_at confirmed_by suspended_at",
        links="member",
    ),
    Declared(
        "directory_invitation",
        _A.ACCOUNTS,
        _K.LINK,
        personal="created_by token_hash used_at",
        links="member",
        plain="id created_at expires_at",
    ),
    Declared(
        "mfa_authenticator",
        _A.ONESELF,
        _K.ACCOUNT,
        personal="type data created_at last_used_at",
        links="user",
    ),
    Declared(
        "django_session",
        _A.ANYONE,
        _K.SESSION,
        personal="session_key session_data",
        plain="expire_date",
    ),
)
_LOGS: Final = (
    # Both sentences go with the family: the purge empties them.
    Declared(
        "audit_exceptionalaccess",
        _A.ANSWERABLE,
        _K.READS,
        personal="staff_id ground reason finding examiner_id cleared clearer_id",
        links="public_id family_id",
        plain="id at until examined_at cleared_at",
    ),
    Declared(
        "audit_change",
        _A.CONTROL,
        _K.HISTORY,
        personal="staff_id",
        hidden="before after",
        links="row_id family_id subject_id",
        plain="id at table_name action",
    ),
    Declared(
        "audit_purge",
        _A.CONTROL,
        _K.READS,
        personal="staff_id",
        plain="id begun_at moved_at ended_at expected families accounts reads changes",
    ),
    Declared(
        "audit_read",
        _A.CONTROL,
        _K.READS,
        personal="staff_id page",
        hidden="household",
        links="family_id",
        plain="id at",
    ),
)
_STEERING: Final = (
    # Counts, and what managers say of them: of staff, who prepared and who adopted it.
    Declared(
        "steering_report",
        _A.FIGURES,
        _K.REPORT,
        personal="drafted_by adopted_by",
        plain="id public_id kind year quarter territory version reason drafted_at revision "
        "asked_at problem content counted_at adopted_at",
    ),
    Declared(
        "steering_comment",
        _A.FIGURES,
        _K.REPORT,
        personal="written_by text",
        plain="id report chapter territory revision written_at",
    ),
)
_NOBODY: Final = (
    # How many, each month: nothing of one family.
    Declared("audit_figure", plain="id month kind outcome offer territory number"),
    Declared(
        "steering_reckoning",
        plain="id month version cause told computed_at checked_at changed merges purged gone",
    ),
    Declared(
        "steering_fact",
        plain="id reckoning measure territory breakdown value number total",
    ),
    Declared("directory_territory", plain="id code label"),
    Declared("directory_area", plain="id code label territory"),
    Declared("directory_commune", plain="code label area"),
    Declared("directory_place", plain="id kind name commune half_days_a_week address"),
    Declared("directory_team", plain="id label service territory"),
    Declared("directory_rolepermission", plain="id role permission"),
    Declared("directory_incompatiblerole", plain="id role other reason"),
    # Counts of wrong guesses, under digests of addresses.
    Declared("directory_cachedvalue", plain="key value expires_at"),
    Declared("auth_permission", plain="id name content_type codename"),
    Declared("auth_group", plain="id name"),
    Declared("django_content_type", plain="id app_label model"),
    Declared("procrastinate_workers", plain="id last_heartbeat"),
    Declared("procrastinate_events", plain="id job type at"),
    Declared(
        "procrastinate_periodic_defers", plain="id task_name defer_timestamp job periodic_id"
    ),
    Declared(
        "procrastinate_jobs",
        _A.ANYONE,
        _K.JOB,
        personal="args",
        plain="id queue_name task_name priority lock status scheduled_at attempts queueing_lock "
        "abort_requested worker",
    ),
)
_UNUSED: Final = (
    Declared(
        "account_emailaddress",
        _A.ANYONE,
        _K.NEVER_FILLED,
        personal="email verified primary",
        links="user",
    ),
    Declared(
        "account_emailconfirmation",
        _A.ANYONE,
        _K.NEVER_FILLED,
        personal="created sent key",
        links="email_address",
    ),
    Declared(
        "socialaccount_socialaccount",
        _A.ANYONE,
        _K.NEVER_FILLED,
        personal="provider uid last_login date_joined extra_data",
        links="user",
    ),
    Declared(
        "socialaccount_socialapp",
        plain="id provider provider_id name client_id secret key settings",
    ),
    Declared(
        "socialaccount_socialtoken",
        _A.ANYONE,
        _K.NEVER_FILLED,
        personal="token token_secret expires_at",
        links="app account",
    ),
)
DECLARED: Final = {
    one.table: one
    for one in (
        *(*_FAMILIES, *OUTREACH, *_AGENDA, *INTERVENTIONS, *_RUNS),
        *(*_STAFF, *_LOGS, *_STEERING, *_NOBODY, *_UNUSED),
    )
}
