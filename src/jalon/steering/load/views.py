"""One's own load, and a team's: today, since January, and in the three months to come."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from jalon.audit.actions import record_read
from jalon.directory.access import SignedInRequest, requires
from jalon.directory.models import StaffMember
from jalon.directory.roles import Permission
from jalon.steering.forms import ReceivedFilter, TerritoryFilter
from jalon.steering.load.balancing import evenings
from jalon.steering.load.loads import Load, aim_of, costs_of, loads
from jalon.steering.load.received import page_received, received
from jalon.steering.load.shown import Row, row_of, targets_in_words, whole
from jalon.steering.load.worked import met_since_january
from jalon.steering.practice import practice
from jalon.steering.queries import answered_for
from jalon.web.listing import MOST, page_of

RECEIVED: Final = "Familles venues en rendez-vous depuis janvier"
# Of more workers than any fund has, a page would take too long to add up what each carries.
MOST_ADDED: Final = 250
NO_MODEL: Final = (
    "Le profil de la caisse (steering.toml) ne dit pas ce que prend une rencontre : la charge ne "
    "peut pas être donnée."
)


@require_safe
@requires(Permission.WORK_WITH_FAMILIES)
def mine(request: SignedInRequest) -> HttpResponse:
    """Show what one carries oneself."""
    found = _loads([request.user])
    shown = row_of(found[0]) if found else None
    return render(request, "steering/mine.html", {"one": shown, **_around()})


@require_safe
@requires(Permission.SEE_FIGURES)
def team(request: SignedInRequest) -> HttpResponse:
    """Show what each of a team carries, beside the others, and what could be evened out."""
    form = TerritoryFilter(request.GET or None, by=request.user)
    people = form.kept(answered_for(request.user).select_related("team__territory"))
    page = page_of(request, people)
    added = page.count <= MOST_ADDED
    found = _loads(people if added else page.items)
    on_page = {worker.pk for worker in page.items}
    rows: list[Row] = [row_of(one) for one in found if one.worker.pk in on_page]
    # Supports go to a colleague nearby: nothing is said across territories.
    together = added and (bool(form.chosen) or not form.whole)
    own = request.user.team
    context = {
        "form": form,
        "page": page,
        "nowhere": not form.whole and (own is None or own.territory is None),
        "rows": rows,
        "whole": whole(found) if added else None,
        "most_added": MOST_ADDED,
        "together": together,
        "received": f"{reverse('steering:received')}{_kept(form)}",
        "evenings": evenings([one.carried for one in found]) if together else [],
        **_around(),
    }
    return render(request, "steering/team.html", context)


@require_safe
@requires(Permission.WORK_WITH_FAMILIES)
def received_by_me(request: SignedInRequest) -> HttpResponse:
    """List the families that one received since January."""
    record_read(page=RECEIVED)
    return _list_received(request, [request.user.pk])


@require_safe
@requires(Permission.SEE_FIGURES)
def received_by_team(request: SignedInRequest) -> HttpResponse:
    """List the families that those whom one answers for received since January."""
    form = ReceivedFilter(request.GET or None, by=request.user)
    people = form.kept(answered_for(request.user)).order_by()
    record_read(page=f"{RECEIVED} ({form.in_words})")
    return _list_received(request, list(people.values_list("pk", flat=True)), form)


def _kept(form: TerritoryFilter) -> str:
    return f"?{urlencode({'territoire': form.chosen.code})}" if form.chosen else ""


def _list_received(
    request: SignedInRequest, workers: Sequence[int], form: ReceivedFilter | None = None
) -> HttpResponse:
    today = timezone.localdate()
    told = {"form": form, "title": RECEIVED, "today": today, "most_added": MOST_ADDED}
    if len(workers) > MOST_ADDED:
        return render(request, "steering/received.html", told)
    rows = received(workers, today)
    context = {
        **told,
        "many": rows.count(),
        "counted": sum(families for families, _ in met_since_january(workers, today).values()),
        "most": MOST,
        "page": page_received(request, rows),
    }
    return render(request, "steering/received.html", context)


def _loads(workers: list[StaffMember] | QuerySet[StaffMember]) -> list[Load]:
    rules = practice()
    costs = costs_of(rules)
    if costs is None:
        return []
    return loads(list(workers), timezone.localdate(), costs, aim_of(rules))


def _around() -> dict[str, Any]:
    rules = practice()
    return {
        "today": timezone.localdate(),
        "no_model": "" if costs_of(rules) else NO_MODEL,
        "targets": targets_in_words(rules),
    }
