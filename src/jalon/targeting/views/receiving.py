"""The list of runs, and the page that receives an extract."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.http.multipartparser import MultiPartParserError
from django.shortcuts import redirect, render
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_POST, require_safe

from jalon.directory.access import SignedInRequest, requires
from jalon.directory.roles import Permission
from jalon.register.schema import TABLES
from jalon.rules.errors import ClearError
from jalon.rules.profile import load_profile
from jalon.targeting import actions, queries, storage
from jalon.targeting.engine.target import layout_of
from jalon.targeting.enums import RunState
from jalon.targeting.forms import IncomingForm, RunFilters, UploadForm
from jalon.targeting.uploads import DiskUploadHandler
from jalon.targeting.views.common import STATES, page_of, state_label

_UNREADABLE = (
    "L'envoi n'est pas arrivé entier, ou contient trop de fichiers : choisissez les quatre "
    "fichiers et renvoyez-les."
)


@require_safe
@requires(Permission.SEE_RUNS)
def runs(request: SignedInRequest) -> HttpResponse:
    """List the runs, the latest month first."""
    form = RunFilters(request.GET)
    found = queries.runs()
    if form.is_valid():
        if form.cleaned_data["etat"]:
            found = found.filter(state=form.cleaned_data["etat"])
        if form.cleaned_data["mois"]:
            found = found.filter(month__startswith=form.cleaned_data["mois"])
    shown = page_of(request, found)
    return render(
        request,
        "targeting/runs.html",
        {
            "form": form,
            "page": shown,
            "rows": [
                (run, STATES[RunState(run.state)], state_label(run, begun=run.begun))
                for run in shown
            ],
            "may_make": request.user.may(Permission.MAKE_RUNS),
        },
    )


def _stems() -> list[str]:
    layout = layout_of(load_profile(settings.PROFILE))
    return [layout.stem(table.name) for table in TABLES]


def _page(
    request: SignedInRequest,
    *,
    upload: UploadForm | None = None,
    incoming: IncomingForm | None = None,
) -> HttpResponse:
    folders = storage.incoming_folders()
    wrong = any(form is not None and form.errors for form in (upload, incoming))
    return render(
        request,
        "targeting/receive.html",
        {
            "upload": upload or UploadForm(stems=_stems(), prefix="envoi"),
            "incoming": incoming or IncomingForm(folders=folders, prefix="depot"),
            "folders": folders,
        },
        status=422 if wrong else 200,
    )


@csrf_protect
def _receive(request: SignedInRequest) -> HttpResponse:
    form = UploadForm(request.POST, request.FILES, stems=_stems(), prefix="envoi")
    if form.is_valid():
        try:
            run = actions.make_run(
                by=request.user, month=form.chosen_month, files=form.chosen_files
            )
        except ClearError as error:
            form.add_error("extract", str(error))
        else:
            return redirect("targeting:run", run.public_id)
    return _page(request, upload=form)


# The token is read, and checked, once files know that they go to disk.
@csrf_exempt
@requires(Permission.MAKE_RUNS)
def receive(request: SignedInRequest) -> HttpResponseBase:
    """Show how to give an extract; receive its four files."""
    if request.method != "POST":
        return csrf_protect(_page)(request)
    request.upload_handlers = [DiskUploadHandler(request)]
    try:
        request.FILES  # noqa: B018 - reads the whole request
    except (OSError, SuspiciousOperation, MultiPartParserError):
        # Its token could not be read either: nothing is done, so nothing asks for it.
        return _refused(request)
    return _receive(request)


def _refused(request: HttpRequest) -> HttpResponse:
    """Say that nothing could be read of what was sent."""
    form = UploadForm({}, {}, stems=_stems(), prefix="envoi")
    form.errors.clear()
    form.add_error("extract", _UNREADABLE)
    return _page(request, upload=form)  # type: ignore[arg-type]


@require_POST
@requires(Permission.MAKE_RUNS)
def take(request: SignedInRequest) -> HttpResponse:
    """Take the extract of a folder that waits."""
    form = IncomingForm(request.POST, folders=storage.incoming_folders(), prefix="depot")
    if form.is_valid():
        try:
            run = actions.take_run(
                by=request.user, month=form.chosen_month, incoming=form.cleaned_data["folder"]
            )
        except ClearError as error:
            form.add_error("folder", str(error))
        else:
            return redirect("targeting:run", run.public_id)
    return _page(request, incoming=form)
