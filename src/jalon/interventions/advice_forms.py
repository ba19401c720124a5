"""What one writes of an information-advice."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.db.models import QuerySet
from django.utils import timezone

from jalon.directory.enums import Service
from jalon.directory.models import StaffMember
from jalon.families.models import Family
from jalon.interventions.advising import From, MeetingWords
from jalon.interventions.enums import (
    ActionBy,
    ActionState,
    AdviceOutcome,
    AdviceState,
    MeetingMode,
    Origin,
    OtherService,
    Referrer,
)
from jalon.interventions.models import InformationAdvice
from jalon.interventions.whose import of_worker, with_worker_asked
from jalon.interventions.words_form import AtAppointmentForm, a_day, long_text
from jalon.outreach.models import Proposal
from jalon.outreach.queries import proposals_of

_PROPOSAL = "proposal:"
_REFERRAL = "referral:"
_SERVICES = [(one.value, one.label) for one in OtherService if one != OtherService.UNKNOWN]
_OTHER: Final = "Un autre service social suit-il déjà la famille ?"


class OpenForm(forms.Form):
    """Where an information-advice comes from, in one choice."""

    come = forms.ChoiceField(label="D'où vient la demande ?", widget=forms.RadioSelect)
    other_service = forms.ChoiceField(
        label=_OTHER,
        choices=OtherService,
        initial=OtherService.UNKNOWN,
        help_text="Si oui, le travail d'ici complète le sien.",
    )

    def __init__(self, *args: Any, family: Family, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        # What was offered for one's own service is what the family comes for, most often.
        made = sorted(
            proposals_of(family, with_reasons=False),
            key=lambda one: Service.SOCIAL_WORK not in one.services,
        )
        self.proposals = {str(one.public_id): one for one in made}
        offers = [
            (f"{_PROPOSAL}{key}", f"La proposition « {one.label} »")
            for key, one in self.proposals.items()
        ]
        sent = [
            (f"{_REFERRAL}{one.value}", f"Orientée par : {one.in_a_sentence}") for one in Referrer
        ]
        choices = [*offers, (Origin.DIRECT.value, Origin.DIRECT.label), *sent]
        self.fields["come"].choices = choices  # type: ignore[attr-defined]
        self.initial.setdefault("come", offers[0][0] if offers else None)

    @property
    def said(self) -> From:
        """Where it comes from."""
        told = self.cleaned_data["come"]
        if told.startswith(_PROPOSAL):
            proposal: Proposal = self.proposals[told.removeprefix(_PROPOSAL)]
            return From(Origin.PROPOSAL, proposal=proposal)
        if told.startswith(_REFERRAL):
            return From(Origin.REFERRAL, referrer=told.removeprefix(_REFERRAL))
        return From(Origin.DIRECT)


class MeetingForm(AtAppointmentForm):
    """What was said at a meeting."""

    words = ("held_on", "mode", "asked", "told", "advised", "agreed", "handed")
    held_on = a_day("Quel jour ?")
    mode = forms.ChoiceField(label="Comment ?", choices=MeetingMode)
    asked = long_text("Ce que la famille demande")
    told = long_text("Ce que vous lui avez dit", help_text="Droits, démarches, services.")
    advised = long_text("Ce que vous lui conseillez")
    agreed = long_text("Ce dont vous convenez ensemble")
    handed = long_text("Documents remis", rows=2, most=2000)

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        self.initial.setdefault("held_on", timezone.localdate())

    def clean(self) -> dict[str, Any]:
        """Refuse a meeting of which nothing is said."""
        told: dict[str, Any] = super().clean() or {}
        if not any(told.get(name) for name in ("asked", "told", "advised", "agreed", "handed")):
            raise forms.ValidationError("Écrivez au moins une chose de cet entretien.")
        return told

    @property
    def said(self) -> MeetingWords:
        """The meeting, as it was written."""
        told = self.cleaned_data
        return MeetingWords(
            held_on=told["held_on"],
            mode=MeetingMode(told["mode"]),
            **{name: told[name] for name in self.words[2:]},
        )


class ActionForm(forms.Form):
    """Something to do."""

    what = forms.CharField(label="Que faut-il faire ?", max_length=300)
    who = forms.ChoiceField(label="Qui ?", choices=ActionBy, initial=ActionBy.WORKER)
    due_on = a_day("Avant le", required=False)


class SettleForm(forms.Form):
    """What became of something to do."""

    state = forms.ChoiceField(
        choices=[(one.value, one.label) for one in (ActionState.DONE, ActionState.DROPPED)]
    )


class OtherServiceForm(forms.Form):
    """Whether another service follows the family."""

    other_service = forms.ChoiceField(
        label=_OTHER,
        choices=[("", "Choisissez une réponse"), *_SERVICES],
    )


class CloseForm(forms.Form):
    """What an information-advice led to, and what nobody asked so far."""

    outcome = forms.ChoiceField(
        label="Sur quoi se termine-t-elle ?", choices=AdviceOutcome, widget=forms.RadioSelect
    )
    other_service = forms.ChoiceField(
        label=_OTHER,
        choices=OtherService,
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, advice: InformationAdvice, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        if advice.other_service != OtherService.UNKNOWN:
            del self.fields["other_service"]

    @property
    def other(self) -> OtherService | None:
        """Whether another service follows the family, where that is told now."""
        told = self.cleaned_data.get("other_service")
        return OtherService(told) if told else None


class AdviceFilters(forms.Form):
    """Which information-advices to list."""

    etat = forms.ChoiceField(
        label="État", required=False, choices=[("", "Toutes"), *AdviceState.choices]
    )
    de = forms.ChoiceField(
        label="De qui",
        required=False,
        choices=[("", "Toutes celles que je vois"), ("moi", "Les miennes")],
    )
    issue = forms.ChoiceField(
        label="Issue", required=False, choices=[("", "Toutes"), *AdviceOutcome.choices]
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        with_worker_asked(self, "de")

    @property
    def is_filtering(self) -> bool:
        """Whether the list is only a part of what there is."""
        return any(self.data.get(name) for name in self.fields)

    def kept(self, rows: QuerySet[InformationAdvice], by: StaffMember) -> Any:  # noqa: ANN401
        """Return those that the filters keep; none where a filter has no such value."""
        if not self.is_valid():
            return rows.none()
        told = self.cleaned_data
        if told["etat"]:
            rows = rows.filter(state=told["etat"])
        if told["issue"]:
            rows = rows.filter(outcome=told["issue"])
        return of_worker(rows, told["de"], by)
