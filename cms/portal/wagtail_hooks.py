"""What the admin shows of the site around it: the way back and our own help."""

from typing import Any

from django.forms import Textarea
from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.panels import FieldRowPanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import BooleanColumn
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet

from cms.core.panels import FieldPanel
from cms.portal.admin_panels import ComparisonPanel
from cms.portal.admin_views import SynonymCreateView, SynonymDeleteView, SynonymEditView
from cms.portal.forms import SynonymForm
from cms.portal.models import SynonymSet
from cms.portal.permissions import reads_questions
from cms.portal.views.asked import asked
from cms.portal.views.guide import guide
from cms.portal.views.synonyms import comparison

# They lead to English pages outside, about an editor that looks different here.
OUTSIDE = ("editor-guide", "whats-new-in-wagtail")


@hooks.register("construct_help_menu")
def lead_to_our_own_help(request: HttpRequest, items: list[Any]) -> None:
    """Put the help of this site in the place of Wagtail's pages."""
    items[:] = [item for item in items if not item.name.startswith(OUTSIDE)]
    items.insert(0, MenuItem(_("Editors' guide"), reverse("editors_guide"), icon_name="doc-full", order=5))
    items.insert(1, MenuItem(_("Help for your work"), reverse("portal:help_index"), icon_name="help", order=10))


@hooks.register("register_admin_urls")
def add_the_guide() -> list[URLPattern]:
    """Give the editors' guide, and what a set of words would change, an address inside the admin."""
    return [
        path("guide/", guide, name="editors_guide"),
        path("search/synonyms/compare/", comparison, name="portal_synonyms_comparison"),
        path("reports/searches/", asked, name="portal_asked"),
    ]


@hooks.register("register_admin_menu_item")
def register_way_back() -> MenuItem:
    return MenuItem(_("To the site"), reverse("portal:workbench"), icon_name="home", order=10)


class AskedItem(MenuItem):
    """Shown to those for whom the report opens."""

    def is_shown(self, request: HttpRequest) -> bool:
        return reads_questions(request.user)


@hooks.register("register_reports_menu_item")
def offer_questions() -> MenuItem:
    """Lead from the admin's reports to what was searched for in vain."""
    return AskedItem(
        _("What was searched for"), reverse("portal_asked"), name="searches", icon_name="search", order=620
    )


class SynonymViewSet(SnippetViewSet):
    """Words that search takes for the same."""

    model = SynonymSet
    icon = "search"
    menu_label = _("Synonyms")
    menu_order = 215
    add_to_admin_menu = True
    copy_view_enabled = False
    inspect_view_enabled = False
    add_view_class = SynonymCreateView
    edit_view_class = SynonymEditView
    delete_view_class = SynonymDeleteView
    list_per_page = 50
    list_display = [
        "__str__",
        BooleanColumn("active", label=_("in use"), accessor="active"),
        "note",
        "changed_at",
    ]
    list_filter = ["active", "one_way"]
    search_fields = ["words", "note"]
    search_backend_name = None
    edit_handler = ObjectList(
        [
            FieldPanel("words", widget=Textarea(attrs={"rows": 5})),
            MultiFieldPanel(
                [FieldRowPanel([FieldPanel("one_way"), FieldPanel("active")]), FieldPanel("note")],
                heading=_("How it is used"),
            ),
            ComparisonPanel(heading=_("What it changes")),
        ],
        base_form_class=SynonymForm,
    )


register_snippet(SynonymViewSet)
