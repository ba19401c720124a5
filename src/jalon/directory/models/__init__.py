"""Staff and their roles, teams, territories, places and sectors."""

from jalon.directory.models.entry import CachedValue, Invitation
from jalon.directory.models.grants import IncompatibleRole, RoleGrant, RolePermission
from jalon.directory.models.places import Area, Commune, Place, Team, Territory
from jalon.directory.models.staff import Absence, Sector, StaffMember

__all__ = [
    "Absence",
    "Area",
    "CachedValue",
    "Commune",
    "IncompatibleRole",
    "Invitation",
    "Place",
    "RoleGrant",
    "RolePermission",
    "Sector",
    "StaffMember",
    "Team",
    "Territory",
]
