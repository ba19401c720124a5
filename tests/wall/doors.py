"""Who may open each page, as the departments say it: written apart from the pages themselves."""

from __future__ import annotations

from typing import Final

from jalon.directory.roles import Role

EVERYONE: Final = frozenset(Role)
# Who meets families, or writes to them.
FAMILIES: Final = frozenset(
    {
        *(Role.DEPARTMENT_HEAD, Role.TERRITORY_MANAGER, Role.SOCIAL_WORKER, Role.MEDIATOR),
        *(Role.PSYCHOLOGIST, Role.FINANCIAL_AID_OFFICER, Role.SECRETARY),
    }
)
MANAGERS: Final = frozenset({Role.DEPARTMENT_HEAD, Role.TERRITORY_MANAGER})
WORKERS: Final = frozenset({Role.SOCIAL_WORKER})
ANALYST: Final = frozenset({Role.TARGETING_ANALYST})
# Who sends letters and messages.
WRITERS: Final = frozenset({Role.SECRETARY})
ADMINISTRATOR: Final = frozenset({Role.TECHNICAL_ADMINISTRATOR})
OFFICER: Final = frozenset({Role.DATA_PROTECTION_OFFICER})
# Who keeps the diaries of those who receive families.
KEEPERS: Final = MANAGERS | {Role.SOCIAL_WORKER, Role.SECRETARY}
# Who tells two files of one family from two families.
FILES: Final = frozenset({Role.TERRITORY_MANAGER, Role.SECRETARY})
# The analyst knows the register, not the people of the department.
COLLEAGUES: Final = EVERYONE - ANALYST

OPENS_TO: Final[dict[frozenset[Role], tuple[str, ...]]] = {
    EVERYONE: (
        *("desk:day", "desk:guide", "directory:roles", "offers:offers", "offers:sheet"),
        # One's own absences; a manager's people's besides, as the page itself says.
        *("directory:declare_absence", "directory:withdraw_absence"),
    ),
    COLLEAGUES: ("directory:person", "directory:staff"),
    FAMILIES: (
        *("families:declare", "families:end_involvement", "families:family"),
        *("families:search", "families:mine", "families:without_lead", "outreach:proposals"),
        # What families say is written down by whoever hears it.
        *("approaches:answer", "approaches:call", "approaches:dealt_with", "approaches:list"),
        *("approaches:together", "families:contacts", "families:contacts_to_confirm"),
        *("families:confirm_contact", "families:refuse_contact"),
        # Of a colleague that one is busy; with whom, only who keeps diaries.
        *("agenda:team", "agenda:week"),
        # Of those who work with a family, its lead or a manager takes back what was said.
        *("families:lift", "families:say"),
    ),
    KEEPERS: (
        *("agenda:appointment", "agenda:book", "agenda:cancel", "agenda:confirm", "agenda:day"),
        *("agenda:move", "agenda:note", "agenda:to_move", "agenda:to_note"),
    ),
    FILES: (
        *("families:doubt", "families:doubts", "families:keep_apart", "families:merge"),
        *("families:merges", "families:undo_merge"),
    ),
    FAMILIES - {Role.MEDIATOR, Role.PSYCHOLOGIST}: ("mail:letter",),
    # Who receives and follows families.
    WORKERS: (
        *("advice:open", "advice:meet", "advice:meeting", "advice:follow_up", "advice:settle"),
        *("advice:other_service", "advice:close", "followed:drafts", "followed:forget_draft"),
        *("followed:keep_draft", "followed:to_do"),
        *("supports:prepare", "supports:appraise", "supports:add_objective"),
        *("supports:objective", "supports:plan_action", "supports:settle"),
        *("supports:write_contract", "supports:contract", "supports:sign"),
        *("supports:contract_pdf", "supports:scan", "supports:suspend", "supports:resume"),
        *("supports:extend", "supports:close", "supports:reopen"),
        *("supports:review", "supports:ask_visit", "supports:visit", "supports:decline_visit"),
        *("followed:journal", "followed:write_entry", "followed:entry", "followed:note"),
        *(
            "followed:hand_over_note",
            "followed:acknowledge",
            "followed:own_note",
            "followed:erase_note",
            "followed:find",
        ),
        *("families:ask_record", "families:record", "families:record_file"),
        "families:reread_record",
        *("followed:documents", "followed:join_document", "followed:document"),
        "followed:remove_document",
        *("rights:checks", "rights:check", "rights:fill", "rights:compute", "rights:again"),
        *("rights:delete", "rights:claim", "rights:settle", "rights:sheet", "rights:withdraw"),
        # One's own calendar.
        *("agenda:feed", "agenda:revoke_feed"),
        *("load:mine", "load:received"),
    ),
    # And who answers for their work.
    WORKERS | MANAGERS: (
        *("advice:list", "advice:page", "followed:share", "followed:unshare"),
        *("supports:list", "supports:page"),
        *("families:accesses", "families:exceptional", "families:exceptional_document"),
        "families:read_exceptionally",
    ),
    WRITERS: (
        *("mail:batches", "mail:held", "mail:start", "mail:batch", "mail:part", "mail:cover"),
        *("mail:manifest", "mail:post", "mail:withdraw", "mail:resume"),
        *("mail:returns", "mail:returned", "mail:address"),
        *("mail:messages", "mail:again", "mail:cancel"),
        # Ends what nobody should answer any more.
        "approaches:end",
        "approaches:open_code",
    ),
    MANAGERS: (
        *("directory:confirm_role", "directory:decline_role", "directory:to_confirm"),
        *("directory:remove_ways_in", "directory:sectors", "families:name_lead"),
        *("outreach:left_behind", "outreach:take_over"),
        *("targeting:choose", "targeting:release", "outreach:proposals_file"),
        *("approaches:list_file", "approaches:to_assign"),
        *("agenda:add_room", "agenda:close", "agenda:place", "agenda:places"),
        *("agenda:presences", "agenda:remove_opening", "agenda:remove_room", "agenda:reopen"),
        "agenda:set_opening",
        *("steering:reports", "steering:prepare_report", "steering:report", "steering:comment"),
        "steering:comment_of_territory",
        *("steering:report_pdf", "steering:report_workbook", "steering:report_drawing"),
        "steering:take_figures",
        *("steering:department", "steering:team", "steering:indicator", "steering:forecast"),
        *("steering:rows", "steering:received"),
        *("steering:figure_csv", "steering:figure_drawing", "steering:figure_svg"),
        *("steering:figure_workbook", "steering:forecast_workbook", "steering:forecast_csv"),
        *("steering:forecast_drawing", "steering:forecast_svg", "steering:effects"),
        *("steering:effects_csv", "steering:effects_drawing", "steering:effects_svg"),
        "steering:effects_workbook",
        *("steering:national", "steering:national_csv", "steering:national_workbook"),
        *("supports:decide", "supports:hand_over", "families:examine_access"),
    ),
    frozenset({Role.DEPARTMENT_HEAD}): (
        *("agenda:close_all", "steering:adopt_report", "steering:discard_report"),
    ),
    MANAGERS | ANALYST: (
        *("targeting:communes", "targeting:comparison", "targeting:delete_trial"),
        *("targeting:drafts", "targeting:keep", "targeting:line", "targeting:lines"),
        "targeting:lines_file",
        *("targeting:rejects", "targeting:rejects_file", "targeting:run", "targeting:runs"),
        *("targeting:search", "targeting:trial", "targeting:what_if", "targeting:withdraw"),
    ),
    ANALYST: ("targeting:again", "targeting:receive", "targeting:take"),
    ADMINISTRATOR: (
        *("directory:change", "directory:close", "directory:end_role", "directory:forget_factors"),
        *("directory:give_role", "directory:invite", "directory:open_account"),
        "directory:reopen",
    ),
    OFFICER: (
        *("audit:changes", "audit:family", "audit:find", "audit:purge", "audit:reads"),
        *("audit:retention", "audit:sign_ins", "audit:accesses", "audit:access"),
    ),
}
ROLES_OF: Final = {name: roles for roles, names in OPENS_TO.items() for name in names}
