"""Finding a family, without a name or a number in any address."""

from __future__ import annotations

from typing import Final

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from jalon.audit.actions import record_read
from jalon.desk.forms import OwnFilters, SearchForm, WithoutLeadFilters
from jalon.desk.own_families import ends_of
from jalon.directory.access import SignedInRequest, requires
from jalon.directory.roles import Permission
from jalon.families.queries import (
    families_led,
    families_of,
    find_families,
    where_works,
)
from jalon.families.queries import without_lead as families_without_lead
from jalon.web.listing import PAGE, page_of

# What was looked for stays on the server, with the families found, until the next search.
_TEXT: Final = "family_search"
_FOUND: Final = "family_search_found"
_MORE: Final = "family_search_more"


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.SEE_FAMILIES)
def search(request: SignedInRequest) -> HttpResponse:
    """Look for a family on POST, then show what was found, a page at a time."""
    session = request.session
    if request.method == "POST":
        form = SearchForm(request.POST)
        if form.is_valid():
            found = find_families(form.cleaned_data["q"])
            session[_TEXT] = form.cleaned_data["q"]
            session[_FOUND], session[_MORE] = found.families, found.more
            return redirect("families:search")
    else:
        form = SearchForm(initial={"q": session.get(_TEXT, "")})
    ids: list[int] = session.get(_FOUND, [])
    page = Paginator(ids, PAGE).get_page(request.GET.get("page"))
    # Who may see what is asked again of the database: rights may have changed since.
    by_id = {family.pk: family for family in families_of(list(page))}
    if by_id:
        record_read(page=f"recherche d'une famille, page {page.number}")
    context = {
        "form": form,
        "searched": _TEXT in session and not form.is_bound,
        "page": page,
        "families": [by_id[one] for one in page if one in by_id],
        "more": session.get(_MORE, False),
        "may_merge": request.user.may(Permission.MERGE_FAMILIES),
    }
    return render(request, "desk/search.html", context)


@require_safe
@requires(Permission.SEE_FAMILIES)
def without_lead(request: SignedInRequest) -> HttpResponse:
    """List the families of one's communes that have no lead worker."""
    form = WithoutLeadFilters(request.GET)
    rows = form.kept(families_without_lead(where_works(request.user)))
    page = page_of(request, rows.order_by("-pk"))
    families = {one.pk: one for one in families_of([one.pk for one in page.items])}
    record_read(page=f"familles sans référent, page {page.number}")
    context = {
        "form": form,
        "page": page,
        "families": [families[one.pk] for one in page.items],
        "filtered": form.is_filtering,
    }
    return render(request, "desk/without_lead.html", context)


@require_safe
@requires(Permission.SEE_FAMILIES)
def mine(request: SignedInRequest) -> HttpResponse:
    """List the families where one is involved; `delai` keeps those that will soon be late."""
    form = OwnFilters(request.GET)
    page = page_of(request, form.kept(request.user))
    ids = [one.pk for one in page.items]
    led, ends = families_led(request.user, ids), ends_of(ids)
    families = {one.pk: one for one in families_of(ids)}
    record_read(page=f"mes familles, page {page.number}")
    context = {
        "form": form,
        "page": page,
        "families": [(families[one], one in led, ends.get(one)) for one in ids],
        "filtered": form.is_filtering,
    }
    return render(request, "desk/mine.html", context)
