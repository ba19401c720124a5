"""A form made from an offer's own criteria: what can be changed is what the rule asks."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from django import forms

from jalon.rules.criteria import Criterion, Operator
from jalon.rules.fact import MOST_DECIMALS, Fact, FactType, Unit
from jalon.rules.offers import Catalogue, Offer
from jalon.rules.sentences import capitalised, expected, fact_label

_UNITS: Final = {
    Unit.EUROS: "en euros",
    Unit.EUROS_PER_MONTH: "en euros par mois",
    Unit.EUROS_PER_YEAR: "en euros par an",
    Unit.YEARS: "en années",
    Unit.MONTHS: "en mois",
}
_YES_NO: Final = (("oui", "Oui"), ("non", "Non"))
_LOW, _HIGH = "_min", "_max"


@dataclass(frozen=True)
class Threshold:
    """A criterion that can be changed, under the name that its fields have in the form."""

    name: str
    path: str
    leaf: Criterion
    bounds: tuple[Any, ...]

    @property
    def is_range(self) -> bool:
        """Whether two numbers bound the fact."""
        return self.leaf.operator is Operator.BETWEEN


def thresholds(offer: Offer, catalogue: Catalogue) -> list[Threshold]:
    """Return the criteria of an offer that can be changed: all but the event."""
    return [
        Threshold(
            f"c{number}",
            path,
            leaf,
            tuple(operand.resolve(catalogue.values) for operand in leaf.operands),
        )
        for number, (path, leaf) in enumerate(offer.leaves())
        if isinstance(leaf, Criterion)
    ]


class TrialForm(forms.Form):
    """An offer's criteria, each with the value it has, to be changed.

    With `tried`, the same offer under other values, these are what it shows first.
    """

    def __init__(
        self,
        *args: Any,  # noqa: ANN401
        offer: Offer,
        catalogue: Catalogue,
        tried: Offer | None = None,
        **kwargs: Any,  # noqa: ANN401
    ) -> None:
        super().__init__(*args, **kwargs)
        self._thresholds = thresholds(offer, catalogue)
        for one in self._thresholds:
            said = f"Aujourd'hui : {expected(one.leaf, catalogue)}."
            self.fields.update(_fields(one, said))
        for one in thresholds(tried, catalogue) if tried else ():
            shown = {name: field.initial for name, field in _fields(one, "").items()}
            self.initial.update(shown)

    @property
    def settings(self) -> list[str]:
        """What a valid form changes, as simulations read it: `criterion=value`."""
        found = []
        for one in self._thresholds:
            text = self._text(one)
            if text is not None:
                found.append(f"{one.path}={text}")
        return found

    def _text(self, one: Threshold) -> str | None:
        """Return the value of a criterion; None where it stays as it is."""
        if one.is_range:
            low, high = (self.cleaned_data[one.name + end] for end in (_LOW, _HIGH))
            return None if (low, high) == one.bounds else f"{low:f}..{high:f}"
        value = self.cleaned_data[one.name]
        match one.leaf.fact.type:
            case FactType.BOOLEAN:
                return None if (value == "oui") == one.bounds[0] else value
            case FactType.CODE:
                codes = [value] if isinstance(value, str) else value
                return None if set(codes) == set(one.bounds) else ",".join(codes)
            case _:
                return None if value == one.bounds[0] else f"{value:f}"

    def clean(self) -> dict[str, Any]:
        """Refuse a number that the fact cannot be, and a range upside down."""
        for one in self._thresholds:
            names = [one.name + end for end in (_LOW, _HIGH)] if one.is_range else [one.name]
            values = [self.cleaned_data.get(name) for name in names]
            for name, value in zip(names, values, strict=True):
                if isinstance(value, Decimal):
                    self._check_number(name, one.leaf.fact, value)
            if one.is_range and None not in values and values[0] > values[1]:  # type: ignore[operator]
                self.add_error(names[0], "Le minimum dépasse le maximum.")
        return self.cleaned_data

    def _check_number(self, name: str, fact: Fact, value: Decimal) -> None:
        try:
            fact.number(value)
        except ValueError as error:
            self.add_error(name, f"Ce nombre ne convient pas : {error}")


def _fields(one: Threshold, said: str) -> dict[str, forms.Field]:
    fact, label = one.leaf.fact, capitalised(fact_label(one.leaf.fact.name))
    if one.is_range:
        low, high = one.bounds
        return {
            one.name + _LOW: _number(fact, f"{label}, au moins", said, low),
            one.name + _HIGH: _number(fact, f"{label}, au plus", said, high),
        }
    match fact.type:
        case FactType.BOOLEAN:
            return {
                one.name: forms.ChoiceField(
                    label=label,
                    help_text=said,
                    choices=_YES_NO,
                    initial="oui" if one.bounds[0] else "non",
                )
            }
        case FactType.CODE if one.leaf.operator is Operator.ONE_OF:
            return {
                one.name: forms.MultipleChoiceField(
                    label=label,
                    help_text=said,
                    choices=fact.codes,
                    initial=list(one.bounds),
                    widget=forms.CheckboxSelectMultiple,
                )
            }
        case FactType.CODE:
            return {
                one.name: forms.ChoiceField(
                    label=label, help_text=said, choices=fact.codes, initial=one.bounds[0]
                )
            }
        case _:
            return {one.name: _number(fact, label, said, one.bounds[0])}


def _number(fact: Fact, label: str, said: str, value: Decimal) -> forms.DecimalField:
    whole = fact.type is FactType.COUNT or fact.unit is Unit.YEARS
    unit = f", {_UNITS[fact.unit]}" if fact.unit in _UNITS else ""
    shown = value.to_integral_value() if value == value.to_integral_value() else value.normalize()
    return forms.DecimalField(
        label=f"{label}{unit}",
        help_text=said,
        min_value=0,
        max_digits=16,
        decimal_places=0 if whole else MOST_DECIMALS,
        initial=f"{shown:f}",
    )
