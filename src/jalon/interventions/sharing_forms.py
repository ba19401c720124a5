"""With which colleague a family is shared."""

from __future__ import annotations

from typing import Any

from django import forms

from jalon.directory.models import StaffMember
from jalon.directory.queries import social_workers
from jalon.directory.roles import Permission
from jalon.families.models import Family
from jalon.families.queries import nameable


class ShareForm(forms.Form):
    """A social worker of one's own territory, or whom one manages."""

    worker = forms.ModelChoiceField(
        label="Quel collègue ?",
        queryset=StaffMember.objects.none(),
        empty_label="Choisissez une personne",
        to_field_name="public_id",
    )

    def __init__(self, *args: Any, family: Family, by: StaffMember, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        if by.may(Permission.MANAGE_TERRITORY) or by.may(Permission.MANAGE_DEPARTMENT):
            colleagues = nameable(social_workers(), by)
        else:
            territory = by.team.territory_id if by.team else None
            colleagues = social_workers().exclude(pk=by.pk).filter(team__territory=territory)
        known = family.followers.filter(until=None).values("worker")
        rows = colleagues.exclude(pk__in=known).order_by("last_name", "first_name")
        self.fields["worker"].queryset = rows  # type: ignore[attr-defined]
