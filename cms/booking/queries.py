"""Reads of requests, for each side."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet

from cms.accounts.models import User
from cms.booking.enums import BookingStatus, EventKind, Party
from cms.booking.models import BookingEvent, BookingRequest, CalendarFeed, Delivery, TimeOffer
from cms.core.clock import now
from cms.core.logs import mask
from cms.core.personal_data import Records
from cms.courses.models import Playlist
from cms.courses.queries.playlists import playlists_for
from cms.lecturers.models import Lecturer, Occupation
from cms.organisations.enums import MANAGING_ROLES, Role
from cms.organisations.models import Organisation
from cms.organisations.queries import Standing, below, organisations_below, standing_of

SOURCE_KIND = "booking"
CATCH_UP_SHOWN = timedelta(days=183)
# Who speaks for an organisation that lends its lecturers: as in the pool, editors too, so that none is without a voice.
LENDING_ROLES = MANAGING_ROLES | {Role.EDITOR}


def parties_of(user: User, booking: BookingRequest) -> list[str]:
    """Return for whom the person may speak in the request, in a fixed order; none for everybody else.

    Where a lecturer has no account, or a closed one, the lecturer's organisation also speaks for the lecturer.
    """
    standing = standing_of(user)
    account = booking.lecturer.user
    lends = standing.has_role_at(LENDING_ROLES, booking.lecturer.organisation.path)
    spoken = {
        Party.REQUESTER.value: standing.has_role_at(MANAGING_ROLES, booking.organisation.path),
        Party.LECTURER.value: account == user or (lends and (account is None or not account.is_active)),
        Party.ORGANISATION.value: lends,
    }
    return [party for party, speaks in spoken.items() if speaks]


def party_q(standing: Standing, user: User) -> Q:
    """Return the filter for requests in which the person speaks for somebody."""
    asks = below(standing.paths_of(*MANAGING_ROLES), "organisation__")
    return asks | below(standing.paths_of(*LENDING_ROLES), "lecturer__organisation__") | Q(lecturer__user=user)


def bookings_for(user: User) -> QuerySet[BookingRequest]:
    """Return the requests in which the person speaks for somebody."""
    return with_names(BookingRequest.objects.filter(party_q(standing_of(user), user)))


def with_names(rows: QuerySet[BookingRequest]) -> QuerySet[BookingRequest]:
    """Read the names that every list shows together with the rows."""
    return rows.select_related("lecturer__organisation", "lecturer__user", "organisation", "requester", "venue")


def bookings_of_lecturer(user: User) -> QuerySet[BookingRequest]:
    """Return what the person is asked to teach, or has taught."""
    return with_names(BookingRequest.objects.filter(lecturer__user=user))


def bookings_of_branches(user: User) -> QuerySet[BookingRequest]:
    """Return what the branches asked for that the person keeps."""
    paths = standing_of(user).paths_of(*MANAGING_ROLES)
    return with_names(BookingRequest.objects.filter(below(paths, "organisation__")))


def bookings_of_lenders(user: User) -> QuerySet[BookingRequest]:
    """Return what lecturers of the organisations are asked for that the person keeps."""
    paths = standing_of(user).paths_of(*LENDING_ROLES)
    return with_names(BookingRequest.objects.filter(below(paths, "lecturer__organisation__")))


def waiting_for(user: User) -> QuerySet[BookingRequest]:
    """Return the requests whose answer is this person's to give, the soonest deadline first."""
    standing = standing_of(user)
    asks = below(standing.paths_of(*MANAGING_ROLES), "organisation__")
    lends = below(standing.paths_of(*LENDING_ROLES), "lecturer__organisation__")
    mine = (
        (Q(awaits=Party.REQUESTER) & asks)
        | (Q(awaits=Party.ORGANISATION) & lends)
        | (Q(awaits=Party.LECTURER) & (Q(lecturer__user=user) | (lends & ~Q(lecturer__user__is_active=True))))
    )
    return with_names(BookingRequest.objects.filter(mine, status=BookingStatus.PENDING)).order_by("answer_by", "pk")


def waiting_for_same_hour(
    lecturer: Lecturer, organisation: Organisation, starts_at: datetime
) -> BookingRequest | None:
    """Return what the branch asked this lecturer for at the very hour before, if it still waits for an answer."""
    waiting = BookingRequest.objects.filter(lecturer=lecturer, organisation=organisation, starts_at=starts_at)
    return waiting.filter(status=BookingStatus.PENDING).select_related("requester").order_by("-pk").first()


def waiting_for_lecturer(user: User) -> QuerySet[BookingRequest]:
    """Return what waits for the person as the lecturer: requests to answer, agreed lessons to decide again."""
    to_answer = Q(status=BookingStatus.PENDING, awaits=Party.LECTURER)
    to_decide = Q(status=BookingStatus.ACCEPTED, starts_at__gt=now()) & ~Q(concern="")
    return bookings_of_lecturer(user).filter(to_answer | to_decide)


def lessons_ahead(organisation: Organisation, until: datetime) -> QuerySet[BookingRequest]:
    """Return the organisation's agreed lessons that are not over and begin before the instant, the next one first."""
    agreed = BookingRequest.objects.filter(organisation=organisation, status=BookingStatus.ACCEPTED)
    found = agreed.filter(ends_at__gt=now(), starts_at__lt=until).select_related("venue__visible_organisation")
    return found.order_by("starts_at", "pk")


def to_record_for(user: User, *, at: datetime | None = None) -> QuerySet[BookingRequest]:
    """Return lessons of the person's branches that are over and not recorded, the oldest first."""
    over = bookings_of_branches(user).filter(status=BookingStatus.ACCEPTED, ends_at__lte=at or now())
    return over.order_by("ends_at", "pk")


def to_decide_for(user: User) -> QuerySet[BookingRequest]:
    """Return agreed lessons of both sides that somebody has to decide again; one that has begun is to be recorded."""
    agreed = bookings_for(user).filter(status=BookingStatus.ACCEPTED, starts_at__gt=now())
    return agreed.exclude(concern="").order_by("starts_at", "pk")


def branches_of(user: User) -> QuerySet[Organisation]:
    """Return the active organisations for which the person may ask."""
    return organisations_below(standing_of(user).paths_of(*MANAGING_ROLES))


def locked(pk: int) -> BookingRequest:
    """Return the request as it stands now, with its row locked until the transaction ends."""
    rows = BookingRequest.objects.select_for_update(of=("self",))
    return with_names(rows).get(pk=pk)


def live_time(booking: BookingRequest) -> TimeOffer:
    """Return the time that is proposed or agreed at present."""
    return booking.times.get(closed_at__isnull=True)


def held_time(booking: BookingRequest) -> Occupation | None:
    """Return the lecturer's time that the request keeps, or None."""
    held = Occupation.objects.filter(source_kind=SOURCE_KIND, source_id=str(booking.pk), released_at__isnull=True)
    return held.first()


def is_given_away(lecturer: Lecturer, starts_at: datetime, ends_at: datetime, *, but: BookingRequest | None) -> bool:
    """Return whether something else occupies a part of the time, buffers on both sides counted."""
    return overlapping(lecturer, starts_at, ends_at, but=but).exists()


def overlapping(
    lecturer: Lecturer, starts_at: datetime, ends_at: datetime, *, but: BookingRequest | None
) -> QuerySet[Occupation]:
    """Return what occupies the lecturer's time there, less what the request `but` itself keeps."""
    live = Occupation.objects.filter(lecturer=lecturer, released_at__isnull=True)
    if but is not None:
        live = live.exclude(source_kind=SOURCE_KIND, source_id=str(but.pk))
    return live.filter(occupied_from__lt=ends_at, occupied_to__gt=starts_at)


def due_deadlines(at: datetime) -> QuerySet[BookingRequest]:
    """Return the requests whose deadline has passed."""
    return BookingRequest.objects.filter(status=BookingStatus.PENDING, answer_by__lte=at).order_by("answer_by")


def live_feed(user: User) -> CalendarFeed | None:
    """Return the person's calendar address, or None."""
    return CalendarFeed.objects.filter(user=user, revoked_at__isnull=True).first()


def in_calendar(user: User, *, since: datetime) -> QuerySet[BookingRequest]:
    """Return what stands in the person's calendar: all that was ever agreed, also what was cancelled since."""
    agreed = bookings_for(user).filter(accepted_at__isnull=False, ends_at__gte=since)
    return agreed.order_by("starts_at", "pk")


def lists_of_branch(booking: BookingRequest) -> QuerySet[Playlist]:
    """Return the playlists of the branch that asked, the latest first."""
    return Playlist.objects.filter(organisation_id=booking.organisation_id).order_by("-created_at", "-pk")


def missed_lessons(user: User) -> QuerySet[Delivery]:
    """Return lessons held in the last half year at the person's organisations and those above, with a list to catch up.

    The latest first; `size` is the number of lessons on the list. Nobody's absence is asked: everybody reads the same.
    """
    held = Delivery.objects.filter(
        catch_up__in=playlists_for(user).values("pk"),
        booking__starts_at__gte=now() - CATCH_UP_SHOWN,
    )
    named = held.select_related("booking__organisation", "catch_up").annotate(size=Count("catch_up__entries"))
    return named.order_by("-booking__starts_at", "-pk")


def personal_bookings(user: User) -> Iterable[dict[str, Any]]:
    """Return what is stored about a person as asker or lecturer, oldest first."""
    mine = BookingRequest.objects.filter(Q(requester=user) | Q(lecturer__user=user))
    for booking in mine.select_related("lecturer", "organisation").order_by("created_at", "pk"):
        # The other side's words hold no number before it may be seen, here as on the page.
        words = str if booking.is_disclosed or booking.requester_id == user.pk else mask
        yield {
            "title": booking.topic,
            "lecturer": str(booking.lecturer),
            "organisation": str(booking.organisation),
            "starts": booking.starts_at.isoformat(),
            "place": words(booking.place),
            "note": words(booking.note),
            "status": booking.status,
        }


def personal_words(user: User) -> Records:
    """Return what the person did and wrote in requests, for whichever side, oldest first: messages, reasons, notes."""
    mine = BookingEvent.objects.filter(actor_id=user.pk).select_related("booking__delivery").order_by("at", "pk")
    return Records(mine, words_in)


def words_in(event: BookingEvent) -> dict[str, Any]:
    """Return one line of a story as a record; what was recorded as held has its note beside the figures."""
    held = getattr(event.booking, "delivery", None) if event.kind == EventKind.DELIVERED else None
    return {
        "at": event.at.isoformat(),
        "title": event.booking.topic,
        "what": str(event.get_kind_display()),
        "text": held.note if held is not None else event.reason,
    }


def personal_feeds(user: User) -> Iterable[dict[str, Any]]:
    """Return when the person had calendar addresses made; the addresses themselves are keys and stay out."""
    for feed in CalendarFeed.objects.filter(user=user).order_by("created_at", "pk"):
        yield {
            "created": feed.created_at.isoformat(),
            "withdrawn": feed.revoked_at.isoformat() if feed.revoked_at else None,
        }
