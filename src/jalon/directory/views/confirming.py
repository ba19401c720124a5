"""Roles that wait for a manager: the list, and the pages to confirm or decline one."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from jalon.directory import actions, queries
from jalon.directory.access import SignedInRequest, requires
from jalon.directory.errors import DirectoryError
from jalon.directory.forms import VouchedForm
from jalon.directory.models import RoleGrant, StaffMember
from jalon.directory.roles import Permission, Role
from jalon.directory.views.staff import found_member
from jalon.web.listing import page_of

_managers = requires(Permission.MANAGE_TERRITORY, Permission.MANAGE_DEPARTMENT)


@require_safe
@_managers
def to_confirm(request: SignedInRequest) -> HttpResponse:
    """List the roles that wait for the person's confirmation, the oldest first."""
    waiting = queries.to_confirm(request.user).select_related("member__team", "granted_by")
    page = page_of(request, waiting)
    rows = [{"grant": grant, "label": Role(grant.role).label} for grant in page.items]
    return render(request, "directory/to_confirm.html", {"page": page, "rows": rows})


@_managers
def confirm(request: SignedInRequest, public_id: UUID, grant: int) -> HttpResponse:
    """Have a role take effect, once it is confirmed."""
    member, waiting = _waiting(request, public_id, grant)
    label = Role(waiting.role).label
    form = VouchedForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = f"Le rôle « {label} » de {member} est confirmé. La personne se connecte de nouveau."
        action = partial(actions.confirm_role, known=form.cleaned_data["known"])
        return _done(request, waiting, action, said)
    ways = queries.ways_in(waiting)
    form.initial["known"] = ways.known
    shown = {
        "heading": f"Confirmer le rôle « {label} » de {member} ?",
        "member": member,
        "grant": waiting,
        "permissions": [one.label for one in Permission if one in Role(waiting.role).permissions],
        "ways": ways,
        "form": form,
        "link_waits": queries.link_waits(member),
        "action": "Confirmer le rôle",
        "cancel_url": reverse("directory:to_confirm"),
    }
    return render(request, "directory/confirm_role.html", shown)


@_managers
def decline(request: SignedInRequest, public_id: UUID, grant: int) -> HttpResponse:
    """End a role that waits, once it is confirmed."""
    member, waiting = _waiting(request, public_id, grant)
    label = Role(waiting.role).label
    if request.method == "POST":
        said = f"Le rôle « {label} » de {member} est refusé."
        return _done(request, waiting, actions.decline_role, said)
    shown = {
        "heading": f"Refuser le rôle « {label} » de {member} ?",
        "consequences": [
            "Le rôle s'arrête sans avoir rien permis depuis qu'il attend.",
            "Si la personne n'existe pas, ou n'a rien demandé, prévenez aussi le délégué.",
        ],
        "action": "Refuser le rôle",
        "danger": True,
        "cancel_url": reverse("directory:to_confirm"),
    }
    return render(request, "web/confirm.html", shown)


@_managers
def remove_ways_in(request: SignedInRequest, public_id: UUID, grant: int) -> HttpResponse:
    """Take away all that opens the account of who waits, once it is confirmed."""
    member, waiting = _waiting(request, public_id, grant)
    if request.method == "POST":
        said = f"Le mot de passe et les clés de {member} sont retirés."
        return _done(request, waiting, actions.remove_ways_in, said)
    shown = {
        "heading": f"Retirer le mot de passe et les clés de {member} ?",
        "consequences": [
            "Son mot de passe, ses clés d'accès et son application ne servent plus.",
            "Ses sessions s'arrêtent, et tous ses rôles attendent d'être confirmés.",
            "La personne entre de nouveau par la connexion de votre organisme, ou par un lien.",
        ],
        "action": "Retirer le mot de passe et les clés",
        "danger": True,
        "cancel_url": reverse("directory:confirm_role", args=[public_id, grant]),
    }
    return render(request, "web/confirm.html", shown)


def _waiting(
    request: SignedInRequest, public_id: UUID, grant: int
) -> tuple[StaffMember, RoleGrant]:
    member = found_member(public_id)
    waiting = get_object_or_404(RoleGrant, pk=grant, member=member)
    if not queries.may_confirm(request.user, waiting):
        raise PermissionDenied
    return member, waiting


def _done(
    request: SignedInRequest, grant: RoleGrant, action: Callable[..., None], said: str
) -> HttpResponse:
    try:
        action(by=request.user, grant=grant)
    except DirectoryError as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, said)
    return redirect("directory:to_confirm")
