"""What staff write of an approach, and which approaches they list."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils import timezone

from jalon.directory.enums import Service
from jalon.directory.models import Place, StaffMember
from jalon.directory.queries import social_workers
from jalon.families.actions import may_name_lead
from jalon.families.models import Family
from jalon.families.queries import nameable
from jalon.outreach import exchanges
from jalon.outreach.answering import BEGINS_ANEW, Said
from jalon.outreach.enums import (
    CHOSEN_ENDINGS,
    IN_PERSON,
    WEEKS,
    AnswerKind,
    AnswerVia,
    HalfDay,
    Medium,
    Moment,
    Refusal,
    Standing,
)
from jalon.outreach.forms import ProposalFilters
from jalon.outreach.message_queries import refuses_messages
from jalon.outreach.models import Approach
from jalon.outreach.states import standing_at
from jalon.web import french
from jalon.web.listing import PAGE

SOON_DAYS: Final = 30
MINE, NOBODY = "moi", "personne"
CHOSEN: Final = "referent-"
# What each kind of answer says besides.
DETAILS: Final[dict[AnswerKind, tuple[str, ...]]] = {
    AnswerKind.MEETING: ("services", "place", "half_days"),
    AnswerKind.CALL: ("moments",),
    AnswerKind.LATER: ("weeks",),
    AnswerKind.NO: ("refusal",),
}
_IN_MONTHS: Final = ("Dans un mois", "Dans deux mois", "Dans trois mois", "Dans six mois")
_ENDINGS: Final = [(one.value, one.label) for one in CHOSEN_ENDINGS]
_STAFF_VIA: Final = [one for one in AnswerVia if one is not AnswerVia.WEB]
_WAITING: Final = {
    "appel": (AnswerKind.CALL,),
    "rendez-vous": (AnswerKind.MEETING,),
    "acceptent": (AnswerKind.CALL, AnswerKind.MEETING),
    "regle": (AnswerKind.RULE,),
}
_TO_DO: Final = (
    ("appel", "Demandent à être rappelées"),
    ("rendez-vous", "Demandent un rendez-vous"),
    ("acceptent", "Un appel ou un rendez-vous"),
    ("reprendre", "À reprendre maintenant"),
    ("regle", "Demandent la règle"),
    ("danger", "Dangereux de leur écrire"),
    ("en-personne", "À joindre en personne"),
    ("echeance", "Délai fini dans trente jours"),
    ("incertain", "Message peut-être parti"),
    ("fermee", "Page de réponse fermée"),
    ("sans-referent", "Ont accepté, sans référent"),
)


def _choices(kind: type[Any], empty: str = "") -> list[tuple[str, str]]:
    return [("", empty), *((one.value, one.label) for one in kind)]


class AnswerForm(forms.Form):
    """What a family said; `seen` is the last answer that whoever writes knew of."""

    seen = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    kind = forms.ChoiceField(
        label="Que dit la famille ?", choices=AnswerKind, widget=forms.RadioSelect
    )
    services = forms.MultipleChoiceField(
        label="Avec quel service ?",
        choices=Service,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    place = forms.ModelChoiceField(
        label="Où ?", queryset=Place.objects.none(), required=False, empty_label="Peu importe"
    )
    half_days = forms.MultipleChoiceField(
        label="Quand peut-elle venir ?",
        choices=HalfDay,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    moments = forms.MultipleChoiceField(
        label="Quand l'appeler ?",
        choices=Moment,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    weeks = forms.TypedChoiceField(
        label="Quand la reprendre ?",
        choices=list(zip(WEEKS, _IN_MONTHS, strict=True)),
        coerce=int,
        required=False,
        initial=WEEKS[0],
    )
    refusal = forms.ChoiceField(
        label="Pourquoi ? Seulement si elle le dit d'elle-même.",
        choices=_choices(Refusal, "Elle ne dit pas pourquoi"),
        required=False,
    )
    via = forms.ChoiceField(
        label="Comment l'a-t-elle dit ?",
        choices=[(one.value, one.label) for one in _STAFF_VIA],
        widget=forms.RadioSelect,
    )
    said_on = forms.DateField(
        label="Quel jour ?", widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, *args: Any, approach: Approach, anew: bool = False, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        first = approach if anew else approach.previous or approach
        self.first_day = timezone.localdate(first.made_at)
        self.initial.setdefault("said_on", timezone.localdate())
        self.fields["place"].queryset = _places_near(approach.family)  # type: ignore[attr-defined]
        # A family objects to messages, or else takes that back.
        idle = AnswerKind.STOP if refuses_messages(approach.family) else AnswerKind.RESUME
        kinds = BEGINS_ANEW if anew else [one for one in AnswerKind if one is not idle]
        said = [(one.value, one.label) for one in kinds]
        self.fields["kind"].choices = said  # type: ignore[attr-defined]

    def clean_said_on(self) -> Any:  # noqa: ANN401
        """Refuse a day to come, or one before anything was offered."""
        day = self.cleaned_data["said_on"]
        if day > timezone.localdate():
            raise forms.ValidationError("Ce jour n'est pas encore venu.")
        if day < self.first_day:
            since = french.long_date(self.first_day)
            raise forms.ValidationError(f"Rien ne lui était encore proposé : depuis le {since}.")
        return day

    def clean(self) -> dict[str, Any]:
        """Keep the details of the kind chosen alone; later says when."""
        told: dict[str, Any] = super().clean() or {}
        kind = told.get("kind")
        kept = DETAILS.get(AnswerKind(kind), ()) if kind else ()
        if "weeks" in kept and not told.get("weeks"):
            self.add_error("weeks", "Choisissez quand la reprendre.")
        return told

    @property
    def said(self) -> Said:
        """What was said, once the form is valid."""
        told = self.cleaned_data
        kind = AnswerKind(told["kind"])
        kept = {name: told[name] for name in DETAILS.get(kind, ())}
        weeks: int = kept.get("weeks") or 0
        return Said(
            kind=kind,
            via=AnswerVia(told["via"]),
            said_on=told["said_on"],
            services=tuple(kept.get("services", ())),
            place=kept.get("place"),
            half_days=tuple(kept.get("half_days", ())),
            moments=tuple(kept.get("moments", ())),
            refusal=kept.get("refusal", ""),
            again_on=timezone.localdate() + timedelta(weeks=weeks) if weeks else None,
        )


def _places_near(family: Family) -> QuerySet[Place]:
    """Return the places of the family's territory; all where nobody knows its commune."""
    places = Place.objects.order_by("name")
    if family.commune is None:
        return places
    return places.filter(commune__area__territory=family.commune.area.territory_id)


class CallForm(forms.Form):
    """That one called or visited, and whether the family was there."""

    medium = forms.ChoiceField(
        label="Qu'avez-vous fait ?",
        choices=[(one.value, one.label) for one in IN_PERSON],
        widget=forms.RadioSelect,
        initial=Medium.PHONE,
    )
    reached = forms.ChoiceField(
        label="Avez-vous parlé à la famille ?",
        choices=[("oui", "Oui"), ("non", "Non, sans réponse")],
        widget=forms.RadioSelect,
    )


class EndForm(forms.Form):
    """Why an approach ends before its window does."""

    cause = forms.ChoiceField(label="Pourquoi ?", choices=_ENDINGS, widget=forms.RadioSelect)


def reference(text: str) -> UUID | None:
    """Return the reference that a text is, however it is spelled; None where it is none."""
    try:
        return UUID(text)
    except ValueError:
        return None


def workers_chosen(given: QueryDict) -> dict[UUID, UUID | None]:
    """Return the worker chosen for each approach, or for the one of the button alone.

    None is a choice that is nobody.
    """
    chosen = {
        approach: reference(str(worker))
        for name, worker in given.items()
        if worker and name.startswith(CHOSEN)
        if (approach := reference(name.removeprefix(CHOSEN)))
    }
    if alone := str(given.get("seule", "")):
        return {one: worker for one, worker in chosen.items() if one == reference(alone)}
    return chosen


class BulkForm(forms.Form):
    """What is done with all the approaches ticked."""

    worker = forms.ModelChoiceField(
        label="Référent",
        queryset=StaffMember.objects.none(),
        required=False,
        empty_label="Choisissez une personne",
        to_field_name="public_id",
    )
    cause = forms.ChoiceField(
        label="Cause", choices=[("", "Choisissez une cause"), *_ENDINGS], required=False
    )
    action = forms.ChoiceField(choices=[(one, one) for one in ("traiter", "attribuer", "clore")])

    def __init__(self, *args: Any, by: StaffMember, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        if may_name_lead(by):
            people = nameable(social_workers(), by)
            self.fields["worker"].queryset = people  # type: ignore[attr-defined]

    @property
    def ticked(self) -> list[UUID]:
        """The references of the approaches ticked, of one page at most."""
        told = QueryDict.getlist(self.data, "prise")[:PAGE]  # type: ignore[arg-type]
        return [one for one in map(reference, map(str, told)) if one]

    def clean(self) -> dict[str, Any]:
        """Ask for what each action needs."""
        told: dict[str, Any] = super().clean() or {}
        if not self.ticked:
            raise forms.ValidationError("Cochez d'abord des familles.")
        if told.get("action") == "attribuer" and not told.get("worker"):
            raise forms.ValidationError("Choisissez d'abord un référent que vous pouvez nommer.")
        if told.get("action") == "clore" and not told.get("cause"):
            raise forms.ValidationError("Choisissez d'abord une cause.")
        return told

    @property
    def problem(self) -> str:
        """Why nothing can be done, in one sentence."""
        said = self.non_field_errors()
        return f"Rien n'est changé. {said[0]}" if said else "Rien n'est changé : choisissez quoi."


class ApproachFilters(ProposalFilters):
    """Which approaches to list; each filter left empty keeps all."""

    # As forms leave out a field of the form above.
    voie = None  # type: ignore[assignment]
    depuis = None  # type: ignore[assignment]
    etat = forms.ChoiceField(
        label="Où elles en sont", required=False, choices=_choices(Standing, "Partout")
    )
    attente = forms.ChoiceField(
        label="Ce qu'il y a à faire", required=False, choices=[("", "Tout"), *_TO_DO]
    )
    referent = forms.ChoiceField(label="Référent", required=False)
    field_order = ("attente", "etat", "ou", "commune", "offre", "service", "mois", "referent")

    def __init__(self, *args: Any, person: StaffMember, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, person=person, **kwargs)
        self.fields["referent"].choices = self._leads()  # type: ignore[attr-defined]

    def _leads(self) -> list[tuple[str, Any]]:
        own = [("", "Tous"), (MINE, "Moi"), (NOBODY, "Personne")]
        territory = self.person.team.territory_id if self.person.team else None
        if territory is None:
            return own
        team = social_workers().filter(team__territory=territory)
        team = team.only("public_id", "first_name", "last_name")
        return [*own, ("Mon territoire", [(str(one.public_id), str(one)) for one in team])]

    def listed(self, rows: QuerySet[Approach]) -> QuerySet[Approach]:
        """Return the approaches that the filters, checked, keep, in the order to see to them."""
        told, today = self.cleaned_data, timezone.localdate()
        rows = self._where(told["ou"]).keep(rows)
        if told["etat"]:
            rows = standing_at(rows, [Standing(told["etat"])], today)
        offers = [told["offre"]] if told["offre"] else []
        if offers or told["mois"]:
            rows = exchanges.offered(rows, offers=offers, month=told["mois"])
        if told["service"]:
            rows = exchanges.for_service(rows, Service(told["service"]))
        if told["commune"]:
            rows = rows.filter(commune__in=self._communes())
        return self._to_do(self._led(rows), told["attente"])

    def _led(self, rows: QuerySet[Approach]) -> QuerySet[Approach]:
        asked = self.cleaned_data["referent"]
        if asked == MINE:
            return exchanges.led_by(rows, self.person)
        if asked == NOBODY:
            return exchanges.led_by_nobody(rows)
        if asked:
            return exchanges.led_by(rows, StaffMember.objects.get(public_id=asked))
        return rows

    def _to_do(self, rows: QuerySet[Approach], asked: str) -> QuerySet[Approach]:
        today = timezone.localdate()
        if asked in _WAITING:
            return exchanges.asking(rows, *_WAITING[asked]).order_by("waits_since", "pk")
        if asked == "danger":
            return exchanges.in_danger(rows).order_by("waits_since", "pk")
        if asked == "reprendre":
            return exchanges.again(rows, today).order_by("again_on", "pk")
        if asked == "echeance":
            last = today + timedelta(days=SOON_DAYS)
            return exchanges.ending(rows, today, last).order_by("window_ends_on", "pk")
        if asked == "en-personne":
            rows = exchanges.in_person(rows, today)
        elif asked == "fermee":
            rows = exchanges.with_closed_code(rows)
        elif asked == "incertain":
            rows = exchanges.uncertain(rows)
        elif asked == "sans-referent":
            return exchanges.to_assign(rows).order_by("accepted_at", "pk")
        return rows.order_by("-pk")
