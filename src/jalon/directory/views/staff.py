"""Who works here: the list, one member's page, and what each role allows."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from jalon.directory.access import SignedInRequest, for_everyone, requires
from jalon.directory.forms import NameSearch, StaffFilters
from jalon.directory.models import RoleGrant, StaffMember
from jalon.directory.queries import (
    away_on,
    manages,
    may_confirm,
    member_of,
    named,
    open_invitation,
    second_factors,
    staff,
)
from jalon.directory.roles import Permission, Role, incompatibilities
from jalon.web.listing import PAGE


@requires(Permission.SEE_STAFF)
def people(request: SignedInRequest) -> HttpResponse:
    """List the staff, narrowed by the address, or by a name sent in the body."""
    filters = StaffFilters(request.GET or None)
    search = NameSearch(request.POST or None)
    found = _narrowed(staff(), filters)
    looked_for = request.method == "POST" and search.is_valid()
    if looked_for:
        found = named(found, search.cleaned_data["name"])
    page = Paginator(found, PAGE).get_page(1 if looked_for else request.GET.get("page"))
    today = timezone.localdate()
    away = set(
        away_on(StaffMember.objects.filter(pk__in=[one.pk for one in page]), today).values_list(
            "pk", flat=True
        )
    )
    shown = {
        "filter_form": filters if filters.is_bound else StaffFilters(),
        "search": search,
        "looked_for": looked_for,
        "page": page,
        "rows": [_row(one, away) for one in page],
        "may_manage": request.user.may(Permission.MANAGE_STAFF),
    }
    return render(request, "directory/staff.html", shown)


def _narrowed(found: QuerySet[StaffMember], filters: StaffFilters) -> QuerySet[StaffMember]:
    kept = filters.cleaned_data if filters.is_valid() else {}
    if kept.get("accounts") != "all":
        found = found.filter(is_active=kept.get("accounts") != "closed")
    if kept.get("service"):
        found = found.filter(team__service=kept["service"])
    if kept.get("team"):
        found = found.filter(team=kept["team"])
    if kept.get("territory"):
        found = found.filter(team__territory=kept["territory"])
    return found


def _row(member: Any, away: set[int]) -> dict[str, Any]:  # noqa: ANN401 - with its roles fetched
    roles = sorted(Role(grant.role).label for grant in member.held)
    return {"member": member, "roles": roles, "away": member.pk in away}


@require_safe
@requires(Permission.SEE_STAFF)
def person(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Show one member of staff: team, roles, communes, working time, absences."""
    member = found_member(public_id)
    me = request.user
    managing = me.may(Permission.MANAGE_STAFF)
    today = timezone.localdate()
    shown = {
        "member": member,
        "grants": [_role(me, grant, today) for grant in member.grants.all()],
        "may_confirm": member.pk != me.pk and manages(me, member),
        "is_me": member.pk == me.pk,
        "may_manage": managing and member.pk != me.pk,
        "may_change": managing,
        "may_share": manages(me, member),
        "may_be_away": member.pk == me.pk or manages(me, member),
        "factors": second_factors(member) if managing or member.pk == me.pk else None,
        "invitation": open_invitation(member) if managing else None,
        "today": today,
    }
    return render(request, "directory/person.html", shown)


def _role(me: StaffMember, grant: RoleGrant, today: date) -> dict[str, Any]:
    return {
        "grant": grant,
        "label": Role(grant.role).label,
        "over": grant.ended_at is not None or (grant.until is not None and grant.until < today),
        "ahead": grant.since > today,
        "waits": grant.confirmed_at is None,
        "confirmable": grant.confirmed_at is None and may_confirm(me, grant),
    }


def found_member(public_id: UUID) -> StaffMember:
    """Return a member of staff by the number of their page; 404 where there is none."""
    try:
        return member_of(public_id)
    except StaffMember.DoesNotExist:
        raise Http404 from None


@require_safe
@for_everyone
def roles(request: SignedInRequest) -> HttpResponse:
    """Show what each role allows, and which are never one person's."""
    described = [
        {
            "label": role.label,
            "purpose": role.purpose,
            "permissions": [one.label for one in Permission if one in role.permissions],
            "mine": role in request.user.roles,
        }
        for role in Role
    ]
    allowed = [
        {
            "label": permission.label,
            "roles": [role.label for role in Role if permission in role.permissions],
        }
        for permission in Permission
    ]
    apart = [
        {
            "roles": [role.label for role in rule.roles],
            "others": [role.label for role in rule.others],
            "all": len(rule.roles) + len(rule.others) == len(Role),
            "reason": rule.reason,
        }
        for rule in incompatibilities()
    ]
    shown = {
        "described": described,
        "allowed": allowed,
        "apart": apart,
        "sees_staff": request.user.may(Permission.SEE_STAFF),
    }
    return render(request, "directory/roles.html", shown)
