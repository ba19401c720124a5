"""What figures are kept to."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet

from jalon.directory.models import StaffMember, Territory
from jalon.directory.roles import Permission


class TerritoryFilter(forms.Form):
    """Which territory: one's own, or any for whoever answers for the department."""

    territoire = forms.ModelChoiceField(
        Territory.objects.none(),
        label="Territoire",
        required=False,
        empty_label="Tout le département",
        to_field_name="code",
    )

    def __init__(self, *args: Any, by: StaffMember, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        self.whole = by.may(Permission.MANAGE_DEPARTMENT)
        if self.whole:
            self.fields["territoire"].queryset = Territory.objects.all()  # type: ignore[attr-defined]

    @property
    def chosen(self) -> Territory | None:
        """The territory asked for; none where none is, or where there is no such one."""
        found: Territory | None = self.cleaned_data.get("territoire") if self.is_valid() else None
        return found

    def kept(self, workers: QuerySet[StaffMember]) -> QuerySet[StaffMember]:
        """Keep the workers of the territory asked for."""
        return workers.filter(team__territory=self.chosen) if self.chosen else workers
