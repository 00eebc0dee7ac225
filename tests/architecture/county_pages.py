"""A published page of every kind that has an address of its own in the tree, for the people of the county's committee."""

from datetime import date
from typing import Any

from cms.library.models import ContentPage, ReadingListEntry
from cms.taxonomy.enums import Visibility
from tests.factories.courses import course_draft, guide_draft, make_series, make_track, published
from tests.factories.itineraries import make_published_route
from tests.factories.lessons import Stage
from tests.factories.library import make_announcement, make_editor, make_reading_list, make_resource
from tests.factories.venues import VenueFactory

# A month of which no other guide of a county is.
MONTH = date(2020, 5, 1)


def addresses_of_kinds(stage: Stage) -> dict[str, str]:
    """Return the addresses of the pages, and the course's key, by the names that admin.txt uses in braces."""
    town, keeper = stage.committee, make_editor(stage.committee)
    own: dict[str, Any] = {"visibility": Visibility.ORGANISATION, "visible_organisation": town}
    entries = [ReadingListEntry(target=published(stage, make_resource(keeper, town, title="矩阵里的资源", **own)))]
    reading = make_reading_list(keeper, town, title="矩阵里的清单", entries=entries, **own)
    made: dict[str, ContentPage] = {
        "course": published(stage, course_draft(stage, title="矩阵里的课程", **own)),
        "series": make_series(stage, title="矩阵里的系列", **own),
        "track": make_track(stage, title="矩阵里的路径", **own),
        "guide": published(stage, guide_draft(stage, title="矩阵里的指引", month=MONTH, **own)),
        "reading_list": published(stage, reading),
        "announcement": published(stage, make_announcement(keeper, town, title="矩阵里的公告", **own)),
        "route": make_published_route(town, VenueFactory(), title="矩阵里的线路", **own),
    }
    return {f"{name}_url": page.url for name, page in made.items()} | {"course": str(made["course"].pk)}
