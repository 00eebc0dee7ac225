"""Reads: routes that are shown to somebody, their stops with places and hours, who went."""

from collections.abc import Collection
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Case, Count, Max, Prefetch, Q, QuerySet, When, prefetch_related_objects
from django.utils.translation import gettext as _

from cms.accounts.models import User
from cms.core.clock import today
from cms.itineraries.enums import Theme
from cms.itineraries.models import ItineraryPage, ItineraryStop, RouteVisit
from cms.lecturers.models import Lecturer
from cms.lecturers.queries import Wish, directory
from cms.lessons.models import MicroLesson
from cms.lessons.queries import for_cards, visible_lessons
from cms.organisations.queries import below
from cms.taxonomy.queries import visible_q
from cms.venues.models import Venue
from cms.venues.queries import visible_venues

ONE_DAY, TWO_DAYS, LONGER = "1", "2", "3"


def shown_routes() -> QuerySet[ItineraryPage]:
    """Return the published routes; who sees one says `visible_q`."""
    shown: QuerySet[ItineraryPage] = ItineraryPage.objects.filter(live=True, taken_down_at__isnull=True)
    return shown


def visible_routes(user: User | AnonymousUser) -> QuerySet[ItineraryPage]:
    """Return published routes that the person may see."""
    return shown_routes().filter(visible_q(user))


def browse(
    user: User | AnonymousUser, *, theme: str = "", season: str = "", effort: str = "", days: str = ""
) -> QuerySet[ItineraryPage]:
    """Return visible routes with `days` and `stop_count`, narrowed by theme, season, effort and length, newest first."""
    routes = visible_routes(user).annotate(day_count=Max("stops__day"), stop_count=Count("stops"))
    if theme:
        routes = routes.filter(about(theme))
    if season:
        # What is good all year is good in each season.
        routes = routes.filter(season__in=(season, "all"))
    if effort:
        routes = routes.filter(effort=effort)
    if days == LONGER:
        routes = routes.filter(day_count__gte=int(LONGER))
    elif days in {ONE_DAY, TWO_DAYS}:
        routes = routes.filter(day_count=int(days))
    return routes.select_related("organisation", "cover__visible_organisation").order_by("-first_published_at", "-pk")


def about(theme: str) -> Q:
    """Return the condition that a route has the theme; none has one that is unknown.

    The list is asked as text: SQLite cannot look into JSON for it, and names are whole between their quotes.
    """
    return Q(themes__icontains=f'"{theme}"') if theme in Theme.values else Q(pk__in=())


def routes_to_choose_from(user: User | AnonymousUser, audiences: Collection[str], most: int) -> list[ItineraryPage]:
    """Return visible routes with stops, places and hours: those for everybody or one of the audiences (slugs) first.

    What is meant for others comes after them: who says what one belongs to loses nothing. The newest first.
    """
    routes = browse(user)
    if audiences:
        others = visible_routes(user).exclude(audiences__slug__in=audiences).filter(audiences__isnull=False)
        for_others = Case(When(pk__in=others.order_by().values("pk"), then=1), default=0)
        routes = routes.order_by(for_others, "-first_published_at", "-pk")
    return list(routes.prefetch_related(Prefetch("stops", queryset=stops_with_hours()))[:most])


def stops_with_hours() -> QuerySet[ItineraryStop]:
    """Return stops with their places and what the reckoning needs of them."""
    stops = ItineraryStop.objects.select_related("venue__visible_organisation")
    return stops.prefetch_related("venue__opening_hours", "venue__hour_exceptions")


def stops_of(page: ItineraryPage) -> list[ItineraryStop]:
    """Return the stops of the page as it is in hand, by day and order, with their places and hours."""
    stops = sorted(page.stops.all(), key=lambda stop: (stop.day, stop.sort_order or 0))
    prefetch_related_objects(
        stops, "venue__region", "venue__organisation", "venue__opening_hours", "venue__hour_exceptions"
    )
    return stops


def open_places(stops: list[ItineraryStop], user: User | AnonymousUser) -> set[int]:
    """Return the keys of the stops' places that are open to the person."""
    wanted = [stop.venue_id for stop in stops]
    return set(visible_venues(user).filter(pk__in=wanted).values_list("pk", flat=True))


def lessons_at(stops: list[ItineraryStop], user: User | AnonymousUser) -> dict[int, MicroLesson]:
    """Return the stops' lessons that the person may see, by key, as cards need them."""
    wanted = [stop.lesson_id for stop in stops if stop.lesson_id is not None]
    return {lesson.pk: lesson for lesson in for_cards(visible_lessons(user)).filter(pk__in=wanted)}


def speakers_at(stops: list[ItineraryStop], user: User | AnonymousUser) -> dict[int, Lecturer]:
    """Return the lecturers of the stops whom the person finds in the pool today, by key."""
    wanted = [stop.lecturer_id for stop in stops if stop.lecturer_id is not None]
    return {person.pk: person for person in directory(user, Wish()).filter(pk__in=wanted)}


def routes_through(venue: Venue, user: User | AnonymousUser) -> QuerySet[ItineraryPage]:
    """Return visible routes that stop at the place."""
    return (
        visible_routes(user).filter(pk__in=ItineraryStop.objects.filter(venue=venue).values("page")).order_by("title")
    )


def lessons_taught_at(venue: Venue, user: User | AnonymousUser) -> QuerySet[MicroLesson]:
    """Return visible lessons that some visible route attaches to the place."""
    stops = ItineraryStop.objects.filter(
        venue=venue, page__in=visible_routes(user).order_by().values("pk"), lesson__isnull=False
    )
    return for_cards(visible_lessons(user)).filter(pk__in=stops.values("lesson"))


def kept_routes(paths: tuple[str, ...] | None) -> QuerySet[ItineraryPage]:
    """Return shown routes of organisations at or below the paths, or all of them for None, with their stops."""
    rows = shown_routes() if paths is None else shown_routes().filter(below(paths, "organisation__"))
    stops = Prefetch("stops", queryset=stops_with_hours())
    return rows.select_related("organisation").prefetch_related(stops).order_by("title")


def planned_routes(paths: tuple[str, ...] | None, most: int) -> QuerySet[ItineraryPage]:
    """Return those of `kept_routes` that are planned for a day to come, the soonest first."""
    return kept_routes(paths).filter(planned_on__gte=today()).order_by("planned_on", "title")[:most]


def visits_of(page: ItineraryPage, paths: tuple[str, ...]) -> QuerySet[RouteVisit]:
    """Return the visits along the route by organisations at or below the paths, the latest first."""
    found = RouteVisit.objects.filter(below(paths, "organisation__"), page=page)
    return found.select_related("organisation").order_by("-on", "-pk")


def personal_visits(user: User) -> list[dict[str, Any]]:
    """Return the visits that the person recorded, for "my data"."""
    rows = RouteVisit.objects.filter(recorded_by=user).select_related("page", "organisation").order_by("created_at")
    return [
        {
            "route": row.page.title,
            "organisation": str(row.organisation),
            "on": row.on.isoformat(),
            "heads": row.heads,
            "note": row.note,
            "created_at": row.created_at.isoformat(),
        }
        for row in rows
    ]


def personal_stops(user: User) -> list[dict[str, Any]]:
    """Return the routes of which a stop names the person as a lecturer, for "my data", the first made first.

    What is not shown has no title for who does not work on it; who keeps it can be asked.
    """
    naming = ItineraryStop.objects.filter(lecturer__user=user).values("page")
    routes = ItineraryPage.objects.filter(pk__in=naming).select_related("organisation").order_by("pk")
    return [
        {
            "route": row.title if row.live and row.taken_down_at is None else _("A route that is not shown now"),
            "organisation": str(row.organisation),
        }
        for row in routes
    ]
