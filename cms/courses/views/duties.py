"""Badges, and courses that an organisation asks for."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cms.accounts.requests import SignedInRequest
from cms.core.errors import DomainError
from cms.core.faults import BAD_REQUEST, posted, tell
from cms.core.views import own_page
from cms.courses.forms.duties import AssignmentForm, ReasonForm
from cms.courses.permissions import get_assignment_for, get_course_for, get_judged_course_for, may_assign
from cms.courses.queries.courses import badge_of, managed_assignments, number_shown
from cms.courses.queries.playlists import managed_organisations, usual_organisation
from cms.courses.services.duties import assign_course, end_assignment, give_badge, withdraw_badge

PAGE_SIZE = 20


@login_required
@require_http_methods(["GET", "POST"])
def badge(request: SignedInRequest, pk: int) -> HttpResponse:
    """Give the course the badge, or withdraw the one it holds, with a reason."""
    course = get_judged_course_for(request.user, pk)
    held = badge_of(course)
    form = ReasonForm(posted(request))
    status = BAD_REQUEST if form.is_bound else 200
    if request.method == "POST" and form.is_valid():
        act = withdraw_badge if request.POST.get("act") == "withdraw" else give_badge
        try:
            act(course, actor=request.user, reason=form.cleaned_data["reason"])
        except DomainError as error:
            status = tell(form, error)
        else:
            messages.success(request, _("Your decision is kept."))
            return HttpResponseRedirect(str(course.url or "/courses/"))
    context = {"course": course, "held": held, "form": form}
    return own_page(request, "courses/badge.html", context, status=status)


@login_required
@require_http_methods(["GET", "POST"])
def assign(request: SignedInRequest, pk: int) -> HttpResponse:
    """Say that a course is for an organisation, until a day."""
    if not may_assign(request.user):
        raise Http404
    course = get_course_for(request.user, pk)
    form = AssignmentForm(
        posted(request),
        organisations=managed_organisations(request.user),
        initial={"organisation": usual_organisation(request.user)},
    )
    status = BAD_REQUEST if form.is_bound else 200
    if request.method == "POST" and form.is_valid():
        try:
            assign_course(course, **form.cleaned_data, actor=request.user)
        except DomainError as error:
            status = tell(form, error)
        else:
            return redirect("courses:assignments")
    context = {"course": course, "form": form}
    return own_page(request, "courses/assign.html", context, status=status)


@login_required
@require_safe
def assignments(request: SignedInRequest) -> HttpResponse:
    """List the courses that organisations in the person's reach asked for; numbers without names, from five people on."""
    if not may_assign(request.user):
        raise Http404
    page = Paginator(managed_assignments(request.user), PAGE_SIZE).get_page(request.GET.get("page"))
    listed: list[Any] = list(page)
    rows = [{"row": row, "completed": number_shown(row.done)} for row in listed]
    return own_page(request, "courses/assignments.html", {"page": page, "rows": rows})


@login_required
@require_POST
def end(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take an assignment back."""
    end_assignment(get_assignment_for(request.user, pk), actor=request.user)
    return redirect("courses:assignments")
