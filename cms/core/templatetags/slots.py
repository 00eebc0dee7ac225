"""`{% slot "lessons.watch" lesson %}` shows what upper rooms have to say there."""

from typing import Any

from django import template
from django.template import Context
from django.utils.safestring import SafeString

from cms.core.slots import render_slot

register = template.Library()


@register.simple_tag(takes_context=True)
def slot(context: Context, name: str, subject: Any) -> SafeString:
    """Return the rendered contributions of upper rooms."""
    return render_slot(name, context["request"], subject)
