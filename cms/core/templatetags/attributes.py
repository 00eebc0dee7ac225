"""`{{ widget.attrs|in_tag }}` writes attributes into a tag: a form of the admin has hundreds of them."""

from collections.abc import Mapping
from typing import Any

from django import template
from django.utils.html import conditional_escape, escape
from django.utils.safestring import SafeString, mark_safe

register = template.Library()


@register.filter
def in_tag(attributes: Mapping[str, Any] | None) -> SafeString:
    """Return the attributes as Django's own template of them writes them."""
    return mark_safe("".join(written(*one) for one in (attributes or {}).items()))  # noqa: S308  # each is escaped


def written(name: str, value: Any) -> str:
    """Return one attribute; what is false is none, and what is true needs no value."""
    if value is False:
        return ""
    if value is True:
        return f" {conditional_escape(name)}"
    return f' {conditional_escape(name)}="{value if isinstance(value, SafeString) else escape(str(value))}"'
