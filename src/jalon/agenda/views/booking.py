"""Choosing a time for a family: a first one, or another than the one it has."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Final

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from jalon.agenda import actions, queries
from jalon.agenda.asked import found_worker
from jalon.agenda.enums import Mode
from jalon.agenda.forms import OTHER, BookForm, SlotForm, modes, value_of
from jalon.agenda.models import Appointment
from jalon.agenda.shown import when_in_words, where_in_words
from jalon.agenda.slots import PER_PLACE, Offered, Wanted, free_slots, wish_of
from jalon.audit.actions import record_read
from jalon.directory.access import SignedInRequest, requires
from jalon.directory.models import StaffMember
from jalon.directory.roles import Permission
from jalon.families.models import Family
from jalon.families.queries import family_of, may_lead
from jalon.outreach.models import Answer
from jalon.outreach.shown import answer_in_words
from jalon.rules.errors import ClearError

_MANY: Final = 60
_TEAM: Final = "equipe"


@dataclass(frozen=True)
class _Search:
    """What one looks for, as the address says it, and what was found.

    `heeds` where it is as the family wishes; `in_vain` where nothing was, and all is shown.
    """

    mode: Mode
    with_whom: str
    people: list[tuple[str, str]]
    workers: list[StaffMember]
    wish: Answer | None
    heeds: bool
    in_vain: bool
    offered: list[Offered]


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.KEEP_DIARIES)
def book(request: SignedInRequest, family: uuid.UUID) -> HttpResponse:
    """Propose the free times for a family, and take the one chosen."""
    found = get_object_or_404(family_of(family))
    if found.merged_into is not None:
        return redirect("agenda:book", found.merged_into.public_id)
    search = _search(request, found, None)
    form = BookForm(
        request.POST if request.method == "POST" else None,
        mode=search.mode,
        workers=search.workers,
        family=found,
    )
    if form.is_valid() and form.time is not None:
        time, told = form.time, form.cleaned_data
        people = [one for one in found.members if one.pk in told["people"]]
        made = _taken(
            form,
            lambda: actions.book(
                family=found,
                time=time,
                people=people,
                agreed=told["agreed"] == "oui",
                by=request.user,
            ),
        )
        if made is not None:
            messages.success(request, f"C'est noté : {_said(made)}.")
            return redirect(found)
        search = _search(request, found, None)
    record_read(family_id=found.pk, page="rendez-vous à fixer")
    return _choosing(request, search, form, found, None)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.KEEP_DIARIES)
def move(request: SignedInRequest, appointment: uuid.UUID) -> HttpResponse:
    """Propose other times for an appointment, and take the one chosen instead."""
    one = get_object_or_404(queries.appointment_of(appointment))
    search = _search(request, one.family, one)
    form = SlotForm(
        request.POST if request.method == "POST" else None,
        mode=search.mode,
        workers=search.workers,
    )
    if form.is_valid() and form.time is not None:
        time, agreed = form.time, form.cleaned_data["agreed"] == "oui"
        made = _taken(
            form,
            lambda: actions.move(appointment=one, time=time, agreed=agreed, by=request.user),
        )
        if made is not None:
            messages.success(request, f"C'est déplacé : {_said(made)}.")
            return redirect(made)
        search = _search(request, one.family, one)
    record_read(family_id=one.family_id, page="rendez-vous à déplacer")
    return _choosing(request, search, form, one.family, one)


def _taken(form: SlotForm, act: Callable[[], Appointment]) -> Appointment | None:
    """Act; what refuses it is said in the form, which keeps what was chosen besides."""
    try:
        made = act()
    except ClearError as error:
        form.add_error(None, str(error))
        return None
    return queries.appointments().get(pk=made.pk)


def _said(made: Appointment) -> str:
    return f"{when_in_words(made)}, {where_in_words(made)}, avec {made.worker}"


def _search(request: SignedInRequest, family: Family, moved: Appointment | None) -> _Search:
    """Look for what the address asks for; unless it says, as the family wishes, with its lead."""
    asked = request.GET
    chosen = asked.get("comment", "")
    mode = Mode(moved.mode) if moved else Mode.PLACE
    mode = Mode(chosen) if chosen in dict(modes()) else mode
    near = list(queries.workers_near(family))
    preferred = moved.worker if moved else queries.lead_of(family, near)
    with_whom = asked.get("avec", "")
    if preferred and with_whom in {"", str(preferred.public_id)}:
        with_whom, workers = str(preferred.public_id), [preferred]
    elif with_whom in {"", _TEAM}:
        with_whom, workers = _TEAM, near
    else:
        workers = [found_worker(with_whom)]
    wish = wish_of(family) if moved is None else None
    heeds = wish is not None and asked.get("souhaits") != "non"
    wanted = Wanted(
        [one.pk for one in workers],
        mode=mode,
        moved=moved,
        per_place=_MANY if asked.get("tout") else PER_PLACE,
    )
    offered = free_slots(family, _as_wished(wanted, wish)) if heeds and wish else []
    in_vain = heeds and not offered
    people = _people(near, preferred, workers)
    return _Search(
        mode,
        with_whom,
        people,
        _receiving([*near, *workers, *([preferred] if preferred else [])], moved),
        wish,
        heeds,
        in_vain,
        offered or free_slots(family, wanted),
    )


def _as_wished(wanted: Wanted, wish: Answer) -> Wanted:
    return replace(
        wanted,
        places=[wish.place_id] if wish.place_id else None,
        half_days=list(wish.half_days) or None,
    )


def _people(
    near: list[StaffMember], preferred: StaffMember | None, workers: list[StaffMember]
) -> list[tuple[str, str]]:
    """Return whom one may look for: everybody near, the preferred apart, whoever was asked."""
    first = [preferred] if preferred else []
    others = [one for one in (*near, *workers) if one not in first]
    return [
        *((str(one.public_id), str(one)) for one in first),
        (_TEAM, "Toute l'équipe, au plus tôt"),
        *((str(one.public_id), str(one)) for one in dict.fromkeys(others)),
    ]


def _receiving(people: list[StaffMember], moved: Appointment | None) -> list[StaffMember]:
    """Return each of them once, by name; whose appointment is moved may receive no more."""
    found = {*people}
    if moved and not (moved.worker.is_active and may_lead(moved.worker)):
        found.discard(moved.worker)
    return sorted(found, key=lambda one: (one.last_name, one.first_name))


def _choosing(
    request: SignedInRequest,
    search: _Search,
    form: SlotForm,
    family: Family,
    moved: Appointment | None,
) -> HttpResponse:
    wish = search.wish
    context: dict[str, Any] = {
        "family": family,
        "form": form,
        "search": search,
        "modes": modes(),
        "offered": [
            (one, [(value_of(slot), slot, worker) for slot, worker in one.slots])
            for one in search.offered
        ],
        "alone": len({worker.pk for one in search.offered for _, worker in one.slots}) == 1,
        "more": any(one.more for one in search.offered),
        "wish": answer_in_words(wish) if wish else "",
        "other": OTHER,
        "moved": moved,
        "when": when_in_words(moved) if moved else "",
    }
    status = 409 if form.non_field_errors() else 200
    return render(request, "agenda/book.html", context, status=status)
