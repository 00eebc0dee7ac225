"""How courses, series, tracks and guides are shown; Wagtail finds the page, the library's door lets the person in."""

from typing import Any

from django.http import HttpRequest, HttpResponse

from cms.accounts.models import User
from cms.core.pages import serves
from cms.core.views import own_page
from cms.courses.cards import item_row, unit_rows
from cms.courses.models import CoursePage, GuidePage, SeriesPage, TrackPage
from cms.courses.permissions import may_assign, may_copy_guides, may_give_badge, may_take
from cms.courses.queries.courses import badge_of, is_quiz_open, needed_before, series_with, study_of
from cms.courses.queries.guides import copy_for
from cms.courses.queries.states import ItemState, count_done, course_done, next_of, states_of
from cms.courses.services.study import TICKED_BY_HAND
from cms.library.models import ContentPage
from cms.library.permissions import shown_page
from cms.library.views.pages import page_context


def is_preview(request: HttpRequest) -> bool:
    """Return whether an editor or reviewer looks at what is not published: nobody's progress is shown there."""
    return bool(getattr(request, "is_preview", False))


def states_for(request: HttpRequest, page: Any) -> list[ItemState]:
    """Return the items of the page with the reader's progress."""
    return states_of(list(page.items.all()), request.user, None if is_preview(request) else page)


def base_context(request: HttpRequest, page: ContentPage) -> dict[str, Any]:
    """Return what all kinds of pages show, and whether there is a person whose progress counts."""
    known = isinstance(request.user, User) and not is_preview(request)
    return page_context(request, page) | {
        "known": known,
        "preview": is_preview(request),
        "tick_base": f"/courses/{page.pk}/",
    }


@serves(CoursePage)
def course(request: HttpRequest, page: CoursePage) -> HttpResponse:
    """Show a course: units with the reader's state, one button to go on, the quiz at the end."""
    shown: Any = shown_page(request, page)
    context = base_context(request, shown)
    states, known = states_for(request, shown), context["known"]
    quiz_open = not is_preview(request) and is_quiz_open(request.user, shown)
    done, total = count_done(states)
    upcoming = next_of(states) if known else None
    context |= {
        "units": unit_rows(states, request, by_hand=TICKED_BY_HAND[CoursePage], known=known),
        "study": study_of(request.user, shown) if known else None,
        "done": done,
        "total": total,
        "percent": round(done * 100 / total) if total else 0,
        "upcoming": upcoming.title if upcoming else "",
        "finished": known and course_done(states, quiz_open=quiz_open),
        "only_quiz": known and upcoming is None and quiz_open,
        "methods": list(shown.methods.all()),
        "badge": badge_of(shown),
        "needed": needed_before(shown, request.user),
        "series": [] if is_preview(request) else list(series_with(shown, request.user)),
        "may_assign": may_assign(request.user),
        "may_take": may_take(request.user, shown),
        "may_give_badge": may_give_badge(request.user, shown),
    }
    return own_page(request, "courses/course.html", context)


@serves(SeriesPage)
def series(request: HttpRequest, page: SeriesPage) -> HttpResponse:
    """Show a series: courses and lessons in order."""
    return collection(request, page, "courses/series.html")


@serves(TrackPage)
def track(request: HttpRequest, page: TrackPage) -> HttpResponse:
    """Show a track: what it is for, and the way through it; each member begins where something is missing."""
    return collection(request, page, "courses/track.html")


def collection(request: HttpRequest, page: ContentPage, template: str) -> HttpResponse:
    """Show pages and lessons in order with the reader's state."""
    shown = shown_page(request, page)
    context = base_context(request, shown)
    states = states_for(request, shown)
    done, total = count_done(states)
    context |= {
        "rows": [item_row(state, request, known=context["known"]) for state in states],
        "done": done,
        "total": total,
    }
    return own_page(request, template, context)


@serves(GuidePage)
def guide(request: HttpRequest, page: GuidePage) -> HttpResponse:
    """Show a monthly guide as a list to work through, with the own branch's version if there is one."""
    shown: Any = shown_page(request, page)
    context = base_context(request, shown)
    states = states_for(request, shown)
    done, total = count_done(states)
    context |= {
        "rows": [
            item_row(state, request, by_hand=TICKED_BY_HAND[GuidePage], known=context["known"]) for state in states
        ],
        "done": done,
        "total": total,
        "files": [row.document for row in shown.files.all()],
        "copy": None if is_preview(request) else copy_for(request.user, shown),
        "may_copy": may_copy_guides(request.user) and not is_preview(request),
        "may_take": may_take(request.user, shown) and not is_preview(request),
    }
    return own_page(request, "courses/guide.html", context)
