"""What learning shows on the lesson's page."""

from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string

from cms.accounts.models import User
from cms.learning.queries import completion_of, progress_with, why_completed
from cms.lessons.models import MicroLesson


def why_panel(request: HttpRequest, lesson: MicroLesson) -> str:
    """Return the block that says whether the lesson counts and why, or what is missing; nothing for visitors."""
    user = request.user
    if not isinstance(user, User) or not lesson.live:
        return ""
    return render_to_string("learning/_why.html", why_context(user, lesson), request=request)


def why_context(user: User, lesson: MicroLesson) -> dict[str, Any]:
    """Return `completion` with its `sentences`, or the `progress` so far."""
    completion = completion_of(user, lesson)
    if completion is not None:
        return {"completion": completion, "sentences": why_completed(completion)}
    return {"progress": progress_with(user, lesson)}
