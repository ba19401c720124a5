"""What a social worker notes of a right that a family claims."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils import timezone

from jalon.interventions.enums import ClaimState
from jalon.interventions.words_form import a_day


class ClaimForm(forms.Form):
    """A right that the family claims, and since when."""

    kind = forms.ChoiceField(label="Quel droit ?")
    claimed_on = a_day("Demandé le")

    def __init__(self, *args: Any, rights: Sequence[tuple[str, str]], **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = list(rights)  # type: ignore[attr-defined]
        self.initial.setdefault("claimed_on", timezone.localdate())


class SettleForm(forms.Form):
    """What was decided of a right claimed."""

    state = forms.ChoiceField(label="Suite", choices=ClaimState)
    decided_on = a_day("Décidé le", required=False)
    euros = forms.DecimalField(
        label="Montant accordé",
        min_value=0,
        max_digits=9,
        decimal_places=2,
        required=False,
        widget=forms.NumberInput({"inputmode": "decimal", "step": "0.01"}),
    )
