"""Gives a form's field the classes and the frame of our pages."""

from __future__ import annotations

from typing import Any, Final

from django.forms import BaseForm, BoundField, CheckboxInput, Select
from django.forms.boundfield import BoundWidget
from django.forms.utils import flatatt
from django.forms.widgets import CheckboxSelectMultiple, RadioSelect
from django.utils.html import format_html

from jalon.web.widgets import FlatSelect

_CHOICES: Final = (RadioSelect, CheckboxSelectMultiple)


def shown(bound: BoundField) -> dict[str, Any]:
    """Return the field ready to be drawn: its frame, its widget, its choices if it has some."""
    widget = bound.field.widget
    found: dict[str, Any] = {"field": bound, "optional": not bound.field.required}
    if isinstance(widget, _CHOICES):
        return {**found, "frame": "choices", "choices": [_choice(bound, one) for one in bound]}
    if isinstance(widget, CheckboxInput):
        return {**found, "frame": "check", "widget": _drawn(bound, "form-check-input")}
    look = "form-select" if isinstance(widget, Select) else "form-control"
    return {**found, "frame": "line", "widget": _drawn(bound, look)}


def _drawn(bound: BoundField, look: str) -> str:
    # The widget keeps the classes its form gave it, a width for instance.
    own = bound.field.widget.attrs.get("class", "")
    invalid = "is-invalid" if bound.errors else ""
    classes = " ".join(filter(None, (look, own, invalid)))
    widget = bound.field.widget
    flat = FlatSelect.like(widget) if type(widget) is Select else None
    # What a field expects stands in its help: a placeholder goes away as one types.
    return bound.as_widget(flat, {"class": classes, "placeholder": False})


def _choice(bound: BoundField, one: BoundWidget) -> dict[str, Any]:
    attrs = one.data["attrs"]
    attrs["class"] = "form-check-input is-invalid" if bound.errors else "form-check-input"
    # The help and the errors are said once, by the group.
    attrs.pop("aria-describedby", None)
    # Django draws each with a template, which takes a page's time.
    attrs |= {name: one.data[name] for name in ("type", "name", "value")}
    drawn = format_html("<input{}>", flatatt(attrs))
    return {"input": drawn, "label": one.choice_label, "id": one.id_for_label}


def faulty(form: BaseForm) -> list[dict[str, Any]]:
    """Return the fields in error, each with the place to go to for correcting it."""
    found = []
    for bound in form:
        if bound.errors:
            anchor = "" if bound.is_hidden else bound.id_for_label or f"{bound.auto_id}_0"
            found.append({"anchor": anchor, "label": bound.label, "error": bound.errors[0]})
    return found
