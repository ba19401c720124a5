"""Widgets of our own, where Django's do not suit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape
from typing import Any, Self

from django.forms import Select
from django.forms.renderers import BaseRenderer
from django.forms.utils import flatatt
from django.utils.choices import BaseChoiceIterator
from django.utils.html import format_html
from django.utils.safestring import SafeString


class Listed(BaseChoiceIterator):
    """Many choices, in the form that Django takes: it goes through plain lists at each turn."""

    def __init__(self, pairs: list[tuple[str, str]]) -> None:
        self._pairs = pairs

    def __iter__(self) -> Iterator[tuple[str, str]]:
        """Yield each value with its label."""
        return iter(self._pairs)


class FlatSelect(Select):
    """One choice of many: Django draws each with a template, which takes a page's time."""

    @classmethod
    def like(cls, widget: Select) -> Self:
        """Return one that draws what another would."""
        flat = cls()
        # Its choices were gone through when they were given.
        vars(flat).update(vars(widget))
        return flat

    def render(
        self,
        name: str,
        value: Any,  # noqa: ANN401 - Django's own
        attrs: dict[str, Any] | None = None,
        renderer: BaseRenderer | None = None,  # noqa: ARG002 - Django's own
    ) -> SafeString:
        """Return the list as HTML."""
        chosen = "" if value is None else str(value)
        own = self.build_attrs(self.attrs, {**(attrs or {}), "name": name})
        # Each part was escaped.
        options = SafeString("\n".join(_options(self.choices, chosen)))
        return format_html("<select{}>\n{}\n</select>", flatatt(own), options)


def _options(choices: Iterable[tuple[Any, Any]], chosen: str) -> Iterator[str]:
    for key, label in choices:
        if isinstance(label, (list, tuple)):
            yield f'<optgroup label="{escape(str(key))}">'
            yield from _options(label, chosen)
            yield "</optgroup>"
        else:
            value = "" if key is None else str(key)
            selected = " selected" if value == chosen else ""
            yield f'<option value="{escape(value)}"{selected}>{escape(str(label))}</option>'
