"""What waits for one person, gathered from the rooms, by deadline."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.contrib.contenttypes.models import ContentType
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cms.accounts.models import User
from cms.booking.models import BookingRequest
from cms.booking.queries import to_decide_for, to_record_for
from cms.booking.queries import waiting_for as waiting_bookings
from cms.core.clock import today
from cms.core.templatetags.core_tags import local_date, local_datetime
from cms.courses.queries.playlists import open_wishes
from cms.feedback.queries import open_reports_for
from cms.ledger.queries import open_disputes_for
from cms.lessons.models import MicroLesson
from cms.review.queries import waiting_for

MOST_ROWS = 200
TITLE_CHARACTERS = 40
DAY = timedelta(days=1)
WEEK = timedelta(days=7)


@dataclass(frozen=True)
class InboxItem:
    """One thing to do: what it is, until when, and the one verb that does it. `due_on` None means no deadline."""

    slug: str
    kind: str | Promise
    icon: str
    title: str
    url: str
    meta: tuple[str, ...]
    due_on: date | None
    action_label: str | Promise

    @property
    def due(self) -> str:
        """Return the deadline in words."""
        return local_date(self.due_on) if self.due_on else ""

    @property
    def urgent(self) -> bool:
        """Return whether it is due today or overdue."""
        return self.due_on is not None and self.due_on <= today()


def inbox_of(user: User) -> list[InboxItem]:
    """Return what waits for the person, the soonest deadline first; at most MOST_ROWS of each kind."""
    items = [item for source in SOURCES for item in source(user)]
    return sorted(items, key=lambda item: (item.due_on or date.max, item.title))


def group_by_time(items: list[InboxItem]) -> list[tuple[str, list[InboxItem]]]:
    """Return items under "overdue", "due today", "this week" and "later", empty groups left out."""
    day = today()
    last_days = {_("Overdue"): day - DAY, _("Due today"): day, _("This week"): day + WEEK, _("Later"): date.max}
    groups: dict[str, list[InboxItem]] = {title: [] for title in last_days}
    for item in items:
        due = item.due_on or date.max
        groups[next(title for title, last in last_days.items() if due <= last)].append(item)
    return [(title, rows) for title, rows in groups.items() if rows]


def review_items(user: User) -> Iterator[InboxItem]:
    """Lessons, pages and places that wait for this person's check."""
    lessons = ContentType.objects.get_for_model(MicroLesson).pk
    for waiting in waiting_for(user)[:MOST_ROWS]:
        is_film = waiting.workflow_state.content_type_id == lessons
        yield InboxItem(
            slug="review",
            kind=gettext_lazy("Review"),
            icon="film" if is_film else "file",
            title=waiting.label,
            url=waiting.review_url,
            meta=(str(waiting.author), str(waiting.organisation)),
            due_on=waiting.due_on,
            action_label=gettext_lazy("Watch and check") if is_film else gettext_lazy("Read and check"),
        )


def dispute_items(user: User) -> Iterator[InboxItem]:
    """Questions about study hours of the own branch."""
    for dispute in open_disputes_for(user)[:MOST_ROWS]:
        yield InboxItem(
            slug="dispute",
            kind=gettext_lazy("Hours"),
            icon="pen",
            title=dispute.entry.source_label,
            url=reverse("ledger:answer", args=[dispute.pk]),
            meta=(str(dispute.user), local_date(dispute.opened_at)),
            due_on=dispute.due_on,
            action_label=gettext_lazy("Answer"),
        )


def report_items(user: User) -> Iterator[InboxItem]:
    """Problem reports this person answers."""
    for report in open_reports_for(user)[:MOST_ROWS]:
        yield InboxItem(
            slug="report",
            kind=gettext_lazy("Problem"),
            icon="pen",
            title=Truncator(report.text).chars(TITLE_CHARACTERS),
            url=reverse("feedback:answer", args=[report.pk]),
            meta=(report.subject_label, report.get_category_display(), local_date(report.created_at)),
            due_on=report.due_on,
            action_label=gettext_lazy("Answer"),
        )


def wish_items(user: User) -> Iterator[InboxItem]:
    """Topics that members ask the person's branches for; they are asked without a name."""
    for wish in open_wishes(user)[:MOST_ROWS]:
        yield InboxItem(
            slug="wish",
            kind=gettext_lazy("Topic"),
            icon="list",
            title=wish.text,
            url=reverse("courses:answer_wish", args=[wish.pk]),
            meta=(str(wish.organisation), local_date(wish.created_at)),
            due_on=None,
            action_label=gettext_lazy("Answer"),
        )


def booking_items(user: User) -> Iterator[InboxItem]:
    """Requests for lecturers that this person answers, lessons to decide again, lessons to record."""
    for booking in waiting_bookings(user)[:MOST_ROWS]:
        yield booking_item(booking, due_on=local_day(booking.answer_by), action=gettext_lazy("Answer"))
    for booking in to_decide_for(user)[:MOST_ROWS]:
        yield booking_item(booking, due_on=local_day(booking.starts_at), action=gettext_lazy("Decide"))
    for booking in to_record_for(user)[:MOST_ROWS]:
        yield booking_item(booking, due_on=local_day(booking.ends_at) + WEEK, action=gettext_lazy("Record"))


def booking_item(booking: BookingRequest, *, due_on: date, action: str | Promise) -> InboxItem:
    """Return one row about a request for a lecturer."""
    return InboxItem(
        slug="booking",
        kind=gettext_lazy("Lectures"),
        icon="lectern",
        title=booking.topic,
        url=booking.get_absolute_url(),
        meta=(str(booking.lecturer), str(booking.organisation), local_datetime(booking.starts_at)),
        due_on=due_on,
        action_label=action,
    )


def local_day(at: datetime) -> date:
    """Return the day of an instant in the zone that pages show."""
    return timezone.localtime(at).date()


SOURCES: tuple[Callable[[User], Iterator[InboxItem]], ...] = (
    review_items,
    booking_items,
    dispute_items,
    report_items,
    wish_items,
)
