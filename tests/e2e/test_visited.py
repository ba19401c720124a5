"""Every page of the application was looked at; runs after those that look."""

from __future__ import annotations

import os
from typing import Final

import pytest

from e2e.test_posted import TASKS
from e2e.test_reply import PAGES
from e2e.visits import LOOKING, VISITED, WENT
from jalon.directory.roles import Role
from wall.pages import addresses

_SENT: Final = "has no page of its own: it answers what is sent, then leads to another"
_FILE: Final = "a file, not a page"
# Each address that shows no page, and why.
NOT_VISITED: Final = {
    **dict.fromkeys(
        (
            "approaches:open_code",
            *("approaches:dealt_with", "mail:start", "mail:post", "mail:withdraw", "mail:resume"),
            *("mail:again", "mail:cancel"),
            *("agenda:confirm", "agenda:set_opening", "agenda:remove_opening"),
            *("agenda:add_room", "agenda:remove_room", "agenda:close", "agenda:close_all"),
            *("agenda:reopen", "agenda:revoke_feed"),
            *("families:confirm_contact", "families:refuse_contact"),
            *("advice:follow_up", "advice:settle", "advice:other_service"),
            *("followed:keep_draft", "followed:forget_draft", "followed:unshare"),
            "followed:acknowledge",
            *("rights:compute", "rights:again", "rights:claim", "rights:settle"),
            "rights:withdraw",
            "families:examine_access",
            *("followed:erase_note", "supports:settle", "supports:plan_action"),
            *("supports:write_contract", "supports:resume", "supports:decline_visit"),
            *("families:declare", "families:keep_apart", "families:merge", "families:name_lead"),
            *("families:say", "outreach:take_over", "targeting:keep", "targeting:take"),
            "steering:take_figures",
        ),
        _SENT,
    ),
    **dict.fromkeys(
        (
            "agenda:calendar",
            *("approaches:list_file", "mail:part", "mail:cover", "mail:manifest", "mail:letter"),
            *("outreach:proposals_file", "targeting:lines_file", "targeting:rejects_file"),
            *("supports:contract_pdf", "supports:scan", "mfa_download_recovery_codes"),
            *("followed:document", "families:record_file", "rights:sheet"),
            "families:exceptional_document",
            *("steering:report_pdf", "steering:report_workbook", "steering:report_drawing"),
            *("steering:national_csv", "steering:national_workbook"),
            *(
                f"steering:{page}_{what}"
                for page in ("figure", "forecast", "effects")
                for what in ("csv", "drawing", "svg", "workbook")
            ),
        ),
        _FILE,
    ),
    "account_email": "leads to the page of one's own security",
    "directory:open_link": "leads to the page where one chooses a password",
    "messages:report": "answers the provider of text messages, not a person",
    "mfa_login_webauthn": "answers the script of the sign-in page",
    "openid_connect_callback": "leads on from the organisation's own sign-in",
    "openid_connect_login": "leads to the organisation's own sign-in",
}
# What must have been done before one can say that every page was looked at.
_NEEDED: Final = {
    *(*Role, "outside", "newcomer", "trying"),
    *(task.__name__ for task, _ in TASKS),
}


@LOOKING
def test_every_page_was_looked_at() -> None:
    if missing := _NEEDED - WENT:
        said = f"some of what looks was not run: {', '.join(sorted(missing))}"
        (pytest.fail if os.environ.get("CI") else pytest.skip)(said)
    everything = {one.name for one in addresses()}

    forgotten = sorted(everything - VISITED - set(NOT_VISITED) - PAGES)
    assert not forgotten, f"look at these pages, or say why not: {', '.join(forgotten)}"
    assert set(NOT_VISITED) <= everything
    assert not set(NOT_VISITED) & VISITED
