"""Our one-piece templates of Wagtail's admin write what Wagtail's own write: an upgrade that changes these is seen here."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import wagtail
from django.forms.utils import ErrorList
from django.template.backends.django import DjangoTemplates
from django.template.loader import get_template
from django.utils.safestring import mark_safe
from laces.components import Component
from wagtail.admin.widgets import AdminPageChooser

from tests.cms.core.test_widgets import ATTRIBUTES, in_words

WAGTAIL = Path(wagtail.__file__).parent
OWN = [WAGTAIL / "admin/templates", WAGTAIL / "images/templates"]


class Part(Component):
    """A part of a form that shows only that it is there."""

    def render_html(self, _parent: Any = None) -> str:
        return mark_safe("<i>栏目</i>")


def part(**values: Any) -> Part:
    """Return a part of a form that says this of itself."""
    made = Part()
    made.__dict__.update(
        {
            "heading": "<栏>",
            "id_for_label": "id_a",
            "classes": ["one", "two"],
            "attrs": ATTRIBUTES,
            "is_required": True,
        }
        | values
    )
    return made


def child(*errors: str) -> SimpleNamespace:
    """Return one row of a list in a form."""
    form = SimpleNamespace(
        prefix="items-0",
        DELETE=SimpleNamespace(id_for_label="id_items-0-DELETE"),
        non_field_errors=ErrorList(errors),
    )
    return SimpleNamespace(form=form, render_form_content=mark_safe("<i>行</i>"))


def chosen(widget: Any, **values: Any) -> dict[str, Any]:
    """Return what Wagtail tells the template of a chooser."""
    return {
        "widget": widget,
        "attrs": {"id": "id_a"},
        "original_field_html": mark_safe("<input>"),
        "value": False,
        "edit_url": "",
        "display_title": "",
        "chooser_url": "/choose/",
        "icon": None,
        "classname": None,
    } | values


def widget(*, required: bool = False, **values: Any) -> AdminPageChooser:
    """Return the widget of a field that leads to a page."""
    made = AdminPageChooser(**values)
    made.is_required = required
    return made


FULL = {
    "value": True,
    "edit_url": "/edit/?a=1&b=2",
    "display_title": "<页>",
    "icon": "doc",
    "classname": "page-chooser",
}
PREVIEW = {"preview": {"url": "/a.png", "width": 1200, "height": 90}, "default_alt_text": "<图>"}
HEADED = {
    "heading": "<栏>",
    "id_for_label": "id_a",
    "is_required": True,
    "heading_level": "3",
    "heading_size": "label",
}
ROW = {"self": SimpleNamespace(label="item"), "child": child("<错>", "又错"), "can_order": True}


@pytest.mark.parametrize(
    ("name", "context"),
    [
        ("shared/icon", {"name": "bin", "classname": "icon"}),
        ("shared/icon", {"name": "<bin>", "classname": "a", "title": "<删除>", "wrapped": True}),
        ("shared/attrs", {"attrs": ATTRIBUTES}),
        ("shared/attrs", {}),
        ("shared/panel", {"id": "a", "children": mark_safe("<i>栏目</i>")}),
        (
            "shared/panel",
            {"id": "a", "header_controls": mark_safe("<button>"), "classname": "one", "attrs": ATTRIBUTES},
        ),
        ("shared/panel", {"id": "a", "id_prefix": "tab", "icon": "doc"} | HEADED),
        ("shared/panel", {"id": "a"} | HEADED | {"id_for_label": "", "heading_level": "", "heading_size": ""}),
        ("shared/panel", {"id": "a"} | HEADED | {"is_required": False}),
        ("panels/multi_field_panel_child", {"child": part()}),
        ("panels/multi_field_panel_child", {"child": part(is_required=False, attrs={}, classes=[])}),
        ("panels/multi_field_panel_child", {"child": part(heading="")}),
        ("panels/multi_field_panel_child", {"child": part(id_for_label="")}),
        ("panels/multi_field_panel_child", {"child": part(read_only=True)}),
        ("panels/inline_panel_child", ROW),
        ("panels/inline_panel_child", ROW | {"child": child(), "can_order": False}),
        ("widgets/chooser", chosen(widget())),
        ("widgets/chooser", chosen(widget(), **FULL)),
        ("widgets/chooser", chosen(widget(required=True), **FULL)),
        ("widgets/chooser", chosen(widget(show_edit_link=False, show_clear_link=False), chooser_url="")),
        ("wagtailimages/widgets/image_chooser", chosen(widget(), **FULL, **PREVIEW)),
    ],
)
def test_a_part_of_the_admin_says_the_same_as_wagtail_s(name: str, context: dict[str, Any]) -> None:
    path = f"{name if name.startswith('wagtail') else f'wagtailadmin/{name}'}.html"
    theirs = DjangoTemplates({"NAME": "theirs", "DIRS": OWN, "APP_DIRS": False, "OPTIONS": {}}).get_template(path)
    ours = get_template(path)
    assert (theirs.origin.name.startswith(str(WAGTAIL)), in_words(ours.render(context))) == (
        True,
        in_words(theirs.render(context)),
    )


def test_no_script_of_wagtail_s_asks_for_the_descriptions_of_fields_which_ours_leave_short() -> None:
    scripts = [path.read_text() for path in WAGTAIL.rglob("static/**/*.js")]
    # Once they are put there for scripts of a site; nobody takes them.
    assert sum(text.count(".editHandler") for text in scripts) == 1
