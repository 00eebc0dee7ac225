"""The first page: go on where I stopped, what is new near me, what waits."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from cms.accounts.models import User
from cms.lessons.cards import lesson_cards
from cms.lessons.queries import lessons_of_branch, lessons_to_continue, newest_lessons
from cms.organisations.queries import home_organisation
from cms.portal.inbox import inbox_of
from cms.portal.workbench_tabs import may_enter_workbench
from cms.taxonomy.models import Topic

NEWEST = 8
NEAR = 4


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show the first page; visitors see public lessons, members also what concerns them."""
    context: dict[str, Any] = {
        "newest": lesson_cards(newest_lessons(request.user)[:NEWEST], request.user),
        "topics": [
            {"label": str(topic), "url": f"/lessons/?topic={topic.slug}", "on": False} for topic in Topic.objects.all()
        ],
    }
    if isinstance(request.user, User):
        context |= personal_parts(request.user)
    return render(request, "portal/home.html", context)


def personal_parts(user: User) -> dict[str, Any]:
    """Return the parts of the page that concern one member."""
    unfinished = lesson_cards(lessons_to_continue(user)[:1], user)
    branch = home_organisation(user)
    return {
        "unfinished": unfinished[0] if unfinished else None,
        "branch": branch,
        "near": lesson_cards(lessons_of_branch(user, branch)[:NEAR], user) if branch else [],
        "waiting": len(inbox_of(user)) if may_enter_workbench(user) else 0,
    }
