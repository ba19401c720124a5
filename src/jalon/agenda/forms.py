"""What the pages of diaries ask."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time
from typing import Any, Final

from django import forms
from django.conf import settings
from django.utils import timezone

from jalon.agenda.actions.booking import Time
from jalon.agenda.actions.places import HalfDay
from jalon.agenda.enums import ClosingReason, Half, Mode, Outcome, Weekday
from jalon.agenda.models import Appointment, Opening, Presence
from jalon.agenda.models.places import half_day_in_words
from jalon.agenda.practice import read_practice
from jalon.agenda.shown import people_of
from jalon.agenda.slots import Slot
from jalon.directory.models import Place, StaffMember
from jalon.directory.queries import social_workers
from jalon.families.enums import PersonRole
from jalon.families.models import Family

OTHER: Final = "autre"
_NOWHERE: Final = 0
_DAY: Final = forms.DateInput({"type": "date"}, format="%Y-%m-%d")
_HOUR: Final = forms.TimeInput({"type": "time"}, format="%H:%M")


def modes() -> list[tuple[str, str]]:
    """Return how one may meet: by video only where the fund has rooms for it."""
    video = bool(read_practice(settings.PROFILE).video)
    return [(one.value, one.label) for one in Mode if video or one is not Mode.VIDEO]


def value_of(slot: Slot) -> str:
    """Return a free time as the form carries it: whose, where, when."""
    return f"{slot.worker}.{slot.place}.{int(slot.starts_at.timestamp())}"


class SlotForm(forms.Form):
    """A free time chosen among those shown, or another one; whether the family agreed."""

    slot = forms.CharField(max_length=60, required=False)
    other_worker = forms.TypedChoiceField(label="Avec qui ?", required=False, empty_value=None)
    other_place = forms.ModelChoiceField(
        label="Où ?",
        queryset=Place.objects.none(),
        required=False,
        empty_label="Choisissez un lieu",
    )
    other_day = forms.DateField(label="Quel jour ?", required=False, widget=_DAY)
    other_time = forms.TimeField(label="À quelle heure ?", required=False, widget=_HOUR)
    agreed = forms.ChoiceField(
        label="La famille est-elle d'accord ?",
        choices=[("oui", "Oui : le rendez-vous est confirmé"), ("non", "Pas encore : proposé")],
        widget=forms.RadioSelect,
        initial="oui",
    )

    def __init__(
        self,
        *args: Any,  # noqa: ANN401 - Django's own
        mode: Mode,
        workers: Iterable[StaffMember],
        **kwargs: Any,  # noqa: ANN401 - as above
    ) -> None:
        super().__init__(*args, **kwargs)
        self.mode = mode
        self.time: Time | None = None
        people = {str(one.public_id): one for one in workers}
        worker = self.fields["other_worker"]
        worker.choices = [(key, str(one)) for key, one in people.items()]  # type: ignore[attr-defined]
        worker.coerce = people.__getitem__  # type: ignore[attr-defined]
        if mode is Mode.PLACE:
            self.fields["other_place"].queryset = Place.objects.all()  # type: ignore[attr-defined]
        else:
            del self.fields["other_place"]

    use_required_attribute = False

    @property
    def others(self) -> list[forms.BoundField]:
        """The fields of another time than those shown, which is asked for whole."""
        found = [self[name] for name in self.fields if name.startswith("other_")]
        for one in found:
            one.field.required = True
        return found

    def clean(self) -> dict[str, Any]:
        """Read the time chosen."""
        told: dict[str, Any] = super().clean() or {}
        chosen = told.get("slot", "")
        if chosen == OTHER:
            self.time = self._another(told)
        elif not chosen:
            self.add_error("slot", "Choisissez un moment.")
        else:
            self.time = self._shown(chosen)
        return told

    def _shown(self, chosen: str) -> Time | None:
        try:
            worker, place, moment = (int(one) for one in chosen.split("."))
            starts_at = datetime.fromtimestamp(moment, tz=UTC)
            return Time(social_workers().get(pk=worker), starts_at, self.mode, self._place(place))
        except (ValueError, OverflowError, OSError, StaffMember.DoesNotExist, Place.DoesNotExist):
            self.add_error("slot", "Ce moment ne se lit pas : choisissez-en un autre.")
            return None

    def _place(self, number: int) -> Place | None:
        return Place.objects.get(pk=number) if self.mode is Mode.PLACE else None

    def _another(self, told: dict[str, Any]) -> Time | None:
        for name in (one.name for one in self.others):
            if not told.get(name):
                self.add_error(name, "Précisez-le.")
        if self.errors:
            return None
        starts_at = timezone.make_aware(
            datetime.combine(told["other_day"], told["other_time"].replace(second=0))
        )
        return Time(told["other_worker"], starts_at, self.mode, told.get("other_place"))

    @property
    def chosen(self) -> str:
        """The time chosen, to be shown again where something else was wrong."""
        return str(self.data.get("slot", "")) if self.is_bound else ""


class BookForm(SlotForm):
    """Besides, who of the family is expected."""

    people = forms.TypedMultipleChoiceField(
        label="Qui est attendu ?", coerce=int, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, family: Family, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        self.fields["people"].choices = people_of(family)  # type: ignore[attr-defined]
        adults = {PersonRole.RESPONSIBLE, PersonRole.SPOUSE}
        living = [one for one in family.members if one.death_date is None]
        self.initial.setdefault(
            "people",
            [one.pk for one in living if one.role in adults] or [one.pk for one in living],
        )


class CancelForm(forms.Form):
    """Who cancels."""

    who = forms.ChoiceField(
        label="Qui annule ?",
        choices=[("famille", "La famille"), ("nous", "Nous")],
        widget=forms.RadioSelect,
    )


class OutcomesForm(forms.Form):
    """What became of each person expected, and who came besides."""

    def __init__(self, *args: Any, appointment: Appointment, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        known = {one.person_id: one for one in appointment.attendances.all()}
        for one in appointment.family.members:
            if one.pk in known:
                self._ask(one.pk, str(one), known[one.pk].outcome)
        self.besides = []
        for one in appointment.family.members:
            if one.pk not in known and one.death_date is None:
                self.besides.append((str(one.pk), str(one)))
        if self.besides:
            self.fields["besides"] = forms.TypedMultipleChoiceField(
                label="Qui est venu sans être attendu ?",
                choices=self.besides,
                coerce=int,
                required=False,
                widget=forms.CheckboxSelectMultiple,
            )

    def _ask(self, number: int, name: str, outcome: str) -> None:
        self.fields[f"person-{number}"] = forms.ChoiceField(
            label=name,
            choices=Outcome,
            initial=outcome or None,
            widget=forms.RadioSelect,
        )

    @property
    def outcomes(self) -> dict[int, Outcome]:
        """What was told, by the numbers of persons, once the form is valid."""
        told = dict(self.cleaned_data)
        besides = told.pop("besides", [])
        found = {int(name.removeprefix("person-")): Outcome(one) for name, one in told.items()}
        return found | dict.fromkeys(besides, Outcome.ATTENDED)


class OpeningForm(forms.Form):
    """When a place opens on a half-day of the week."""

    when = forms.ChoiceField(
        label="Demi-journée",
        choices=[
            (f"{day.value}{half.value}", half_day_in_words(day, half))
            for day in Weekday
            for half in Half
        ],
    )
    starts = forms.TimeField(label="Ouvre à", widget=_HOUR)
    ends = forms.TimeField(label="Ferme à", widget=_HOUR)
    capacity = forms.IntegerField(label="Professionnels à la fois", min_value=1, max_value=30)

    @property
    def opens(self) -> HalfDay:
        """The half-day told, once the form is valid."""
        told = self.cleaned_data
        hours: tuple[time, time] = told["starts"], told["ends"]
        return HalfDay(
            Weekday(int(told["when"][0])), Half(told["when"][1:]), *hours, told["capacity"]
        )


class RoomForm(forms.Form):
    """The name of a room."""

    name = forms.CharField(label="Nom de la salle", max_length=60)


class ClosureForm(forms.Form):
    """From when to when a place does not open, and why."""

    first_day = forms.DateField(label="Premier jour", widget=_DAY)
    last_day = forms.DateField(label="Dernier jour", widget=_DAY)
    reason = forms.ChoiceField(label="Pourquoi ?", choices=ClosingReason)


class WeekForm(forms.Form):
    """Where a worker receives, half-day by half-day, from a day on."""

    since = forms.DateField(label="À partir du", widget=_DAY)

    def __init__(self, *args: Any, kept: Iterable[Presence], **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        self.initial.setdefault("since", timezone.localdate())
        now = {(one.weekday, one.half): one.place_id for one in kept}
        open_then: dict[tuple[int, str], list[tuple[str, str]]] = {}
        for one in Opening.objects.select_related("place").order_by("place__name"):
            choice = (str(one.place_id), str(one.place))
            open_then.setdefault((one.weekday, one.half), []).append(choice)
        self.places = {one.place_id: one.place for one in Opening.objects.select_related("place")}
        for day in Weekday:
            for half in Half:
                choices = open_then.get((day, half), [])
                self.fields[f"{day.value}{half.value}"] = forms.TypedChoiceField(
                    label=half_day_in_words(day, half),
                    choices=[(str(_NOWHERE), "Ne reçoit pas"), *choices],
                    coerce=int,
                    initial=now.get((day, half), _NOWHERE),
                )

    @property
    def rows(self) -> list[tuple[str, list[forms.BoundField]]]:
        """The fields of each day of the week."""
        return [
            (day.label, [self[f"{day.value}{half.value}"] for half in Half]) for day in Weekday
        ]

    @property
    def week(self) -> dict[tuple[Weekday, Half], Place]:
        """Where the worker receives, once the form is valid."""
        return {
            (day, half): self.places[place]
            for day in Weekday
            for half in Half
            if (place := self.cleaned_data[f"{day.value}{half.value}"]) != _NOWHERE
        }

    @property
    def since_day(self) -> date:
        """From when, once the form is valid."""
        day: date = self.cleaned_data["since"]
        return day


class FeedForm(forms.Form):
    """Whether one's own calendar shows the numbers of files."""

    with_numbers = forms.BooleanField(
        label="Montrer le numéro de dossier de chaque famille",
        required=False,
        help_text="Sans lui, l'agenda ne dit que l'heure et le lieu. Jamais de nom.",
    )
