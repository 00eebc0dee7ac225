"""What people ask of this room."""

from cms.booking.services.answering import accept, counter, decline
from cms.booking.services.asking import Order, request_booking
from cms.booking.services.calendars import make_calendar, withdraw_calendar
from cms.booking.services.catching_up import name_catch_up
from cms.booking.services.contacts import Contact, Contacts, contacts_for
from cms.booking.services.correcting import correct_delivery
from cms.booking.services.deciding import (
    end_requests_of_organisation,
    flag_booking_of_visit,
    flag_bookings_at_venue,
    flag_bookings_of_lecturer,
    flag_bookings_of_organisation,
    flag_bookings_outside_hours,
    flag_bookings_without_term,
    keep,
)
from cms.booking.services.ending import cancel, deliver, expire_due, forget_old_bookings
from cms.booking.services.reminding import remind_of_deadlines, remind_of_lessons
from cms.booking.services.talking import say

__all__ = [
    "Contact",
    "Contacts",
    "Order",
    "accept",
    "cancel",
    "contacts_for",
    "correct_delivery",
    "counter",
    "decline",
    "deliver",
    "end_requests_of_organisation",
    "expire_due",
    "flag_booking_of_visit",
    "flag_bookings_at_venue",
    "flag_bookings_of_lecturer",
    "flag_bookings_of_organisation",
    "flag_bookings_outside_hours",
    "flag_bookings_without_term",
    "forget_old_bookings",
    "keep",
    "make_calendar",
    "name_catch_up",
    "remind_of_deadlines",
    "remind_of_lessons",
    "request_booking",
    "say",
    "withdraw_calendar",
]
