"""What one joins to a family's file."""

from __future__ import annotations

from django import forms

from jalon.documents.fields import WHAT_IS_TAKEN, CheckedFileField


class DocumentForm(forms.Form):
    """A file, and what it is."""

    label = forms.CharField(
        label="Qu'est-ce que c'est ?",
        max_length=120,
        help_text="En quelques mots, comme « Bail » ou « Échéancier du bailleur ».",
    )
    file = CheckedFileField(label="Le fichier", help_text=WHAT_IS_TAKEN)
