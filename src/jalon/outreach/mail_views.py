"""The pages of letters: what waits to be written, batches to print, to post or to give up."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRefresh

from jalon.audit.actions import record_read
from jalon.directory.access import SignedInRequest, requires
from jalon.directory.roles import Permission
from jalon.letters.content import from_json
from jalon.letters.cover import Cover, render_cover
from jalon.letters.layout import Placed
from jalon.letters.manifest import manifest_csv, manifest_rows
from jalon.letters.rendering import render_batch
from jalon.outreach.batch_posting import post_batch, to_pull, withdraw_batch
from jalon.outreach.batch_printing import WHOLE, letters_of
from jalon.outreach.batch_tasks import defer_prepare
from jalon.outreach.batches import start_batch, try_again
from jalon.outreach.enums import Medium, Trouble
from jalon.outreach.errors import BatchError
from jalon.outreach.mail_forms import BatchForm, PostForm
from jalon.outreach.mail_queries import (
    batch_of,
    batches_shown,
    families_held,
    letters_waiting,
    printed_parts,
    waves_to_come,
)
from jalon.outreach.models import Batch, BatchPart, Message, MessageContent
from jalon.outreach.wording import read_wording
from jalon.web import french
from jalon.web.listing import page_found, page_of


@require_safe
@requires(Permission.WRITE_TO_FAMILIES)
def batches(request: SignedInRequest) -> HttpResponse:
    """List the batches, with what waits for the next one."""
    today = timezone.localdate()
    context = {
        "page": page_of(request, batches_shown()),
        "waiting": letters_waiting(today),
        "waves": waves_to_come(today),
        "form": BatchForm(),
        "under_way": Batch.objects.filter(prepared_at=None, withdrawn_at=None).first(),
    }
    return render(request, "outreach/batches.html", context)


@require_safe
@requires(Permission.WRITE_TO_FAMILIES)
def held(request: SignedInRequest) -> HttpResponse:
    """List the families that are not written to yet, each with the reason."""
    page = page_found(request, families_held(timezone.localdate()))
    record_read(page=f"familles sans courrier, page {page.number}")
    return render(request, "outreach/held.html", {"page": page})


@require_POST
@requires(Permission.WRITE_TO_FAMILIES)
def start(request: SignedInRequest) -> HttpResponse:
    """Begin a batch; it is prepared in the background."""
    form = BatchForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Donnez la date des lettres : jour, mois et année.")
        return redirect("mail:batches")
    try:
        made = start_batch(by=request.user, dated=form.cleaned_data["dated"])
    except BatchError as error:
        messages.error(request, str(error))
        return redirect("mail:batches")
    defer_prepare(made.pk, request.user.pk)
    return redirect("mail:batch", made.public_id)


@require_safe
@requires(Permission.WRITE_TO_FAMILIES)
def batch(request: SignedInRequest, public_id: uuid.UUID) -> HttpResponse:
    """Show a batch: how far it is, what to print, what to take out, and what comes next."""
    found = get_object_or_404(batch_of(public_id))
    if request.headers.get("HX-Request") and not found.under_way:
        # What was followed is over: the whole page is another.
        return HttpResponseClientRefresh()
    pulled = [(one, Trouble(one.why).label) for one in to_pull(found)]  # type: ignore[attr-defined]
    positions = [one.position for one, _ in pulled if one.position]
    parts = list(printed_parts(found))
    context: dict[str, Any] = {
        "batch": found,
        "parts": parts,
        "sheets": sum(one.sheets for one in parts),
        "printed": sum(one.letters for one in parts),
        "pulled": pulled,
        "post_form": PostForm(positions=positions),
    }
    if pulled:
        record_read(page="lettres à retirer d'un envoi")
    return render(request, "outreach/batch.html", context)


@require_safe
@requires(Permission.WRITE_TO_FAMILIES)
def part(request: SignedInRequest, public_id: uuid.UUID, number: int) -> HttpResponse:  # noqa: ARG001 - what the decorator looks at
    """Give the letters of a batch, or some, as one file to print, as it was made."""
    parts = BatchPart.objects.filter(batch__withdrawn_at=None)
    found = get_object_or_404(parts, batch__public_id=public_id, number=number)
    record_read(page=f"lettres à imprimer, partie {number}" if number else "lettres à imprimer")
    return _pdf(bytes(found.pdf), f"lettres-{number:02}" if number else "lettres")


@require_safe
@requires(Permission.WRITE_TO_FAMILIES)
def cover(request: SignedInRequest, public_id: uuid.UUID) -> HttpResponse:  # noqa: ARG001 - what the decorator looks at
    """Give the page that goes with a batch to whoever prints it."""
    found = _printed(public_id)
    ends = [letters_of(found, position, 1) for position in (1, found.letters)]
    parts = list(printed_parts(found))
    said = Cover(
        sender=read_wording(settings.PROFILE).sender.name,
        number=f"{found.pk}",
        dated=french.long_date(found.dated),
        letters=found.letters,
        sheets=sum(one.sheets for one in parts),
        files=len(parts),
        first_code=ends[0][0].answer.code,
        last_code=ends[1][0].answer.code,
    )
    record_read(page="page de garde d'un envoi")
    return _pdf(render_cover(said, on=found.dated), "couverture")


@require_safe
@requires(Permission.WRITE_TO_FAMILIES)
def manifest(request: SignedInRequest, public_id: uuid.UUID) -> HttpResponseBase:  # noqa: ARG001 - what the decorator looks at
    """Give what the machine's work is checked against: counts and codes, no name."""
    found = _printed(public_id)
    parts = printed_parts(found)
    rows = manifest_rows(
        (
            letters_of(found, one.first, one.letters),
            [Placed(**place) for place in one.placed],
        )
        for one in parts
    )
    answer = HttpResponse(manifest_csv(rows), content_type="text/csv; charset=utf-8")
    record_read(page="bordereau d'un envoi")
    return _attached(answer, "bordereau.csv")


@require_POST
@requires(Permission.WRITE_TO_FAMILIES)
def post(request: SignedInRequest, public_id: uuid.UUID) -> HttpResponse:
    """Say that a batch was handed to the post."""
    found = get_object_or_404(batch_of(public_id))
    form = PostForm(request.POST, positions=range(1, found.letters + 1))
    if not form.is_valid():
        messages.error(request, "Rien n'est noté : donnez le jour où l'envoi est parti.")
        return redirect("mail:batch", public_id)
    return _do(
        request,
        public_id,
        lambda: post_batch(
            batch=found,
            by=request.user,
            posted_on=form.cleaned_data["posted_on"],
            pulled=form.positions,
        ),
        "C'est noté : l'envoi est parti.",
    )


@require_POST
@requires(Permission.WRITE_TO_FAMILIES)
def withdraw(request: SignedInRequest, public_id: uuid.UUID) -> HttpResponse:
    """Give up a batch that was not posted."""
    found = get_object_or_404(batch_of(public_id))
    return _do(
        request,
        public_id,
        lambda: withdraw_batch(batch=found, by=request.user),
        "L'envoi est abandonné : ses familles attendent le suivant. Détruisez ce qui est imprimé.",
    )


@require_POST
@requires(Permission.WRITE_TO_FAMILIES)
def resume(request: SignedInRequest, public_id: uuid.UUID) -> HttpResponse:
    """Have a batch that stopped prepared again, by oneself."""
    found = get_object_or_404(batch_of(public_id), prepared_at=None, withdrawn_at=None)
    try_again(batch=found)
    defer_prepare(found.pk, request.user.pk)
    messages.success(request, "La préparation reprend où elle s'était arrêtée.")
    return redirect("mail:batch", public_id)


@require_safe
@requires(Permission.SEE_SITUATIONS, Permission.WRITE_TO_FAMILIES)
def letter(request: SignedInRequest, public_id: uuid.UUID) -> HttpResponse:  # noqa: ARG001 - what the decorator looks at
    """Show one letter as it was written, to whoever may see where the family lives."""
    found = get_object_or_404(Message, public_id=public_id, medium=Medium.LETTER)
    # The address is apart, and hidden from more people than the letter itself.
    kept = get_object_or_404(MessageContent, message=found)
    record_read(family_id=found.family_id, page="courrier")
    body: Any = kept.body
    day = timezone.localdate(found.made_at)
    return _pdf(render_batch([from_json(body)], on=day).pdf, "courrier", inline=True)


def _printed(public_id: uuid.UUID) -> Batch:
    """Return a batch whose files are there to be printed: it was not given up, nor long ago."""
    ready = batch_of(public_id).filter(withdrawn_at=None, parts__number=WHOLE)
    return get_object_or_404(ready, prepared_at__isnull=False)


def _do(
    request: SignedInRequest, public_id: uuid.UUID, action: Callable[[], object], said: str
) -> HttpResponse:
    try:
        action()
    except BatchError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, said)
    return redirect("mail:batch", public_id)


def _pdf(content: bytes, name: str, *, inline: bool = False) -> HttpResponse:
    return _attached(
        HttpResponse(content, content_type="application/pdf"), f"{name}.pdf", inline=inline
    )


def _attached(answer: HttpResponse, name: str, *, inline: bool = False) -> HttpResponse:
    way = "inline" if inline else "attachment"
    answer["Content-Disposition"] = f'{way}; filename="{name}"'
    answer["Cache-Control"] = "no-store"
    return answer
