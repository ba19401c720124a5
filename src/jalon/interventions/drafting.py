"""Drafts: what one is typing, kept by the server until it is written or given up."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from django.db import transaction
from django.db.models import QuerySet
from django.urls import NoReverseMatch, reverse

from jalon.directory.models import StaffMember
from jalon.directory.roles import Permission
from jalon.families.models import Family
from jalon.interventions.errors import InterventionError
from jalon.interventions.models import Draft

# A long day's typing; more is no form of ours.
_MOST_SIGNS: Final = 60_000
# How the forms are called, and where each is: what comes after the colon names what it is of.
FORMS: Final = {
    "entretien": ("Entretien à noter", "advice:meet"),
    "reprise": ("Entretien repris", "advice:meeting"),
    "domaine": ("Diagnostic partagé", "supports:appraise"),
    "objectif": ("Objectif à écrire", "supports:add_objective"),
    "but": ("Objectif repris", "supports:objective"),
    "contrat": ("Contrat", "supports:contract"),
    "bilan": ("Bilan", "supports:review"),
    "visite": ("Visite à domicile", "supports:visit"),
    "journal": ("Ligne de journal", "followed:write_entry"),
    "ligne": ("Ligne de journal reprise", "followed:entry"),
    "note": ("Note personnelle", "followed:note"),
    "relais": ("Note de relais", "followed:hand_over_note"),
    "droits": ("Rendez-vous des droits", "rights:fill"),
    "mienne": ("Note personnelle reprise", "followed:own_note"),
}

_KEY: Final = re.compile(f"({'|'.join(FORMS)}):[0-9a-f-]{{36}}(:[a-z]{{1,20}})?")


def is_form(key: str) -> bool:
    """Tell whether a key names a form of ours, where one could go on writing."""
    if not _KEY.fullmatch(key):
        return False
    try:
        _address(key)
    except NoReverseMatch:
        return False
    return True


def drafts_of(by: StaffMember) -> QuerySet[Draft]:
    """Return what one has begun and not written, the latest first."""
    return Draft.objects.filter(author=by).order_by("-updated_at", "-pk")


def title_of(draft: Draft) -> str:
    """Return how the form of a draft is called."""
    return FORMS[draft.form.partition(":")[0]][0]


def address_of(draft: Draft) -> str:
    """Return where one goes on writing."""
    return _address(draft.form)


def _address(key: str) -> str:
    name, *told = key.split(":")
    return reverse(FORMS[name][1], args=told)


def keep_draft(*, family: Family, form: str, content: Mapping[str, str], by: StaffMember) -> Draft:
    """Keep what one is typing in a form, over what was kept before.

    InterventionError where the person keeps no such forms, there is none of that name, or it is
    longer than any of them.
    """
    if not is_form(form):
        raise InterventionError("Ce formulaire n'est pas des nôtres : rien n'est gardé.")
    if not by.may(Permission.WORK_WITH_FAMILIES):
        raise InterventionError("Seul un travailleur social tient des brouillons.")
    if sum(len(one) for one in content.values()) > _MOST_SIGNS:
        raise InterventionError("Ce texte est trop long pour être gardé : enregistrez-le.")
    # A text of the database holds no NUL, which nobody types.
    words = {"content": {_typed(name): _typed(value) for name, value in content.items()}}
    kept, _ = Draft.objects.update_or_create(
        author=by, form=form, defaults=words, create_defaults={"family": family, **words}
    )
    return kept


def _typed(text: str) -> str:
    return text.replace("\x00", "")


def draft_of(form: str, by: StaffMember) -> Draft | None:
    """Return what one was typing in a form, if anything."""
    return Draft.objects.filter(author=by, form=form).first()


@transaction.atomic
def forget_draft(*, form: str, by: StaffMember) -> None:
    """Drop what one was typing in a form, once it is written or given up."""
    Draft.objects.filter(author=by, form=form).delete()
