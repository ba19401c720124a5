"""Places for their managers: openings, rooms, closures, and the weeks of who receives there."""

from __future__ import annotations

import uuid
from typing import Final

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jalon.agenda import actions, queries
from jalon.agenda.asked import found_worker
from jalon.agenda.enums import ClosingReason
from jalon.agenda.forms import ClosureForm, OpeningForm, RoomForm, WeekForm
from jalon.agenda.models import Closure, Opening, Room
from jalon.agenda.shown import openings_in_words
from jalon.agenda.views.common import done
from jalon.directory.access import SignedInRequest, requires
from jalon.directory.models import Place
from jalon.directory.queries import manages, manages_place
from jalon.directory.roles import Permission
from jalon.rules.errors import ClearError

_MANAGERS: Final = (Permission.MANAGE_TERRITORY, Permission.MANAGE_DEPARTMENT)
_UNREAD: Final = "Rien n'est changé : remplissez chaque champ."


@require_safe
@requires(*_MANAGERS)
def places(request: SignedInRequest) -> HttpResponse:
    """List the places: when they open, and what closes them."""
    context = {
        "rows": [
            (one, manages_place(request.user, one), openings_in_words(one.openings.all()))
            for one in queries.places()
        ],
        "everywhere": queries.closed_everywhere(),
        "closure_form": ClosureForm() if manages_place(request.user, None) else None,
    }
    return render(request, "agenda/places.html", context)


@require_safe
@requires(*_MANAGERS)
def place(request: SignedInRequest, pk: int) -> HttpResponse:
    """Show a place, and what its manager may change."""
    found = get_object_or_404(queries.places(), pk=pk)
    context = {
        "place": found,
        "openings": queries.openings_of(found),
        "may_change": manages_place(request.user, found),
        "opening_form": OpeningForm(),
        "room_form": RoomForm(),
        "closure_form": ClosureForm(),
    }
    return render(request, "agenda/place.html", context)


@require_POST
@requires(*_MANAGERS)
def set_opening(request: SignedInRequest, pk: int) -> HttpResponse:
    """Say when a place opens."""
    found, form = _place(pk), OpeningForm(request.POST)
    if not form.is_valid():
        messages.error(request, _UNREAD)
    else:
        opens = form.opens
        done(
            request,
            lambda: actions.set_opening(place=found, opens=opens, by=request.user),
            "C'est noté.",
        )
    return redirect("agenda:place", pk)


@require_POST
@requires(*_MANAGERS)
def remove_opening(request: SignedInRequest, pk: int) -> HttpResponse:
    """Say that a place opens no more then."""
    one = get_object_or_404(Opening.objects.select_related("place__commune__area"), pk=pk)
    done(
        request,
        lambda: actions.remove_opening(opening=one, by=request.user),
        "C'est noté : le lieu n'ouvre plus alors.",
    )
    return redirect("agenda:place", one.place_id)


@require_POST
@requires(*_MANAGERS)
def add_room(request: SignedInRequest, pk: int) -> HttpResponse:
    """Add a room."""
    found, form = _place(pk), RoomForm(request.POST)
    if not form.is_valid():
        messages.error(request, _UNREAD)
    else:
        done(
            request,
            lambda: actions.add_room(place=found, name=form.cleaned_data["name"], by=request.user),
            "C'est noté : les prochains rendez-vous y prendront une salle libre.",
        )
    return redirect("agenda:place", pk)


@require_POST
@requires(*_MANAGERS)
def remove_room(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take a room away."""
    one = get_object_or_404(Room.objects.select_related("place__commune__area"), pk=pk)
    done(request, lambda: actions.remove_room(room=one, by=request.user), "Salle retirée.")
    return redirect("agenda:place", one.place_id)


@require_POST
@requires(*_MANAGERS)
def close(request: SignedInRequest, pk: int) -> HttpResponse:
    """Close a place for some days."""
    _close(request, _place(pk))
    return redirect("agenda:place", pk)


@require_POST
@requires(Permission.MANAGE_DEPARTMENT)
def close_all(request: SignedInRequest) -> HttpResponse:
    """Close every place for some days."""
    _close(request, None)
    return redirect("agenda:places")


def _close(request: SignedInRequest, found: Place | None) -> None:
    form = ClosureForm(request.POST)
    if not form.is_valid():
        messages.error(request, _UNREAD)
        return
    told = form.cleaned_data
    done(
        request,
        lambda: actions.close_place(
            place=found,
            first_day=told["first_day"],
            last_day=told["last_day"],
            reason=ClosingReason(told["reason"]),
            by=request.user,
        ),
        "C'est noté : les rendez-vous de ces jours sont à déplacer.",
    )


@require_POST
@requires(*_MANAGERS)
def reopen(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take a closure back."""
    one = get_object_or_404(Closure.objects.select_related("place__commune__area"), pk=pk)
    done(
        request,
        lambda: actions.reopen_place(closure=one, by=request.user),
        "C'est noté : ouvert comme d'habitude.",
    )
    if one.place_id is None:
        return redirect("agenda:places")
    return redirect("agenda:place", one.place_id)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(*_MANAGERS)
def presences(request: SignedInRequest, worker: uuid.UUID) -> HttpResponse:
    """Say where a worker receives, half-day by half-day of the week."""
    member = found_worker(worker)
    if not manages(request.user, member):
        raise PermissionDenied
    form = WeekForm(
        request.POST if request.method == "POST" else None, kept=queries.week_of(member)
    )
    if form.is_valid():
        try:
            actions.set_week(worker=member, week=form.week, since=form.since_day, by=request.user)
        except ClearError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"C'est noté : la semaine de {member}.")
            return redirect("agenda:team")
    return render(request, "agenda/presences.html", {"form": form, "worker": member})


def _place(number: int) -> Place:
    return get_object_or_404(Place.objects.select_related("commune__area"), pk=number)
