"""The parts a table's cells are made of.

In Python, not as templates in templates: a page of a work list draws some two hundred of them, and
as includes they took several times as long.
"""

from collections.abc import Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django import template
from django.utils.dateformat import format as write_date
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.timezone import localtime

from shielding.web.cells import Due, Head, Tag, Text, When
from shielding.web.deadlines import Deadline

register = template.Library()
# A browser that translates pages leaves these letters as they are.
_CODE_LINK = '<a class="govuk-link app-code" translate="no" href="{}">{}</a>'


@register.simple_tag
def tag(text: str, colour: str = "") -> SafeString:
    """Return a status as GOV.UK's tag."""
    extra = f" govuk-tag--{colour}" if colour else ""
    return format_html('<strong class="govuk-tag{}">{}</strong>', extra, text)


@register.simple_tag
def when(at: date | datetime | None, date_only: bool = False) -> SafeString:
    """Return a moment, or a day, in London's time and in words."""
    if not at:
        return SafeString("")
    words = "j F Y"
    if isinstance(at, datetime):
        at = localtime(at)
        if not date_only:
            time = write_date(at, "g:iA").lower()
            return format_html(
                '<time datetime="{}">{}, {}</time>',
                at.isoformat(timespec="minutes"),
                write_date(at, words),
                time,
            )
    return _day(at.date() if isinstance(at, datetime) else at)


@lru_cache(maxsize=1000)
def _day(on: date) -> SafeString:
    """Return a day in words: a list of 25 says few different ones."""
    return format_html('<time datetime="{}">{}</time>', on.isoformat(), write_date(on, "j F Y"))


@register.simple_tag
def due(deadline: Deadline | None) -> SafeString:
    """Return a due date and what it means today."""
    if not deadline:
        return SafeString("")
    words = tag(deadline.words, deadline.colour) if deadline.colour else deadline.words
    return format_html(
        '<span class="app-due">{}<span class="app-due__words">{}</span></span>',
        when(deadline.on),
        words,
    )


@register.filter
def cells(row: Sequence[Any], heads: Sequence[Any]) -> SafeString:
    """Return the cells of one row of table.html; the first heads it, the others name their head."""
    first, *rest = row
    labels = (head.text if isinstance(head, Head) else head for head in heads[1:])
    return format_html(
        '<th scope="row" role="rowheader" class="govuk-table__header">{}</th>', cell(first)
    ) + format_html_join(
        "",
        '<td role="cell" class="govuk-table__cell" data-head="{}">{}</td>',
        ((label, cell(value)) for label, value in zip(labels, rest, strict=True)),
    )


@register.filter
def in_sentence(words: str) -> str:
    """Return words as they stand within a sentence: "Line manager" as in "Change line manager"."""
    return words if words[1:2].isupper() else words[:1].lower() + words[1:]


@register.filter
def cell(value: Any) -> SafeString:
    """Return one cell of table.html, where what it may hold is written down."""
    match value:
        case Tag():
            return tag(value.tag, value.colour)
        case Due():
            return due(value.due)
        case When():
            return when(value.when, value.date_only)
        case Text():
            return _words(value)
        case _:
            return conditional_escape("" if value is None else value)


def _words(value: Text) -> SafeString:
    text = conditional_escape(value.text)
    if value.hidden:
        text += format_html('<span class="govuk-visually-hidden"> {}</span>', value.hidden)
    if value.url:
        link = _CODE_LINK if value.code else '<a class="govuk-link" href="{}">{}</a>'
        text = format_html(link, value.url, text)
    elif value.code:
        text = format_html('<span class="app-code" translate="no">{}</span>', text)
    if value.beside:
        text += format_html(
            '<br><span class="govuk-!-font-size-16 govuk-!-font-weight-regular">{}</span>',
            value.beside,
        )
    if value.note:
        text += format_html("<br>{}", tag(value.note, "red"))
    return text
