"""What one writes in a journal, in a note, in a review, of a home visit."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.core.validators import MinLengthValidator
from django.utils import timezone

from jalon.interventions.enums import EntryKind, Opinion, ReviewKind
from jalon.interventions.words_form import AtAppointmentForm, WordsForm, a_day, long_text


class EntryForm(AtAppointmentForm):
    """A line of a journal."""

    words = ("on", "kind", "text")
    on = a_day("Quel jour ?")
    kind = forms.ChoiceField(label="Quoi ?", choices=EntryKind)
    text = forms.CharField(
        label="Ce qui s'est passé", max_length=8000, widget=forms.Textarea({"rows": 6})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        self.initial.setdefault("on", timezone.localdate())


class NoteForm(WordsForm):
    """A note for oneself."""

    words = ("text",)
    text = forms.CharField(label="Votre note", max_length=8000, widget=forms.Textarea({"rows": 6}))


class HandOverNoteForm(WordsForm):
    """What the next lead worker needs to know."""

    words = ("going_on", "due")
    going_on = forms.CharField(
        label="Où on en est", max_length=4000, widget=forms.Textarea({"rows": 5})
    )
    due = long_text("Ce qui est à faire, et pour quand", most=4000)


class SearchForm(forms.Form):
    """Words to look for: never in the address, only in what is sent."""

    q = forms.CharField(
        label="Un mot, ou plusieurs",
        max_length=100,
        validators=[MinLengthValidator(3, "Tapez au moins trois lettres.")],
        widget=forms.TextInput({"autocomplete": "off", "type": "search"}),
    )


class ReviewForm(AtAppointmentForm):
    """What is said of a support, on the way or some months after."""

    words: ClassVar[tuple[str, ...]] = ("held_on", "progress", "family_view", "decisions")
    held_on = a_day("Quel jour ?")
    progress = long_text("Où nous en sommes")
    family_view = long_text("Ce que la famille en dit, dans ses mots")
    decisions = long_text("Ce que nous décidons")

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        self.initial.setdefault("held_on", timezone.localdate())


def _opinion(label: str) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label,
        choices=[("", "Elle ne le dit pas"), *Opinion.choices],
        required=False,
    )


class ClosingReviewForm(ReviewForm):
    """The same at the end, with what the family thought of it."""

    words: ClassVar[tuple[str, ...]] = (*ReviewForm.words, "listened", "helped", "returns")
    listened = _opinion("La famille s'est-elle sentie écoutée ?")
    helped = _opinion("L'accompagnement l'a-t-il aidée ?")
    returns = _opinion("Reviendrait-elle vers nous ?")


FORMS_OF_REVIEWS = {
    ReviewKind.STEP: ReviewForm,
    ReviewKind.CLOSING: ClosingReviewForm,
    ReviewKind.LATER: ReviewForm,
}


class AskVisitForm(forms.Form):
    """What a family says to a home visit."""

    agreed = forms.ChoiceField(
        label="Que dit la famille ?",
        choices=[("oui", "Elle est d'accord"), ("non", "Elle ne veut pas, pour l'instant")],
        widget=forms.RadioSelect,
    )
    on = a_day("Dit le")

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        self.initial.setdefault("on", timezone.localdate())


class VisitForm(AtAppointmentForm):
    """What is said of a home visit, before and after."""

    words = ("planned_on", "preparation", "safety", "done_on", "report")
    planned_on = a_day("Prévue le", required=False)
    preparation = long_text("À préparer", rows=3, most=4000)
    safety = long_text(
        "Pour votre sécurité",
        rows=2,
        most=2000,
        help_text="Étage, chien, qui sera là, qui prévenir. Jamais un jugement sur la famille.",
    )
    done_on = a_day("Faite le", required=False)
    report = long_text("Ce que vous avez vu et dit ensemble", rows=6)
