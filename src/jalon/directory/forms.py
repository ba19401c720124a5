"""What the directory asks for."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from django import forms
from django.contrib.auth.forms import SetPasswordForm
from django.http import QueryDict

from jalon.directory.actions.accounts import Details
from jalon.directory.enums import Service
from jalon.directory.models import Commune, StaffMember, Team, Territory
from jalon.directory.roles import Role

if TYPE_CHECKING:
    _SetPasswordForm = SetPasswordForm[StaffMember]
else:
    _SetPasswordForm = SetPasswordForm  # it takes no parameter when it runs


class NewPasswordForm(_SetPasswordForm):
    """Choose a password, twice the same."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["new_password1"].label = "Mot de passe"
        self.fields[
            "new_password1"
        ].help_text = (
            "Douze caractères au moins ; une phrase se retient mieux et protège davantage."
        )
        self.fields["new_password2"].label = "Le même, une deuxième fois"


class VouchedForm(forms.Form):
    """Say that the person was asked; `known` is what the page showed of the account."""

    known = forms.CharField(widget=forms.HiddenInput, max_length=64)
    asked = forms.BooleanField(
        label="La personne elle-même m'a dit attendre ce rôle, et reconnaît tout ce qui ouvre son "
        "compte."
    )


def _date_field(label: str, *, required: bool = True, help_text: str = "") -> forms.DateField:
    picker = forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=required, help_text=help_text, widget=picker)


class StaffFilters(forms.Form):
    """What the list of the staff may be narrowed to."""

    service = forms.ChoiceField(
        label="Service", required=False, choices=[("", "Tous"), *Service.choices]
    )
    team = forms.ModelChoiceField(
        Team.objects.all(), label="Équipe", required=False, empty_label="Toutes"
    )
    territory = forms.ModelChoiceField(
        Territory.objects.all(), label="Territoire", required=False, empty_label="Tous"
    )
    accounts = forms.ChoiceField(
        label="Comptes",
        required=False,
        choices=[("", "Ouverts"), ("closed", "Fermés"), ("all", "Tous")],
    )


class NameSearch(forms.Form):
    """Whom one looks for; sent in the body, since a name has no place in an address."""

    name = forms.CharField(label="Nom, prénom ou adresse électronique", max_length=100)


class DetailsForm(forms.Form):
    """What an account says of its owner."""

    first_name = forms.CharField(label="Prénom", max_length=100)
    last_name = forms.CharField(label="Nom", max_length=100)
    email = forms.EmailField(
        label="Adresse électronique professionnelle",
        help_text=(
            "Elle sert à se connecter. La changer retire le mot de passe et les clés : donnez "
            "ensuite un lien."
        ),
    )
    team = forms.ModelChoiceField(
        Team.objects.all(), label="Équipe", required=False, empty_label="Aucune"
    )
    percentage = forms.IntegerField(
        label="Temps de travail, en %", min_value=10, max_value=100, initial=100
    )

    @classmethod
    def of(cls, member: StaffMember, data: QueryDict | None) -> DetailsForm:
        """Return the form filled with what is known of a member."""
        names = ("first_name", "last_name", "email", "team")
        known = {name: getattr(member, name) for name in names}
        return cls(data, initial={**known, "percentage": int(member.working_time * 100)})

    def details(self) -> Details:
        """Return what was given, once it is valid."""
        given = dict(self.cleaned_data)
        percentage = given.pop("percentage")
        return Details(**given, working_time=Decimal(percentage) / 100)


class RoleForm(forms.Form):
    """A role and its days."""

    role = forms.ChoiceField(
        label="Rôle", choices=[("", "Choisissez"), *((role.value, role.label) for role in Role)]
    )
    since = _date_field("À partir du")
    until = _date_field(
        "Jusqu'au",
        required=False,
        help_text="Compris ; laissez vide sans fin prévue.",
    )


class EndForm(forms.Form):
    """The last day of a role; none, where it ends at once."""

    until = _date_field(
        "Dernier jour",
        required=False,
        help_text="Compris. Laissez vide pour que le rôle s'arrête tout de suite.",
    )


class AbsenceForm(forms.Form):
    """Days away."""

    first_day = _date_field("Premier jour")
    last_day = _date_field("Dernier jour", help_text="Compris. Le motif ne se note pas ici.")


class SectorsForm(forms.Form):
    """The communes that a worker takes families of."""

    communes = forms.ModelMultipleChoiceField(
        Commune.objects.select_related("area"),
        label="Communes",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
