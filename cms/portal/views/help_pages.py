"""Help for each role, privacy and accessibility."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from cms.organisations.queries import standing_of
from cms.portal.help_texts import ABOUT, HELP


@require_safe
def help_index(request: HttpRequest) -> HttpResponse:
    """Lead to the help of the person's first role, or of members."""
    roles = [role for role, _path in standing_of(request.user).duties if role in HELP]
    return HttpResponseRedirect(reverse("portal:help", args=[roles[0] if roles else "member"]))


@require_safe
def help_for_role(request: HttpRequest, role: str) -> HttpResponse:
    """Show the help of one role; every role's help may be read by everybody."""
    if role not in HELP:
        raise Http404
    others = [
        {"label": page.title, "url": reverse("portal:help", args=[name]), "on": name == role}
        for name, page in HELP.items()
    ]
    return render(request, "portal/help.html", {"page": HELP[role], "others": others})


@require_safe
def about(request: HttpRequest, page: str) -> HttpResponse:
    """Show privacy or accessibility."""
    if page not in ABOUT:
        raise Http404
    return render(request, "portal/help.html", {"page": ABOUT[page], "others": []})
