"""A list to choose one of, as fast with hundreds of services or people as with ten."""

from typing import Any

from django import forms
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString


class Select(forms.Select):
    """A select written in one go: a template for each option takes longer than the list below."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        widget = self.get_context(name, value, attrs)["widget"]
        groups = format_html_join(
            "", "{}", ((_group(group, options),) for group, options, _ in widget["optgroups"])
        )
        return format_html(
            '<select name="{}"{}>{}</select>', name, flatatt(widget["attrs"]), groups
        )


def _group(words: str | None, options: list[dict[str, Any]]) -> SafeString:
    """Return options, beneath the words for them where they have any."""
    shown = format_html_join(
        "",
        '<option value="{}"{}>{}</option>',
        (
            (one["value"], SafeString(" selected") if one["selected"] else "", one["label"])
            for one in options
        ),
    )
    return format_html('<optgroup label="{}">{}</optgroup>', words, shown) if words else shown
