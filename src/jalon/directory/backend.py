"""How the person of a session is found again, at each of their requests."""

from __future__ import annotations

from allauth.account.auth_backends import AuthenticationBackend

from jalon.directory.models import StaffMember


class StaffBackend(AuthenticationBackend):  # type: ignore[misc]
    """Finds the person and their team at once: nearly every page asks where one works."""

    def get_user(self, user_id: int) -> StaffMember | None:
        """Return the person, unless the account is closed or gone."""
        member = StaffMember.objects.select_related("team").filter(pk=user_id).first()
        return member if member and self.user_can_authenticate(member) else None
