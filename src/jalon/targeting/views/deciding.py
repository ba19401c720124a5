"""The pages by which a run is released, withdrawn or made again; each asks before it acts."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from jalon.directory.access import SignedInRequest, requires
from jalon.directory.models import Area
from jalon.directory.roles import Permission
from jalon.rules.calendar import Month
from jalon.targeting import actions, integrity, queries
from jalon.targeting.actions import Part
from jalon.targeting.capacity import capacity_after
from jalon.targeting.cohort_files import newly_selected
from jalon.targeting.engine.outputs import COHORT_PARQUET
from jalon.targeting.errors import RunError
from jalon.targeting.forms import WavesForm
from jalon.targeting.models import TargetingRun
from jalon.targeting.review import NO_AREA
from jalon.targeting.views.common import frame, run_or_404, saying_why
from jalon.targeting.waves import practice
from jalon.web import french

_ASKS_THEN_ACTS = require_http_methods(["GET", "HEAD", "POST"])
_ELSEWHERE = "hors-secteur"


@require_safe
@requires(Permission.RELEASE_RUNS)
@saying_why
def choose(request: SignedInRequest, public_id: uuid.UUID) -> HttpResponse:
    """Show what can be released, offer by offer and area by area."""
    run = run_or_404(public_id)
    there = queries.parts_of_run(run)
    done = {
        (one.offer, one.area_id): one
        for one in run.releases.select_related("by", "draw").order_by("at")
    }
    areas, labels = _areas(there), run.labels
    rows = [
        (
            labels.get(offer, offer),
            [
                {
                    "label": label,
                    "value": f"{offer}:{code}",
                    "number": there.get((offer, area)),
                    "done": done.get((offer, area)),
                }
                for area, (code, label) in areas.items()
            ],
        )
        for offer in sorted({offer for offer, _ in there}, key=lambda code: labels.get(code, code))
    ]
    context = {
        **frame(request, run, "release"),
        "areas": [label for _, label in areas.values()],
        "rows": rows,
        "left": len(there.keys() - done.keys()),
        "done": len(done),
    }
    return render(request, "targeting/release.html", context)


def _areas(there: dict[tuple[str, int | None], int]) -> dict[int | None, tuple[str, str]]:
    """Return the code and label of each area that has someone to release."""
    concerned = {area for _, area in there}
    found: dict[int | None, tuple[str, str]] = {
        area.pk: (area.code, area.label)
        for area in Area.objects.order_by("label")
        if area.pk in concerned
    }
    if None in concerned:
        found[None] = (_ELSEWHERE, NO_AREA)
    return found


@_ASKS_THEN_ACTS
@requires(Permission.RELEASE_RUNS)
@saying_why
def release(request: SignedInRequest, public_id: uuid.UUID) -> HttpResponse:
    """Ask, then release the parts chosen, or the whole."""
    run = run_or_404(public_id)
    given = request.POST if request.method == "POST" else request.GET
    chosen = given.getlist("part")
    whole = given.get("tout") == "1"
    there = queries.parts_of_run(run)
    parts = None if whole else _parts(chosen, there)
    form = WavesForm(given)
    if not form.is_valid():
        raise RunError("Choisissez en combien de vagues, parmi celles de la liste.")
    if request.method == "POST":
        after = actions.release_run(by=request.user, run_id=run.pk, parts=parts, waves=form.waves)
        messages.success(request, _released(after))
        if form.waves:
            messages.info(request, "Celles qui peuvent attendre sont contactées par vagues.")
        return redirect("targeting:run", public_id)
    if parts is not None and not parts:
        raise RunError("Choisissez au moins une offre dans un secteur.")
    query = "tout=1" if whole else "&".join(f"part={one}" for one in chosen)
    return render(
        request,
        "targeting/confirm.html",
        {
            **frame(request, run, "release"),
            "heading": "Libérer ce requêtage ?" if whole else "Libérer ces familles ?",
            "action": "Libérer",
            "cancel_url": reverse("targeting:choose", args=[public_id]),
            "post_url": "",
            "hidden": [("tout", "1")] if whole else [("part", one) for one in chosen],
            "query": query,
            "consequences": _consequences(run, there, parts),
            "waves": _waves(run, there, parts),
        },
    )


def _waves(
    run: TargetingRun, there: dict[tuple[str, int | None], int], parts: set[Part] | None
) -> dict[str, Any] | None:
    """Return what is asked of those who may wait; None where there is room for all of them."""
    done = set(run.releases.values_list("offer", "area_id"))
    left = there.keys() - done if parts is None else parts
    waiting = actions.may_wait({offer for offer, _ in left})
    rows = {part: there[part] for part in left if part[0] in waiting}
    capacity = capacity_after(Month.parse(run.month))
    families, room = actions.families_of(run, rows), actions.room_for(rows, capacity)
    if families <= room:
        return None
    return {
        "form": WavesForm(),
        "families": families,
        "offers": _labels(run, {Part(*one) for one in rows}),
        "room": french.number(room, 0),
        "month": capacity.month.in_french,
        "longest": practice().longest_days,
    }


def _released(run: TargetingRun) -> str:
    if run.state == "released":
        return "Le requêtage est libéré : les familles retenues vont recevoir leurs propositions."
    return "Ces familles sont libérées. Le reste du requêtage attend d'être relu."


def _parts(chosen: list[str], there: dict[tuple[str, int | None], int]) -> set[Part]:
    """Read the parts of an address, `offer:area`; RunError for what is none."""
    codes = {code: area for area, (code, _) in _areas(there).items()}
    found = set()
    for one in chosen:
        offer, _, code = one.partition(":")
        if code not in codes or (offer, codes[code]) not in there:
            raise RunError(
                "Une des parties choisies n'a aucune famille retenue : relisez la page."
            )
        found.add(Part(offer, codes[code]))
    return found


def _consequences(
    run: TargetingRun,
    there: dict[tuple[str, int | None], int],
    parts: set[Part] | None,
) -> list[str]:
    done = set(run.releases.values_list("offer", "area_id"))
    concerned = {Part(*one) for one in there if one not in done} if parts is None else parts
    granted = set(run.summary["granted"])
    proposed = {one for one in concerned if one.offer not in granted}
    found = [*_proposals(run, there, proposed)] if proposed else []
    if aids := {one for one in concerned if one.offer in granted}:
        files = french.counted(sum(there[one] for one in aids), "dossier,dossiers")
        found.append(
            f"{files} à une aide versée d'office ({_labels(run, aids)}) : aucune proposition."
        )
    if not concerned:
        found.append("Aucune offre ne retient de famille.")
    if besides := queries.released_besides(run):
        found.append(
            f"Un autre requêtage {besides.of_month} est déjà libéré : ce qu'il a proposé ne l'est "
            "pas de nouveau."
        )
    return [*found, "Votre nom et l'heure sont gardés. Une libération ne s'annule pas."]


def _proposals(
    run: TargetingRun, there: dict[tuple[str, int | None], int], parts: set[Part]
) -> Iterator[str]:
    """Say how many families these parts propose something, and what they have already."""
    communes = queries.communes()
    released = [integrity.folder_if_same(one) for one in queries.released_until(run)]
    folder = integrity.checked_folder(run, COHORT_PARQUET)
    found = newly_selected(folder, released, sorted({one.offer for one in parts}))
    new = [
        household
        for offer, commune, household in found.rows
        if (offer, communes[commune].area_id if commune in communes else None) in parts
    ]
    families = french.counted(len(set(new)), "dossier reçoit,dossiers reçoivent")
    proposals = french.counted(len(new), "proposition,propositions")
    areas = {pk: label for pk, (_, label) in _areas(there).items()}
    where = ", ".join(label for pk, label in areas.items() if pk in {one.area_id for one in parts})
    yield f"{families} {proposals} : {_labels(run, parts)}."
    yield f"Secteurs : {where}."
    if found.warning:
        yield found.warning
    if already := sum(there[one] for one in parts) - len(new):
        rows = french.counted(already, "autre ligne retenue,autres lignes retenues")
        yield f"{rows} : un mois déjà libéré les avait, rien n'est proposé deux fois."


def _labels(run: TargetingRun, parts: set[Part]) -> str:
    return ", ".join(sorted({run.labels.get(one.offer, one.offer) for one in parts}))


@_ASKS_THEN_ACTS
@requires(Permission.MAKE_RUNS, Permission.RELEASE_RUNS)
@saying_why
def withdraw(request: SignedInRequest, public_id: uuid.UUID) -> HttpResponse:
    """Ask, then put a run aside."""
    run = run_or_404(public_id)
    if request.method == "POST":
        actions.withdraw_run(by=request.user, run_id=run.pk)
        messages.success(request, "Le requêtage est retiré : personne ne sera contacté.")
        return redirect("targeting:run", public_id)
    return _ask(
        request,
        run,
        heading="Retirer ce requêtage ?",
        action="Retirer",
        danger=True,
        consequences=[
            "Aucune famille de ce requêtage ne sera contactée.",
            "Il reste dans la liste, avec votre nom ; il peut être refait, pas repris.",
        ],
    )


@_ASKS_THEN_ACTS
@requires(Permission.MAKE_RUNS)
@saying_why
def again(request: SignedInRequest, public_id: uuid.UUID) -> HttpResponse:
    """Ask, then compute the same month again from the same extract."""
    run = run_or_404(public_id)
    if request.method == "POST":
        new = actions.make_run_again(by=request.user, run=run)
        return redirect("targeting:run", new.public_id)
    return _ask(
        request,
        run,
        heading="Refaire ce requêtage ?",
        action="Refaire",
        consequences=[
            "Un nouveau requêtage part de la même extraction, avec les règles d'aujourd'hui.",
            "Celui-ci reste tel qu'il est ; le nouveau se compare à lui.",
        ],
    )


def _ask(request: SignedInRequest, run: TargetingRun, **context: Any) -> HttpResponse:  # noqa: ANN401
    cancel = reverse("targeting:run", args=[run.public_id])
    shown = {**frame(request, run, ""), "cancel_url": cancel, "post_url": "", **context}
    return render(request, "targeting/confirm.html", shown)
