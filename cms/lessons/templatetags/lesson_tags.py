"""Parts of a lesson for pages that hold only the lesson: the admin's preview, the check page."""

from typing import Any

from django import template
from django.template import Context
from django.utils.translation import gettext as _

from cms.lessons import cards
from cms.lessons.enums import QuestionKind
from cms.lessons.models import LessonQuestion, MicroLesson

register = template.Library()


@register.simple_tag(takes_context=True)
def lesson_parts(context: Context, lesson: MicroLesson) -> dict[str, Any]:
    """Return what the watch page shows of a lesson that is not published yet."""
    return cards.lesson_parts(lesson, context["request"].user)


@register.filter
def marked_options(question: LessonQuestion) -> list[dict[str, Any]]:
    """Return the options of a question with the right ones marked."""
    true_false = question.kind == QuestionKind.TRUE_FALSE
    options = [_("True"), _("False")] if true_false else list(question.options)
    return [{"text": option, "right": place in question.answer} for place, option in enumerate(options)]
