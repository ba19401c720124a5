"""Giving and ending roles, sharing out communes, noting absences."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from operator import attrgetter
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from jalon.directory import actions
from jalon.directory.access import SignedInRequest, for_everyone, requires
from jalon.directory.errors import DirectoryError
from jalon.directory.forms import AbsenceForm, EndForm, RoleForm, SectorsForm
from jalon.directory.models import Absence, RoleGrant, Sector, StaffMember
from jalon.directory.queries import manages, shared_communes
from jalon.directory.roles import Permission, Role
from jalon.directory.views.staff import found_member


@requires(Permission.MANAGE_STAFF)
def give_role(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Give someone a role."""
    member = found_member(public_id)
    form = RoleForm(request.POST or None, initial={"since": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        role = Role(given["role"])
        try:
            given_role = actions.give_role(
                by=request.user,
                member=member,
                role=role,
                since=given["since"],
                until=given["until"],
            )
        except DirectoryError as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _told(role, waits=given_role.confirmed_at is None))
            return redirect("directory:person", public_id)
    shown = {"form": form, "member": member, "cancel_url": _page_of(member)}
    return render(request, "directory/give_role.html", shown)


@requires(Permission.MANAGE_STAFF)
def end_role(request: SignedInRequest, public_id: UUID, grant: int) -> HttpResponse:
    """End a role, at once or after a day."""
    member = found_member(public_id)
    ended = get_object_or_404(RoleGrant, pk=grant, member=member)
    form = EndForm(request.POST if request.method == "POST" else None)
    label = Role(ended.role).label
    if request.method == "POST" and form.is_valid():
        try:
            actions.end_role(by=request.user, grant=ended, until=form.cleaned_data["until"])
        except DirectoryError as refused:
            form.add_error(None, str(refused))
        else:
            last = form.cleaned_data["until"]
            when = "finira au jour dit" if last else "ne permet plus rien"
            messages.success(request, f"Le rôle « {label} » {when}.")
            return redirect("directory:person", public_id)
    shown = {
        "heading": f"Terminer le rôle « {label} » de {member} ?",
        "form": form,
        "consequences": [
            "Sans date, ce qu'il permettait n'est plus permis dès maintenant.",
            "Avec une date, il ne l'est plus dès le lendemain de ce jour.",
        ],
        "action": "Terminer le rôle",
        "cancel_url": _page_of(member),
    }
    return render(request, "web/confirm.html", shown)


@requires(Permission.MANAGE_TERRITORY, Permission.MANAGE_DEPARTMENT)
def sectors(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Choose the communes that a worker takes families of."""
    worker = found_member(public_id)
    if not manages(request.user, worker):
        raise PermissionDenied
    taken = list(Sector.objects.filter(worker=worker).values_list("commune", flat=True))
    form = SectorsForm(request.POST or None, initial={"communes": taken})
    if request.method == "POST" and form.is_valid():
        communes = form.cleaned_data["communes"]
        actions.set_sectors(by=request.user, worker=worker, communes=communes)
        messages.success(request, "Les communes sont à jour.")
        return redirect("directory:person", public_id)
    shown = {
        "form": form,
        "member": worker,
        "cancel_url": _page_of(worker),
        "areas": _by_area(form["communes"].value() or ()),
    }
    return render(request, "directory/sectors.html", shown)


@for_everyone
def declare_absence(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Note days away, one's own or those of someone one manages."""
    member = found_member(public_id)
    _check(request.user, member)
    form = AbsenceForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.declare_absence(by=request.user, member=member, **form.cleaned_data)
        except DirectoryError as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, "L'absence est notée.")
            return redirect("directory:person", public_id)
    shown = {"form": form, "member": member, "cancel_url": _page_of(member)}
    return render(request, "directory/absence.html", shown)


@for_everyone
def withdraw_absence(request: SignedInRequest, public_id: UUID, absence: int) -> HttpResponse:
    """Forget days away, once it is confirmed."""
    member = found_member(public_id)
    _check(request.user, member)
    noted = get_object_or_404(Absence, pk=absence, member=member)
    if request.method == "POST":
        actions.withdraw_absence(by=request.user, absence=noted)
        messages.success(request, "L'absence est retirée.")
        return redirect("directory:person", public_id)
    shown = {
        "heading": f"Retirer cette absence de {member} ?",
        "action": "Retirer",
        "cancel_url": _page_of(member),
    }
    return render(request, "web/confirm.html", shown)


def _told(role: Role, *, waits: bool) -> str:
    if waits:
        return (
            f"Le rôle « {role.label} » est donné. Il ne permet rien tant qu'un responsable ne "
            "l'a pas confirmé."
        )
    return f"Le rôle « {role.label} » est donné."


def _by_area(chosen: Iterable[str]) -> list[dict[str, Any]]:
    """Group the communes by area for the page, each with whether it is chosen."""
    ticked = set(chosen)
    return [
        {"label": area, "communes": [(one, one.code in ticked) for one in communes]}
        for area, communes in groupby(shared_communes(), attrgetter("area"))
    ]


def _check(me: StaffMember, member: StaffMember) -> None:
    if me.pk != member.pk and not manages(me, member):
        raise PermissionDenied


def _page_of(member: StaffMember) -> str:
    return reverse("directory:person", args=[member.public_id])
