"""The components that pages are made of, and French ways of writing numbers and dates."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any, Final

from django import template
from django.core.paginator import Page
from django.forms import BaseForm, BoundField
from django.template import Context, TemplateSyntaxError
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

from jalon.web import fields, french, path
from jalon.web.addresses import address_of
from jalon.web.listing import ListPage
from jalon.web.pages import page_links

register = template.Library()

register.filter("nombre", french.number)
register.filter("euros", french.euros)
register.filter("pourcentage", french.percentage)
register.filter("compte", french.counted)
register.filter("date_longue", french.long_date)
register.filter("mois", french.month_of)
register.filter("date_heure", french.long_moment)
register.filter("jour", french.day_of_week)
register.filter("heure", french.clock)
# In rows, where `url` takes ten times as long.
register.simple_tag(address_of, name="address")

# A state shows by its words and by a shape; its colour only repeats them.
_STATE_ICONS: Final = {
    "todo": "circle",
    "active": "circle-half",
    "waiting": "hourglass-split",
    "done": "check-circle-fill",
    "declined": "x-circle",
    "stopped": "dash-circle",
    "paused": "pause-circle",
    "unknown": "question-circle",
    "danger": "exclamation-triangle-fill",
}
_NOTICES: Final = {
    "info": ("info-circle", "Information"),
    "done": ("check-circle-fill", "C'est fait"),
    "waiting": ("hourglass-split", "À noter"),
    "danger": ("exclamation-triangle-fill", "Erreur"),
}
# What a button without an address does; empty is another thing: an address that is missing.
_SUBMITS: Final = object()
# The levels of Django's messages.
_LEVELS: Final = {"debug": "info", "success": "done", "warning": "waiting", "error": "danger"}


@register.simple_tag
@cache
def icon(name: str) -> SafeString:
    """Draw an icon of the sprite; it never stands without words, so it is hidden from readers."""
    sprite = static("vendor/bootstrap-icons/sprite.svg")
    return format_html(
        '<svg class="icon" aria-hidden="true"><use href="{}#{}"></use></svg>', sprite, name
    )


_icon: Final = icon


@register.simple_tag
def button(  # noqa: PLR0913 -- what HTML lets a button say
    label: str,
    *,
    url: object = _SUBMITS,
    icon: str = "",
    after: bool = False,
    look: str = "primary",
    small: bool = False,
    name: str = "",
    value: object = "",
    about: str = "",
) -> SafeString:
    """Give what one can do: a link with `url`, else what submits the form.

    `look`: primary, secondary, quiet, danger. `after` puts the icon behind the label. `about` is
    read after it, for readers who hear "Modifier" without seeing the row. TemplateSyntaxError
    where `url` is given and empty: what leads somewhere would submit the form around it.
    """
    # Each row of a list may have one: see `badge`.
    shape = f"btn btn-{look}{' btn-sm' if small else ''}{' btn-after' if after else ''}"
    rest = format_html('<span class="visually-hidden"> : {}</span>', about) if about else ""
    shown = format_html("{}<span>{}{}</span>", _icon(icon) if icon else "", label, rest)
    if url is not _SUBMITS:
        if not url:
            raise TemplateSyntaxError(f"« {label} » leads nowhere")
        return format_html('<a class="{}" href="{}">{}</a>', shape, url, shown)
    # A number would be written with its thousands apart.
    sent = format_html(' name="{}" value="{}"', name, str(value)) if name else ""
    return format_html('<button class="{}" type="submit"{}>{}</button>', shape, sent, shown)


@register.simple_tag
def badge(label: str, state: str = "todo") -> SafeString:
    """Say a state: todo, active, waiting, done, declined, stopped, paused, unknown, danger."""
    # Each row of a list has one or two: a template takes ten times as long.
    drawn = icon(_STATE_ICONS[state])
    return format_html('<span class="state state-{}">{}{}</span>', state, drawn, label)


@register.simple_block_tag
def once(content: str) -> str:
    """Draw what a page shows at several places, under a name: `{% once as links %}`."""
    return content


@register.simple_block_tag
def notice(content: str, kind: str = "info", title: str = "") -> str:
    """Frame what to know: info, done, waiting, danger, or a level of Django's messages."""
    kind = _LEVELS.get(kind, kind)
    icon_name, word = _NOTICES.get(kind, _NOTICES["info"])
    shown = {"content": content, "kind": kind, "title": title, "icon": icon_name, "word": word}
    return render_to_string("web/components/notice.html", shown)


@register.simple_block_tag
def panel(  # noqa: PLR0913 -- one line each on the page
    content: str,
    title: str,
    *,
    level: int = 2,
    anchor: str = "",
    url: str = "",
    link: str = "",
    waiting: bool = False,
) -> str:
    """Frame a part of a page under its title; `url` and `link` lead to the rest of it."""
    heading = f"h{level}"
    return render_to_string("web/components/panel.html", locals())


@register.simple_block_tag
def table(
    content: str, caption: str, *, note: str = "", stacked: bool = False, titled: bool = False
) -> str:
    """Frame the head and body of a table under its caption.

    Right-aligned columns take the class `number`. `stacked` makes each row a block on a small
    screen: its cells then carry `data-label`, and those that hold nothing the class `nothing`.
    Otherwise the table scrolls sideways. `titled`: a heading above says what the caption does,
    which is then for readers who go from table to table.
    """
    return render_to_string("web/components/table.html", locals())


@register.inclusion_tag("web/components/pagination.html", takes_context=True)
def pagination(context: Context, page: Page[Any], noun: str = "") -> dict[str, Any]:
    """Lead to the neighbouring pages, keeping the filters; `noun` counts the whole list."""
    return page_links(context["request"], page, noun)


@register.inclusion_tag("web/components/list_size.html")
def list_size(
    page: ListPage[Any],
    noun: str,
    shown: str,
    *,
    rest: str = "Filtrez pour trouver les autres.",
    filtered: bool | None = None,
) -> dict[str, Any]:
    """Say of a list too long to be shown whole which part is `shown`, and how to see the `rest`.

    Else count it, where `filtered` tells whether filters keep only a part.
    """
    return locals()


@register.inclusion_tag("web/components/filters.html", takes_context=True)
def filters(  # noqa: PLR0913 -- what is filtered is not always a list
    context: Context,
    form: BaseForm,
    target: str = "",
    *,
    label: str = "Filtrer la liste",
    action: str = "Filtrer",
    reset: str = "Tout afficher",
) -> dict[str, Any]:
    """Filter a list by its address; `target`, a CSS selector, swaps that part alone."""
    request = context["request"]
    given = {name for name in request.GET if name in form.fields and request.GET[name]}
    return {
        "form": form,
        "address": request.path,
        "active": len(given),
        "target": target,
        "label": label,
        "action": action,
        "reset": reset,
    }


@register.inclusion_tag("web/components/empty.html")
def empty(
    title: str, text: str = "", *, url: str = "", action: str = "", icon: str = "inbox"
) -> dict[str, Any]:
    """Say that there is nothing, why, and what to do next."""
    return locals()


@register.inclusion_tag("web/components/progress.html")
def progress(  # noqa: PLR0913 -- a bar, its words, and where to ask again
    label: str,
    *,
    anchor: str,
    value: int | None = None,
    total: int | None = None,
    url: str = "",
    every: int = 3,
    detail: str = "",
    done: bool = False,
) -> dict[str, Any]:
    """Show long work: asks `url` every few seconds until the answer says `done`.

    The answer may be the whole page: what has the same `anchor` in it is taken. Without `value`
    the length is unknown. Whether it goes on is not read aloud; that it ended is.
    """
    return {
        "label": label,
        "anchor": anchor,
        "detail": detail,
        "url": url,
        "every": every,
        "done": done,
        "known": value is not None and total is not None,
        "share": french.percentage(value / total) if value is not None and total else "",
        "value": str(value),
        "total": str(total),
    }


@register.inclusion_tag("web/components/definition.html")
def definition(text: str, of: str = "") -> dict[str, Any]:
    """Unfold what a word or a figure means; `of` names it for those who hear the page."""
    return {"text": text, "of": of}


@register.inclusion_tag("web/components/measure.html")
def figure(  # noqa: PLR0913 -- a figure never stands without its words
    label: str,
    value: str,
    *,
    unit: str = "",
    definition: str = "",
    comparison: str = "",
    state: str = "",
    url: str = "",
) -> dict[str, Any]:
    """Show a number with its label, its definition and what it compares with.

    `state` of the comparison: up, down, reached, waiting.
    """
    icons = {"up": "arrow-up", "down": "arrow-down", "reached": "check-lg", "waiting": "flag"}
    return {**locals(), "icon": icons.get(state, "")}


@register.inclusion_tag("web/components/field.html")
def field(bound: BoundField) -> dict[str, Any]:
    """Show a form's field with its label, help and errors."""
    return fields.shown(bound)


@register.inclusion_tag("web/components/errors.html")
def errors(form: BaseForm) -> dict[str, Any]:
    """Gather a form's errors on top of it, each leading to its field."""
    return {"general": form.non_field_errors(), "faulty": fields.faulty(form)}


@register.inclusion_tag("web/components/tabs.html")
def tabs(items: Iterable[Any], label: str) -> dict[str, Any]:
    """Lead to the faces of one thing: items with label, url, current and perhaps count."""
    return {"items": items, "label": label}


@register.inclusion_tag("web/components/steps.html")
def steps(labels: Sequence[str], current: int) -> dict[str, Any]:
    """Show the steps of a task; `current` counts from 1, and past the last all are done."""
    return {
        "steps": [
            (label, "done" if rank < current else "current" if rank == current else "todo")
            for rank, label in enumerate(labels, start=1)
        ]
    }


@register.inclusion_tag("web/components/breadcrumb.html")
def breadcrumb(*parts: str) -> dict[str, Any]:
    """Show the way to this page: label, address, label, address..., and the page's own label."""
    return {"links": list(zip(parts[:-1:2], parts[1::2], strict=True)), "here": parts[-1]}


@register.inclusion_tag("web/components/path.html", takes_context=True, name="path")
def path_(
    context: Context, entries: Sequence[path.Entry], next_step: path.NextStep | None = None
) -> dict[str, Any]:
    """Draw the path of a family, newest first; the parameter `voir` keeps one kind of marker."""
    request = context["request"]
    selected = request.GET.get("voir", "")
    return {
        "request": request,
        "filters": path.filters(entries, selected),
        "years": path.years(entries, selected),
        "next_step": next_step,
    }
