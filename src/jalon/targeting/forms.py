"""What pages ask: files, months, filters, thresholds to try."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Final

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone

from jalon.rules.calendar import Month, add_months
from jalon.targeting.enums import RunState
from jalon.targeting.waves import Waves

_MONTHS_OFFERED: Final = 36
_FORTNIGHT: Final = 14  # days


def last_complete_month(today: date | None = None) -> Month:
    """Return the month before today's, in Paris."""
    return Month.of(add_months((today or timezone.localdate()).replace(day=1), -1))


def months_offered() -> list[tuple[str, str]]:
    """Return the months that an extract may be of, the last complete one first."""
    last = last_complete_month()
    months = (Month.of(add_months(last.first_day, -number)) for number in range(_MONTHS_OFFERED))
    return [(str(month), month.in_french) for month in months]


class _FilesInput(forms.FileInput):
    """Chooses several files at once."""

    allow_multiple_selected = True


class _FilesField(forms.FileField):
    """Several files, of any kind: what they hold is checked where they are kept."""

    widget = _FilesInput

    def clean(self, data: Any, initial: Any = None) -> Any:  # noqa: ANN401
        """Return the files, however many."""
        given = data if isinstance(data, list | tuple) else [data] if data else []
        # An empty file is the register's to refuse: its sentence names the file.
        return list(given) or super().clean(None, initial)


class MonthForm(forms.Form):
    """The month of an extract."""

    month = forms.ChoiceField(
        label="Mois de l'extraction",
        help_text="Par défaut, le dernier mois complet.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        field = self.fields["month"]
        field.choices = months_offered()  # type: ignore[attr-defined]
        field.initial = str(last_complete_month())

    @property
    def chosen_month(self) -> Month:
        """The month chosen in a valid form."""
        return Month.parse(self.cleaned_data["month"])


class UploadForm(MonthForm):
    """The four files of an extract, dropped on the page."""

    extract = _FilesField(
        label="Les quatre fichiers de l'extraction",
        error_messages={"required": "Choisissez les quatre fichiers de l'extraction."},
    )

    def __init__(self, *args: Any, stems: Sequence[str], **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        self.fields[
            "extract"
        ].help_text = (
            f"{', '.join(stems)} : en .parquet, .csv ou .csv.gz, choisis ensemble ou glissés ici."
        )

    @property
    def chosen_files(self) -> list[UploadedFile[Any]]:
        """The files of a valid form."""
        found: list[UploadedFile[Any]] = self.cleaned_data["extract"]
        return found


class IncomingForm(MonthForm):
    """A folder that waits to be taken."""

    folder = forms.ChoiceField(label="Dossier à prendre")

    def __init__(self, *args: Any, folders: Iterable[str], **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        self.fields["folder"].choices = [(one, one) for one in folders]  # type: ignore[attr-defined]
        self.order_fields(["folder", "month"])


class RunFilters(forms.Form):
    """The filters of the list of runs."""

    etat = forms.ChoiceField(
        label="État", required=False, choices=[("", "Tous"), *RunState.choices]
    )
    mois = forms.RegexField(
        r"^\d{4}(-(0[1-9]|1[0-2]))?$",
        label="Mois ou année",
        required=False,
        help_text="Comme 2026-10, ou 2026.",
        error_messages={"invalid": "Écrivez l'année, ou l'année et le mois, comme 2026-10."},
    )


class LineFilters(forms.Form):
    """The filters of the lists of families."""

    offre = forms.ChoiceField(label="Offre de service", required=False)
    motif = forms.ChoiceField(label="Raison", required=False)

    def __init__(
        self,
        *args: Any,  # noqa: ANN401
        offers: Mapping[str, str],
        reasons: Mapping[str, str],
        **kwargs: Any,  # noqa: ANN401
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["offre"].choices = [("", "Toutes"), *offers.items()]  # type: ignore[attr-defined]
        if reasons:
            self.fields["motif"].choices = [("", "Toutes"), *reasons.items()]  # type: ignore[attr-defined]
        else:
            del self.fields["motif"]


class OfferFilter(forms.Form):
    """One offer or all."""

    offre = forms.ChoiceField(label="Offre de service", required=False)

    def __init__(self, *args: Any, offers: Mapping[str, str], **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        self.fields["offre"].choices = [("", "Toutes"), *offers.items()]  # type: ignore[attr-defined]


class DayFilter(forms.Form):
    """The day on which offers are in force."""

    jour = forms.DateField(
        label="En vigueur le",
        required=False,
        help_text="Aujourd'hui si ce n'est pas dit.",
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": "Écrivez un jour du calendrier : voici les offres du jour."},
    )


class HouseholdForm(forms.Form):
    """A household's number, which never enters an address."""

    household = forms.CharField(
        label="Numéro de dossier",
        max_length=64,
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false"}),
    )


class WavesForm(forms.Form):
    """Whether families are contacted all at once, or in waves, in a drawn order."""

    vagues = forms.TypedChoiceField(
        label="Quand les contacter",
        required=False,
        coerce=int,
        choices=[
            ("", "Toutes tout de suite"),
            *((str(one), f"En {one} vagues, dans un ordre tiré au sort") for one in (2, 3, 4)),
        ],
    )
    jours = forms.TypedChoiceField(
        label="Entre deux vagues",
        required=False,
        coerce=int,
        initial=f"{_FORTNIGHT}",
        choices=[("7", "Une semaine"), ("14", "Deux semaines"), ("28", "Quatre semaines")],
    )

    @property
    def waves(self) -> Waves | None:
        """The waves chosen in a valid form; None where nobody is to wait."""
        number, days = self.cleaned_data["vagues"], self.cleaned_data["jours"]
        return Waves(number, days or _FORTNIGHT) if number else None


class NoteForm(forms.Form):
    """Why a draft is kept."""

    note = forms.CharField(
        label="Note",
        max_length=2000,
        required=False,
        widget=forms.Textarea({"rows": 3}),
        help_text="Pourquoi ce changement, pour qui relira l'essai. Aucun nom de famille ici.",
    )
