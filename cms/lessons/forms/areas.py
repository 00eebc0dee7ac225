"""Text fields of several lines, as all forms of this room have them."""

from typing import Any

from django import forms


def area(rows: int = 3, **attrs: Any) -> forms.Textarea:
    """Return a text field of some lines."""
    return forms.Textarea(attrs={"rows": rows, **attrs})


def plain_area(rows: int) -> forms.Textarea:
    """Return a text field for notation, which is not checked for spelling."""
    return area(rows, spellcheck="false")
