"""How listeners marked a lecturer, for the lecturer's page in a room above."""

from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string

from cms.evaluations.enums import SubjectKind
from cms.evaluations.queries import marks_of_subject


def lecturer_marks(_request: HttpRequest, lecturer: Any) -> str:
    """Return the marks over all lessons, from five on, and a quiet sentence before."""
    return render_to_string(
        "evaluations/_lecturer.html", {"marks": marks_of_subject(SubjectKind.TEACHER, lecturer.pk)}
    )
