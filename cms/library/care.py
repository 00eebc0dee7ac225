"""What needs the care of those who keep pages: its name in reports and filters, its words, how it is found."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cms.core.clock import today
from cms.library import queries
from cms.library.models import ContentPage


@dataclass(frozen=True)
class Care:
    """One kind of care: what it is called in the report, above the panel, and which pages need it."""

    label: Promise
    heading: Promise
    find: Callable[[], QuerySet[ContentPage]]

    def find_for(self, user: Any) -> QuerySet[ContentPage]:
        """Return the pages that need it among those that the person works on."""
        mine = queries.cared_for_by(user).order_by().values("pk")
        return self.find().filter(pk__in=mine)


def due_pages() -> QuerySet[ContentPage]:
    """Return pages whose day to be looked at again has come."""
    return queries.due_for_review(today())


CARES = {
    "due": Care(_("To be looked at again"), _("Pages to be looked at again"), due_pages),
    "unowned": Care(_("Nobody is asked about them"), _("Pages about which nobody is asked"), queries.unowned),
    "links": Care(_("Links that lead nowhere"), _("Pages with links that lead nowhere"), queries.with_broken_links),
}
