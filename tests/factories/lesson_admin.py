"""The admin's page of a lesson as a browser uses it."""

from typing import Any

from django.test import Client
from django.urls import reverse

from cms.lessons.models import MicroLesson


def edit_url(lesson: MicroLesson) -> str:
    return reverse("wagtailsnippets_lessons_microlesson:edit", args=[lesson.pk])


def shown_fields(form: Any) -> dict[str, Any]:
    """Return what a browser would post for a form that nobody touched."""
    found: dict[str, Any] = {}
    for bound in form:
        value = bound.value()
        if value is None and bound.is_hidden:
            value = ""
        if value is None or value is False:
            continue
        found[bound.html_name] = [getattr(row, "pk", row) for row in value] if isinstance(value, list) else value
    return found


def whole_form(client: Client, lesson: MicroLesson) -> dict[str, Any]:
    """Return the edit view's form as a browser posts it."""
    form = client.get(edit_url(lesson)).context["form"]
    posted = shown_fields(form)
    for formset in form.formsets.values():
        posted |= shown_fields(formset.management_form)
        for child in formset.forms:
            posted |= shown_fields(child)
    return posted
