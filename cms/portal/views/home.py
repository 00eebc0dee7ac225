"""The first page: go on where I stopped, what is new near me, what waits."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_safe

from cms.accounts.models import User
from cms.booking.queries import waiting_for_lecturer
from cms.core.context_processors import in_elder_view
from cms.core.templatetags.core_tags import moment
from cms.lessons.cards import lesson_card, lesson_cards
from cms.lessons.queries import for_cards, visible_lessons
from cms.library.queries import current_announcements
from cms.organisations.queries import home_organisation
from cms.portal.inbox import inbox_of
from cms.portal.views.home_ahead import ahead_part
from cms.portal.views.home_route import route_part
from cms.portal.views.home_study import GUIDE_LINES, course_part, guide_part, own_kind_part
from cms.portal.workbench_tabs import may_enter_workbench
from cms.taxonomy.queries import all_topics
from cms.watching.queries import unfinished

# Cards of each part; in elder view half as many.
NEWEST = 8
NEAR = 4
ANNOUNCED = 4
# Where else the site leads, beside the lessons.
PLACES = (
    ("/library/", gettext_lazy("Library")),
    ("/courses/", gettext_lazy("Courses")),
    ("/guides/", gettext_lazy("Monthly guides")),
    ("/routes/", gettext_lazy("Red routes")),
    ("/venues/", gettext_lazy("Places")),
    ("/lecturers/", gettext_lazy("Lecturers")),
    ("/wishes/", gettext_lazy("Ask for a topic")),
)


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show the first page; visitors see public lessons, members also what concerns them."""
    topics = all_topics()
    context: dict[str, Any] = {
        "newest": lesson_cards(for_cards(visible_lessons(request.user))[: few(request, NEWEST)], request.user),
        "announcements": announcement_rows(request, few(request, ANNOUNCED)),
        "places": [{"label": label, "url": url, "on": False} for url, label in PLACES],
        "guide": guide_part(request, few(request, GUIDE_LINES + 1)),
        "route": route_part(request),
        "topics": [{"label": str(topic), "url": f"/lessons/?topic={topic.slug}", "on": False} for topic in topics],
    }
    if isinstance(request.user, User):
        context |= personal_parts(request, request.user, near_most=few(request, NEAR))
    return render(request, "portal/home.html", context)


def announcement_rows(request: HttpRequest, most: int) -> list[dict[str, Any]]:
    """Return what is announced today for this reader."""
    rows = current_announcements(request.user)[:most]
    return [{"title": row.title, "url": row.get_url(request), "lead": row.lead, "page": row} for row in rows]


def few(request: HttpRequest, number: int) -> int:
    """Return how many cards a part shows to this reader."""
    return number // 2 if in_elder_view(request) else number


def personal_parts(request: HttpRequest, user: User, *, near_most: int) -> dict[str, Any]:
    """Return the parts of the page that concern one member; of the own branch at most so many lessons."""
    branch = home_organisation(user)
    near = for_cards(visible_lessons(user).filter(organisation=branch))[:near_most] if branch else []
    return {
        "unfinished": lesson_to_continue(user),
        "course": course_part(request, user),
        "for_you": own_kind_part(request, user, near_most),
        "ahead": ahead_part(user, branch, near_most) if branch else [],
        "branch": branch,
        "near": lesson_cards(near, user),
        "waiting": waiting_part(user),
    }


def waiting_part(user: User) -> dict[str, str] | None:
    """Return what waits and where: in the workbench, or for a lecturer without one in the own schedule; else None."""
    if may_enter_workbench(user):
        number, address, action = len(inbox_of(user)), "portal:workbench", _("Open the workbench")
        words = ngettext(
            "%(waiting)s thing waits for you in the workbench.",
            "%(waiting)s things wait for you in the workbench.",
            number,
        )
    else:
        number, address, action = waiting_for_lecturer(user).count(), "lecturers:my_schedule", _("Open my schedule")
        words = ngettext(
            "%(waiting)s lesson that you are asked for waits for you.",
            "%(waiting)s lessons that you are asked for wait for you.",
            number,
        )
    return {"text": words % {"waiting": number}, "url": reverse(address), "action": action} if number else None


def lesson_to_continue(user: User) -> dict[str, Any] | None:
    """Return the card of the lesson the person stopped in last, with the place, or None."""
    progress = unfinished(user).first()
    lesson = for_cards(visible_lessons(user).filter(video=progress.video)).first() if progress else None
    if progress is None or lesson is None:
        return None
    state = _("Watched up to %(at)s") % {"at": moment(progress.position_s)}
    return lesson_card(lesson, user) | {"state": state, "seen_percent": round(progress.fraction * 100)}
