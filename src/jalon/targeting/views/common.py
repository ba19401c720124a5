"""What the pages of a run share: finding it, its tabs, and saying why something cannot be."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import Any, Final, TypeVar, overload

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse

from jalon.directory.access import SignedInRequest
from jalon.directory.roles import Permission
from jalon.rules.errors import ClearError
from jalon.rules.outcome import Outcome
from jalon.targeting import queries
from jalon.targeting.enums import RunState
from jalon.targeting.models import TargetingRun
from jalon.targeting.transitions import UNDER_WAY
from jalon.web.listing import PAGE

STATES: Final = {
    RunState.RECEIVED: "active",
    RunState.CHECKED: "active",
    RunState.REVIEW: "waiting",
    RunState.FAILED: "danger",
    RunState.RELEASED: "done",
    RunState.WITHDRAWN: "stopped",
}
_T = TypeVar("_T")


def run_or_404(public_id: uuid.UUID) -> TargetingRun:
    """Return the run of an address."""
    return get_object_or_404(queries.run_of(public_id))


def saying_why(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Send back to the run's page, with the sentence, where what is asked cannot be done."""

    @wraps(view)
    def told(request: SignedInRequest, public_id: uuid.UUID, **kwargs: Any) -> HttpResponseBase:  # noqa: ANN401
        try:
            return view(request, public_id, **kwargs)
        except ClearError as error:
            messages.error(request, str(error))
            return redirect("targeting:run", public_id)

    return told


class Slices(Sequence[_T]):
    """A list that is counted and read a page at a time."""

    def __init__(self, count: int, read: Callable[[int, int], Sequence[_T]]) -> None:
        self._count, self._read = count, read

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, index: int) -> _T: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[_T]: ...
    def __getitem__(self, index: int | slice) -> _T | Sequence[_T]:
        if isinstance(index, int):
            return self._read(index, 1)[0]
        first, last, _ = index.indices(self._count)
        return self._read(first, last - first)

    def __iter__(self) -> Iterator[_T]:
        return iter(self[:])


def page_of(request: SignedInRequest, items: Any) -> Page[Any]:  # noqa: ANN401
    """Return the page that the address asks for, the nearest there is."""
    return Paginator(items, PAGE).get_page(request.GET.get("page"))


# A run's lists, by the name that addresses give them: what they hold, and how they are called.
LISTS: Final = {
    "retenues": (Outcome.SELECTED, "Retenues"),
    "a-verifier": (Outcome.TO_VERIFY, "À vérifier"),
    "ecartees": (Outcome.SET_ASIDE, "Écartées"),
}


@dataclass(frozen=True)
class Tab:
    """A face of a run."""

    label: str
    url: str
    current: bool
    count: int | None = None


def tabs(run: TargetingRun, current: str, counts: queries.Counts | None = None) -> list[Tab]:
    """Return the faces of a computed run; of one that failed, its rejects alone.

    `counts` are those of `counts_by_outcome`, where they are known already.
    """
    if run.state in UNDER_WAY:
        return []
    faces: list[tuple[str, str, list[str], int | None]] = [("run", "Synthèse", [], None)]
    if run.computed_at:
        known = _by_outcome(queries.counts_by_outcome(run) if counts is None else counts)
        faces += [
            ("communes", "Communes", [], None),
            *(
                (outcome.value, label, [name], known.get(outcome, 0))
                for name, (outcome, label) in LISTS.items()
            ),
            ("comparison", "Comparaison", [], None),
        ]
    if "labels" in run.summary:
        faces.append(("rejects", "Rejets", [], sum(one[-1] for one in run.summary["rejects"])))
    return [
        Tab(
            label,
            reverse(f"targeting:{'lines' if extra else name}", args=[run.public_id, *extra]),
            name == current,
            count,
        )
        for name, label, extra, count in faces
    ]


def _by_outcome(counts: queries.Counts) -> dict[str, int]:
    found: dict[str, int] = {}
    for by_outcome in counts.values():
        for outcome, number in by_outcome.items():
            found[outcome] = found.get(outcome, 0) + number
    return found


def state_label(run: TargetingRun, *, begun: bool) -> str:
    """Return where a run stands, in words; under review, a part of it may be gone already."""
    if begun and run.state == RunState.REVIEW:
        return "Libéré en partie"
    return str(run.get_state_display())


def frame(
    request: SignedInRequest, run: TargetingRun, current: str, counts: queries.Counts | None = None
) -> dict[str, Any]:
    """Return what every page of a run of `run_or_404` shows around its own content.

    `counts` as `tabs` has it.
    """
    may_make, may_release = (
        request.user.may(one) for one in (Permission.MAKE_RUNS, Permission.RELEASE_RUNS)
    )
    begun: bool = run.begun  # type: ignore[attr-defined]
    return {
        "run": run,
        "begun": begun,
        "state": STATES[RunState(run.state)],
        "state_label": state_label(run, begun=begun),
        "tabs": tabs(run, current, counts),
        "may_make": may_make,
        "may_release": may_release,
        "may_try": request.user.may(Permission.TRY_RULES),
        "is_maker": run.made_by_id == request.user.pk,
        "withdrawable": run.state == RunState.REVIEW and not begun and (may_make or may_release),
    }
