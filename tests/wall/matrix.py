"""Who may do what to each table behind the wall, said once more than in the policies.

Roles are named, not permissions: a permission given to one more role shows here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from jalon.directory.roles import Role

R = Role
_FAMILIES = frozenset(
    {
        *(R.DEPARTMENT_HEAD, R.TERRITORY_MANAGER, R.SOCIAL_WORKER, R.MEDIATOR),
        *(R.PSYCHOLOGIST, R.FINANCIAL_AID_OFFICER, R.SECRETARY),
    }
)
_MANAGERS = frozenset({R.DEPARTMENT_HEAD, R.TERRITORY_MANAGER})
# Rows that are somebody's own are the social worker's, in the territory of the manager.
GROUPS: Final[dict[str, frozenset[Role | None]]] = {
    "-": frozenset(),  # nobody: the login has not even the right to try
    "anyone": frozenset({*Role, None}),  # before signing in as well
    "signed-in": frozenset(Role),
    "families": _FAMILIES,
    "situations": _FAMILIES - {R.MEDIATOR, R.PSYCHOLOGIST, R.SECRETARY},
    "addresses": frozenset({R.TERRITORY_MANAGER, R.SECRETARY}),
    "merges": frozenset({R.TERRITORY_MANAGER, R.SECRETARY}),
    "letters": frozenset({R.SECRETARY}),
    "diaries": _MANAGERS | {R.SOCIAL_WORKER, R.SECRETARY},
    "runs": _MANAGERS | {R.TARGETING_ANALYST},
    "makes": frozenset({R.TARGETING_ANALYST}),
    "managers": _MANAGERS,
    "releaser": frozenset({R.DEPARTMENT_HEAD}),  # who released what is proposed
    "head": frozenset({R.DEPARTMENT_HEAD}),
    "self+mgrs": _MANAGERS | {R.SOCIAL_WORKER},
    # Who opened a family exceptionally, who answers for it, and who controls.
    "answers": _MANAGERS | {R.SOCIAL_WORKER, R.DATA_PROTECTION_OFFICER},
    "self+door": frozenset({R.SOCIAL_WORKER, None}),  # a second factor, while signing in
    "accounts": frozenset({R.TECHNICAL_ADMINISTRATOR}),
    "acc.+door": frozenset({R.TECHNICAL_ADMINISTRATOR, None}),  # a link, before signing in
    "control": frozenset({R.DATA_PROTECTION_OFFICER}),
    "author": frozenset({R.TARGETING_ANALYST}),
    "self": frozenset({R.SOCIAL_WORKER}),
    "lead": frozenset(),  # who leads the family, as none of these does
}
# table                        see         add         change      remove
_MATRIX: Final = """
account_emailaddress           anyone      -           -           -
account_emailconfirmation      anyone      -           -           -
agenda_appointment             diaries     diaries     diaries     -
agenda_attendance              diaries     diaries     diaries     diaries
agenda_closure                 signed-in   managers    managers    managers
agenda_feed                    self        self        self        -
agenda_notice                  diaries     -           -           -
agenda_opening                 signed-in   managers    managers    managers
agenda_presence                signed-in   managers    managers    managers
agenda_room                    signed-in   managers    managers    managers
audit_change                   control     -           -           -
audit_exceptionalaccess        answers     self+mgrs   managers    -
audit_figure                   control     -           -           -
audit_purge                    control     -           -           -
audit_read                     control     -           -           -
directory_absence              signed-in   self+mgrs   -           self+mgrs
directory_area                 anyone      accounts    accounts    -
directory_commune              anyone      accounts    accounts    -
directory_incompatiblerole     anyone      -           -           -
directory_invitation           acc.+door   accounts    -           accounts
directory_place                anyone      accounts    accounts    -
directory_rolegrant            anyone      accounts    accounts    -
directory_rolepermission       anyone      -           -           -
directory_sector               signed-in   managers    -           managers
directory_staffmember          anyone      accounts    anyone      -
directory_team                 anyone      accounts    accounts    -
directory_territory            anyone      accounts    accounts    -
families_contactpoint          addresses   families    addresses   -
families_doubt                 merges      families    merges      -
families_family                families    families    families    -
families_givencontact          addresses   -           addresses   -
families_household             families    families    families    -
families_involvement           families    managers    self+mgrs   -
families_merge                 merges      merges      merges      -
families_person                families    families    families    -
families_safetyword            families    families    -           -
families_snapshot              situations  managers    -           -
interventions_advicemeeting    self        self        self        -
interventions_appraisal        self        self        self        -
interventions_contract         self        self        self        -
interventions_document         self        self        -           self
interventions_draft            self        self        self        self
interventions_extension        self+mgrs   self        managers    -
interventions_familyopinion    self        -           -           -
interventions_follower         self+mgrs   managers    managers    -
interventions_handovernote     self        self        self        -
interventions_homevisit        self        self        self        -
interventions_informationadvice self+mgrs  self        self        -
interventions_journalentry     self        self        self        -
interventions_objective        self        self        self        -
interventions_plannedaction    self        self        self        -
interventions_privatenote      self        self        self        self
interventions_recordexport     self        lead        lead        -
interventions_review           self        self        -           -
interventions_rightscheck      self        self        self        self
interventions_rightsclaim      self        self        self        -
interventions_support          self+mgrs   self        self        -
interventions_supportevent     self+mgrs   -           -           -
mfa_authenticator              self+door   signed-in   self+door   self
outreach_answer                families    families    families    -
outreach_answercode            letters     letters     -           -
outreach_appliedrule           families    managers    -           -
outreach_approach              families    families    letters     -
outreach_batch                 letters     letters     letters     -
outreach_batchpart             letters     letters     -           -
outreach_codeclosing           letters     -           letters     -
outreach_decision              situations  managers    -           -
outreach_message               families    letters     letters     -
outreach_messagecontent        addresses   letters     -           -
outreach_proposal              families    releaser    letters     -
outreach_turn                  families    managers    -           -
outreach_wrongreply            control     -           -           -
socialaccount_socialaccount    anyone      -           -           -
socialaccount_socialapp        anyone      -           -           -
socialaccount_socialtoken      anyone      -           -           -
steering_comment               managers    head        head        head
steering_fact                  managers    -           -           -
steering_reckoning             managers    -           -           -
steering_report                managers    head        managers    head
targeting_draw                 runs        releaser    -           -
targeting_registercount        runs        makes       -           makes
targeting_release              runs        managers    managers    -
targeting_ruletrial            runs        runs        author      author
targeting_runcount             runs        makes       -           makes
targeting_targetingrun         runs        makes       runs        -
"""
# Columns that must name the person who acts, for a row to be added.
SIGNED: Final = {
    "agenda_appointment": "made_by_id",
    "agenda_feed": "worker_id",
    "audit_exceptionalaccess": "staff_id",
    "directory_invitation": "created_by_id",
    "directory_rolegrant": "granted_by_id",
    "families_contactpoint": "by_id",
    "families_merge": "by_id",
    "families_safetyword": "by_id",
    "interventions_advicemeeting": "by_id",
    "interventions_contract": "made_by_id",
    "interventions_document": "by_id",
    "interventions_draft": "author_id",
    "interventions_follower": "by_id",
    "interventions_handovernote": "by_id",
    "interventions_informationadvice": "worker_id",
    "interventions_extension": "asked_by_id",
    "interventions_homevisit": "by_id",
    "interventions_journalentry": "by_id",
    "interventions_objective": "by_id",
    "interventions_privatenote": "author_id",
    "interventions_recordexport": "by_id",
    "interventions_review": "by_id",
    "interventions_plannedaction": "by_id",
    "interventions_rightscheck": "worker_id",
    "interventions_rightsclaim": "by_id",
    "interventions_support": "worker_id",
    "mfa_authenticator": "user_id",
    "outreach_answer": "by_id",
    "outreach_batch": "made_by_id",
    "outreach_message": "by_id",
    "steering_comment": "written_by_id",
    "steering_report": "drafted_by_id",
    "targeting_draw": "by_id",
    "targeting_release": "by_id",
    "targeting_ruletrial": "author_id",
    "targeting_targetingrun": "made_by_id",
}
# What a row holds when it is added: what came later is the database's to write.
FIRST: Final[dict[str, dict[str, object]]] = {
    "outreach_answer": {"number": 1},
    "outreach_approach": {
        **dict.fromkeys(("mailed_on", "contacted_at", "answered_at", "again_on", "waits_since")),
        **dict.fromkeys(("ended_on", "letter_back_at")),
        "undelivered": False,
        "answer": "",
        # As a family begins that comes back; another approach begins with a release.
        "previous_id": 0,
        "window_ends_on": f"{date.today() + timedelta(days=300)}",  # noqa: DTZ011 - any day
    },
    "targeting_draw": {"seed": ""},
}
# Columns that no role sees, whatever the row.
HIDDEN: Final = {
    "audit_change": frozenset({"before", "after"}),
    "audit_read": frozenset({"household"}),
    "outreach_wrongreply": frozenset({"origin", "code", "turn"}),
}
# What may be changed at all, where it is not any column.
CHANGES: Final = {
    "agenda_appointment": "room_id = room_id",
    "agenda_attendance": "outcome = outcome",
    "agenda_feed": "with_numbers = with_numbers",
    "audit_exceptionalaccess": "finding = finding",
    "directory_commune": "label = label",  # without a number
    "directory_rolegrant": "until = greatest(since, current_date)",
    "families_contactpoint": "until = greatest(since, current_date)",
    "families_givencontact": "confirmed = confirmed",
    "families_involvement": "until = greatest(since, current_date)",
    "interventions_follower": "until = greatest(since, current_date)",
    "interventions_extension": "granted = granted",
    "interventions_handovernote": "due = due",
    "interventions_informationadvice": "other_service = other_service",
    "interventions_rightsclaim": "state = state",
    "interventions_recordexport": "reading = reading",
    "interventions_support": "news_on = '2999-01-01'",
    "outreach_answer": "dealt_at = NULL, dealt_by_id = NULL",
    "outreach_approach": "reply_by = reply_by",
    "outreach_batch": "letters = letters",
    "outreach_codeclosing": "opened_at = opened_at",
    "outreach_message": "state = state",
    "outreach_proposal": "approach_id = approach_id",
}


@dataclass(frozen=True)
class Rights:
    """The groups of `GROUPS` that may see, add, change and remove the rows of a table."""

    see: str
    add: str
    change: str
    remove: str


MATRIX: Final = {
    table: Rights(*rights)
    for table, *rights in (line.split() for line in _MATRIX.strip().splitlines())
}
