"""The pages by which one reads, for a few hours, a family that one does not follow."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jalon.audit.actions import record_read
from jalon.audit.exceptional import reading_exceptionally
from jalon.audit.models import ExceptionalAccess
from jalon.desk.exceptional_forms import FindingForm, OpeningForm
from jalon.desk.exceptional_page import contents_of, told_accesses
from jalon.desk.family_page import safety_of, spoken_of
from jalon.desk.views.family import present
from jalon.directory.access import SignedInRequest, requires
from jalon.directory.roles import Permission
from jalon.documents import store
from jalon.documents.answering import as_attachment
from jalon.documents.errors import FileLostError
from jalon.documents.kinds import Kind
from jalon.families.models import Family
from jalon.interventions import opening
from jalon.interventions.models import Document
from jalon.interventions.queries import follows
from jalon.rules.errors import ClearError
from jalon.web.listing import PAGE, page_of


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.OPEN_EXCEPTIONALLY)
def ask(request: SignedInRequest, public_id: uuid.UUID) -> HttpResponse:
    """Say what is recorded and who is told, ask why, then open what is written of a family."""
    found = present(public_id)
    if opening.lasting(found, request.user):
        return redirect("families:read_exceptionally", public_id)
    if not opening.may_open(request.user, follows=follows(found, request.user)):
        messages.info(request, "Vous lisez déjà ce qui est écrit de cette famille.")
        return redirect("families:family", public_id)
    form = OpeningForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        told = form.cleaned_data
        try:
            opening.open_exceptionally(
                family=found,
                ground=ExceptionalAccess.Ground(told["ground"]),
                reason=told["reason"],
                by=request.user,
            )
        except ClearError as error:
            form.add_error(None, str(error))
        else:
            return redirect("families:read_exceptionally", public_id)
    record_read(family_id=found.pk, page="accès exceptionnel : demande")
    return render(request, "desk/ask_exceptional.html", {"family": found, "form": form})


@require_safe
@requires(Permission.OPEN_EXCEPTIONALLY)
def read(request: SignedInRequest, public_id: uuid.UUID) -> HttpResponse:
    """Show all that is written with a family, while it is open."""
    found = present(public_id)
    with reading_exceptionally():
        access = opening.lasting(found, request.user)
        if access is None:
            return _over(request, found)
        record_read(family_id=found.pk, page="accès exceptionnel : ce qui est écrit")
        safety = safety_of(found, may_lift=False)
        context = {
            "family": found,
            "access": access,
            "contents": contents_of(found),
            "safety": safety,
            "spoken_of": spoken_of(safety),
        }
        return render(request, "desk/exceptional.html", context)


@require_safe
@requires(Permission.OPEN_EXCEPTIONALLY)
def document(request: SignedInRequest, public_id: uuid.UUID, document: uuid.UUID) -> HttpResponse:
    """Give one of its documents to save, while it is open."""
    found = present(public_id)
    with reading_exceptionally():
        if opening.lasting(found, request.user) is None:
            return _over(request, found)
        one = get_object_or_404(Document, public_id=document, family=found)
        record_read(family_id=found.pk, page="accès exceptionnel : document téléchargé")
    kind = Kind(one.kind)
    try:
        content = store.given_back(one.file, one.sha256)
    except FileLostError as error:
        messages.error(request, str(error))
        return redirect("families:read_exceptionally", public_id)
    return as_attachment(content, kind=kind, name=f"document.{kind.suffix}")


def _over(request: SignedInRequest, family: Family) -> HttpResponse:
    messages.info(request, "L'accès exceptionnel n'est pas ouvert, ou il est fini.")
    return redirect("families:exceptional", family.public_id)


@require_safe
@requires(Permission.SEE_INTERVENTIONS)
def accesses(request: SignedInRequest) -> HttpResponse:
    """List the accesses that wait for one to examine them, then those of a month.

    With the families one leads, one's own, those examined: whoever may not examine sees no more.
    """
    page = page_of(request, opening.to_examine())
    examines = opening.may_examine(request.user)
    lists = [
        (
            "Auprès des familles dont vous êtes référent, ces trente jours",
            opening.told_to_lead() if request.user.may(Permission.WORK_WITH_FAMILIES) else None,
        ),
        ("Ouverts et examinés ces trente jours", opening.examined_lately() if examines else None),
        ("Les vôtres, ces trente jours", opening.own_lately(request.user)),
    ]
    record_read(page="accès exceptionnels")
    context = {
        "page": page,
        "waiting": told_accesses(page.items),
        "lists": [
            (title, told)
            for title, rows in lists
            if rows is not None and (told := told_accesses(rows[:PAGE]))
        ],
        "examines": examines,
    }
    return render(request, "desk/accesses.html", context)


@require_POST
@requires(Permission.MANAGE_TERRITORY, Permission.MANAGE_DEPARTMENT)
def examine(request: SignedInRequest, access: uuid.UUID) -> HttpResponse:
    """Say what one finds of an access."""
    found = get_object_or_404(ExceptionalAccess, public_id=access)
    form = FindingForm(request.POST)
    if not form.is_valid():
        raise Http404
    finding = ExceptionalAccess.Finding(form.cleaned_data["finding"])
    try:
        opening.examine_access(access=found, finding=finding, by=request.user)
    except ClearError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "C'est noté : le délégué à la protection des données le voit.")
    return redirect("families:accesses")
