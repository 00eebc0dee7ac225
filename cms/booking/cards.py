"""A request in the words of one person: what it is, where it stands, what happened, and the one next action."""

from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from cms.accounts.models import User
from cms.booking.enums import BookingStatus, Concern, EventKind, Party
from cms.booking.models import BookingEvent, BookingRequest, TimeOffer
from cms.booking.permissions import may_answer, may_cancel, may_correct, may_record, sees_contacts, words_for
from cms.booking.queries import is_given_away, overlapping, parties_of
from cms.booking.services.holding import CAP_DAYS, is_bookable
from cms.core.clock import now, today
from cms.core.templatetags.core_tags import local_datetime, local_time
from cms.lecturers.queries import occupied_span
from cms.venues.services import obstacle_to

Words = str | Promise
WAITS_FOR: dict[str, Words] = {
    Party.REQUESTER: gettext_lazy("The branch is asked"),
    Party.LECTURER: gettext_lazy("The lecturer is asked"),
    Party.ORGANISATION: gettext_lazy("The lecturer's organisation is asked"),
}
BADGES: dict[str, tuple[Words, str, str]] = {
    BookingStatus.ACCEPTED: (gettext_lazy("Agreed"), "ok", "check"),
    BookingStatus.DECLINED: (gettext_lazy("Declined"), "", "x"),
    BookingStatus.CANCELLED: (gettext_lazy("Called off"), "", "x"),
    BookingStatus.EXPIRED: (gettext_lazy("Not answered in time"), "", "clock"),
    BookingStatus.DELIVERED: (gettext_lazy("Held"), "ok", "done"),
}
HEADLINES: dict[str, Words] = {
    BookingStatus.ACCEPTED: gettext_lazy("The lesson is agreed"),
    BookingStatus.DECLINED: gettext_lazy("The request was declined"),
    BookingStatus.CANCELLED: gettext_lazy("The lesson was called off"),
    BookingStatus.EXPIRED: gettext_lazy("Nobody answered in time"),
    BookingStatus.DELIVERED: gettext_lazy("The lesson was held"),
}
HAPPENED: dict[str, Words] = {
    EventKind.REQUESTED: gettext_lazy("%(who)s asks for %(time)s"),
    EventKind.APPROVED: gettext_lazy("%(who)s said yes"),
    EventKind.COUNTERED: gettext_lazy("%(who)s proposes %(time)s"),
    EventKind.ACCEPTED: gettext_lazy("%(who)s accepted %(time)s"),
    EventKind.DECLINED: gettext_lazy("%(who)s declined"),
    EventKind.CANCELLED: gettext_lazy("%(who)s called it off"),
    EventKind.NOT_HELD: gettext_lazy("%(who)s wrote that it did not take place"),
    EventKind.EXPIRED: gettext_lazy("Nobody answered in time; the time is free again"),
    EventKind.DELIVERED: gettext_lazy("%(who)s recorded the lesson"),
    EventKind.CORRECTED: gettext_lazy("%(who)s corrected what was recorded"),
    EventKind.FLAGGED: gettext_lazy("Something has changed; please decide again"),
    EventKind.KEPT: gettext_lazy("%(who)s decided that it takes place"),
    EventKind.REMINDED: gettext_lazy("A reminder was sent"),
    EventKind.SAID: gettext_lazy("%(who)s writes"),
}


def page_context(booking: BookingRequest, user: User) -> dict[str, Any]:
    """Return everything that the request's page shows to the person."""
    mine = may_answer(user, booking)
    checks = checks_for(booking) if mine else []
    offer = booking.times.select_related("parent").filter(closed_at__isnull=True).first()
    words = words_for(user, booking)
    return {
        "booking": booking,
        "crumbs": [home_of(user, booking), (_("Request %(number)s") % {"number": booking.number}, "")],
        "badge": badge_of(booking, mine=mine),
        "deadline": deadline_of(booking),
        "headline": headline_of(booking, offer, mine=mine, to_record=may_record(user, booking)),
        "place": words(booking.place),
        "where": words(booking.where),
        "note": words(booking.note),
        "proposed_because": words(offer.reason) if offer else "",
        "former": offer.parent if offer and booking.is_open else None,
        "checks": checks,
        "obstacle": "" if mine else obstacle_in(booking),
        "actions": actions_for(user, booking, mine=mine, blocked=any(row["icon"] == "warn" for row in checks)),
        "events": story_of(booking, words),
        "other_side": other_side(user, booking),
        "may_see_contacts": sees_contacts(user, booking),
        "room": room_in_words(booking) if booking.is_agreed else "",
        "asks": Party.REQUESTER in parties_of(user, booking),
    }


def home_of(user: User, booking: BookingRequest) -> tuple[str, str]:
    """Return where the person came from: the overview of the workbench, or the own schedule."""
    if booking.lecturer.user_id == user.pk:
        return _("My schedule"), reverse("lecturers:my_schedule")
    return _("Lectures"), reverse("booking:overview")


def badge_of(booking: BookingRequest, *, mine: bool) -> dict[str, Words]:
    """Return the state in words, with colour and sign."""
    if booking.is_open:
        label = _("Waits for your answer") if mine else WAITS_FOR[booking.awaits]
        return {"label": label, "kind": "due" if mine else "", "icon": "clock"}
    if booking.was_not_held:
        return {"label": _("Not held"), "kind": "", "icon": "x"}
    if booking.waits_for_decision:
        return {"label": _("Needs a decision"), "kind": "warn", "icon": "warn"}
    label, kind, icon = BADGES[booking.status]
    return {"label": label, "kind": kind, "icon": icon}


def deadline_of(booking: BookingRequest) -> str:
    """Return until when an answer is expected and how many days of the county's calendar that leaves, or nothing."""
    if not booking.is_open:
        return ""
    time = local_datetime(booking.answer_by)
    days = (timezone.localdate(booking.answer_by) - today()).days
    if days > 0:
        words = ngettext("answer by %(time)s, %(days)s day left", "answer by %(time)s, %(days)s days left", days)
        return words % {"time": time, "days": days}
    words = _("answer by %(time)s, that is today") if booking.answer_by > now() else _("answer by %(time)s")
    return words % {"time": time}


def headline_of(booking: BookingRequest, offer: TimeOffer | None, *, mine: bool, to_record: bool) -> Words:
    """Return the sentence over the next action."""
    if to_record:
        return _("The lesson waits to be recorded")
    if booking.waits_for_decision:
        return _("Does the lesson take place?")
    if booking.was_not_held:
        return _("The lesson did not take place")
    if not booking.is_open:
        return HEADLINES[booking.status]
    if offer is not None and offer.parent_id:
        return _("The other side proposes another time") if mine else _("Another time is proposed")
    return _("A branch asks for this lesson") if mine else _("The request is sent")


def checks_for(booking: BookingRequest) -> list[dict[str, Words]]:
    """Return what whoever answers would look up first: whether the time is free and the place open; a warning blocks."""
    if not is_bookable(booking.lecturer, booking.starts_at):
        return [
            {"icon": "warn", "text": _("The lecturer takes no requests for this day. Please propose another one.")}
        ]
    span = occupied_span(booking.lecturer, booking.starts_at, booking.ends_at)
    taken = is_given_away(booking.lecturer, *span, but=booking)
    words = (
        _("Something else is planned at this time. Please propose another one.")
        if taken
        else _("Nothing else is planned at this time, with the way there and back.")
    )
    return [{"icon": "warn" if taken else "check", "text": words}, *venue_checks(booking), *cap_checks(booking)]


def cap_checks(booking: BookingRequest) -> list[dict[str, Words]]:
    """Return which lesson of the month this would be, where the lecturer teaches a number of times a month at most."""
    most = booking.lecturer.cap_month
    if most is None:
        return []
    zone = ZoneInfo(booking.lecturer.zone)
    month = booking.starts_at.astimezone(zone).replace(day=1)
    others = overlapping(booking.lecturer, month - CAP_DAYS, month + 2 * CAP_DAYS, but=booking)
    starts = (start.astimezone(zone) for start in others.values_list("starts_at", flat=True))
    number = 1 + sum((start.year, start.month) == (month.year, month.month) for start in starts)
    if number > most:
        text = _("The lecturer has the %(most)s lessons that were agreed for this month. Please propose another one.")
        return [{"icon": "warn", "text": text % {"most": most}}]
    text = _("Within the %(most)s lessons of %(month)s; this is number %(number)s.")
    named = {"most": most, "month": date_format(month, "YEAR_MONTH_FORMAT"), "number": number}
    return [{"icon": "info", "text": text % named}]


def obstacle_in(booking: BookingRequest) -> str:
    """Return why a request that waits cannot come about on its day, for those who are not asked, or nothing."""
    if not booking.is_open or is_bookable(booking.lecturer, booking.starts_at):
        return ""
    return _("The lecturer takes no requests for this day any more. You can call it off and ask somebody else.")


def venue_checks(booking: BookingRequest) -> list[dict[str, Words]]:
    """Return whether the teaching place is open and has room, if there is one."""
    if booking.venue is None:
        return []
    obstacle = obstacle_to(booking.venue, booking.starts_at, booking.ends_at, heads=booking.heads, ahead=False)
    if obstacle:
        return [{"icon": "warn", "text": obstacle}]
    text = _("%(place)s is open then and has room for %(heads)s people.")
    return [{"icon": "check", "text": text % {"place": booking.venue.name, "heads": booking.heads}}]


def actions_for(user: User, booking: BookingRequest, *, mine: bool, blocked: bool) -> list[dict[str, Any]]:
    """Return what the person can do now, the next step first; a yes that would be refused is not offered."""

    def step(name: str, label: Words, *, css: str = "", post: bool = False) -> dict[str, Any]:
        return {"url": reverse(f"booking:{name}", args=[booking.public_id]), "label": label, "css": css, "post": post}

    found = []
    if mine:
        found = [] if blocked else [step("accept", _("Accept"), css="primary", post=True)]
        found += [
            step("counter", _("Another time"), css="primary" if blocked else ""),
            step("decline", _("Decline"), css="quiet"),
        ]
    if may_record(user, booking):
        found.append(step("deliver", _("Record the lesson"), css="primary"))
    if may_correct(user, booking):
        found.append(step("deliver", _("Correct the figures"), css="quiet"))
    if booking.waits_for_decision:
        found.append(step("keep", _("It takes place"), css="primary", post=True))
    if may_cancel(user, booking):
        found.append(step("cancel", end_words(booking)[0], css="quiet"))
    return found


def end_words(booking: BookingRequest) -> tuple[str, str]:
    """Return what ending it is called at present, and what follows."""
    if booking.is_agreed and booking.has_begun:
        return _("It did not take place"), _(
            "No hours are counted, nobody is asked for marks, and both sides read why."
        )
    return _("Call it off"), _("The time is free again, and phone numbers are hidden again.")


def who_in(booking: BookingRequest, event: BookingEvent) -> str:
    """Return whose act a line tells: the side, and the person where the side has many."""
    names = {
        Party.REQUESTER.value: str(booking.organisation),
        Party.LECTURER.value: str(booking.lecturer),
        Party.ORGANISATION.value: str(booking.lecturer.organisation),
    }
    return names.get(event.party, "")


def span_in_words(event: BookingEvent | BookingRequest) -> str:
    """Return day, beginning and end."""
    return f"{local_datetime(event.starts_at)}–{local_time(event.ends_at)}"


def story_of(booking: BookingRequest, words: Callable[[str], str]) -> list[dict[str, Any]]:
    """Return the lines of the timeline, and what comes next."""
    events = list(booking.events.all())
    lines: list[dict[str, Any]] = [
        {
            "title": title_of(booking, event),
            "text": words(text_of(booking, event)),
            "at": event.at,
            "state": "past",
        }
        for event in events
    ]
    if booking.is_open or booking.is_agreed:
        lines[-1]["state"] = "now"
    return lines + [{"title": title, "state": "next"} for title in to_come(booking)]


def title_of(booking: BookingRequest, event: BookingEvent) -> str:
    """Return what happened in one line."""
    if event.kind == EventKind.CANCELLED and not event.party:
        return _("The request ended by itself")
    return str(HAPPENED[event.kind]) % {"who": who_in(booking, event), "time": span_in_words(event)}


def text_of(booking: BookingRequest, event: BookingEvent) -> str:
    """Return what stands below a line of the story: what somebody wrote, why the site acted, or that room is kept."""
    if event.reason in Concern.values and event.actor_id is None:
        return str(Concern(event.reason).label)
    if event.kind == EventKind.ACCEPTED and not event.reason:
        return room_in_words(booking)
    return event.reason


def room_in_words(booking: BookingRequest) -> str:
    """Return whether room is kept in the teaching place, or nothing where there is none or it is not agreed."""
    if booking.venue is None or booking.visit is None:
        return ""
    named = {"place": booking.venue.name, "heads": booking.visit.heads}
    if booking.visit.released_at is not None:
        return _("The room at %(place)s was given back.") % named
    return _("Room for %(heads)s people is kept at %(place)s.") % named


def to_come(booking: BookingRequest) -> list[str]:
    """Return the steps that are still ahead."""
    recording = _("Afterwards the branch records it, and listeners may say how it was")
    if booking.is_open:
        return [_("Once agreed: both sides see each other's phone number, and calendars take it over"), recording]
    if booking.is_agreed:
        return [recording]
    return []


def other_side(user: User, booking: BookingRequest) -> str:
    """Return whose contact the person will see."""
    if Party.REQUESTER in parties_of(user, booking):
        return str(booking.lecturer)
    return f"{booking.requester} · {booking.organisation}"


def row_of(booking: BookingRequest, user: User) -> dict[str, Any]:
    """Return one line of a list."""
    mine = may_answer(user, booking)
    over = booking.is_agreed and booking.ends_at <= now()
    return {
        "booking": booking,
        "badge": badge_of(booking, mine=mine),
        "deadline": deadline_of(booking),
        "time": span_in_words(booking),
        "mine": mine,
        "to_record": over and may_record(user, booking),
        "concern": booking.get_concern_display() if booking.waits_for_decision else "",
    }
