"""Reports on screen: prepared, commented, adopted, and taken away as files."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jalon.directory.access import SignedInRequest, requires
from jalon.directory.models import Territory
from jalon.directory.queries import answers_for_territory
from jalon.directory.roles import Permission
from jalon.rules.errors import ClearError
from jalon.steering.models import Report
from jalon.steering.pictures.drawn import Width, picture
from jalon.steering.queries import other_versions, reports
from jalon.steering.reports import reporting
from jalon.steering.reports.commenting import WrittenMeanwhileError, may_comment, write_comment
from jalon.steering.reports.content import TITLES, Content, read_content
from jalon.steering.reports.files import report_pdf, report_workbook, state_of
from jalon.steering.reports.forms import AdoptForm, CommentForm, PrepareForm
from jalon.steering.reports.shown import chapters_of
from jalon.web.listing import page_of

_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_PDF: Final = "application/pdf"
_SVG: Final = "image/svg+xml"
_CONFLICT: Final = 409
# By then, what takes figures is stopped, or busy.
_LATE: Final = timedelta(minutes=5)
_ASKS_THEN_ACTS: Final = require_http_methods(["GET", "HEAD", "POST"])
_WIDTHS: Final = {"etroit": Width.NARROW, "large": Width.WIDE}


@require_safe
@requires(Permission.SEE_FIGURES)
def report_list(request: SignedInRequest) -> HttpResponse:
    """List the reports, drafts first."""
    page = page_of(request, reports())
    rows = [(one, *_badge(one)) for one in page.items]
    return render(request, "steering/reports.html", {"page": page, "rows": rows})


def _badge(report: Report) -> tuple[str, str]:
    if report.is_adopted:
        return "done", "Adopté"
    if report.is_counting:
        return "waiting", "Chiffres en cours"
    return ("danger", "Sans chiffres") if report.counted_at is None else ("active", "Projet")


@_ASKS_THEN_ACTS
@requires(Permission.SEE_FIGURES)
def prepare(request: SignedInRequest) -> HttpResponse:
    """Choose the period and the place of a report, and begin it."""
    # A correction begins with the period and the place of what it corrects.
    asked = {name: request.GET[name] for name in ("period", "territory") if name in request.GET}
    form = PrepareForm(request.POST or None, by=request.user, initial=asked)
    if form.is_valid():
        try:
            made = reporting.prepare_report(**form.chosen, by=request.user)
        except ClearError as error:
            form.add_error(None, str(error))
        else:
            return redirect(made)
    return render(request, "steering/prepare_report.html", {"form": form})


@require_safe
@requires(Permission.SEE_FIGURES)
def report(request: SignedInRequest, public_id: uuid.UUID) -> HttpResponse:
    """Show a report whole, and what may be done with it."""
    found = _found(public_id)
    content = None if found.content is None else read_content(found.content)
    heads = request.user.may(Permission.MANAGE_DEPARTMENT)
    answers = answers_for_territory(request.user, found.territory_id)
    state, label = _badge(found)
    context = {
        "report": found,
        "content": content,
        "chapters": chapters_of(found, content, request.user),
        "versions": other_versions(found),
        "state": state,
        "label": label,
        "state_of": state_of(found),
        "late": found.is_counting and timezone.now() - found.asked_at > _LATE,
        "may_adopt": heads and content is not None and not found.is_adopted,
        "may_correct": answers and found.is_adopted,
        "may_count": answers and not found.is_adopted,
        "may_discard": heads and not found.is_adopted,
    }
    return render(request, "steering/report.html", context)


def _found(public_id: uuid.UUID) -> Report:
    rows = Report.objects.select_related("territory", "drafted_by", "adopted_by")
    return get_object_or_404(rows, public_id=public_id)


@_ASKS_THEN_ACTS
@requires(Permission.SEE_FIGURES)
def comment(
    request: SignedInRequest, public_id: uuid.UUID, part: str, place: str = ""
) -> HttpResponse:
    """Write what is said of a chapter; where somebody else did meanwhile, show both texts."""
    found = _found(public_id)
    territory = get_object_or_404(Territory, code=place) if place else None
    if part not in TITLES or not may_comment(found, request.user, territory):
        raise Http404
    kept = found.comments.filter(chapter=part, territory=territory).first()
    initial = {"text": kept.text, "seen": kept.revision} if kept else {"text": "", "seen": 0}
    form = CommentForm(request.POST or None, initial=initial)
    context: dict[str, Any] = {
        "report": found,
        "title": TITLES[part],
        "where": territory or found.where,
        "form": form,
    }
    if form.is_valid():
        try:
            write_comment(
                report=found,
                chapter=part,
                territory=territory,
                **form.cleaned_data,
                by=request.user,
            )
        except WrittenMeanwhileError as met:
            again = {"text": form.cleaned_data["text"], "seen": met.comment.revision}
            context |= {"form": CommentForm(initial=again), "theirs": met.comment, "met": str(met)}
            return render(request, "steering/comment.html", context, status=_CONFLICT)
        except ClearError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "C'est enregistré.")
            return redirect(f"{found.get_absolute_url()}#{part}")
    return render(request, "steering/comment.html", context)


@_ASKS_THEN_ACTS
@requires(Permission.MANAGE_DEPARTMENT)
def adopt(request: SignedInRequest, public_id: uuid.UUID) -> HttpResponse:
    """Ask, then adopt a report as it was read."""
    found = _found(public_id)
    form = AdoptForm(request.POST or None, initial={"seen": found.revision})
    if form.is_valid():
        return _act(
            request,
            found,
            lambda: reporting.adopt_report(
                report=found, seen=form.cleaned_data["seen"], by=request.user
            ),
            "Ce rapport est adopté : il ne change plus.",
        )
    context = {
        "heading": f"Adopter : {found} ?",
        "action": "Adopter",
        "form": form,
        "cancel_url": found.get_absolute_url(),
        "consequences": [
            "Les chiffres et les commentaires restent tels que vous venez de les lire.",
            "Pour en changer, il faudra en préparer une autre version, à côté de celle-ci.",
        ],
    }
    return render(request, "web/confirm.html", context)


@_ASKS_THEN_ACTS
@requires(Permission.MANAGE_DEPARTMENT)
def discard(request: SignedInRequest, public_id: uuid.UUID) -> HttpResponse:
    """Ask, then delete a draft."""
    found = _found(public_id)
    if request.method == "POST":
        return _act(
            request,
            found,
            lambda: reporting.discard_report(report=found, by=request.user),
            "Le projet est supprimé.",
            after=reverse("steering:reports"),
        )
    context = {
        "heading": f"Supprimer ce projet : {found} ?",
        "action": "Supprimer",
        "danger": True,
        "cancel_url": found.get_absolute_url(),
        "consequences": ["Ce qui en a été écrit est perdu. Les chiffres du pilotage restent."],
    }
    return render(request, "web/confirm.html", context)


@require_POST
@requires(Permission.SEE_FIGURES)
def take_figures(request: SignedInRequest, public_id: uuid.UUID) -> HttpResponse:
    """Have the figures of a draft taken again."""
    found = _found(public_id)
    return _act(
        request,
        found,
        lambda: reporting.ask_figures(report=found, by=request.user),
        "Les chiffres sont repris : ils seront là dans quelques instants.",
    )


def _act(
    request: SignedInRequest,
    report: Report,
    act: Callable[[], object],
    done: str,
    *,
    after: str = "",
) -> HttpResponse:
    """Act, say that it is done or why not, and lead on."""
    try:
        act()
    except ClearError as error:
        messages.error(request, str(error))
        return redirect(report)
    messages.success(request, done)
    return redirect(after or report)


@require_safe
@requires(Permission.SEE_FIGURES)
def drawing(
    request: SignedInRequest,  # noqa: ARG001 - whoever reads the report sees its pictures
    public_id: uuid.UUID,
    part: str,
    number: int,
    width: str,
) -> HttpResponse:
    """Return a picture of a chapter, as a page shows it."""
    _, content = _told(public_id)
    charts = {one.code: one.charts for one in content.chapters}.get(part, ())
    if width not in _WIDTHS or number >= len(charts):
        raise Http404
    return HttpResponse(picture(charts[number], _WIDTHS[width]), content_type=_SVG)


@require_safe
@requires(Permission.SEE_FIGURES)
def pdf(request: SignedInRequest, public_id: uuid.UUID) -> HttpResponse:  # noqa: ARG001
    """Return a report as the document that one presents."""
    found, content = _told(public_id)
    return _file(found, report_pdf(found, content), _PDF, "pdf")


@require_safe
@requires(Permission.SEE_FIGURES)
def workbook(request: SignedInRequest, public_id: uuid.UUID) -> HttpResponse:  # noqa: ARG001
    """Return every table of a report."""
    found, content = _told(public_id)
    return _file(found, report_workbook(found, content), _XLSX, "xlsx")


def _told(public_id: uuid.UUID) -> tuple[Report, Content]:
    found = _found(public_id)
    if found.content is None:
        raise Http404
    return found, read_content(found.content)


def _file(report: Report, content: bytes, kind: str, suffix: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=kind)
    name = slugify(f"{report} {report.where}{'' if report.is_adopted else ' projet'}")
    answer["Content-Disposition"] = f'attachment; filename="{name}.{suffix}"'
    return answer
