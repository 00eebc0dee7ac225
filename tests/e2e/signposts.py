"""Where the furnished site's pages lie: written down by the process that made them, read by the one that opens them."""

import json
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

if TYPE_CHECKING:
    from cms.demo.seed import County

FILE = "signposts.json"
THURSDAY, EVENING = 3, 19


def signposts(county: "County") -> dict[str, str]:
    """Return the addresses by the names that tests/e2e/pages.py uses in braces."""
    return {**of_pages(), **of_courses(), **of_places(), **of_lecturers(county), **of_requests(county)}


def of_pages() -> dict[str, str]:
    """Return one resource of each kind, a list and an announcement."""
    from cms.library.models import AnnouncementPage, ReadingListPage, ResourcePage

    kinds = ("courseware", "article", "film", "audio", "book", "link")
    shown = ResourcePage.objects.live().filter(visible_organisation=None).order_by("pk")
    found = {kind: shown.filter(kind=kind).first() for kind in kinds}
    article: Any = found["article"]
    aged: Any = shown.filter(responsible=None).first()
    restricted: Any = ResourcePage.objects.live().exclude(visible_organisation=None).order_by("pk").first()
    draft: Any = ResourcePage.objects.filter(live=False).order_by("pk").first()
    reading_list: Any = ReadingListPage.objects.live().order_by("pk").first()
    announcement: Any = AnnouncementPage.objects.live().order_by("pk").first()
    return {
        **{kind: address_of(page) for kind, page in found.items()},
        "restricted_page": address_of(restricted),
        "restricted_file": restricted.file.url,
        "aged_title": aged.title,
        "aged_link": aged.link,
        "restricted_title": restricted.title,
        "draft_title": draft.title,
        "draft_address": address_of(draft),
        "draft_page": form_of(draft),
        "article_key": f"/library/{article.pk}/",
        "article_form": form_of(article),
        "page_review": f"/library/review/{article.current_workflow_task_state.pk}/",
        "reading_list": address_of(reading_list),
        "reading_list_form": form_of(reading_list),
        "announcement": address_of(announcement),
        "announcement_form": form_of(announcement),
    }


def address_of(page: Any) -> str:
    """Return the path of a page, which the tree must hold."""
    found: str = page.get_url_parts()[2]
    return found


def form_of(page: Any) -> str:
    """Return the path of the page's form in the admin."""
    return f"/admin/pages/{page.pk}/edit/"


def of_courses() -> dict[str, str]:
    """Return a course with a quiz, one that needs another before it, series, track, guide, and what a branch made of them."""
    from cms.courses.models import BranchGuide, CoursePage, GuidePage, Playlist, SeriesPage, TopicWish, TrackPage

    courses = CoursePage.objects.live().order_by("pk")
    course: Any = courses.first()
    series: Any = SeriesPage.objects.live().order_by("pk").first()
    track: Any = TrackPage.objects.live().order_by("pk").first()
    guides = GuidePage.objects.live().order_by("-month")
    branch_guide, playlist = BranchGuide.objects.get(), Playlist.objects.get()
    return {
        "course": address_of(course),
        "second_course": address_of(courses.filter(prerequisites__isnull=False).first()),
        "course_assign": f"/courses/{course.pk}/assign/",
        "course_badge": f"/courses/{course.pk}/badge/",
        "course_pack": f"/courses/{course.pk}/pack/",
        "course_form": form_of(course),
        "guide_form": form_of(guides[0]),
        "series": address_of(series),
        "series_form": form_of(series),
        "track": address_of(track),
        "track_form": form_of(track),
        "guide": address_of(guides[0]),
        "guide_copy": f"/guides/{guides[1].pk}/copy/",
        "branch_guide": f"/guides/branch/{branch_guide.pk}/",
        "branch_guide_edit": f"/workbench/guides/{branch_guide.pk}/",
        "playlist": f"/playlists/{playlist.pk}/",
        "playlist_edit": f"/workbench/playlists/{playlist.pk}/",
        "wish_answer": f"/workbench/wishes/{TopicWish.objects.order_by('pk').values_list('pk', flat=True)[0]}/",
    }


def of_places() -> dict[str, str]:
    """Return places and routes, one of them on a day on which a place is closed."""
    from cms.core.clock import today
    from cms.itineraries.models import ItineraryPage
    from cms.venues.models import Venue

    routes = ItineraryPage.objects.live().order_by("pk")
    route: Any = routes.filter(planned_on=None).first()
    venue: Any = Venue.objects.filter(live=True, visible_organisation=None, notice_days__gt=0).order_by("pk").first()
    return {
        "route": address_of(route),
        "route_closed": address_of(routes.exclude(planned_on=None).first()),
        "route_dated": f"{address_of(route)}?on={today() + timedelta(days=20)}",
        "route_visit": f"/itineraries/{route.pk}/visit/",
        "venue": f"/venues/{venue.pk}/",
        "venue_visit": f"/venues/{venue.pk}/visit/",
        "venue_review": f"/venues/review/{place_in_review()}/",
        "venue_form": f"/admin/snippets/venues/venue/edit/{venue.pk}/",
        "route_form": form_of(route),
    }


def place_in_review() -> int:
    """Return the number of a look that some place waits for or had."""
    from django.contrib.contenttypes.models import ContentType

    from cms.review.models import ReviewTaskState
    from cms.venues.models import Venue

    kind = ContentType.objects.get_for_model(Venue, for_concrete_model=False)
    looks: Any = ReviewTaskState.objects.filter(workflow_state__content_type=kind)
    number: int = looks.order_by("status", "pk").values_list("pk", flat=True)[0]
    return number


def of_lecturers(county: "County") -> dict[str, str]:
    """Return the role account's lecturer with the three steps of a request, and what this person keeps."""
    from cms.core.clock import today
    from cms.lecturers.models import Lecturer
    from cms.lecturers.queries import free_slots

    star = Lecturer.objects.get(user=county.people["lecturer"])
    other: Any = Lecturer.objects.filter(user=None, live=True).order_by("pk").first()
    slot = free_slots(star, today(), today() + timedelta(days=60), 60)[0]
    offer: Any = star.offers.order_by("order", "pk").first()
    chosen = {"offer": offer.pk, "mode": star.modes[0], "topic": "", "minutes": ""}
    ask, schedule = f"/bookings/new/{star.pk}/", f"/lecturers/{star.pk}/schedule/"
    hours: Any = star.schedules.order_by("pk").first()
    return {
        "star": f"/lecturers/{star.pk}/",
        "ask": ask,
        "ask_when": f"{ask}?{urlencode({**chosen, 'step': 2})}",
        "ask_where": f"{ask}?{urlencode({**chosen, 'step': 3, 'start': slot.start.isoformat()})}",
        "a_day": slot.start.date().isoformat(),
        **free_thursdays(star),
        "schedule": schedule,
        "hours": f"{schedule}hours/{hours.pk}/",
        "profile": f"/lecturers/{star.pk}/profile/",
        "menu": f"/lecturers/{star.pk}/menu/",
        "offer": f"/lecturers/{star.pk}/menu/{offer.pk}/",
        "standing": f"/workbench/lecturers/{star.pk}/",
        "term": f"/workbench/lecturers/{star.pk}/terms/{star.terms.all()[0].pk}/",
        "lending": f"/workbench/lecturers/rules/{star.organisation_id}/",
        "lecturer_form": f"/admin/snippets/lecturers/lecturer/edit/{star.pk}/",
        "other_schedule": f"/lecturers/{other.pk}/schedule/",
    }


def free_thursdays(star: Any) -> dict[str, str]:
    """Return the first, another and the last Thursday on which the lecturer has two hours in the evening."""
    from cms.core.clock import today
    from cms.lecturers.queries import free_slots

    slots = free_slots(star, today(), today() + timedelta(days=80), 60)
    evenings = [slot.start for slot in slots if slot.start.weekday() == THURSDAY and slot.start.hour == EVENING]
    days = sorted({evening.date().isoformat() for evening in evenings})
    return {"thursday": days[0], "free_thursday": days[1], "late_thursday": days[-1]}


def of_requests(county: "County") -> dict[str, str]:
    """Return requests of the secretary's branch in their states, and one that the lecturer has to answer."""
    from cms.booking.models import BookingRequest
    from cms.core.clock import now
    from cms.organisations.queries import home_organisation

    branch = home_organisation(county.people["secretary"])
    rows = BookingRequest.objects.filter(organisation=branch).order_by("pk")
    held: Any = rows.filter(status="delivered").first()
    found = {
        "asked": rows.filter(awaits="lecturer").first(),
        "proposed": rows.filter(awaits="requester").first(),
        "agreed": rows.filter(status="accepted", concern="", starts_at__gt=now()).first(),
        "to_record": rows.filter(status="accepted", ends_at__lt=now()).first(),
        "held": held,
        "concern": rows.exclude(concern="").first(),
        "to_answer": BookingRequest.objects.filter(
            awaits="lecturer", lecturer__user=county.people["lecturer"]
        ).first(),
    }
    addresses = {name: row.get_absolute_url() if row else "" for name, row in found.items()}
    missing = [name for name, address in addresses.items() if not address]
    if missing:
        raise LookupError(f"The demonstration has no request for {missing}.")
    addresses["agreed_in_api"] = addresses["agreed"].rstrip("/")
    return {**addresses, "results": f"/workbench/evaluations/{held.delivery.evaluation_id}/"}


def write(data: Path, county: "County") -> None:
    """Write the addresses into the site's folder."""
    (data / FILE).write_text(json.dumps(signposts(county), ensure_ascii=False, indent=1), encoding="utf-8")


def read(data: Path) -> dict[str, str]:
    """Return the addresses of the site whose folder this is."""
    found: dict[str, str] = json.loads((data / FILE).read_text(encoding="utf-8"))
    return found
