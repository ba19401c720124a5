"""The pages by which whoever answers for data sees what is due, purges it, and finds it told."""

from __future__ import annotations

from typing import Any, Final, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe
from django_htmx.http import HttpResponseClientRefresh

from jalon.audit import purging, queries
from jalon.audit.access import for_control, for_purging
from jalon.audit.actions import record_read
from jalon.audit.frame import frame
from jalon.audit.models import Purge
from jalon.audit.retention import RULES, Due, preview
from jalon.rules.errors import ClearError
from jalon.web.french import number
from jalon.web.listing import page_of

_NOTHING: Final = "Rien n'est à purger aujourd'hui : le registre dira que vous l'avez vérifié."
_TAKES: Final = {
    "families": "Familles effacées, avec tout ce qui tient à elles, lettres et entretiens compris",
    "accounts": "Comptes du personnel fermés depuis un an, effacés sauf le nom",
    "reads": "Lectures de plus de trois ans, effacées",
    "changes": "Lignes d'histoire de plus de trois ans, effacées : disparitions et connexions",
}
_LEAVES: Final = (
    "Des faits sans identité restent pour les bilans : combien, par mois et par territoire.",
    "L'histoire garde trois ans qui a changé quoi et quand, sans rien de ce qui était écrit.",
    "Une famille qui aurait été reprise entre-temps reste. Rien ne part à moitié.",
    "Cela ne se défait pas.",
)


@require_safe
@for_control
def retention(request: HttpRequest) -> HttpResponse:
    """Show what is due, how far a purge has come, and those that were made."""
    going = Purge.objects.filter(ended_at=None).first()
    asked_again = "HX-Request" in request.headers
    if asked_again and going is None:
        return HttpResponseClientRefresh()
    # Every three seconds, of who leaves the page open: one line is enough.
    if not asked_again:
        record_read(page="Contrôle : conservation")
    page = page_of(request, Purge.objects.filter(ended_at__isnull=False))
    names = queries.names_of({one.staff_id for one in page.items})
    return render(
        request,
        "audit/retention.html",
        {
            **frame("audit:retention"),
            "going": going,
            # Seconds, at national size: not while the page is asked for every other second.
            "due": [] if going else preview(),
            "by_itself": [one for one in RULES if not one.previewed],
            "page": page,
            "purges": [(one, names.get(one.staff_id, "Compte supprimé")) for one in page.items],
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_purging
def purge(request: HttpRequest) -> HttpResponse:
    """Ask once more, saying what goes, then have it purged."""
    if request.method != "POST":
        record_read(page="Contrôle : purge")
        return render(request, "web/confirm.html", _asking(preview()))
    try:
        purging.begin_purge(by=cast("purging.Person", request.user))
    except ClearError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "La purge commence. Vous pouvez quitter cette page.")
    return redirect("audit:retention")


def _asking(due: list[Due]) -> dict[str, Any]:
    told = [f"{_TAKES[one.rule.previewed]} : {number(one.number)}." for one in due if one.number]
    return {
        "heading": "Purger ce qui a été gardé assez longtemps",
        "action": "Purger",
        "danger": True,
        "cancel_url": reverse("audit:retention"),
        "consequences": [*(told or [_NOTHING]), *_LEAVES],
    }
