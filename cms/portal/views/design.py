"""The living page of the design system."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from cms.accounts.models import User
from cms.core.design_samples import samples
from cms.organisations.enums import STAFF_ROLES
from cms.organisations.queries import standing_of


@require_safe
def design_page(request: HttpRequest) -> HttpResponse:
    """Show every part in every state to people with a staff role, in the demonstration to everybody; else 404."""
    user = request.user
    on_duty = isinstance(user, User) and (user.is_superuser or standing_of(user).has_role(*STAFF_ROLES))
    if not (settings.DEMO or on_duty):
        raise Http404
    return render(request, "core/design.html", samples())
