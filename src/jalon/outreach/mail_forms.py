"""What one writes on the pages of letters."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils import timezone

from jalon.outreach.enums import RETURN_REASONS


class BatchForm(forms.Form):
    """The day that a batch is dated."""

    dated = forms.DateField(
        label="Date des lettres",
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        help_text="Celle qui est imprimée : le jour où elles partiront.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **{"initial": {"dated": timezone.localdate()}, **kwargs})


class PostForm(forms.Form):
    """The day that a batch left, and the letters taken out of the pile before.

    `positions` are those that one may say so of: to show, the ones to take out; to read, all,
    since one that need not be any more is out of the pile all the same.
    """

    posted_on = forms.DateField(
        label="Parti le",
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        help_text="Le jour où l'envoi a été remis à la Poste.",
    )
    pulled = forms.MultipleChoiceField(
        label="Retirées de la pile", required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, positions: Iterable[int], **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **{"initial": {"posted_on": timezone.localdate()}, **kwargs})
        pulled: Any = self.fields["pulled"]
        # Shown, each is to be taken out; read, whoever forgot one is told by what posts them.
        pulled.required = not self.is_bound
        pulled.choices = [(str(one), f"La lettre nº {one}") for one in positions]

    @property
    def positions(self) -> set[int]:
        """The positions of the letters said to be taken out."""
        return {int(one) for one in self.cleaned_data.get("pulled", [])}


class CodeForm(forms.Form):
    """The code of a letter that came back: never in the address, only in what is sent."""

    code = forms.CharField(
        label="Code de la lettre revenue",
        max_length=80,
        widget=forms.TextInput({"autocomplete": "off", "autofocus": True, "spellcheck": "false"}),
        help_text="Scannez le carré, ou recopiez les neuf caractères imprimés dessous.",
    )


class ReturnForm(forms.Form):
    """Why a letter came back."""

    reason = forms.ChoiceField(
        label="Ce qui est écrit sur l'enveloppe",
        choices=[(one.value, one.label) for one in RETURN_REASONS],
        widget=forms.RadioSelect,
    )


class AddressForm(forms.Form):
    """The right address, as the family or a colleague gives it."""

    line1 = forms.CharField(label="Numéro et rue", max_length=48, strip=True)
    line2 = forms.CharField(
        label="Complément (bâtiment, chez…)", max_length=48, required=False, strip=True
    )
    postal_code = forms.RegexField(
        r"^\d{5}$",
        label="Code postal",
        max_length=5,
        error_messages={"invalid": "Cinq chiffres, comme 94000."},
        widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "off"}),
    )
    city = forms.CharField(label="Commune", max_length=42, strip=True)
