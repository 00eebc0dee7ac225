"""Panels of the admin's first page: which pages need care, within the person's organisations."""

from django.urls import reverse, reverse_lazy
from django.utils.text import format_lazy

from cms.core.panels import ListPanel
from cms.library.care import CARES
from cms.library.models import ContentPage

ORDER = {"due": 140, "links": 150, "unowned": 160}


def line_of(page: ContentPage) -> tuple[str, str]:
    """Return what the page is called and where it is changed."""
    return page.title, reverse("wagtailadmin_pages:edit", args=[page.pk])


CARE_PANELS = [
    ListPanel(
        f"library_{name}",
        CARES[name].heading,
        CARES[name].find_for,
        line_of,
        all_url=format_lazy("{}?show={}", reverse_lazy("library_care"), name),
        order=order,
    )
    for name, order in ORDER.items()
]
