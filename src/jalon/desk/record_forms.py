"""Why a record is made: for whom, since when, and how one knows who asks."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from itertools import groupby
from typing import Any, TypeAlias

from django import forms
from django.utils import timezone

from jalon.desk.record.gathering import adults_of
from jalon.desk.record.masking import FreeText
from jalon.families.models import Family, Person
from jalon.interventions.enums import IdentityCheck

# A part's title, its rows, the texts of each.
Parts: TypeAlias = Iterator[tuple[str, list[list[FreeText]]]]


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


class RereadingForm(forms.Form):
    """Which sentences of a record go; what was on the page comes back with them."""

    reading = forms.CharField(widget=forms.HiddenInput)
    struck = forms.MultipleChoiceField(required=False)

    def __init__(
        self,
        *args: Any,  # noqa: ANN401 - Django's own
        texts: Sequence[FreeText],
        reading: str,
        **kwargs: Any,  # noqa: ANN401 - likewise
    ) -> None:
        super().__init__(*args, **kwargs)
        self._texts = texts
        self._reading = reading
        passages = (one for text in texts for one in text.passages)
        self.fields["struck"].choices = [(one.key, one.text) for one in passages]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any] | None:
        """Refuse what was read before a text changed: the sentence that came is not struck."""
        if self.data.get("reading") != self._reading:
            raise forms.ValidationError(
                "Un texte a changé depuis que cette page est ouverte. Elle est à jour : relisez "
                "ce qui n'est pas masqué."
            )
        return super().clean()

    @property
    def now_read(self) -> str:
        """The digest of the texts that the page shows."""
        return self._reading

    @property
    def ticked(self) -> Collection[str]:
        """The sentences that are struck on the page."""
        return list(self["struck"].value() or [])

    def parts(self) -> Parts:
        """Yield each part with its rows, and the texts of each."""
        for title, texts in groupby(self._texts, key=lambda one: one.part):
            yield title, [list(row) for _, row in groupby(texts, key=lambda one: one.row)]
