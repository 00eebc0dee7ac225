"""The admin's chooser of places."""

from cms.core.choosers import OfferedChooserViewSet


class VenueChooserViewSet(OfferedChooserViewSet):
    """Places as the stops of a route, and wherever else one is chosen."""

    columns = ("name", "address")
