"""Application configuration."""

from django.apps import AppConfig


class BookingConfig(AppConfig):
    name = "cms.booking"
    label = "booking"

    def ready(self) -> None:
        """Register what is heard, shown and stored about people."""
        from django.utils.translation import gettext_lazy as _

        from cms.booking import receivers  # noqa: F401  # subscribes to events
        from cms.booking.panels import local_lecturers, my_requests, request_button
        from cms.booking.queries import personal_bookings, personal_feeds, personal_words
        from cms.core.personal_data import PersonalDataSource, register_personal_data
        from cms.core.slots import fill

        fill("lecturers.request", request_button)
        fill("lecturers.my_schedule", my_requests)
        fill("venues.venue", local_lecturers)
        register_personal_data(
            PersonalDataSource(
                slug="bookings",
                label=_("Lessons asked for or taught"),
                reason=_("So that both sides know what was agreed, and the branch records what was held."),
                kept=_("3 years after the last change."),
                collect=personal_bookings,
            )
        )
        register_personal_data(
            PersonalDataSource(
                slug="booking-words",
                label=_("What you did and wrote about lessons"),
                reason=_("So that both sides know what was said, and who answered for a branch."),
                kept=_("3 years after the last change."),
                collect=personal_words,
            )
        )
        register_personal_data(
            PersonalDataSource(
                slug="calendar-addresses",
                label=_("Calendar addresses"),
                reason=_("So that your own calendar shows your lessons."),
                kept=_("As long as you have an account."),
                collect=personal_feeds,
            )
        )
