"""The pages of a support's contract: written, read, signed, printed."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jalon.audit.actions import record_read
from jalon.directory.access import SignedInRequest, requires
from jalon.directory.roles import Permission
from jalon.documents import store
from jalon.documents.answering import as_attachment
from jalon.documents.errors import FileLostError
from jalon.documents.kinds import Kind
from jalon.interventions import contracting
from jalon.interventions.contract_pdf import contract_pdf
from jalon.interventions.errors import RevisedMeanwhileError
from jalon.interventions.models import Contract
from jalon.interventions.support_forms import ContractForm, SignForm
from jalon.interventions.support_views import carried
from jalon.interventions.writing import Page
from jalon.rules.errors import ClearError


@require_POST
@requires(Permission.WORK_WITH_FAMILIES)
def write(request: SignedInRequest, public_id: uuid.UUID) -> HttpResponse:
    """Begin a contract, or its next version, and lead to it."""
    support = carried(public_id, request)
    try:
        contract = contracting.write_contract(support=support, by=request.user)
    except ClearError as error:
        messages.error(request, str(error))
        return redirect(support)
    return redirect("supports:contract", contract.public_id)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.WORK_WITH_FAMILIES)
def contract(request: SignedInRequest, public_id: uuid.UUID) -> HttpResponse:
    """Write a contract's words; once signed, it is read on the support's page."""
    found = _contract(public_id)
    if found.is_signed:
        return redirect(f"{found.support.get_absolute_url()}#contrat")
    key = f"contrat:{found.public_id}"
    return Page(
        family=found.support.family,
        key=key,
        form=ContractForm,
        heading=f"Contrat, version {found.version}",
        page="contrat à écrire",
        lead="Écrivez-le ensemble, dans les mots de la famille. Il ne change plus une fois signé.",
        row=lambda: found,
        act=lambda form: contracting.revise_contract(
            contract=found,
            base=form.read,
            words=form.written,
            seen=form.cleaned_data["seen"] or 0,
            by=request.user,
            draft=key,
        ),
        done="C'est noté : relisez-le ensemble, puis signez.",
        back=f"{found.support.get_absolute_url()}#contrat",
        trail=("Accompagnement", found.support.get_absolute_url()),
    ).answer(request)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.WORK_WITH_FAMILIES)
def sign(request: SignedInRequest, public_id: uuid.UUID) -> HttpResponse:
    """Show a contract whole, and write down that both signed it."""
    found = _contract(public_id)
    back = f"{found.support.get_absolute_url()}#contrat"
    if found.is_signed:
        return redirect(back)
    posted = request.method == "POST"
    form = SignForm(
        request.POST if posted else None,
        request.FILES if posted else None,
        initial={"seen": found.revision},
    )
    if form.is_valid():
        told = form.cleaned_data
        try:
            contracting.sign_contract(
                contract=found,
                seen=told["seen"],
                on=told["on"],
                signatories=told["signatories"],
                scan=form.scanned,
                by=request.user,
            )
        except RevisedMeanwhileError:
            messages.error(request, "Le texte a changé depuis que vous l'avez lu : relisez-le.")
            return redirect("supports:sign", found.public_id)
        except ClearError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "C'est signé. L'accompagnement suit son cours.")
            return redirect(back)
    record_read(family_id=found.family_id, page="contrat à signer")
    context = {"contract": found, "support": found.support, "family": found.support.family}
    return render(request, "interventions/sign.html", {**context, "form": form})


@require_safe
@requires(Permission.WORK_WITH_FAMILIES)
def pdf(request: SignedInRequest, public_id: uuid.UUID) -> HttpResponse:  # noqa: ARG001 - a page's own
    """Give a contract as a file to print, or to hand over."""
    found = _contract(public_id)
    record_read(family_id=found.family_id, page="contrat, pour l'imprimer")
    name = f"contrat-{found.version}.pdf"
    return as_attachment(contract_pdf(found), kind="application/pdf", name=name)


@require_safe
@requires(Permission.WORK_WITH_FAMILIES)
def scan(request: SignedInRequest, public_id: uuid.UUID) -> HttpResponse:
    """Give the paper that both signed, as it was scanned."""
    found = _contract(public_id)
    if found.scan is None:
        raise Http404
    record_read(family_id=found.family_id, page="contrat signé, numérisé")
    kind = Kind(found.scan_type)
    try:
        content = store.given_back(found.scan, found.scan_sha256)
    except FileLostError as error:
        messages.error(request, str(error))
        return redirect(f"{found.support.get_absolute_url()}#contrat")
    return as_attachment(content, kind=kind, name=f"contrat-{found.version}-signe.{kind.suffix}")


def _contract(public_id: uuid.UUID) -> Contract:
    """Return a contract that the database shows the person: who follows the family."""
    rows = Contract.objects.select_related("support__family", "support__worker", "signed_by")
    return get_object_or_404(rows, public_id=public_id)
