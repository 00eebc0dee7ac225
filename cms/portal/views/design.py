"""The living page of the design system."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from cms.organisations.enums import STAFF_ROLES
from cms.organisations.queries import standing_of


@require_safe
@login_required
def design_page(request: HttpRequest) -> HttpResponse:
    """Show every component to people with a staff role; for others there is no such page."""
    if not (request.user.is_superuser or standing_of(request.user).has_role(*STAFF_ROLES)):
        raise Http404
    return render(request, "core/design.html")
