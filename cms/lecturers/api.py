"""JSON addresses of this room below /api/v1/."""

from datetime import date, datetime, timedelta
from typing import Annotated, Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from ninja import Query, Router, Schema
from pydantic import AwareDatetime, Field

from cms.accounts.models import User
from cms.core.clock import today
from cms.core.converters import Key
from cms.core.errors import InvalidInput, TooManyRequests
from cms.core.ratelimit import is_over_limit
from cms.lecturers.models import LONGEST_LESSON, Lecturer
from cms.lecturers.permissions import get_lecturer_for
from cms.lecturers.queries import LONGEST_WISH, Wish, find, free_slots, in_service, menu_of
from cms.lecturers.queries.directory import USUAL_MINUTES

router = Router(tags=["lecturers"])

PAGE_SIZE = 50
MOST_DAYS = 92
READS_A_MINUTE = 600
FURTHEST = timedelta(days=366 * 3)
Slug = Annotated[str, Field(max_length=60)]
Page = Annotated[int, Field(ge=1, le=10_000)]


def reader(request: HttpRequest) -> User:
    """Return the caller; raises TooManyRequests for one who asks more often than pages need."""
    user = request.user
    assert isinstance(user, User)  # noqa: S101  # the API's authentication lets nobody else through
    if is_over_limit("lecturers.read", f"u{user.pk}", limit=READS_A_MINUTE, seconds=60):
        raise TooManyRequests(_("Too many requests. Please wait a moment and try again."))
    return user


class WishIn(Schema):
    """What the caller looks for."""

    topic: Slug = ""
    region: Slug = ""
    kind: Slug = ""
    mode: Slug = ""
    method: Slug = ""
    free_from: AwareDatetime | None = None
    free_to: AwareDatetime | None = None
    page: Page = 1


@router.get("/lecturers", summary="Lecturers who can be asked; with a time, those who are free then")
def list_lecturers(request: HttpRequest, given: Query[WishIn]) -> dict[str, Any]:
    """Return a page of them; a lesson of 90 minutes, or of the whole of a shorter span, fits between the two instants."""
    user = reader(request)
    check_span(given.free_from, given.free_to)
    found = Paginator(find(user, Wish(**given.dict(exclude={"page"}))), PAGE_SIZE)
    page, more = given.page, given.page < found.num_pages
    following = urlencode({**request.GET.dict(), "page": page + 1})
    return {
        "items": [brief(lecturer) for lecturer in found.get_page(page)] if page <= found.num_pages else [],
        "total": found.count,
        "next": request.build_absolute_uri(f"{request.path}?{following}") if more else None,
    }


def check_span(free_from: datetime | None, free_to: datetime | None) -> None:
    """Raise InvalidInput when only one end is given, it lies before or long after the beginning, or far from today."""
    if free_from is None and free_to is None:
        return
    if free_from is None or free_to is None:
        name = "free_from" if free_from is None else "free_to"
        raise InvalidInput(_("Please give both times."), fields={name: [_("Please give both times.")]})
    if free_to <= free_from:
        order = _("The end must lie after the beginning.")
        raise InvalidInput(order, fields={"free_to": [order]})
    if free_to - free_from > LONGEST_WISH:
        most = _("At most %(days)s days at a time.") % {"days": LONGEST_WISH.days}
        raise InvalidInput(most, fields={"free_to": [most]})
    if any(abs(moment.date() - today()) > FURTHEST for moment in (free_from, free_to)):
        near = _("Please choose a day within the next months.")
        raise InvalidInput(near, fields={"free_from": [near]})


@router.get("/lecturers/{pk}", summary="One lecturer with the menu")
def show_lecturer(request: HttpRequest, pk: Key) -> dict[str, Any]:
    """Return the profile; both contacts are always null here, they stand in an accepted booking."""
    lecturer = get_lecturer_for(reader(request), pk)
    menu = menu_of(lecturer)
    return {
        **brief(lecturer),
        "introduction": lecturer.introduction,
        "credentials": lecturer.credentials,
        "dialect": lecturer.dialect,
        "travel_km": lecturer.travel_km,
        "bookable": lecturer.live and in_service(Lecturer.objects.filter(pk=lecturer.pk), today()).exists(),
        "offers": [
            {
                "id": offer.pk,
                "title": offer.title,
                "minutes": offer.minutes,
                "digest": offer.digest,
                "topics": [topic.slug for topic in offer.topics.all()],
                "audiences": [audience.slug for audience in offer.audiences.all()],
                "methods": [method.slug for method in offer.methods.all()],
            }
            for offer in menu
        ],
    }


def brief(lecturer: Lecturer) -> dict[str, Any]:
    """Return what a list says of a lecturer."""
    topics = getattr(lecturer, "directions", None)
    if topics is None:
        topics = list(lecturer.topics.order_by("order", "pk"))
    return {
        "id": lecturer.pk,
        "name": lecturer.name,
        "kind": lecturer.kind,
        "post": lecturer.post,
        "organisation": {"id": lecturer.organisation_id, "name": str(lecturer.organisation)},
        "region": lecturer.region,
        "topics": [topic.slug for topic in topics],
        "modes": [mode.value for mode in lecturer.modes],
        "url": lecturer.get_absolute_url(),
        "contact_phone": None,
        "contact_email": None,
    }


@router.get("/lecturers/{pk}/slots", summary="Free times on local dates from … to …, both inclusive")
def list_slots(
    request: HttpRequest,
    pk: Key,
    first: Annotated[date | None, Query(alias="from")] = None,
    last: Annotated[date | None, Query(alias="to")] = None,
    minutes: Annotated[int, Field(ge=1, le=LONGEST_LESSON)] = USUAL_MINUTES,
) -> dict[str, Any]:
    """Return the slots as they are offered now, at most for 92 days; without dates for the two weeks to come."""
    lecturer = get_lecturer_for(reader(request), pk)
    begins = first or today()
    ends = last or min(begins, date.max - FURTHEST) + timedelta(days=13)
    if ends < begins:
        sentence = gettext("The last day lies before the first.")
        raise InvalidInput(sentence, fields={"to": [sentence]})
    if (ends - begins).days >= MOST_DAYS:
        sentence = gettext("At most %(days)s days at a time.") % {"days": MOST_DAYS}
        raise InvalidInput(sentence, fields={"to": [sentence]})
    if abs(begins - today()) > FURTHEST or not lecturer.live:
        return {"slots": []}
    slots = free_slots(lecturer, begins, ends, minutes)
    return {"slots": [{"start": slot.start.isoformat(), "end": slot.end.isoformat()} for slot in slots]}
