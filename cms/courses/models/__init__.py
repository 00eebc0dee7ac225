"""What the room of courses stores."""

from cms.courses.models.choices import AudienceChoice
from cms.courses.models.courses import (
    CourseItem,
    CoursePage,
    CourseQuestion,
    Prerequisite,
    SeriesItem,
    SeriesPage,
    TrackItem,
    TrackPage,
)
from cms.courses.models.guides import BranchGuide, BranchItem, GuideFile, GuideItem, GuidePage, GuideQuestion
from cms.courses.models.items import Item, WordedItem
from cms.courses.models.own import Assignment, CourseStudy, ItemDone, Selection
from cms.courses.models.wishes import Playlist, PlaylistEntry, TopicWish

__all__ = [
    "Assignment",
    "AudienceChoice",
    "BranchGuide",
    "BranchItem",
    "CourseItem",
    "CoursePage",
    "CourseQuestion",
    "CourseStudy",
    "GuideFile",
    "GuideItem",
    "GuidePage",
    "GuideQuestion",
    "Item",
    "ItemDone",
    "Playlist",
    "PlaylistEntry",
    "Prerequisite",
    "Selection",
    "SeriesItem",
    "SeriesPage",
    "TopicWish",
    "TrackItem",
    "TrackPage",
    "WordedItem",
]
