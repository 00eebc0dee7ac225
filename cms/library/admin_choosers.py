"""The window in which pages are chosen: it names nothing that it would not offer, whatever number is asked for."""

from typing import Any

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from wagtail.admin.auth import require_admin_access
from wagtail.admin.views.chooser import ChosenMultipleView
from wagtail.models import Page

from cms.core.offered import Own
from cms.library.permissions import pages_offered

# More than these nobody ticks in the window.
MOST_AT_ONCE = 100


class OfferedPagesView(ChosenMultipleView):
    """The names of several pages that were chosen; of no others."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Return what the window gives back to the form; the root of the tree, which has no parent, is no page.

        Raises BadRequest for more pages than anybody ticks.
        """
        asked = request.GET.getlist("id")
        if len(asked) > MOST_AT_ONCE:
            raise BadRequest("id")
        pages: Any = pages_offered(request.user).filter(pk__in=asked, depth__gt=1)
        rows = list(pages.specific())
        above = dict(Page.objects.filter(path__in={path_above(page) for page in rows}).values_list("path", "pk"))
        answer: HttpResponse = self.render_chosen_response([row_of(page, above[path_above(page)]) for page in rows])
        return answer


def path_above(page: Page) -> str:
    """Return the path of the page's parent."""
    path: str = page.path[: -page.steplen]
    return path


def row_of(page: Page, parent_pk: int) -> dict[str, Any]:
    """Return a page as Wagtail's scripts expect it."""
    return {
        "id": page.pk,
        "parentId": parent_pk,
        "adminTitle": page.get_admin_display_title(),
        "editUrl": reverse("wagtailadmin_pages:edit", args=[page.pk]),
        "url": page.url,
    }


chosen_pages = require_admin_access(OfferedPagesView.as_view())


def narrow_destination(form: Any, user: Any) -> None:
    """Let a form that moves pages lead only to places that the person may see."""
    Own(Page, user).narrow(form.fields["chooser"], kept=None)
