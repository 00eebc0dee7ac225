"""The workbench of those who keep lecturers: terms, suspensions, and how an organisation lends."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cms.accounts.requests import SignedInRequest
from cms.core.clock import today
from cms.core.errors import DomainError
from cms.core.ratelimit import limited
from cms.core.views import own_page
from cms.lecturers.cards import standing_rows
from cms.lecturers.forms import LastDayForm, SpanForm, SuspensionForm, rule_form
from cms.lecturers.models import Lecturer, LendingRule
from cms.lecturers.permissions import (
    get_lecturer_on_duty_for,
    get_lender_for,
    get_suspension_for,
    get_term_for,
    require_keeper,
)
from cms.lecturers.queries import lecturers_on_duty, lent_to, promised_lessons, rule_of
from cms.lecturers.services import appoint, end_suspension, end_term, set_lending_rule, suspend
from cms.lecturers.views.schedule import posted, refuse, show_form
from cms.organisations.models import Organisation

PAGE_SIZE = 30


@login_required
@require_safe
def keeping(request: SignedInRequest) -> HttpResponse:
    """List the lecturers of the person's organisations with their standing, and the organisations that lend."""
    require_keeper(request.user)
    mine = lecturers_on_duty(request.user)
    page = Paginator(mine, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"page": page, "rows": standing_rows(page), "lenders": lenders_of(mine)}
    return own_page(request, "lecturers/keeping.html", context)


def lenders_of(lecturers: QuerySet[Lecturer]) -> list[dict[str, Any]]:
    """Return the open organisations of these lecturers, each with its own rule if there is one."""
    found = Organisation.objects.filter(pk__in=lecturers.order_by().values("organisation"), is_active=True)
    rules = LendingRule.objects.in_bulk(found.values_list("pk", flat=True), field_name="organisation_id")
    return [{"organisation": row, "rule": rules.get(row.pk)} for row in found.order_by("path")]


@login_required
@require_safe
def standing(request: SignedInRequest, pk: int) -> HttpResponse:
    """Show terms and suspensions of one lecturer."""
    lecturer = get_lecturer_on_duty_for(request.user, pk)
    rule = rule_of(lecturer.organisation)
    context = {
        "lecturer": lecturer,
        "row": standing_rows([lecturer])[0],
        "terms": lecturer.terms.order_by("-starts_on", "-pk"),
        "suspensions": [
            {"row": row, "is_over": row.ends_on is not None and row.ends_on < today()}
            for row in lecturer.suspensions.order_by("-starts_on", "-pk")
        ],
        "promised": promised_lessons(lecturer).count(),
        "rule": rule,
        "lent_to": lent_to(rule),
        "crumbs": [(_("Lecturers we lend"), reverse("lecturers:keeping")), (lecturer.name, "")],
    }
    return own_page(request, "lecturers/standing.html", context)


def back(lecturer: Lecturer) -> HttpResponse:
    """Return to the lecturer's standing."""
    return redirect("lecturers:standing", pk=lecturer.pk)


def ask(request: SignedInRequest, form: Any, lecturer: Lecturer, title: str, text: str) -> HttpResponse:
    """Show a form about the lecturer's standing."""
    address = reverse("lecturers:standing", args=[lecturer.pk])
    return show_form(request, form, lecturer, title, text=text, back=address)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@limited("lecturers.write", limit=120, seconds=3600)
def new_term(request: SignedInRequest, pk: int) -> HttpResponse:
    """Appoint the lecturer for a term."""
    lecturer = get_lecturer_on_duty_for(request.user, pk)
    form = SpanForm(posted(request), initial={"starts_on": today()})
    if request.method == "POST" and form.is_valid():
        appoint(lecturer, **form.cleaned_data, actor=request.user)
        messages.success(request, _("Appointed."))
        return back(lecturer)
    return ask(request, form, lecturer, _("Appoint for a term"), _("Branches can ask on the days of a term only."))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@limited("lecturers.write", limit=120, seconds=3600)
def last_day(request: SignedInRequest, pk: int, row: int) -> HttpResponse:
    """Say when a term ends."""
    term = get_term_for(request.user, pk, row)
    form = LastDayForm(posted(request), initial={"ends_on": term.ends_on})
    if request.method == "POST" and form.is_valid():
        try:
            end_term(term, ends_on=form.cleaned_data["ends_on"], actor=request.user)
        except DomainError as error:
            refuse(form, error)
        else:
            messages.success(request, _("Saved."))
            return back(term.lecturer)
    text = _("Agreed lessons after this day are not called off: both sides are asked to decide.")
    return ask(request, form, term.lecturer, _("The last day of the term"), text)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@limited("lecturers.write", limit=120, seconds=3600)
def new_suspension(request: SignedInRequest, pk: int) -> HttpResponse:
    """Offer the lecturer no more for a while, with a reason that stays among those who keep the pool."""
    lecturer = get_lecturer_on_duty_for(request.user, pk)
    form = SuspensionForm(posted(request), initial={"starts_on": today()})
    if request.method == "POST" and form.is_valid():
        try:
            suspend(lecturer, **form.cleaned_data, actor=request.user)
        except DomainError as error:
            refuse(form, error)
        else:
            messages.success(request, _("The lecturer is not offered on these days."))
            return back(lecturer)
    text = _("Agreed lessons on these days are not called off: both sides are asked to decide.")
    return ask(request, form, lecturer, _("Suspend for a while"), text)


@login_required
@require_POST
@limited("lecturers.write", limit=120, seconds=3600)
def lift_suspension(request: SignedInRequest, pk: int, row: int) -> HttpResponse:
    """Offer the lecturer again from today on."""
    found = get_suspension_for(request.user, pk, row)
    try:
        end_suspension(found, actor=request.user)
    except DomainError as error:
        messages.warning(request, str(error.message))
    else:
        messages.success(request, _("The lecturer is offered again."))
    return back(found.lecturer)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@limited("lecturers.write", limit=120, seconds=3600)
def rule(request: SignedInRequest, pk: int) -> HttpResponse:
    """Say how an organisation lends its lecturers."""
    organisation = get_lender_for(request.user, pk)
    form = rule_form(posted(request), rule_of(organisation))
    if request.method == "POST" and form.is_valid():
        try:
            set_lending_rule(organisation, **form.cleaned_data, actor=request.user)
        except ValidationError as error:
            refuse(form, error)
        else:
            messages.success(request, _("Saved. Requests from now on follow this rule."))
            return redirect("lecturers:keeping")
    context = {"form": form, "organisation": organisation, "title": _("How we lend our lecturers")}
    return own_page(request, "lecturers/rule.html", context, status=400 if form.errors else 200)
