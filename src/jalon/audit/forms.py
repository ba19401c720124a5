"""What the control pages ask."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import date
from typing import Any, Final

from django import forms
from django.core.validators import MaxValueValidator
from django.db.models import Q, QuerySet

from jalon.audit import queries
from jalon.audit.exceptional import SHORTEST
from jalon.audit.models import ExceptionalAccess
from jalon.audit.queries import Scope
from jalon.web.widgets import Listed

_DAY: Final = forms.DateInput(attrs={"type": "date"})
# The calendar of computers ends with the year 9999: the day after a day must be one.
_IN_TIME: Final = MaxValueValidator(date(2999, 12, 31))


class ScopeForm(forms.Form):
    """Whose lines, and of which days; kept in the page's address, where no family ever is."""

    personne = forms.ChoiceField(label="Personne", required=False)
    du = forms.DateField(label="Du", required=False, validators=[_IN_TIME], widget=_DAY)
    au = forms.DateField(label="Au", required=False, validators=[_IN_TIME], widget=_DAY)

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - Django's own
        super().__init__(*args, **kwargs)
        self.fields["personne"].choices = Listed(queries.everyone())  # type: ignore[attr-defined]

    def scope(self) -> Scope | None:
        """Return what to show; None where what was asked is not understood.

        Everybody's log is never what a wrong filter shows.
        """
        if not self.is_valid():
            return None
        asked = self.cleaned_data["personne"]
        staff_id = queries.staff_of(asked)
        if asked and staff_id is None:
            return None
        return Scope(
            staff_id=staff_id,
            since=self.cleaned_data["du"],
            until=self.cleaned_data["au"],
        )


class ChangesForm(ScopeForm):
    """Besides, whom the changes are about: a colleague's account, roles, sectors or absences."""

    concerne = forms.ChoiceField(label="Personne concernée", required=False)

    field_order = ("personne", "concerne", "du", "au")

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - Django's own
        super().__init__(*args, **kwargs)
        everyone = self.fields["personne"].choices  # type: ignore[attr-defined]
        self.fields["concerne"].choices = everyone  # type: ignore[attr-defined]

    def scope(self) -> Scope | None:
        """Return what to show, as the other filters do."""
        scope = super().scope()
        asked = self.cleaned_data.get("concerne")
        subject_id = queries.staff_of(asked) if asked else None
        if scope is None or (asked and subject_id is None):
            return None
        return replace(scope, subject_id=subject_id)


class AccessesForm(ScopeForm):
    """Besides, whether one has to clear them up oneself."""

    suivi = forms.ChoiceField(
        label="Suivi",
        required=False,
        choices=[("", "Tous"), ("a-eclaircir", "À éclaircir, ou sans examen depuis sept jours")],
    )

    field_order = ("personne", "suivi", "du", "au")

    def accesses(self) -> QuerySet[ExceptionalAccess]:
        """Return the accesses to show, the last first."""
        found = queries.accesses(self.scope())
        if self.is_valid() and self.cleaned_data["suivi"]:
            questioned, waiting = (Q(pk__in=one.values("pk")) for one in queries.to_clear_up())
            found = found.filter(questioned | waiting)
        return found


class ClearingForm(forms.Form):
    """What was found out of an access that somebody questions."""

    cleared = forms.CharField(
        label="Ce qui est éclairci, en une phrase",
        help_text="La personne qui a ouvert l'accès, le référent et les responsables la liront. "
        "L'accès quitte alors votre journée.",
        min_length=SHORTEST,
        max_length=500,
        widget=forms.Textarea({"rows": 3}),
    )


class FamilyForm(forms.Form):
    """A family, by its reference or by a household's number; never in an address."""

    recherche = forms.CharField(
        label="Référence de la famille ou numéro de dossier",
        max_length=64,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def reference(self) -> uuid.UUID | None:
        """Return the family's public reference; None where no family answers."""
        asked = self.cleaned_data["recherche"]
        try:
            reference = uuid.UUID(asked)
        except ValueError:
            return queries.reference_of_household(asked)
        return reference if queries.family_of(reference) is not None else None
