"""The box to suggest or complain for the first page, which lies in a room above."""

from typing import Any

from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.template.loader import render_to_string

from cms.accounts.models import User
from cms.core.context_processors import in_elder_view
from cms.feedback.forms import new_report_form
from cms.feedback.subjects import SITE
from cms.organisations.queries import home_organisation


def suggestion_box(request: HttpRequest, _subject: Any) -> str:
    """Return the box with its form; what was written goes to who answers for the site."""
    context = {
        "form": new_report_form(SITE),
        "next": request.path,
        "home": home_organisation(request.user) if isinstance(request.user, User) else None,
        "csrf_token": get_token(request),
        "elder_view": in_elder_view(request),
    }
    return render_to_string("feedback/_box.html", context)
