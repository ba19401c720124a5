"""What one writes of a support: its diagnosis, its plan, its contract, its course."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar, Final

from django import forms
from django.db.models import QuerySet
from django.utils import timezone

from jalon.directory.models import StaffMember
from jalon.directory.queries import social_workers
from jalon.documents.checking import CheckedFile
from jalon.documents.fields import WHAT_IS_TAKEN, CheckedFileField
from jalon.families.queries import nameable
from jalon.interventions import queries
from jalon.interventions.enums import (
    GOES_ON,
    ActionBy,
    Closing,
    Domain,
    ObjectiveResult,
    Rating,
    SupportState,
    Suspension,
)
from jalon.interventions.models import Objective, Support
from jalon.interventions.whose import of_worker, with_worker_asked
from jalon.interventions.words_form import WordsForm, a_day, long_text

_DUE: Final = (
    (queries.Due.REVIEW.value, "Bilan à faire d'ici sept jours"),
    (queries.Due.ENDING.value, "Contrat qui finit d'ici trente jours"),
    (queries.Due.LIMIT.value, "Limite d'un an d'ici trente jours"),
    (queries.Due.NEWS.value, "Nouvelles à prendre"),
)
_GO_ON: Final = "vont"


def _amount(label: str) -> forms.DecimalField:
    widget = forms.NumberInput({"inputmode": "decimal", "step": "0.01"})
    return forms.DecimalField(
        label=label,
        min_value=0,
        max_digits=9,
        decimal_places=2,
        required=False,
        widget=widget,
        help_text="En euros.",
    )


class AppraisalForm(WordsForm):
    """How a domain goes, said together."""

    words: ClassVar[tuple[str, ...]] = ("rating", "strengths", "obstacles")
    rating = forms.ChoiceField(
        label="Comment ça va, d'après vous deux ?", choices=Rating, widget=forms.RadioSelect
    )
    strengths = long_text("Ce sur quoi s'appuyer")
    obstacles = long_text("Ce qui freine")


class BudgetForm(AppraisalForm):
    """The same, with a month's figures."""

    words: ClassVar[tuple[str, ...]] = (*AppraisalForm.words, "income", "charges", "debts")
    income = _amount("Ressources d'un mois")
    charges = _amount("Charges d'un mois")
    debts = _amount("Dettes, en tout")


class ObjectiveForm(WordsForm):
    """Something to reach."""

    words = ("domain", "aim", "detail")
    domain = forms.ChoiceField(label="Domaine", choices=Domain)
    aim = forms.CharField(label="Ce que nous voulons", max_length=300)
    detail = long_text("À quoi nous le verrons", most=4000)


class PlanActionForm(forms.Form):
    """Something to do, towards an objective or not."""

    what = forms.CharField(label="Que faut-il faire ?", max_length=300)
    objective = forms.ModelChoiceField(
        label="Pour quel objectif ?",
        queryset=Objective.objects.none(),
        required=False,
        empty_label="Aucun en particulier",
        to_field_name="public_id",
    )
    who = forms.ChoiceField(label="Qui ?", choices=ActionBy, initial=ActionBy.WORKER)
    due_on = a_day("Avant le", required=False)

    def __init__(self, *args: Any, objectives: QuerySet[Objective], **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        self.fields["objective"].queryset = objectives  # type: ignore[attr-defined]


_TO_SIGN: Final = "Peut attendre, mais il le faut pour signer."


class ContractForm(WordsForm):
    """What both commit to."""

    words = ("purpose", "family_side", "worker_side", "starts_on", "ends_on")
    purpose = long_text("Ce que nous voulons ensemble", most=4000, help_text=_TO_SIGN)
    family_side = long_text("La famille s'engage à", most=4000, help_text=_TO_SIGN)
    worker_side = long_text("Le travailleur social s'engage à", most=4000, help_text=_TO_SIGN)
    starts_on = a_day("Du")
    ends_on = a_day("Au")


class SignForm(forms.Form):
    """Who signed, when, and on what."""

    seen = forms.IntegerField(widget=forms.HiddenInput)
    signatories = forms.CharField(
        label="Qui signe, dans la famille ?",
        max_length=200,
        help_text="Prénom et nom, comme la personne les écrit.",
    )
    on = a_day("Signé le")
    how = forms.ChoiceField(
        label="Comment ?",
        choices=[
            ("screen", "À l'écran : la personne a lu, elle écrit son nom elle-même ci-dessus"),
            ("paper", "Sur papier : je joins le contrat signé, numérisé"),
        ],
        widget=forms.RadioSelect,
        initial="screen",
    )
    scan = CheckedFileField(
        label="Le contrat signé, numérisé",
        required=False,
        help_text=f"Pour une signature sur papier. {WHAT_IS_TAKEN}",
    )
    agreed = forms.BooleanField(
        label="La personne a lu le contrat, ou on le lui a lu ; elle est d'accord, et moi aussi."
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        self.initial.setdefault("on", timezone.localdate())

    def clean(self) -> dict[str, Any]:
        """Refuse a paper without its scan."""
        told: dict[str, Any] = super().clean() or {}
        if told.get("how") == "paper" and "scan" in told and told["scan"] is None:
            raise forms.ValidationError("Joignez le contrat signé, numérisé.")
        return told

    @property
    def scanned(self) -> CheckedFile | None:
        """The paper, where it was signed on one."""
        found: CheckedFile | None = self.cleaned_data["scan"]
        return found if self.cleaned_data["how"] == "paper" else None


class SuspendForm(forms.Form):
    """Why a support rests."""

    why = forms.ChoiceField(label="Pourquoi ?", choices=Suspension, widget=forms.RadioSelect)


class CloseSupportForm(forms.Form):
    """Why a support ends, and what became of each objective."""

    why = forms.ChoiceField(label="Pourquoi ?", widget=forms.RadioSelect)

    def __init__(
        self,
        *args: Any,  # noqa: ANN401
        support: Support,
        objectives: list[Objective],
        **kwargs: Any,  # noqa: ANN401
    ) -> None:
        super().__init__(*args, **kwargs)
        begun = support.started_on is not None
        reasons = [
            (one.value, one.label) for one in Closing if (one != Closing.NOT_BEGUN) == begun
        ]
        self.fields["why"].choices = reasons  # type: ignore[attr-defined]
        self.objectives = objectives if begun else []
        for one in self.objectives:
            self.fields[f"result-{one.pk}"] = forms.ChoiceField(
                label=one.aim, choices=ObjectiveResult, widget=forms.RadioSelect
            )
        if not begun:
            self.initial["why"] = Closing.NOT_BEGUN

    @property
    def results(self) -> dict[int, ObjectiveResult]:
        """What became of each objective, by its number."""
        return {
            one.pk: ObjectiveResult(self.cleaned_data[f"result-{one.pk}"])
            for one in self.objectives
        }


class ExtensionForm(forms.Form):
    """Until when, and why."""

    until = a_day("Jusqu'au")
    why = forms.CharField(
        label="Pourquoi ?",
        max_length=2000,
        widget=forms.Textarea({"rows": 4}),
        help_text="Votre responsable lit ceci, et rien d'autre de ce qui est écrit : dites ce "
        "qu'il lui faut pour décider.",
    )


class DecideForm(forms.Form):
    """Yes or no, in a manager's words."""

    granted = forms.ChoiceField(
        label="Votre réponse",
        choices=[("oui", "Oui, jusqu'à cette date"), ("non", "Non")],
        widget=forms.RadioSelect,
    )
    answer = forms.CharField(
        label="En quelques mots",
        max_length=2000,
        required=False,
        widget=forms.Textarea({"rows": 3}),
    )


class HandOverForm(forms.Form):
    """Which worker carries a support from now on."""

    worker = forms.ModelChoiceField(
        label="À qui ?",
        queryset=StaffMember.objects.none(),
        empty_label="Choisissez une personne",
        to_field_name="public_id",
    )

    def __init__(self, *args: Any, support: Support, by: StaffMember, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        rows = nameable(social_workers(), by).exclude(pk=support.worker_id)
        rows = rows.order_by("last_name", "first_name")
        self.fields["worker"].queryset = rows  # type: ignore[attr-defined]


class SupportFilters(forms.Form):
    """Which supports to list."""

    etat = forms.ChoiceField(
        label="État",
        required=False,
        choices=[
            ("", "Tous"),
            ("encours", "Pas encore clos"),
            (_GO_ON, "En cours ou repris"),
            *SupportState.choices,
        ],
    )
    de = forms.ChoiceField(
        label="De qui",
        required=False,
        choices=[("", "Tous ceux que je vois"), ("moi", "Les miens")],
    )
    echeance = forms.ChoiceField(
        label="À faire", required=False, choices=[("", "Peu importe"), *_DUE]
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        with_worker_asked(self, "de")

    @property
    def is_filtering(self) -> bool:
        """Whether the list is only a part of what there is."""
        return any(self.data.get(name) for name in self.fields)

    def kept(self, rows: QuerySet[Support], by: StaffMember, today: date) -> QuerySet[Support]:
        """Return those that the filters keep, what is due soonest first.

        None where a filter has no such value.
        """
        if not self.is_valid():
            return rows.none()
        told = self.cleaned_data
        if told["etat"] == "encours":
            rows = queries.under_way(rows)
        elif told["etat"]:
            states = GOES_ON if told["etat"] == _GO_ON else [told["etat"]]
            rows = rows.filter(state__in=states)
        if told["echeance"]:
            due = queries.Due(told["echeance"])
            rows = rows.filter(due.by(due.day(today))).order_by(due.field, "pk")
        return of_worker(rows, told["de"], by)
