"""Every page of the application was looked at, at both widths; runs after those that look."""

from __future__ import annotations

from typing import Final

import pytest

from e2e.visits import BOTH_WIDTHS, VISITED, WENT
from jalon.directory.roles import Role
from wall.pages import addresses

_SENT: Final = "has no page of its own: it answers what is sent, then leads to another"
_FILE: Final = "a file, not a page"
_FACTORS: Final = "needs a second factor, or that one proves who one is again: tests/directory"
_STATE: Final = "needs what the demonstration has not: tests/directory, tests/targeting"
_OUTSIDE: Final = "the organisation's own sign-in: tests/directory"
_LINK: Final = "a one-time link: tests/directory"
# Each page that no test looks at in both widths, and why.
NOT_VISITED: Final = {
    **dict.fromkeys(
        (
            *("families:declare", "families:keep_apart", "families:merge", "families:name_lead"),
            *("families:say", "outreach:take_over", "targeting:keep", "targeting:take"),
        ),
        _SENT,
    ),
    **dict.fromkeys(
        (
            *("outreach:proposals_file", "targeting:lines_file", "targeting:rejects_file"),
            "mfa_download_recovery_codes",
        ),
        _FILE,
    ),
    **dict.fromkeys(
        (
            *("account_reauthenticate", "mfa_authenticate", "mfa_deactivate_totp"),
            *("mfa_edit_webauthn", "mfa_generate_recovery_codes", "mfa_list_webauthn"),
            *("mfa_login_webauthn", "mfa_reauthenticate", "mfa_reauthenticate_webauthn"),
            *("mfa_remove_webauthn", "mfa_view_recovery_codes"),
        ),
        _FACTORS,
    ),
    **dict.fromkeys(
        (
            *("account_change_password", "account_email", "directory:confirm_role"),
            *("directory:decline_role", "directory:forget_factors", "directory:invite"),
            *("directory:reopen", "directory:withdraw_absence", "targeting:delete_trial"),
        ),
        _STATE,
    ),
    **dict.fromkeys(
        (
            *("openid_connect_callback", "openid_connect_login"),
            *("socialaccount_login_cancelled", "socialaccount_login_error"),
        ),
        _OUTSIDE,
    ),
    **dict.fromkeys(("directory:choose_password", "directory:open_link"), _LINK),
    "targeting:trial": "test_trying looks at it, at both widths",
}
_TASKS: Final = 11


@BOTH_WIDTHS
def test_every_page_was_looked_at(width: int) -> None:
    if not {*Role, "outside"} <= WENT[width] or len(WENT[width]) < len(Role) + 1 + _TASKS:
        pytest.skip("only some of the tests that look were run")
    everything = {one.name for one in addresses()}

    forgotten = sorted(everything - VISITED[width] - set(NOT_VISITED))
    assert not forgotten, f"look at these pages, or say why not: {', '.join(forgotten)}"
    assert set(NOT_VISITED) <= everything
    assert not set(NOT_VISITED) & VISITED[width]
