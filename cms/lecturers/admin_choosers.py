"""The admin's chooser of lecturers."""

from cms.core.choosers import OfferedChooserViewSet


class LecturerChooserViewSet(OfferedChooserViewSet):
    """Lecturers wherever one is chosen."""
