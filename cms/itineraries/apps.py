"""Application configuration."""

from django.apps import AppConfig


class ItinerariesConfig(AppConfig):
    name = "cms.itineraries"
    label = "itineraries"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from cms.core.personal_data import PersonalDataSource, register_personal_data
        from cms.core.slots import fill
        from cms.itineraries import handlers, receivers, search_documents  # noqa: F401  # they register on import
        from cms.itineraries.admin_panels import route_editor
        from cms.itineraries.models import ItineraryPage
        from cms.itineraries.panels import taught_here
        from cms.itineraries.queries import personal_visits
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
        ItineraryPage.edit_handler = route_editor()
        fill("venues.venue", taught_here)
        register(search_documents.KIND, build=search_documents.route_document, iterate=search_documents.route_keys)
