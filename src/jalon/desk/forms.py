"""What one writes on the pages of families."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.validators import MinLengthValidator
from django.db.models import Exists, OuterRef, Q, QuerySet

from jalon.desk.own_families import SOON, soon_late
from jalon.directory.models import Area, Sector, StaffMember
from jalon.directory.queries import social_workers
from jalon.families.enums import LiftReason, Safety, SafetySource
from jalon.families.models import Family
from jalon.families.queries import communes_named, families_followed, led_first, nameable
from jalon.outreach.choices import offers_to_choose
from jalon.outreach.models import Proposal


class SearchForm(forms.Form):
    """A name, a number: never in the address, only in what is sent."""

    q = forms.CharField(
        label="Nom, numéro de dossier ou téléphone",
        max_length=100,
        # One letter begins too many names to be looked for.
        validators=[MinLengthValidator(2, "Tapez au moins deux lettres.")],
        help_text="Ni les accents, ni les traits d'union, ni les espaces, ni l'ordre des mots ne "
        "comptent.",
        widget=forms.TextInput({"autocomplete": "off", "type": "search"}),
    )


class InvolvementForm(forms.Form):
    """Who of one's own service is involved."""

    who = forms.ChoiceField(
        label="Qui intervient ?",
        choices=[("me", "Moi"), ("service", "Mon service, sans nom pour l'instant")],
        widget=forms.RadioSelect,
        initial="me",
    )


class SafetyForm(forms.Form):
    """What keeps a family safe, and from whom one knows it: nothing is preselected."""

    flag = forms.ChoiceField(label="Que faut-il savoir ?", widget=forms.RadioSelect)
    source = forms.ChoiceField(
        label="D'où le savez-vous ?", choices=SafetySource, widget=forms.RadioSelect
    )

    def __init__(self, *args: Any, family: Family, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        unsaid = [(one.value, one.label) for one in Safety if not getattr(family, one.said_here)]
        self.fields["flag"].choices = unsaid  # type: ignore[attr-defined]


class LiftForm(forms.Form):
    """Why what kept a family safe is taken back."""

    reason = forms.ChoiceField(label="Pourquoi ?", choices=LiftReason, widget=forms.RadioSelect)


class LeadForm(forms.Form):
    """The social worker to make a family's lead."""

    worker = forms.ModelChoiceField(
        label="Travailleur social référent",
        queryset=StaffMember.objects.none(),
        empty_label="Choisissez une personne",
    )

    def __init__(self, *args: Any, family: Family, by: StaffMember, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        field = self.fields["worker"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = nameable(_near(family), by)
            field.to_field_name = "public_id"


class WithoutLeadFilters(forms.Form):
    """Which families without a lead to list; each filter left empty keeps all."""

    commune = forms.CharField(label="Commune (début du nom)", required=False, max_length=100)
    offre = forms.ChoiceField(label="Proposée", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        offers = offers_to_choose(self.data.get("offre", ""))
        self.fields["offre"].choices = offers  # type: ignore[attr-defined]

    @property
    def is_filtering(self) -> bool:
        """Whether the list is only a part of what there is."""
        return any(self.data.get(name) for name in self.fields)

    def kept(self, rows: QuerySet[Family]) -> QuerySet[Family]:
        """Return the families that the filters keep; none where a filter has no such value."""
        if not self.is_valid():
            return rows.none()
        if commune := self.cleaned_data["commune"]:
            rows = rows.filter(commune__in=communes_named(commune))
        if offer := self.cleaned_data["offre"]:
            made = Proposal.objects.filter(family=OuterRef("pk"), offer=offer)
            rows = rows.filter(Exists(made))
        return rows


class OwnFilters(forms.Form):
    """Which of one's own families to list."""

    delai = forms.ChoiceField(
        label="Réponse attendue",
        required=False,
        choices=[("", "À tout moment"), (SOON, "Dans les trente jours")],
    )

    @property
    def is_filtering(self) -> bool:
        """Whether the list is only a part of what there is."""
        return bool(self.data.get("delai"))

    def kept(self, by: StaffMember) -> QuerySet[Family]:
        """Return the families that the filter keeps, in the order in which to see to them."""
        if not self.is_valid():
            return Family.objects.none()
        if self.cleaned_data["delai"]:
            return soon_late(by)
        return led_first(families_followed(by), by)


def _near(family: Family) -> QuerySet[StaffMember]:
    """Return the social workers of the family's commune or territory; all where it has none.

    A national list would be too long to choose from.
    """
    if family.commune is None:
        return social_workers()
    takes = Sector.objects.filter(worker=OuterRef("pk"), commune=family.commune)
    # Without a join: a territory has several areas, and each would show the worker once more.
    territory = Area.objects.filter(pk=family.commune.area_id).values("territory")
    return social_workers().filter(Q(Exists(takes)) | Q(team__territory__in=territory))
