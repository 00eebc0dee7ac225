"""What the admin shows of the site around it: the way back and our own help."""

from typing import Any

from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from cms.portal.views.guide import guide

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
    """Give the editors' guide an address inside the admin."""
    return [path("guide/", guide, name="editors_guide")]


@hooks.register("register_admin_menu_item")
def register_way_back() -> MenuItem:
    return MenuItem(_("To the site"), reverse("portal:workbench"), icon_name="home", order=10)
