"""Opening, changing and closing accounts; the links by which passwords are chosen."""

from __future__ import annotations

from typing import Protocol
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from jalon.directory import actions
from jalon.directory.access import SignedInRequest, requires
from jalon.directory.errors import DirectoryError
from jalon.directory.forms import DetailsForm
from jalon.directory.models import StaffMember
from jalon.directory.roles import Permission
from jalon.directory.views.staff import found_member


class _Action(Protocol):
    """What one person does to another's account."""

    def __call__(self, *, by: StaffMember, member: StaffMember) -> None: ...


@requires(Permission.MANAGE_STAFF)
def open_account(request: SignedInRequest) -> HttpResponse:
    """Open an account, then show once the link by which its owner chooses a password."""
    form = DetailsForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            member, token = actions.open_account(by=request.user, details=form.details())
        except DirectoryError as refused:
            form.add_error(None, str(refused))
        else:
            return _show_link(request, member, token)
    shown = {"form": form, "cancel_url": reverse("directory:staff")}
    return render(request, "directory/open_account.html", shown)


@requires(Permission.MANAGE_STAFF)
def change(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Change what an account says of its owner."""
    member = found_member(public_id)
    form = DetailsForm.of(member, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_details(by=request.user, member=member, details=form.details())
        except DirectoryError as refused:
            form.add_error(None, str(refused))
            member = found_member(public_id)
        else:
            messages.success(request, "La fiche est à jour.")
            return redirect("directory:person", public_id)
    shown = {"form": form, "member": member, "cancel_url": _page_of(member)}
    return render(request, "directory/change.html", shown)


@requires(Permission.MANAGE_STAFF)
def close(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Close an account, once it is confirmed."""
    member = found_member(public_id)
    if request.method == "POST":
        return _done(request, member, actions.close_account, "Le compte est fermé.")
    shown = {
        "heading": f"Fermer le compte de {member} ?",
        "consequences": [
            "La personne ne peut plus se connecter, et ses sessions ouvertes s'arrêtent.",
            "Ses rôles s'arrêtent aussitôt.",
            "Ce qu'elle a fait et vu reste dans l'histoire. Le compte peut être rouvert.",
        ],
        "action": "Fermer le compte",
        "danger": True,
        "cancel_url": _page_of(member),
    }
    return render(request, "web/confirm.html", shown)


@requires(Permission.MANAGE_STAFF)
def reopen(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Open a closed account again, once it is confirmed."""
    member = found_member(public_id)
    if request.method == "POST":
        return _done(request, member, actions.reopen_account, "Le compte est rouvert.")
    shown = {
        "heading": f"Rouvrir le compte de {member} ?",
        "consequences": [
            "La personne se connecte comme avant.",
            "Ses rôles ne reviennent pas : donnez-les de nouveau.",
        ],
        "action": "Rouvrir le compte",
        "cancel_url": _page_of(member),
    }
    return render(request, "web/confirm.html", shown)


@requires(Permission.MANAGE_STAFF)
def forget_factors(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Remove the second factors of someone who lost them, once it is confirmed."""
    member = found_member(public_id)
    if request.method == "POST":
        said = "Les clés et l'application sont retirées."
        return _done(request, member, actions.remove_second_factors, said)
    shown = {
        "heading": f"Retirer les clés de {member} ?",
        "consequences": [
            "Ses clés d'accès, son application et ses codes de secours ne servent plus.",
            "À sa prochaine connexion, son mot de passe suffit, le temps d'en installer d'autres.",
            "Ses sessions s'arrêtent, et un responsable confirme de nouveau ses rôles.",
            "Assurez-vous que c'est bien la personne qui le demande.",
        ],
        "action": "Retirer les clés",
        "danger": True,
        "cancel_url": _page_of(member),
    }
    return render(request, "web/confirm.html", shown)


@requires(Permission.MANAGE_STAFF)
def invite(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Make a new link to choose a password, once it is confirmed."""
    member = found_member(public_id)
    if request.method == "POST":
        try:
            token = actions.invite(by=request.user, member=member)
        except DirectoryError as refused:
            messages.error(request, str(refused))
            return redirect("directory:person", public_id)
        return _show_link(request, member, token)
    shown = {
        "heading": f"Un nouveau lien pour {member} ?",
        "consequences": [
            "Le lien sert une fois, dans les trois jours, à choisir un mot de passe.",
            "Les liens donnés avant ne servent plus.",
        ],
        "action": "Créer le lien",
        "cancel_url": _page_of(member),
    }
    return render(request, "web/confirm.html", shown)


def _show_link(request: SignedInRequest, member: StaffMember, token: str) -> HttpResponse:
    """Show a link in the answer that made it: nothing keeps it, so that it is seen once."""
    address = request.build_absolute_uri(reverse("directory:open_link", args=[token]))
    return render(request, "directory/link.html", {"member": member, "address": address})


def _done(
    request: SignedInRequest, member: StaffMember, action: _Action, said: str
) -> HttpResponse:
    try:
        action(by=request.user, member=member)
    except DirectoryError as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, said)
    return redirect("directory:person", member.public_id)


def _page_of(member: StaffMember) -> str:
    return reverse("directory:person", args=[member.public_id])
