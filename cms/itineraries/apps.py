"""Application configuration."""

from django.apps import AppConfig


class ItinerariesConfig(AppConfig):
    name = "cms.itineraries"
    label = "itineraries"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from cms.core.personal_data import PersonalDataSource, register_personal_data
        from cms.core.slots import fill
        from cms.feedback.enums import OF_PLACES
        from cms.feedback.subjects import reportable
        from cms.itineraries import handlers, receivers, search_documents  # noqa: F401  # they register on import
        from cms.itineraries.admin_panels import route_editor
        from cms.itineraries.models import ItineraryPage
        from cms.itineraries.panels import taught_here
        from cms.itineraries.queries import personal_stops, personal_visits
        from cms.itineraries.reporting import KIND, reported_route
        from cms.library.reporting import page_taken_down
        from search.outbox import register

        register_personal_data(
            PersonalDataSource(
                slug="route-visits",
                label=_("Visits along routes that you recorded"),
                reason=_("So that the branch knows where it went."),
                kept=_("5 years after the visit."),
                collect=personal_visits,
            )
        )
        register_personal_data(
            PersonalDataSource(
                slug="route-stops",
                label=_("Routes that name you as who speaks at a stop"),
                reason=_("So that a group knows who speaks there and whom to ask."),
                kept=_("As long as the stop names you and you belong to the pool."),
                collect=personal_stops,
            )
        )
        reportable(KIND, reported_route, problems=OF_PLACES, look=page_taken_down)
        ItineraryPage.edit_handler = route_editor()
        fill("venues.venue", taught_here)
        register(search_documents.KIND, build=search_documents.route_document, iterate=search_documents.route_keys)
