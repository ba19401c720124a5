"""Why a record is made: for whom, since when, and how one knows who asks."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone

from jalon.desk.record.gathering import adults_of
from jalon.families.models import Family, Person
from jalon.interventions.enums import IdentityCheck


class RecordForm(forms.Form):
    """A request for one's own data, as it came."""

    person = forms.ModelChoiceField(
        label="Qui demande à voir ce qui est gardé à son sujet ?",
        queryset=Person.objects.none(),
        empty_label=None,
        widget=forms.RadioSelect,
    )
    asked_on = forms.DateField(
        label="Demandé le", widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )
    identity = forms.ChoiceField(
        label="Comment savez-vous que c'est elle ?",
        choices=IdentityCheck,
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, family: Family, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        adults = adults_of(family)
        self.fields["person"].queryset = adults  # type: ignore[attr-defined]
        if len(adults) == 1:
            self.initial.setdefault("person", adults[0])
        self.initial.setdefault("asked_on", timezone.localdate())
