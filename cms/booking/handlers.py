"""What the worker does for requests: end what nobody answered, remind, forget."""

from datetime import timedelta

from cms.booking.services import expire_due, forget_old_bookings, remind_of_deadlines, remind_of_lessons
from cms.jobs.schedule import scheduled


@scheduled("booking.expire", every=timedelta(minutes=5))
def expire() -> None:
    expire_due()


@scheduled("booking.remind", every=timedelta(minutes=30))
def remind() -> None:
    remind_of_deadlines()
    remind_of_lessons()


@scheduled("booking.forget_old", every=timedelta(days=1))
def forget() -> None:
    forget_old_bookings()
