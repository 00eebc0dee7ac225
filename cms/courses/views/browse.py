"""Finding courses and guides."""

from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cms.accounts.models import User
from cms.core.chips import chips
from cms.core.context_processors import in_elder_view
from cms.core.converters import is_key
from cms.courses.cards import course_card, guide_card, page_card
from cms.courses.models import CoursePage
from cms.courses.queries.courses import (
    all_series,
    all_tracks,
    assignments_for,
    audiences_of,
    browse_courses,
    completed_among,
    course_in_progress,
)
from cms.courses.queries.guides import guide_of_month, visible_guides
from cms.taxonomy.queries import all_audiences, all_topics

PAGE_SIZE = 24
ELDER_PAGE_SIZE = 12
SHOWN = 12


@require_safe
def courses(request: HttpRequest) -> HttpResponse:
    """Show courses by topic, audience, series and badge; all that is chosen stands in the address."""
    topic, audience = (request.GET.get(name, "")[:60] for name in ("topic", "audience"))
    asked = request.GET.get("series", "")
    selected = request.GET.get("selected") == "1"
    found = browse_courses(
        request.user,
        topic=topic,
        audience=audience,
        selected=selected,
        series=int(asked) if is_key(asked) else None,
    )
    rows = paged(request, found)
    filtered = bool(topic or audience or selected or is_key(asked))
    series = list(all_series(request.user)[:SHOWN])
    context = {
        "page": rows,
        "courses": cards_of(rows, request),
        "topics": chips(request.GET, "topic", [(row.slug, str(row)) for row in all_topics()]),
        "audiences": chips(request.GET, "audience", [(row.slug, str(row)) for row in all_audiences()]),
        "series": chips(request.GET, "series", [(str(row.pk), row.title) for row in series]) if series else [],
        "selected": chips(request.GET, "selected", [("1", _("Selected courses"))], every=False),
        "filtered": filtered,
        "series_cards": [] if filtered else [page_card(row, request) for row in series],
        "tracks": [] if filtered else own_first(request),
        **({} if filtered else personal(request)),
    }
    return render(request, "courses/browse.html", context)


def paged(request: HttpRequest, found: QuerySet[Any]) -> Page[Any]:
    """Return the page that the address asks for; in elder view a page holds fewer rows."""
    size = ELDER_PAGE_SIZE if in_elder_view(request) else PAGE_SIZE
    return Paginator(found, size).get_page(request.GET.get("page"))


def cards_of(rows: Page[CoursePage], request: HttpRequest) -> list[dict[str, Any]]:
    """Return the rows' cards, with what the person completed."""
    listed = list(rows)
    done = completed_among(request.user, [row.pk for row in listed])
    return [course_card(row, request, done=row.pk in done) for row in listed]


def own_first(request: HttpRequest) -> list[dict[str, Any]]:
    """Return the tracks, those for the audiences that the person chose first."""
    user = request.user
    mine = set(audiences_of(user).values_list("pk", flat=True)) if isinstance(user, User) else set()
    tracks = list(all_tracks(user)[:SHOWN])
    near = {track.pk: any(row.pk in mine for row in track.audiences.all()) for track in tracks}
    ordered = sorted(tracks, key=lambda track: not near[track.pk])
    return [page_card(track, request, near=near[track.pk]) for track in ordered]


def personal(request: HttpRequest) -> dict[str, Any]:
    """Return what concerns the signed-in person: what to go on with, what the branch asked for."""
    user = request.user
    if not isinstance(user, User):
        return {}
    going_on = course_in_progress(user)
    return {
        "going_on": page_card(going_on, request) if going_on else None,
        "assignments": list(assignments_for(user)[:SHOWN]),
    }


@require_safe
def guides(request: HttpRequest) -> HttpResponse:
    """Show the guides, this month's first."""
    rows = paged(request, visible_guides(request.user))
    now = guide_of_month(request.user)
    context = {
        "page": rows,
        "now": guide_card(now, request) if now and rows.number == 1 else None,
        "guides": [guide_card(row, request) for row in rows if now is None or row.pk != now.pk or rows.number > 1],
    }
    return render(request, "courses/guides.html", context)
