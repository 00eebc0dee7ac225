"""Our one-piece templates of Django's widgets write what Django's own write: an upgrade that changes these is seen here."""

import re
from typing import Any

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates, TemplatesSetting

CHOICES = [("组", [("1", "<杆基>"), ("2", "导线")]), ("3", "走廊")]
ATTRIBUTES = {"id": "id_a", "class": "wide", "data-x": '"<', "required": True, "disabled": False}


class OwnBoxes(forms.CheckboxSelectMultiple):
    """Boxes that are drawn by a template of their own, as Wagtail has some."""

    option_template_name = "django/forms/widgets/input.html"


@pytest.mark.parametrize(
    ("widget", "value"),
    [
        (forms.CheckboxSelectMultiple(choices=CHOICES), ["1", "3"]),
        (forms.CheckboxSelectMultiple(choices=CHOICES), None),
        (forms.RadioSelect(choices=CHOICES), "2"),
        (OwnBoxes(choices=CHOICES), ["3"]),
        (forms.TextInput(), '"<&'),
        (forms.TextInput(), None),
        (forms.NumberInput(), 0),
        (forms.CheckboxInput(), True),
        (forms.HiddenInput(), "x"),
    ],
    ids=lambda given: type(given).__name__ if isinstance(given, forms.Widget) else str(given),
)
def test_a_widget_says_the_same_as_django_s(widget: forms.Widget, value: Any) -> None:
    ours, theirs = (
        widget.render("a", value, ATTRIBUTES, renderer()) for renderer in (TemplatesSetting, DjangoTemplates)
    )
    assert in_words(ours) == in_words(theirs)


def in_words(markup: str) -> list[str]:
    """Return tags and texts without the space between them, which no browser shows between boxes."""
    return [part for part in re.split(r"\s*(<[^>]*>)\s*", markup) if part]
