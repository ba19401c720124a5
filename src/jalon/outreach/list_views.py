"""The list of approaches, what is done with several at once, and who takes those that accepted."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Final

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jalon.audit.actions import record_read
from jalon.directory.access import SignedInRequest, requires, requires_all
from jalon.directory.models import StaffMember
from jalon.directory.queries import social_workers
from jalon.directory.roles import Permission
from jalon.families.actions import may_name_lead
from jalon.families.queries import nameable, where_works
from jalon.outreach import exchanges
from jalon.outreach.answering import deal_with_all, end_approach
from jalon.outreach.approach_forms import ApproachFilters, BulkForm, workers_chosen
from jalon.outreach.assigning import assign, suggestions, why_not_waiting
from jalon.outreach.downloads import Download, list_file
from jalon.outreach.enums import Ending
from jalon.outreach.models import Approach
from jalon.outreach.shown import LIST_HEAD, offers_of, shown
from jalon.outreach.together import Outcome, each
from jalon.rules.errors import ClearError
from jalon.web import french
from jalon.web.listing import filters_of, page_ahead, page_of

_DOWNLOAD: Final[Download[Approach]] = Download(
    "prises de contact", "approaches:list", LIST_HEAD, lambda one: shown(one).cells
)
_DONE: Final = {
    "traiter": "famille traitée,familles traitées",
    "attribuer": "référent nommé,référents nommés",
    "clore": "prise de contact close,prises de contact closes",
}


@require_safe
@requires(Permission.SEE_FAMILIES)
def approaches(request: SignedInRequest) -> HttpResponse:
    """List approaches, as far as the filters keep them."""
    form, rows = _asked(request)
    page = page_of(request, rows)
    record_read(page=f"prises de contact, page {page.number}")
    context = {
        "form": form,
        "page": page,
        "rows": [shown(one) for one in page.items],
        "filtered": form.is_filtering,
        "may_download": request.user.may(Permission.EXPORT),
        "filters": filters_of(request),
        "bulk": BulkForm(by=request.user),
        "may_assign": may_name_lead(request.user),
        "may_book": request.user.may(Permission.KEEP_DIARIES),
        "may_end": request.user.may(Permission.WRITE_TO_FAMILIES),
    }
    return render(request, "outreach/approaches.html", context)


def _asked(request: SignedInRequest) -> tuple[ApproachFilters, QuerySet[Approach]]:
    """Return the form, and the approaches that it keeps; none where it is wrong."""
    form = ApproachFilters(request.GET, person=request.user)
    rows = exchanges.listed(timezone.localdate())
    return form, form.listed(rows) if form.is_valid() else rows.none()


@require_safe
@requires_all(Permission.EXPORT, Permission.SEE_FAMILIES)
def approaches_file(request: SignedInRequest) -> HttpResponseBase:
    """Give the whole list, as the filters keep it, as a file; too long a list is refused."""
    form, rows = _asked(request)
    return list_file(request, form, rows, _DOWNLOAD)


@require_POST
@requires(Permission.SEE_FAMILIES)
def together(request: SignedInRequest) -> HttpResponse:
    """Do one thing with the approaches ticked, and say which refused it and why."""
    back = _back(request, "approaches:list")
    form = BulkForm(request.POST, by=request.user)
    if not form.is_valid():
        messages.error(request, form.problem)
        return redirect(back)
    ticked = Approach.objects.filter(public_id__in=form.ticked)
    rows = ticked.select_related("family").prefetch_related("family__people").order_by("pk")
    outcome = each(rows, _act(form, request.user))
    return _told(request, outcome, _DONE[form.cleaned_data["action"]], back)


def _act(form: BulkForm, by: StaffMember) -> Callable[[Approach], object]:
    told = form.cleaned_data
    if told["action"] == "attribuer":
        return lambda one: assign(family=one.family, worker=told["worker"], by=by)
    if told["action"] == "clore":
        return lambda one: end_approach(approach=one, cause=Ending(told["cause"]), by=by)
    return lambda one: deal_with_all(approach=one, by=by)


def _told(request: HttpRequest, outcome: Outcome, noun: str, back: str) -> HttpResponse:
    """Say what was done; what was refused on a page of its own, family by family."""
    if outcome.done:
        messages.success(request, f"{french.counted(outcome.done, noun)}.")
    if not outcome.refused:
        return redirect(back)
    record_read(page="prises de contact, refus")
    context = {"outcome": outcome, "done": french.counted(outcome.done, noun), "back": back}
    return render(request, "outreach/together.html", context)


def _back(request: HttpRequest, view: str) -> str:
    """Return the list as it was filtered."""
    filters = QueryDict(request.POST.get("filtres", "").removeprefix("?")).urlencode()
    return f"{reverse(view)}?{filters}" if filters else reverse(view)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_TERRITORY, Permission.MANAGE_DEPARTMENT)
def to_assign(request: SignedInRequest) -> HttpResponse:
    """Propose a worker to each family that accepted; name those that the manager keeps."""
    if request.method == "POST":
        return _assigned(request)
    today = timezone.localdate()
    waiting = _waiting(request.user, exchanges.named())
    # Where the family lives now, rather than where it did when it was approached.
    related = waiting.select_related(None).select_related("family__commune__area")
    rows = related.order_by("accepted_at", "pk")
    page = page_ahead(request, rows)
    record_read(page=f"familles à attribuer, page {page.number}")
    found = suggestions(page.items, request.user, today)
    # Families of one team have the same people to choose from.
    options = cache(_options)
    context = {
        "page": page,
        "rows": [(one, offers_of(one.approach), options(one.choices)) for one in found],
        "all": sum(one.suggested is not None for one in found),
    }
    return render(request, "outreach/to_assign.html", context)


def _options(people: tuple[StaffMember, ...]) -> SafeString:
    told = ((one.public_id, one, " (absence)" if one.away else "") for one in people)  # type: ignore[attr-defined]
    return format_html_join("\n", '<option value="{}">{}{}</option>', told)


def _assigned(request: SignedInRequest) -> HttpResponse:
    """Name the workers chosen, of one family or of all those on the page; of no other family."""
    chosen = workers_chosen(request.POST)
    if not chosen:
        messages.error(request, "Rien n'est changé : choisissez un référent.")
        return redirect("approaches:to_assign")
    known = {one.public_id: one for one in nameable(social_workers(), request.user)}
    ticked = Approach.objects.filter(public_id__in=chosen)
    waiting = set(_waiting(request.user, ticked).values_list("pk", flat=True))

    def act(one: Approach) -> object:
        named = chosen[one.public_id]
        worker = known.get(named) if named else None
        if worker is None:
            raise ClearError("Ce travailleur social ne peut pas être nommé par vous.")
        if one.pk not in waiting:
            raise ClearError(why_not_waiting(one.family))
        return assign(family=one.family, worker=worker, by=request.user)

    return _told(
        request,
        each(ticked.select_related("family").order_by("pk"), act),
        _DONE["attribuer"],
        reverse("approaches:to_assign"),
    )


def _waiting(by: StaffMember, rows: QuerySet[Approach]) -> QuerySet[Approach]:
    """Keep the families that wait for a worker where a person works."""
    return where_works(by).keep(exchanges.to_assign(rows))
