"""What a social worker fills in with a family for its rights: a field for each thing asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any, Final, Self

from django import forms
from django.forms import BoundField
from django.utils import timezone

from jalon.directory.models import StaffMember
from jalon.interventions.models import RightsCheck
from jalon.interventions.rights_check.asked import (
    Asked,
    Kind,
    all_asked,
    asked_of,
    asked_of_home,
    asked_of_paid,
)
from jalon.interventions.rights_check.situations import Otherwise, questions
from jalon.interventions.rights_check.sure import (
    is_sure,
    left_to_ask,
    sure_name,
    sure_value,
)
from jalon.interventions.rights_check.told import (
    HOME,
    PAID,
    SOME,
    By,
    Fact,
    Member,
    Source,
    Told,
)
from jalon.interventions.rights_fields import field_of, months_to_choose
from jalon.interventions.words_form import a_day
from jalon.rights.situation import Per, Relation
from jalon.rules.calendar import Month

_RHYTHMS: Final = ((Per.MONTH.value, "par mois"), (Per.YEAR.value, "par an"))
_NEWCOMERS: Final = ((Relation.PARTNER.value, "Le conjoint"), (Relation.CHILD.value, "Un enfant"))
_CLAIMS: Final = (Relation.CLAIMANT.value, "La personne qui demande")
_NOT_SAID_SO: Final = "Dites qui c'est et sa date de naissance, ou laissez les deux vides."


@dataclass(frozen=True)
class Line:
    """One thing asked, as the page shows it: its fields, who gave it, what it makes one ask.

    `sure` confirms what is rare.
    """

    asked: Asked
    value: BoundField
    per: BoundField | None
    seen: BoundField | None
    source: str
    questions: list[str]
    sure: BoundField | None = None


@dataclass(frozen=True)
class Part:
    """What is asked of one person, of the home or of what is paid."""

    title: str
    anchor: str
    lines: list[Line]
    questions: list[str] = field(default_factory=list)

    def to_ask(self) -> Iterator[tuple[str, str, str]]:
        """Yield what there is to ask of it: its title, the question, where the answer goes."""
        yield from ((self.title, text, self.anchor) for text in self.questions)
        for line in self.lines:
            for text in line.questions:
                yield self.title, text, line.value.id_for_label


class RightsForm(forms.Form):
    """All that is asked for a family's rights; `told` is what it says once valid."""

    seen = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    month = forms.ChoiceField(label="Pour quel mois ?")
    new_relation = forms.ChoiceField(
        label="Quelqu'un d'autre vit là ?",
        choices=(("", "Personne d'autre"), *_NEWCOMERS),
        required=False,
    )
    new_name = forms.CharField(label="Son prénom", max_length=60, required=False)
    new_born = a_day("Sa date de naissance", required=False)
    parted = forms.BooleanField(label="Si le couple se sépare", required=False)
    child = forms.BooleanField(label="Si un enfant arrive", required=False)
    job_who = forms.ChoiceField(label="Si un emploi commence", required=False)
    job_euros = forms.DecimalField(
        label="Salaire net de cet emploi",
        min_value=1,
        max_digits=9,
        decimal_places=2,
        required=False,
    )
    job_per = forms.ChoiceField(label="Rythme de ce salaire", choices=_RHYTHMS, required=False)

    def __init__(self, *args: Any, check: RightsCheck, by: StaffMember, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        self.before = check.told
        self._month = check.of_month
        self._by = by
        self._kept_others = check.others
        self._asked = list(all_asked(self.before, self._month))
        self.fields["month"].choices = months_to_choose(self._month)  # type: ignore[attr-defined]
        adults = [one for one in self.before.people() if one[1].relation is not Relation.CHILD]
        self.fields["job_who"].choices = [  # type: ignore[attr-defined]
            ("", "Aucun"),
            *((one.relation.value, f"Pour {one}") for _, one in adults),
        ]
        if len(adults) == 1:
            del self.fields["parted"]
        if not any(one.relation is Relation.CLAIMANT for _, one in self.before.people()):
            newcomers = self.fields["new_relation"]
            newcomers.choices = [*newcomers.choices, _CLAIMS]  # type: ignore[attr-defined]
        self._begin(check)
        for group, asked in self._asked:
            self._ask(group, asked)
        for group, one in questions(self.before, self._month):
            if one.confirmable:
                self._ask_whether_sure(group, one.about)

    @classmethod
    def resumed(cls, content: Mapping[str, str], *, check: RightsCheck, by: StaffMember) -> Self:
        """Return the form as it was typed: what was unticked in it is not ticked again."""
        form = cls(check=check, by=by, initial=dict(content))
        for name, one in form.fields.items():
            if isinstance(one, forms.BooleanField):
                form.initial[name] = name in content
        return form

    def _ask_whether_sure(self, group: str, about: str) -> None:
        self.fields[sure_name(group, about)] = forms.BooleanField(
            label="C'est bien cela, la famille le confirme",
            required=False,
            widget=forms.CheckboxInput({"class": "form-check-input"}),
            initial=is_sure(self.before, group, about),
        )

    def _begin(self, check: RightsCheck) -> None:
        begun = {"seen": check.revision, "month": check.month, "job_per": Per.MONTH.value}
        for one in check.others:
            if one.kind == "job":
                begun |= {"job_who": one.who.value, "job_euros": one.euros, "job_per": one.per}
            else:
                begun[one.kind] = True
        self.initial = {**begun, **self.initial}

    def _ask(self, group: str, asked: Asked) -> None:
        name = f"{group}-{asked.name}"
        fact = self.before.facts.get(name)
        self.fields[name] = field_of(asked, fact)
        if asked.kind is Kind.AMOUNT:
            self.fields[f"{name}-per"] = forms.ChoiceField(
                label=f"{asked.label} : par mois ou par an",
                choices=_RHYTHMS,
                initial=asked.per,
                required=False,
                widget=forms.Select({"class": "form-select"}),
            )
        if asked.on_paper:
            self.fields[f"{name}-seen"] = forms.BooleanField(
                label="Document vu",
                required=False,
                widget=forms.CheckboxInput({"class": "form-check-input"}),
                initial=fact is not None and fact.source.by is By.DOCUMENT,
            )
        if fact is not None and fact.value != SOME:
            value, _, per = fact.value.partition(" ")
            self.initial.setdefault(name, value)
            if per:
                self.initial.setdefault(f"{name}-per", per)

    def clean(self) -> dict[str, Any]:
        """Refuse somebody new who is half said, and a job without its pay."""
        said: dict[str, Any] = super().clean() or {}
        if bool(said.get("new_relation")) != bool(said.get("new_born")):
            self.add_error("new_relation", _NOT_SAID_SO)
        if bool(said.get("job_who")) != bool(said.get("job_euros")):
            self.add_error("job_euros", "Dites qui prend l'emploi, et pour quel salaire.")
        return said

    @property
    def told(self) -> Told:
        """What is known once the form is written: each thing changed is said today."""
        facts = {name: one for name, one in self.before.facts.items() if name not in self._names()}
        for group, asked in self._asked:
            name = f"{group}-{asked.name}"
            fact = self._fact(name, asked)
            if fact is not None:
                facts[name] = fact
        told = self._confirmed(Told(self.before.members, facts))
        new = self.cleaned_data["new_relation"]
        if not new:
            return told
        born = Fact(self.cleaned_data["new_born"].isoformat(), self._source(By.FAMILY))
        return told.adding(Member(Relation(new), self.cleaned_data["new_name"]), born)

    @property
    def is_kept(self) -> bool:
        """Whether the check says all that was sent: sent twice, it loses nothing."""
        if not self.is_valid() or self.others != self._kept_others:
            return False
        told = self.told
        if self.said_month != self._month or not self._has_newcomer():
            return False
        names = {*self._names(), *self._sure_names()}
        sent = [name for name in names if name in self.data]
        return all(told.facts.get(name) == self.before.facts.get(name) for name in sent)

    def _has_newcomer(self) -> bool:
        said = self.cleaned_data
        return not said["new_relation"] or any(
            (one.relation.value, one.name, self.before.value(group, "born"))
            == (said["new_relation"], said["new_name"], said["new_born"].isoformat())
            for group, one in self.before.everyone()
        )

    def _confirmed(self, told: Told) -> Told:
        """Return it with what the family confirms, by who notes it, today."""
        facts = {name: one for name, one in told.facts.items() if not name.endswith("-sure")}
        for group, about in self._sure_names().values():
            name = sure_name(group, about)
            if not self.cleaned_data.get(name):
                continue
            value, before = sure_value(told, group, about), self.before.facts.get(name)
            # Confirmed of another answer, it is asked again.
            if value != sure_value(self.before, group, about):
                continue
            kept = before if before is not None and before.value == value else None
            facts[name] = kept or Fact(value, self._source(By.FAMILY))
        return replace(told, facts=facts)

    def _sure_names(self) -> dict[str, tuple[str, str]]:
        return {
            sure_name(group, one.about): (group, one.about)
            for group, one in questions(self.before, self._month)
            if one.confirmable
        }

    def _names(self) -> set[str]:
        return {f"{group}-{asked.name}" for group, asked in self._asked}

    def _fact(self, name: str, asked: Asked) -> Fact | None:
        before = self.before.facts.get(name)
        value = self._value(name, asked)
        if not value:
            # That something is paid, without how much, is nothing that a field shows.
            return before if before is not None and before.value == SOME else None
        on_paper = bool(self.cleaned_data.get(f"{name}-seen"))
        was_on_paper = before is not None and before.source.by is By.DOCUMENT
        if before is not None and before.value == value and on_paper == was_on_paper:
            return before
        return Fact(value, self._source(By.DOCUMENT if on_paper else By.FAMILY))

    def _value(self, name: str, asked: Asked) -> str:
        said = self.cleaned_data.get(name)
        if said in (None, ""):
            return ""
        if isinstance(said, date):
            return said.isoformat()
        if isinstance(said, Decimal):
            per = self.cleaned_data.get(f"{name}-per") or asked.per
            return f"{said:.2f} {per}" if asked.kind is Kind.AMOUNT else f"{said:.2f}"
        return str(said)

    def _source(self, by: By) -> Source:
        return Source(by, timezone.localdate().isoformat(), str(self._by))

    @property
    def others(self) -> list[Otherwise]:
        """The other situations asked for."""
        said = self.cleaned_data
        found = [Otherwise(kind) for kind in ("parted", "child") if said.get(kind)]
        if said["job_who"]:
            euros = f"{said['job_euros']:.2f}"
            per = Per(said["job_per"] or Per.MONTH)
            found.append(Otherwise("job", Relation(said["job_who"]), euros, per))
        return found

    @property
    def said_month(self) -> Month:
        """The month to compute for."""
        return Month.parse(self.cleaned_data["month"])

    def parts(self) -> Iterator[Part]:
        """Yield what is asked, part by part, with what it makes one ask."""
        found: dict[tuple[str, str], list[str]] = {}
        for group, one in left_to_ask(self.before, self._month):
            found.setdefault((group, one.about), []).append(one.text)
        for group, member in self.before.everyone():
            asked = list(asked_of(self.before, group, member.relation, self._month))
            yield self._part(group, _title(member), asked, found)
        yield self._part(HOME, "Le couple et le logement", list(asked_of_home(self.before)), found)
        yield self._part(
            PAID,
            "Ce qui est versé aujourd'hui, par mois",
            list(asked_of_paid(self.before, self._month)),
            found,
        )

    def _part(
        self,
        group: str,
        title: str,
        asked: Sequence[Asked],
        found: dict[tuple[str, str], list[str]],
    ) -> Part:
        names = {one.name for one in asked}
        rest = [
            text
            for (of, about), texts in found.items()
            if of == group and about not in names
            for text in texts
        ]
        lines = [self._line(group, one, found.get((group, one.name), [])) for one in asked]
        return Part(title, group, lines, rest)

    def _line(self, group: str, asked: Asked, texts: list[str]) -> Line:
        name = f"{group}-{asked.name}"
        fact = self.before.facts.get(name)
        source = ""
        if fact is not None:
            source = (
                f"Versé, sans le montant : {fact.source}"
                if fact.value == SOME
                else str(fact.source)
            )
        per, seen = f"{name}-per", f"{name}-seen"
        return Line(
            asked,
            self[name],
            self[per] if per in self.fields else None,
            self[seen] if seen in self.fields else None,
            source,
            texts,
            self[sure] if (sure := sure_name(group, asked.name)) in self.fields else None,
        )


def _title(member: Member) -> str:
    place = {
        Relation.CLAIMANT: "qui demande",
        Relation.PARTNER: "son conjoint",
        Relation.CHILD: "enfant",
    }[member.relation]
    return f"{member.name}, {place}" if member.name else str(member)


class OpenForm(forms.Form):
    """For which month one checks."""

    month = forms.ChoiceField(label="Pour quel mois ?")

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        self.fields["month"].choices = months_to_choose(Month.of(timezone.localdate()))  # type: ignore[attr-defined]
