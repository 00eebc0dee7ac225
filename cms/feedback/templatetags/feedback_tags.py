"""The report form for pages of rooms above."""

from typing import Any

from django import template
from django.template import Context

from cms.feedback.forms import new_report_form

register = template.Library()


@register.inclusion_tag("feedback/_report.html", takes_context=True)
def report_form(context: Context, kind: str, pk: object) -> dict[str, Any]:
    """Show "report a problem" for a subject whose kind was registered with `feedback.subjects.reportable`."""
    request = context["request"]
    return {
        "form": new_report_form(kind, str(pk)),
        "next": request.get_full_path(),
        "csrf_token": context.get("csrf_token"),
        "elder_view": context.get("elder_view"),
    }
