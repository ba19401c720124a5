"""What changes in the directory."""

from __future__ import annotations

from django.db import transaction

from jalon.directory.models import RolePermission
from jalon.directory.roles import Role


def write_role_permissions(*, using: str) -> None:
    """Copy what each role allows from the code to the database, whose policies decide by it.

    The application may not: migrations do it, as the owner.
    """
    allowed = {(role.value, permission.value) for role in Role for permission in role.permissions}
    rows = RolePermission.objects.using(using)
    with transaction.atomic(using=using):
        known = set(rows.values_list("role", "permission"))
        for role, permission in known - allowed:
            rows.filter(role=role, permission=permission).delete()
        rows.bulk_create(
            RolePermission(role=role, permission=permission)
            for role, permission in sorted(allowed - known)
        )
