"""Application configuration."""

from django.apps import AppConfig


class VenuesConfig(AppConfig):
    name = "cms.venues"
    label = "venues"

    def ready(self) -> None:
        from wagtail.permissions import register_permission_policy

        from cms.accounts.admin_acts import Watch
        from cms.core.personal_data import register_personal_data
        from cms.feedback.enums import OF_PLACES
        from cms.feedback.subjects import reportable
        from cms.taxonomy.queries import name_places_after
        from cms.taxonomy.receivers import follow
        from cms.venues import handlers, personal_data, receivers, search_documents  # noqa: F401  # they register on import
        from cms.venues.models import Region, Venue
        from cms.venues.permissions import RegionPolicy, VenuePolicy
        from cms.venues.personal_data import picture_of_region
        from cms.venues.reporting import KIND, reported_venue
        from search.outbox import register

        register_permission_policy(Venue, VenuePolicy(Venue))
        register_permission_policy(Region, RegionPolicy(Region))
        register_personal_data(personal_data.VISITS)
        reportable(KIND, reported_venue, problems=OF_PLACES)
        acts = ("venues.add_region", "venues.change_region", "venues.delete_region")
        Watch(Region, *acts, picture=picture_of_region).begin()
        follow(Region)
        name_places_after(Region)
        register(search_documents.KIND, build=search_documents.venue_document, iterate=search_documents.venue_keys)
