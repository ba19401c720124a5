"""Why one opens a family exceptionally, and what one finds of it once it was done."""

from __future__ import annotations

from typing import Final

from django import forms

from jalon.audit.exceptional import SHORTEST
from jalon.audit.models import ExceptionalAccess

_Ground, _Finding = ExceptionalAccess.Ground, ExceptionalAccess.Finding
_LONGEST: Final = 500


class OpeningForm(forms.Form):
    """One of the set grounds, and what happens, in a sentence."""

    ground = forms.ChoiceField(
        label="Pourquoi ?",
        choices=[(one.value, f"{one.label} ({one.law})") for one in _Ground],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label="Ce qui se passe, en une phrase",
        help_text="Votre responsable, le référent et le délégué la liront. Pas plus de détails "
        "qu'il n'en faut.",
        min_length=SHORTEST,
        max_length=_LONGEST,
        widget=forms.Textarea({"rows": 3}),
    )


class FindingForm(forms.Form):
    """Whether it had to be."""

    finding = forms.ChoiceField(label="Votre avis", choices=_Finding)
