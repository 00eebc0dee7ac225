"""The own page: works, record, notices, settings; numbers for the person alone."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cms.accounts.models import User
from cms.accounts.requests import SignedInRequest
from cms.booking.queries import waiting_for_lecturer
from cms.core.clock import today
from cms.lecturers.queries import is_lecturer
from cms.ledger.queries import studied_by, year_total
from cms.notices.queries import unread_count
from cms.organisations.enums import Role
from cms.organisations.queries import home_organisation, standing_of

LATEST = 5


@require_safe
@login_required
def overview(request: SignedInRequest) -> HttpResponse:
    """Show what belongs to the person and where to change it."""
    user = request.user
    year = today().year
    context = {
        "organisation": home_organisation(user),
        "year": year,
        "hours": year_total(user, year),
        "entries": studied_by(user)[:LATEST],
        "links": own_links(user),
    }
    return render(request, "portal/me.html", context)


def own_links(user: User) -> list[dict[str, Any]]:
    """Return the doors of the own page, in the order people look for them."""
    unread = unread_count(user)
    return [
        {"icon": "film", "label": _("My lessons"), "url": reverse("lessons:mine"), "note": ""},
        {"icon": "book", "label": _("My record"), "url": reverse("ledger:record"), "note": ""},
        {"icon": "clock", "label": _("Lessons I missed"), "url": reverse("booking:missed"), "note": ""},
        *schedule_link(user),
        *teaching_link(user),
        {"icon": "search", "label": _("Saved searches"), "url": reverse("portal:saved_searches"), "note": ""},
        {"icon": "bell", "label": _("Notices"), "url": reverse("notices:list"), "note": unread_words(unread)},
        {"icon": "lock", "label": _("My data"), "url": reverse("organisations:my_data"), "note": ""},
        {"icon": "gear", "label": _("Settings and sign-in"), "url": reverse("accounts:settings"), "note": ""},
        {"icon": "info", "label": _("Help"), "url": reverse("portal:help_index"), "note": ""},
    ]


def schedule_link(user: User) -> list[dict[str, Any]]:
    """Return the door to requests and free times with how much waits for an answer, for lecturers of the pool."""
    if not is_lecturer(user):
        return []
    waiting = waiting_for_lecturer(user).count()
    note = _("%(count)s waiting for you") % {"count": waiting} if waiting else ""
    return [{"icon": "cal", "label": _("My schedule"), "url": reverse("lecturers:my_schedule"), "note": note}]


def teaching_link(user: User) -> list[dict[str, Any]]:
    """Return the door to the lessons given, for lecturers."""
    if not standing_of(user).has_role(Role.LECTURER):
        return []
    return [{"icon": "lectern", "label": _("Lessons I gave"), "url": reverse("ledger:teaching"), "note": ""}]


def unread_words(unread: int) -> str:
    """Return how many notices are unread, or nothing."""
    return _("%(count)s unread") % {"count": unread} if unread else ""
