"""The pages by which one comes in: the demonstration's choice, one-time links, forgotten words."""

from __future__ import annotations

from typing import Final

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login, logout
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_safe

from jalon.audit.identity import acting
from jalon.directory import actions
from jalon.directory.forms import NewPasswordForm
from jalon.directory.invitations import digest
from jalon.directory.models import Invitation
from jalon.directory.queries import choices_of_demo, demo_accounts

_TOKEN: Final = "invitation"  # noqa: S105 - the name of a cookie
_TOKEN_LASTS: Final = 60 * 60  # seconds


@never_cache
@login_not_required
def demo(request: HttpRequest) -> HttpResponse:
    """Choose a demonstration account, and sign in with one click; not there otherwise."""
    if not settings.DEMO:
        raise Http404
    if request.method != "POST":
        shown = {
            "accounts": choices_of_demo(),
            "sign_in_url": reverse("directory:demo"),
            "redirect_field": _redirect_field(request),
        }
        return render(request, "web/demo_sign_in.html", shown)
    number = request.POST.get("account", "")
    account = get_object_or_404(demo_accounts(), pk=number if number.isdecimal() else 0)
    logout(request)
    with acting(account.pk):
        login(request, account)
    return redirect(_next(request, request.POST.get("next", "")))


@require_safe
@login_not_required
def open_link(request: HttpRequest, token: str) -> HttpResponse:
    """Take the token out of the address, which browsers remember, and go on without it.

    The browser alone keeps it, for that page: a link followed a thousand times writes nothing.
    """
    logout(request)
    page = redirect("directory:choose_password")
    page.set_cookie(
        _TOKEN,
        token,
        max_age=_TOKEN_LASTS,
        path=page.url,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return page


@never_cache
@sensitive_post_parameters()
@login_not_required
def choose_password(request: HttpRequest) -> HttpResponse:
    """Choose the password of the account that a one-time link was made for."""
    token = request.COOKIES.get(_TOKEN, "")
    invitation = (
        Invitation.objects.open().select_related("member").filter(token_hash=digest(token)).first()
    )
    if invitation is None or not invitation.member.is_active:
        return render(request, "directory/link_over.html", status=404)
    form = NewPasswordForm(invitation.member, request.POST or None)
    if request.method == "POST" and form.is_valid():
        if actions.accept_invitation(token=token, password=form.cleaned_data["new_password1"]):
            messages.success(request, "Votre mot de passe est enregistré : connectez-vous.")
            page = redirect("account_login")
            page.delete_cookie(_TOKEN, path=request.path, samesite="Lax")
            return page
        return render(request, "directory/link_over.html", status=404)
    shown = {"form": form, "member": invitation.member}
    return render(request, "directory/choose_password.html", shown)


@require_safe
@login_not_required
def ask_for_link(request: HttpRequest) -> HttpResponse:
    """Say how to have a new password: no message is sent, somebody gives a link."""
    return render(request, "directory/ask_for_link.html")


def _next(request: HttpRequest, wanted: str) -> str:
    safe = url_has_allowed_host_and_scheme(
        wanted, {request.get_host()}, require_https=request.is_secure()
    )
    return wanted if safe else settings.LOGIN_REDIRECT_URL


def _redirect_field(request: HttpRequest) -> str:

    wanted = request.GET.get("next", "")
    return format_html('<input type="hidden" name="next" value="{}">', wanted) if wanted else ""
