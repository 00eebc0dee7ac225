"""“My schedule”: weekly hours, single days, limits and profile; by the lecturer and by those who keep the pool."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.forms import BaseForm
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cms.accounts.requests import SignedInRequest
from cms.core.clock import today
from cms.core.errors import DomainError
from cms.core.faults import tell
from cms.core.ratelimit import limited
from cms.core.views import own_page
from cms.lecturers.cards import offer_line, week_days, week_of
from cms.lecturers.forms import WEEKDAY_LABELS, DaysForm, LimitsForm, ProfileForm, schedule_form
from cms.lecturers.models import Lecturer, Schedule
from cms.lecturers.permissions import (
    get_kept_lecturer_for,
    get_own_lecturer_for,
    get_schedule_for,
    get_single_day_for,
)
from cms.lecturers.queries import promised_lessons, rule_for, term_of, whole_menu_of
from cms.lecturers.queries.directory import USUAL_MINUTES
from cms.lecturers.services import (
    add_schedule,
    change_schedule,
    clear_day,
    delete_schedule,
    edit_profile,
    note_contact_seen,
    set_days,
)
from cms.lecturers.slot_input import WEEKDAYS

MOST_DAYS_SHOWN = 60


@login_required
@require_safe
def my_schedule(request: SignedInRequest) -> HttpResponse:
    """Show the person's own schedule; nobody but a lecturer has one."""
    return show_schedule(request, get_own_lecturer_for(request.user), own=True)


@login_required
@require_safe
def schedule(request: SignedInRequest, pk: int) -> HttpResponse:
    """Show the schedule of a lecturer whom the person keeps."""
    lecturer = get_kept_lecturer_for(request.user, pk)
    return show_schedule(request, lecturer, own=lecturer.user_id == request.user.pk)


def show_schedule(request: SignedInRequest, lecturer: Lecturer, *, own: bool) -> HttpResponse:
    """Show hours, single days to come, limits, and what the rooms above know about this time."""
    monday = week_of(today())
    context = {
        "lecturer": lecturer,
        "own": own,
        "menu": [{"offer": row, "line": offer_line(row)} for row in whole_menu_of(lecturer)],
        "past": lecturer.schedules.filter(ends_on__lt=today()).order_by("-ends_on", "-pk"),
        "schedules": [hours_in_words(row) for row in lecturer.schedules.filter(ends_on__gte=today())],
        "overrides": lecturer.overrides.filter(day__gte=today()).order_by("day")[:MOST_DAYS_SHOWN],
        "days": week_days(lecturer, monday, USUAL_MINUTES),
        "term": term_of(lecturer, today()),
        "suspension": lecturer.suspensions.filter(starts_on__lte=today()).exclude(ends_on__lt=today()).first(),
        "rule": rule_for(lecturer),
    }
    return own_page(request, "lecturers/schedule.html", context)


def hours_in_words(row: Schedule) -> dict[str, Any]:
    """Return a weekly schedule with its days in words."""
    lines = [
        (label, "，".join(f"{start}–{end}" for start, end in row.weekly[name]))
        for name, label in zip(WEEKDAYS, WEEKDAY_LABELS, strict=True)
        if row.weekly.get(name)
    ]
    return {"schedule": row, "lines": lines}


def back_to(request: SignedInRequest, lecturer: Lecturer) -> HttpResponse:
    """Return to the schedule from which the person came."""
    own = lecturer.user_id == request.user.pk
    return redirect("lecturers:my_schedule") if own else redirect("lecturers:schedule", pk=lecturer.pk)


def show_form(request: SignedInRequest, form: BaseForm, lecturer: Lecturer, title: str, **more: Any) -> HttpResponse:
    """Show a form with what was typed; 400 when it was refused."""
    context = {"form": form, "lecturer": lecturer, "title": title, "own": lecturer.user_id == request.user.pk, **more}
    return own_page(request, "lecturers/form.html", context, status=400 if form.errors else 200)


def posted(request: SignedInRequest) -> QueryDict | None:
    """Return what was posted, an empty form too."""
    return request.POST if request.method == "POST" else None


def refuse(form: BaseForm, error: DomainError | ValidationError) -> None:
    """Put the sentences of a refusal at the fields that they name."""
    if isinstance(error, ValidationError):
        form.add_error(None, error.messages)
        return
    tell(form, error)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@limited("lecturers.write", limit=120, seconds=3600)
def new_hours(request: SignedInRequest, pk: int) -> HttpResponse:
    """Add a weekly schedule."""
    lecturer = get_kept_lecturer_for(request.user, pk)
    form = schedule_form(posted(request), None)
    if request.method == "POST" and form.is_valid():
        try:
            add_schedule(lecturer, **form.values(), actor=request.user)
        except (DomainError, ValidationError) as error:
            refuse(form, error)
        else:
            messages.success(request, _("Saved. Free times follow at once."))
            return back_to(request, lecturer)
    return show_form(request, form, lecturer, _("Weekly hours"))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@limited("lecturers.write", limit=120, seconds=3600)
def hours(request: SignedInRequest, pk: int, row: int) -> HttpResponse:
    """Change a weekly schedule."""
    found = get_schedule_for(request.user, pk, row)
    form = schedule_form(posted(request), found)
    if request.method == "POST" and form.is_valid():
        try:
            change_schedule(found, **form.values(), actor=request.user)
        except (DomainError, ValidationError) as error:
            refuse(form, error)
        else:
            messages.success(request, _("Saved. Free times follow at once."))
            return back_to(request, found.lecturer)
    return show_form(request, form, found.lecturer, _("Weekly hours"), schedule=found)


@login_required
@require_POST
@limited("lecturers.write", limit=120, seconds=3600)
def delete_hours(request: SignedInRequest, pk: int, row: int) -> HttpResponse:
    """Take a weekly schedule away."""
    found = get_schedule_for(request.user, pk, row)
    delete_schedule(found, actor=request.user)
    messages.success(request, _("Deleted. What was agreed already stays agreed."))
    return back_to(request, found.lecturer)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@limited("lecturers.write", limit=120, seconds=3600)
def new_days(request: SignedInRequest, pk: int) -> HttpResponse:
    """Set leave or other hours on some days."""
    lecturer = get_kept_lecturer_for(request.user, pk)
    form = DaysForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            set_days(lecturer, **form.cleaned_data, actor=request.user)
        except (DomainError, ValidationError) as error:
            refuse(form, error)
        else:
            messages.success(request, days_in_words(lecturer, form.cleaned_data))
            return back_to(request, lecturer)
    return show_form(request, form, lecturer, _("Leave or other hours"))


def days_in_words(lecturer: Lecturer, given: dict[str, Any]) -> str:
    """Return what follows of days that were set: free times, and lessons that were promised for these days."""
    count = promised_lessons(lecturer, given["first"], given["last"]).count()
    if not count:
        return _("Saved. Free times follow at once.")
    text = ngettext(
        "Saved. %(count)s agreed lesson lies on these days: both sides are asked where the hours no longer fit.",
        "Saved. %(count)s agreed lessons lie on these days: both sides are asked where the hours no longer fit.",
        count,
    )
    return text % {"count": count}


@login_required
@require_POST
@limited("lecturers.write", limit=120, seconds=3600)
def delete_day(request: SignedInRequest, pk: int, row: int) -> HttpResponse:
    """Let the weekly hours hold again on a day."""
    found = get_single_day_for(request.user, pk, row)
    clear_day(found, actor=request.user)
    messages.success(request, _("The weekly hours hold again on this day."))
    return back_to(request, found.lecturer)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@limited("lecturers.write", limit=120, seconds=3600)
def limits(request: SignedInRequest, pk: int) -> HttpResponse:
    """Say how often and how early the lecturer can be asked."""
    return edit(request, pk, LimitsForm, _("How often and how early"))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@limited("lecturers.write", limit=120, seconds=3600)
def profile(request: SignedInRequest, pk: int) -> HttpResponse:
    """Write what people read about the lecturer, and the contacts for those who agreed a lesson.

    Whoever else keeps the pool reads the contacts here; each look is written down.
    """
    if request.method == "GET":
        note_contact_seen(get_kept_lecturer_for(request.user, pk), actor=request.user)
    return edit(request, pk, ProfileForm, _("Profile"))


def edit(request: SignedInRequest, pk: int, form_class: type[LimitsForm | ProfileForm], title: str) -> HttpResponse:
    """Show and save one of the two forms about the lecturer's own columns."""
    lecturer = get_kept_lecturer_for(request.user, pk)
    # The form writes into its instance while it validates; what is stored is compared with another.
    form = form_class(posted(request), instance=get_kept_lecturer_for(request.user, pk))
    if request.method == "POST" and form.is_valid():
        edit_profile(lecturer, form.cleaned_data, actor=request.user)
        messages.success(request, _("Saved."))
        return back_to(request, lecturer)
    return show_form(request, form, lecturer, title)
