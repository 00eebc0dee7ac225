"""Our one-piece templates of Django's widgets write what Django's own write: an upgrade that changes these is seen here."""

from html.parser import HTMLParser
from typing import Any

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates, TemplatesSetting
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy

CHOICES = [("组", [("1", "<杆基>"), ("2", "导线")]), ("3", "走廊")]
ATTRIBUTES = {
    "id": "id_a",
    "class": "wide",
    "data-x": '"<',
    "required": True,
    "disabled": False,
    "rows": 3,
    "title": None,
    "data-safe": mark_safe("&amp;"),
    "data-later": gettext_lazy("Question"),
}


class OwnOptions(forms.Select):
    """A list whose options are drawn by a template of their own."""

    option_template_name = "django/forms/widgets/input.html"


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
        (forms.Textarea(), "<杆基>\n导线"),
        (forms.Textarea(), None),
        (forms.Select(choices=CHOICES), "2"),
        (forms.SelectMultiple(choices=CHOICES), ["1", "3"]),
        (OwnOptions(choices=CHOICES), "3"),
    ],
    ids=lambda given: type(given).__name__ if isinstance(given, forms.Widget) else str(given),
)
def test_a_widget_says_the_same_as_django_s(widget: forms.Widget, value: Any) -> None:
    ours, theirs = (
        widget.render("a", value, ATTRIBUTES, renderer()) for renderer in (TemplatesSetting, DjangoTemplates)
    )
    assert in_words(ours) == in_words(theirs)


def in_words(markup: str) -> list[Any]:
    """Return tags and texts without the space between them, which no browser shows between boxes."""
    reader = Reader()
    reader.feed(markup)
    reader.close()
    return [part for part in reader.parts if part]


class Reader(HTMLParser):
    """Takes markup apart."""

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[Any] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.parts.append((tag, [(name, value and " ".join(value.split())) for name, value in attrs]))

    def handle_endtag(self, tag: str) -> None:
        self.parts.append(f"/{tag}")

    def handle_data(self, data: str) -> None:
        self.parts.append(" ".join(data.split()))

    def handle_comment(self, data: str) -> None:
        self.parts.append(f"!{data}")
