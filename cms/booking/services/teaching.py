"""What follows when a lesson was held: teaching hours in the ledger, and marks by those who listened."""

from datetime import timedelta

from cms.accounts.models import User
from cms.booking.models import BookingRequest, Delivery
from cms.core.clock import today
from cms.evaluations.enums import SubjectKind
from cms.evaluations.models import MOST_HEADS, Evaluation
from cms.evaluations.services import open_evaluation
from cms.evaluations.subjects import Subject
from cms.ledger.models import HourEntry
from cms.ledger.services import count_teaching

SOURCE_KIND = "booking"
MARKS_FOR = timedelta(days=7)


def count_lesson(delivery: Delivery) -> HourEntry | None:
    """Write the lecturer's teaching hours, once; None when no rule says how a lesson counts on that day."""
    booking = delivery.booking
    return count_teaching(
        lecturer_key=booking.lecturer_id,
        name=booking.lecturer.name,
        user=booking.lecturer.user,
        organisation=booking.organisation,
        start=booking.starts_at,
        minutes=delivery.minutes,
        source=(SOURCE_KIND, booking.pk),
        label=booking.topic,
    )


def open_marks(delivery: Delivery, *, actor: User) -> Evaluation:
    """Let listeners mark the lecturer, the content and how it was for a week, without names."""
    booking = delivery.booking
    return open_evaluation(
        SubjectKind.TEACHER,
        booking.lecturer_id,
        label=booking.lecturer.name,
        organisation=booking.organisation,
        closes_on=today() + MARKS_FOR,
        key=f"{SOURCE_KIND}:{booking.pk}",
        title=booking.topic,
        also=further_subjects(booking),
        heads=min(delivery.heads, MOST_HEADS),
        marked_person=booking.lecturer.user,
        opened_by=actor,
    )


def further_subjects(booking: BookingRequest) -> list[Subject]:
    """Return what is marked beside the lecturer: a lesson of the menu gathers its marks over all who ordered it."""
    content = f"offer-{booking.offer_id}" if booking.offer_id else f"{SOURCE_KIND}-{booking.pk}"
    this_time = f"{SOURCE_KIND}-{booking.pk}"
    return [
        Subject(SubjectKind.COURSE, content, booking.topic),
        Subject(SubjectKind.QUALITY, this_time, booking.topic),
        Subject(SubjectKind.EFFECT, this_time, booking.topic),
        Subject(SubjectKind.ORGANISATION, this_time, str(booking.organisation)),
    ]
