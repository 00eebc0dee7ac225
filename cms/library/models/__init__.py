"""Pages of the library, and the base of all editorial pages."""

from cms.library.models.announcements import AnnouncementPage
from cms.library.models.base import ContentPage, ContentPageQuerySet, ContentVersion, SectionPage
from cms.library.models.links import PageLink, VenueLink
from cms.library.models.resources import ReadingListEntry, ReadingListPage, ReadingMark, ResourceLesson, ResourcePage
from cms.library.models.texts import DocumentText

__all__ = [
    "AnnouncementPage",
    "ContentPage",
    "ContentPageQuerySet",
    "ContentVersion",
    "DocumentText",
    "PageLink",
    "ReadingListEntry",
    "ReadingListPage",
    "ReadingMark",
    "ResourceLesson",
    "ResourcePage",
    "SectionPage",
    "VenueLink",
]
