"""Widgets of our own, where Django's do not suit."""

from __future__ import annotations

from typing import Any

from django.forms import Select
from django.forms.renderers import BaseRenderer
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString


class LongSelect(Select):
    """One choice of very many: Django draws each with a template, which takes a page's time."""

    def render(
        self,
        name: str,
        value: Any,  # noqa: ANN401 - Django's own
        attrs: dict[str, Any] | None = None,
        renderer: BaseRenderer | None = None,  # noqa: ARG002 - Django's own
    ) -> SafeString:
        """Return the list as HTML; its choices have no groups."""
        chosen = "" if value is None else str(value)
        options = format_html_join(
            "\n",
            '<option value="{}"{}>{}</option>',
            (
                (key, SafeString(" selected") if str(key) == chosen else "", label)
                for key, label in self.choices
            ),
        )
        own = self.build_attrs(self.attrs, {**(attrs or {}), "name": name})
        return format_html("<select{}>\n{}\n</select>", flatatt(own), options)
