"""Recording that a branch went along a route, and telling search about routes."""

from datetime import date, timedelta

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from cms.accounts.audit import record_act
from cms.accounts.models import User
from cms.core.clock import today
from cms.core.errors import DomainError, InvalidInput
from cms.itineraries.models import ItineraryPage, ItineraryStop, RouteVisit
from cms.itineraries.search_documents import KIND
from cms.organisations.models import Organisation
from cms.venues.models import MOST_HEADS
from search.outbox import record_changes

KEPT = timedelta(days=5 * 365 + 2)  # five years, two leap days among them


@transaction.atomic
def record_visit(
    page: ItineraryPage, *, on: date, heads: int, organisation: Organisation, actor: User, note: str = ""
) -> RouteVisit:
    """Write down that people of an organisation went along the route on a day.

    Raises InvalidInput for a day to come or a number that cannot be, DomainError (409) for a day that stands already.
    """
    if on > today():
        raise InvalidInput(_("This day is still to come."), fields={"on": [_("This day is still to come.")]})
    if not 1 <= heads <= MOST_HEADS:
        raise InvalidInput(_("How many people will come?"), fields={"heads": [_("How many people will come?")]})
    try:
        with transaction.atomic():
            visit = RouteVisit.objects.create(
                page=page, on=on, heads=heads, organisation=organisation, recorded_by=actor, note=note.strip()
            )
    except IntegrityError as error:
        words = _("This day is recorded already.")
        raise DomainError(words, code="already_recorded", fields={"on": [words]}) from error
    record_act("itineraries.record_visit", actor=actor, target=visit, after={"route": page.title, "heads": heads})
    return visit


def forget_old_visits() -> int:
    """Delete visits of more than five years ago, as "my data" promises; return how many went."""
    return RouteVisit.objects.filter(on__lt=today() - KEPT).delete()[0]


def note_routes(stops: QuerySet[ItineraryStop]) -> None:
    """Tell search about the routes of these stops."""
    record_changes(KIND, stops.order_by("page").values_list("page", flat=True).distinct())
