"""How a family says that it is to be reached."""

from __future__ import annotations

from typing import Any

from django import forms

from jalon.families.contacts import Corrected
from jalon.families.enums import ContactKind
from jalon.families.phones import canonical_phone


class ContactsForm(forms.Form):
    """What changes; what is left empty stays as it is known."""

    phone = forms.CharField(
        label="Téléphone",
        required=False,
        max_length=30,
        widget=forms.TextInput({"inputmode": "tel", "autocomplete": "off"}),
    )
    email = forms.EmailField(
        label="Adresse électronique",
        required=False,
        max_length=254,
        widget=forms.EmailInput({"autocomplete": "off"}),
    )
    line1 = forms.CharField(label="Numéro et rue", required=False, max_length=48)
    line2 = forms.CharField(label="Complément (bâtiment, chez…)", required=False, max_length=48)
    postal_code = forms.RegexField(
        r"^\d{5}$",
        label="Code postal",
        required=False,
        error_messages={"invalid": "Cinq chiffres, comme 94000."},
        widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "off"}),
    )
    city = forms.CharField(label="Commune", required=False, max_length=42)

    def clean_phone(self) -> str:
        """Write the number in one way; refuse what cannot be called."""
        typed = self.cleaned_data["phone"]
        number = canonical_phone(typed)
        if typed and not number:
            raise forms.ValidationError("Dix chiffres, comme 06 12 34 56 78.")
        return number

    def clean(self) -> dict[str, Any]:
        """Take an address whole, and something at least."""
        told: dict[str, Any] = super().clean() or {}
        whole = ("line1", "postal_code", "city")
        if any(told.get(name) for name in (*whole, "line2")):
            for name in whole:
                if not told.get(name) and name not in self.errors:
                    self.add_error(name, "L'adresse se donne en entier.")
        if not self.errors and not any(told.values()):
            raise forms.ValidationError("Notez ce qui change : le reste demeure.")
        return told

    @property
    def corrected(self) -> list[Corrected]:
        """What changes, once the form is valid."""
        told = self.cleaned_data
        found = [
            Corrected(kind, value=told[name])
            for kind, name in ((ContactKind.PHONE, "phone"), (ContactKind.EMAIL, "email"))
            if told[name]
        ]
        if told["line1"]:
            lines = ("line1", "line2", "postal_code", "city")
            found.append(Corrected(ContactKind.ADDRESS, **{one: told[one] for one in lines}))
        return found
