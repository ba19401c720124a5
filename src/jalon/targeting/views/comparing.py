"""The page that compares a run with another: who entered, who left, who stayed."""

from __future__ import annotations

import uuid

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from jalon.audit.actions import record_read
from jalon.directory.access import SignedInRequest, requires
from jalon.directory.roles import Permission
from jalon.targeting import queries
from jalon.targeting.comparing import Movement, Side, movements, movers
from jalon.targeting.engine.outputs import COHORT_PARQUET
from jalon.targeting.integrity import checked_folder
from jalon.targeting.models import TargetingRun
from jalon.targeting.views.common import Slices, frame, page_of, run_or_404, saying_why
from jalon.web import french

_SIDES = {
    "entrees": (Side.ENTERED, "Entrées"),
    "sorties": (Side.LEFT, "Sorties"),
    "inchangees": (Side.UNCHANGED, "Inchangées"),
}
_OTHERS = 24


def _number(movement: Movement, side: Side) -> int:
    number: int = getattr(movement, side.value)
    return number


def _other(request: SignedInRequest, run: TargetingRun) -> TargetingRun | None:
    """Return the run that the address names, or the one before."""
    named = request.GET.get("avec")
    if not named:
        return queries.previous_run(run)
    try:
        return queries.comparable_runs(run).get(public_id=uuid.UUID(named))
    except (ValueError, TargetingRun.DoesNotExist):
        raise Http404 from None


@require_safe
@requires(Permission.SEE_RUNS)
@saying_why
def comparison(request: SignedInRequest, public_id: uuid.UUID) -> HttpResponse:
    """Compare a run with the one before, or another."""
    run = run_or_404(public_id)
    if run.computed_at is None:
        raise Http404
    other = _other(request, run)
    context = {
        **frame(request, run, "comparison"),
        "other": other,
        "others": queries.comparable_runs(run)[:_OTHERS],
    }
    if other is not None:
        context.update(_compared(request, run, other))
    return render(request, "targeting/comparison.html", context)


def _compared(
    request: SignedInRequest, run: TargetingRun, other: TargetingRun
) -> dict[str, object]:
    now, was = (checked_folder(one, COHORT_PARQUET) for one in (run, other))
    moved = movements(now, was)
    labels = run.labels
    made_at = french.long_moment(other.made_at)
    found: dict[str, object] = {
        "note": f"Avec le requêtage {other.of_month}, lancé le {made_at}",
        "movements": [
            {
                "code": one.offer,
                "label": labels.get(one.offer, one.offer),
                "cells": [
                    (name, label, _number(one, side)) for name, (side, label) in _SIDES.items()
                ],
            }
            for one in moved
        ],
        "sides": [label for _, label in _SIDES.values()],
    }
    side_name, offer = request.GET.get("sens", ""), request.GET.get("offre", "")
    if side_name in _SIDES and (not offer or offer in {one.offer for one in moved}):
        side, label = _SIDES[side_name]
        total = sum(_number(one, side) for one in moved if not offer or one.offer == offer)
        known = queries.communes()
        page = page_of(
            request,
            Slices(
                total,
                lambda first, most: movers(now, was, side, offer, first=first, most=most),
            ),
        )
        record_read(
            page=f"Comparaison, {label.lower()}, requêtage {run.public_id}, page {page.number}"
        )
        found.update(
            page=page,
            side_label=label,
            offer_label=labels.get(offer, offer),
            # The rows of those who left are the other run's.
            of_run=other if side is Side.LEFT else run,
            rows=[
                (
                    one,
                    labels.get(one.offer, one.offer),
                    known[one.commune].label if one.commune in known else one.commune,
                )
                for one in page
            ],
        )
    return found
