"""The parts of the first page about learning: the month's guide, the course, what is new for one's own kind."""

from typing import Any

from django.http import HttpRequest

from cms.accounts.models import User
from cms.courses.cards import course_card, item_row
from cms.courses.models import GuidePage
from cms.courses.queries.courses import audiences_of, course_in_progress, new_for
from cms.courses.queries.guides import copy_for, guide_of_month
from cms.courses.queries.states import count_done, next_of, states_of
from cms.courses.services.study import TICKED_BY_HAND
from cms.lessons.cards import lesson_cards
from cms.lessons.queries import for_cards, visible_lessons
from cms.library.cards import page_cards
from cms.library.queries import new_pages_for
from cms.taxonomy.queries import all_audiences

# Lines of the guide that the first page shows; the guide itself has all.
GUIDE_LINES = 5


def guide_part(request: HttpRequest, lines: int = GUIDE_LINES) -> dict[str, Any] | None:
    """Return this month's guide with its first lines and the reader's state, or None."""
    guide = guide_of_month(request.user)
    if guide is None:
        return None
    states = states_of(list(guide.items.all()), request.user, guide)
    known = isinstance(request.user, User)
    done, total = count_done(states)
    by_hand = TICKED_BY_HAND[GuidePage]
    return {
        "page": guide,
        "rows": [item_row(row, request, by_hand=by_hand, known=known) for row in states if row.available][:lines],
        "tick_base": f"/courses/{guide.pk}/",
        "copy": copy_for(request.user, guide),
        "done": done,
        "total": total,
        "known": known,
    }


def course_part(request: HttpRequest, user: User) -> dict[str, Any] | None:
    """Return the course the person studied last, with what comes next, or None."""
    course = course_in_progress(user)
    if course is None:
        return None
    states = states_of(list(course.items.all()), user, course)
    done, total = count_done(states)
    upcoming = next_of(states)
    return course_card(course, request) | {
        "done": done,
        "total": total,
        "percent": round(done * 100 / total) if total else 0,
        "upcoming": upcoming.title if upcoming else "",
    }


def own_kind_part(request: HttpRequest, user: User, most: int) -> dict[str, Any]:
    """Return what is new for the audiences that the person chose, and the choice itself."""
    chosen = set(audiences_of(user).values_list("slug", flat=True))
    found: dict[str, Any] = {}
    if chosen:
        lessons = visible_lessons(user).filter(audiences__slug__in=chosen).distinct()
        found["lessons"] = lesson_cards(for_cards(lessons)[:most], user)
        found["courses"] = [course_card(row, request) for row in new_for(user, chosen)[:most]]
        found["pages"] = page_cards(new_pages_for(user, chosen, most), request)
    choices = [{"slug": row.slug, "label": str(row), "on": row.slug in chosen} for row in all_audiences()]
    return found | {"choices": choices, "chosen": bool(chosen)}
