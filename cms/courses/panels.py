"""What courses show on a lesson's page: the course that is being studied, and where it goes on."""

from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string

from cms.accounts.models import User
from cms.courses.models import CoursePage
from cms.courses.queries.courses import open_studies_with, shown
from cms.courses.queries.states import count_done, states_of
from cms.lessons.models import MicroLesson


def course_panel(request: HttpRequest, lesson: MicroLesson) -> str:
    """Return the block that leads on in the course studied last; nothing for visitors and outside courses."""
    user = request.user
    if not isinstance(user, User) or not lesson.live:
        return ""
    context = panel_context(user, lesson)
    return render_to_string("courses/_in_course.html", context, request=request) if context else ""


def panel_context(user: User, lesson: MicroLesson) -> dict[str, Any] | None:
    """Return the course that holds the lesson, with how much of it is done, or None."""
    study = open_studies_with(lesson_ids=[lesson.pk], user_id=user.pk).order_by("-last_at", "-pk").first()
    course: CoursePage | None = shown(CoursePage, user).filter(pk=study.course_id).first() if study else None
    if course is None:
        return None
    done, total = count_done(states_of(list(course.items.all()), user, course))
    return {"course": course, "done": done, "total": total}
