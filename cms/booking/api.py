"""JSON addresses of this room below /api/v1/."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Header, Router, Schema, Status
from pydantic import AfterValidator, AwareDatetime, Field, StrictInt, StrictStr
from pydantic_core import PydanticCustomError

from cms.accounts.models import User
from cms.booking import services
from cms.booking.answers import booking_json
from cms.booking.models import MOST_HEADS, NOTE_LENGTH, PLACE_LENGTH, REASON_LENGTH, TOPIC_LENGTH, BookingRequest
from cms.booking.permissions import get_booking_for, get_lecturer_to_ask
from cms.booking.queries import bookings_for, branches_of
from cms.booking.services import Order
from cms.booking.services.asking import KEY_LENGTH
from cms.booking.services.ending import MOST_MINUTES
from cms.booking.services.holding import refuse
from cms.core.converters import LARGEST_KEY
from cms.core.errors import TooManyRequests
from cms.core.ratelimit import is_over_limit
from cms.lecturers.enums import Mode
from cms.organisations.models import Organisation
from cms.venues.models import Venue
from cms.venues.queries import visible_venues

router = Router(tags=["bookings"])
CALLS_A_MINUTE = 240
PAGE_SIZE = 50
CODE_LENGTH = 60
FIRST_YEAR, LAST_YEAR = 2000, 2200


def near(at: datetime) -> datetime:
    """Refuse years that have no instant in every zone."""
    if not FIRST_YEAR <= at.year <= LAST_YEAR:
        raise PydanticCustomError("date_far", "The year lies too far away.")
    return at


def storable(text: str) -> str:
    """Take NUL out of a text: nobody means it, and PostgreSQL refuses it.

    Half a character, which JSON can name, is refused: UTF-8 has no place for it, nor has any database.
    """
    if any("\ud800" <= sign <= "\udfff" for sign in text):
        raise PydanticCustomError("string_unicode", "Half a character is no text.")
    return text.replace("\0", "").strip()


def branch_key(named: Any) -> int | str | None:
    """Return the number or code that names a branch; a union of types would name its parts instead of the field."""
    if named is None or (type(named) is int and 0 <= named <= LARGEST_KEY):
        return named
    if isinstance(named, str) and len(named) <= CODE_LENGTH:
        return storable(named)
    raise PydanticCustomError("branch", "This names no branch.")


Instant = Annotated[AwareDatetime, AfterValidator(near)]
Text = Annotated[StrictStr, AfterValidator(storable)]
Reason = Annotated[Text, Field(max_length=REASON_LENGTH)]
RowKey = Annotated[StrictInt, Field(ge=0, le=LARGEST_KEY)]
Key = Annotated[str, Header(alias="Idempotency-Key", min_length=1, max_length=KEY_LENGTH)]


class BookingIn(Schema):
    """What a branch asks for; `organisation` is a number or a code, and may stay away for who keeps one branch only."""

    lecturer: RowKey
    start: Instant
    end: Instant
    mode: Mode
    topic: Annotated[Text, Field(min_length=1, max_length=TOPIC_LENGTH)]
    organisation: Annotated[Any, AfterValidator(branch_key)] = None
    venue: RowKey | None = None
    place: Annotated[Text, Field(max_length=PLACE_LENGTH)] = ""
    heads: Annotated[StrictInt, Field(ge=1, le=MOST_HEADS)]
    note: Annotated[Text, Field(max_length=NOTE_LENGTH)] = ""


class ReasonIn(Schema):
    """What the other side reads."""

    reason: Reason = ""


class AnswerIn(ReasonIn):
    """An answer to the time that was read; to whatever is proposed now where `proposed` stays away."""

    proposed: Instant | None = None


class CounterIn(AnswerIn):
    """Another beginning; the length stays."""

    start: Instant


class DeliveryIn(Schema):
    """What was held; figures that are missing are as they were asked for."""

    heads: Annotated[StrictInt, Field(ge=1, le=MOST_HEADS)] | None = None
    minutes: Annotated[StrictInt, Field(ge=1, le=MOST_MINUTES)] | None = None
    note: Reason = ""


def caller(request: HttpRequest) -> User:
    """Return who calls; raises TooManyRequests beyond the limit."""
    user = request.user
    assert isinstance(user, User)  # noqa: S101  # the API's authentication lets nobody else through
    if is_over_limit("booking.api", f"u{user.pk}", limit=CALLS_A_MINUTE, seconds=60):
        raise TooManyRequests(_("Too many requests. Please wait a moment and try again."))
    return user


def branch_named(user: User, named: int | str | None) -> Organisation:
    """Return the branch for which somebody asks; raises InvalidInput unless it is one that the person keeps."""
    branches = branches_of(user)
    if named is None:
        found = list(branches[:2])
        if len(found) == 1:
            return found[0]
        raise refuse("organisation", _("Please say for which branch."))
    key = {"pk": named} if isinstance(named, int) else {"code": named}
    branch = branches.filter(**key).first()
    if branch is None:
        raise refuse("organisation", _("You can ask for branches that you keep."), code="not_your_branch")
    return branch


def venue_named(user: User, key: int | None) -> Venue | None:
    """Return the teaching place, if one is named; raises InvalidInput unless it is open to the person."""
    if key is None:
        return None
    venue = visible_venues(user).filter(pk=key).first()
    if venue is None:
        raise refuse("venue", _("This place is not open to you. Please choose another."), code="venue")
    return venue


@router.post("/bookings", response={201: dict[str, Any]}, summary="Ask for a lecturer; the same key asks once")
def create_booking(request: HttpRequest, given: BookingIn, key: Key) -> Status[dict[str, Any]]:
    """Return the booking; 409 with up to three `alternatives` when the time is given away."""
    user = caller(request)
    order = Order(
        lecturer=get_lecturer_to_ask(user, given.lecturer),
        organisation=branch_named(user, given.organisation),
        topic=given.topic,
        mode=given.mode.value,
        starts_at=given.start,
        ends_at=given.end,
        heads=given.heads,
        venue=venue_named(user, given.venue),
        place=given.place,
        note=given.note,
    )
    return Status(201, booking_json(services.request_booking(order, by=user, key=key), user))


@router.get("/bookings", summary="Requests in which you speak for somebody")
def list_bookings(request: HttpRequest, page: Annotated[int, Field(ge=1, le=10_000)] = 1) -> dict[str, Any]:
    """Return a page of them, the latest lesson first; contacts are shown by the single address only."""
    user = caller(request)
    rows = bookings_for(user).order_by("-starts_at", "-pk")
    start = (page - 1) * PAGE_SIZE
    found = list(rows[start : start + PAGE_SIZE + 1])
    more = len(found) > PAGE_SIZE
    return {
        "items": [booking_json(booking, user, contacts=False) for booking in found[:PAGE_SIZE]],
        "total": rows.count(),
        "next": request.build_absolute_uri(f"{request.path}?page={page + 1}") if more else None,
    }


@router.get("/bookings/{booking_id}", summary="One request; contacts once it is agreed")
def show_booking(request: HttpRequest, booking_id: UUID) -> dict[str, Any]:
    """Return the booking."""
    user = caller(request)
    return booking_json(get_booking_for(user, booking_id), user)


def fetched(request: HttpRequest, booking_id: UUID) -> tuple[User, BookingRequest]:
    """Return who calls and the booking, through the door."""
    user = caller(request)
    return user, get_booking_for(user, booking_id)


def said(reason: str) -> str:
    """Return the reason; a program that gives none has that written down."""
    return reason or _("No reason was given.")


@router.post("/bookings/{booking_id}/accept", summary="Say yes")
def accept_booking(request: HttpRequest, booking_id: UUID, given: AnswerIn | None = None) -> dict[str, Any]:
    """Return the booking; 409 with up to three `alternatives` when the time was given away meanwhile."""
    user, booking = fetched(request, booking_id)
    answer = given or AnswerIn()
    agreed = services.accept(booking, actor=user, reason=answer.reason, proposed=answer.proposed)
    return booking_json(agreed, user)


@router.post("/bookings/{booking_id}/decline", summary="Say no")
def decline_booking(request: HttpRequest, booking_id: UUID, given: AnswerIn | None = None) -> dict[str, Any]:
    """Return the booking."""
    user, booking = fetched(request, booking_id)
    answer = given or AnswerIn()
    refused = services.decline(booking, actor=user, reason=said(answer.reason), proposed=answer.proposed)
    return booking_json(refused, user)


@router.post("/bookings/{booking_id}/counter", summary="Propose another time of the same length")
def counter_booking(request: HttpRequest, booking_id: UUID, given: CounterIn) -> dict[str, Any]:
    """Return the booking with the new time; 409 with up to three `alternatives` when that is given away."""
    user, booking = fetched(request, booking_id)
    moved = services.counter(
        booking, starts_at=given.start, actor=user, reason=said(given.reason), proposed=given.proposed
    )
    return booking_json(moved, user)


@router.post("/bookings/{booking_id}/cancel", summary="Call it off")
def cancel_booking(request: HttpRequest, booking_id: UUID, given: ReasonIn | None = None) -> dict[str, Any]:
    """Return the booking; contacts are hidden again."""
    user, booking = fetched(request, booking_id)
    return booking_json(services.cancel(booking, actor=user, reason=said(given.reason if given else "")), user)


@router.post("/bookings/{booking_id}/deliver", summary="Write down that the lesson was held")
def deliver_booking(request: HttpRequest, booking_id: UUID, given: DeliveryIn | None = None) -> dict[str, Any]:
    """Return the booking."""
    user, booking = fetched(request, booking_id)
    figures = given or DeliveryIn()
    services.deliver(
        booking,
        actor=user,
        heads=booking.heads if figures.heads is None else figures.heads,
        minutes=booking.minutes if figures.minutes is None else figures.minutes,
        note=figures.note,
    )
    return booking_json(get_booking_for(user, booking_id), user)
