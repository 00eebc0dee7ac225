"""The marks of a subject for pages of rooms above."""

from typing import Any

from django import template

from cms.evaluations.queries import marks_of_subject

register = template.Library()


@register.inclusion_tag("core/components/marks.html")
def marks_of(kind: str, pk: object) -> dict[str, Any]:
    """Show how a subject was marked: `{% marks_of "teacher" lecturer.pk %}`; a quiet sentence below five marks."""
    return {"marks": marks_of_subject(kind, pk)}
