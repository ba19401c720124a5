"""What changes in the directory."""

from jalon.directory.actions.accounts import (
    accept_invitation,
    change_details,
    close_account,
    invite,
    open_account,
    open_first_account,
    remove_second_factors,
    reopen_account,
)
from jalon.directory.actions.confirming import (
    confirm_as_installer,
    confirm_role,
    decline_role,
    remove_ways_in,
)
from jalon.directory.actions.department import set_up_department
from jalon.directory.actions.grants import end_role, give_role, write_roles
from jalon.directory.actions.work import declare_absence, set_sectors, withdraw_absence

__all__ = [
    "accept_invitation",
    "change_details",
    "close_account",
    "confirm_as_installer",
    "confirm_role",
    "declare_absence",
    "decline_role",
    "end_role",
    "give_role",
    "invite",
    "open_account",
    "open_first_account",
    "remove_second_factors",
    "remove_ways_in",
    "reopen_account",
    "set_sectors",
    "set_up_department",
    "withdraw_absence",
    "write_roles",
]
