"""Reporting and suggesting, the own reports, public answers, and the list of those responsible."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from cms.accounts.models import User
from cms.core.clock import today
from cms.core.errors import DomainError
from cms.core.faults import BAD_REQUEST, posted, tell
from cms.core.ratelimit import limited
from cms.core.templatetags.core_tags import local_date
from cms.core.views import safe_next
from cms.feedback.forms import AnswerForm, HandOverForm, ReportForm, new_report_form
from cms.feedback.models import ProblemReport
from cms.feedback.permissions import get_own_report_for, get_report_for, may_handle_reports
from cms.feedback.queries import (
    all_reports_for,
    everybody_on_duty,
    open_reports_for,
    overdue_reports_for,
    public_answers,
    reports_of,
)
from cms.feedback.services import (
    answer_report,
    close_report,
    hand_over,
    keep_private,
    report_problem,
    take_on_report,
)
from cms.feedback.subjects import BRANCH, FOR_SUGGESTIONS, SITE, Subject, find_subject, taken_down
from cms.organisations.queries import home_organisation

PAGE_SIZE = 50
LISTS = {"open": open_reports_for, "overdue": overdue_reports_for, "all": all_reports_for}
QUICK_ACTS = frozenset({"take", "hand", "private"})


def signed_in(request: HttpRequest) -> User:
    """Return the person behind a request that login_required let through."""
    if not isinstance(request.user, User):
        raise Http404
    return request.user


@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    """Show a form for suggestions and, to a signed-in person, the own reports with their answers."""
    page = Paginator(reports_of(request.user), PAGE_SIZE).get_page(request.GET.get("page"))
    home = home_organisation(request.user) if isinstance(request.user, User) else None
    to_branch = home is not None and request.GET.get("to") == BRANCH
    form = new_report_form(BRANCH if to_branch else SITE)
    context = {"form": form, "page": page, "home": home, "today": today()}
    return render(request, "feedback/mine.html", context | {"to_branch": to_branch})


@require_http_methods(["GET", "POST"])
@limited("feedback.report", limit=10, seconds=3600)
def report(request: HttpRequest) -> HttpResponse:
    """Take a report about something the person may see; visitors may report too."""
    asked = request.POST if request.method == "POST" else request.GET
    subject = find_subject(request.user, asked.get("kind", ""), asked.get("id", "")[:60])
    if request.method == "GET":
        return show_form(request, subject, new_report_form(subject.kind, subject.pk))
    form = ReportForm(request.POST)
    if not form.is_valid():
        return show_form(request, subject, form)
    given = form.cleaned_data
    values = {name: given[name] for name in ("category", "text", "token", "moment_s")}
    made = report_problem(subject, reporter=request.user, **values)
    messages.success(request, thanks(request, made))
    return HttpResponseRedirect(safe_next(request, subject.url or "/feedback/"))


def show_form(request: HttpRequest, subject: Subject, form: ReportForm) -> HttpResponse:
    """Show the report form on a page of its own, with what was typed."""
    by_itself = subject.kind in FOR_SUGGESTIONS
    context = {
        "form": form,
        "subject": subject,
        "by_itself": by_itself,
        "next": safe_next(request, subject.url or "/feedback/"),
    }
    return render(request, "feedback/report.html", context, status=400 if form.errors else 200)


def thanks(request: HttpRequest, made: ProblemReport) -> str:
    """Return what happens now, by whom and until when; an answer comes only to somebody who is signed in."""
    if not request.user.is_authenticated:
        return _("Thank you, this was passed on. Sign in next time if you would like an answer.")
    if made.assigned_to is None:
        words = _("Thank you, this was passed on. The answer comes as a notice by %(day)s.")
        return words % {"day": local_date(made.due_on)}
    words = _("Thank you, this was passed on. %(name)s looks after it; the answer comes as a notice by %(day)s.")
    return words % {"name": made.assigned_to.name, "day": local_date(made.due_on)}


@login_required
@require_POST
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """Let the reporter say that the matter is settled."""
    user = signed_in(request)
    try:
        close_report(get_own_report_for(user, pk), actor=user)
    except DomainError as error:
        messages.warning(request, str(error.message))
    else:
        messages.success(request, _("This is settled now."))
    return redirect("feedback:mine")


@require_safe
def answers(request: HttpRequest) -> HttpResponse:
    """Show the answers that everybody may read, without who asked; the page with a certain one where the address names it."""
    number = request.GET.get("page") or page_with(request.GET.get("answer", ""))
    page = Paginator(public_answers(), PAGE_SIZE).get_page(number)
    return render(request, "feedback/answers.html", {"page": page})


def page_with(answer: str) -> int:
    """Return the number of the page on which the answer with this key stands, else of the first."""
    keys = [str(key) for key in public_answers().values_list("pk", flat=True)] if answer else []
    return keys.index(answer) // PAGE_SIZE + 1 if answer in keys else 1


@login_required
@require_GET
def reports(request: HttpRequest) -> HttpResponse:
    """List what waits for an answer of this person, what is overdue or everything on request."""
    user = signed_in(request)
    if not may_handle_reports(user):
        raise Http404
    asked = request.GET.get("show", "")
    shown = asked if asked in LISTS else "open"
    page = Paginator(LISTS[shown](user), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"page": page, "shown": shown, "overdue": overdue_reports_for(user).count(), "today": today()}
    return render(request, "feedback/reports.html", context)


@login_required
@require_http_methods(["GET", "POST"])
@limited("feedback.answer", limit=120, seconds=3600)
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a responsible person take a report on, hand it over, answer it, or close it with a reason."""
    user = signed_in(request)
    found = get_report_for(user, pk)
    act = request.POST.get("act", "answer")
    if request.method == "POST" and act in QUICK_ACTS:
        return quick(request, found, act)
    form = AnswerForm(posted(request), report=found)
    if request.method == "POST" and form.is_valid():
        try:
            say(found, user, act, form.cleaned_data)
        except DomainError as error:
            return show_report(request, found, form, status=tell(form, error))
        messages.success(request, outcome(found, user, act))
        return redirect("feedback:reports")
    return show_report(request, found, form, status=BAD_REQUEST if form.is_bound else 200)


def say(found: ProblemReport, user: User, act: str, given: dict[str, Any]) -> None:
    """Answer the report, or close it with the answer as the reason."""
    if act == "close":
        close_report(found, actor=user, reason=given["answer"])
        return
    public = {name: given[name] for name in ("is_public", "public_title") if name in given}
    answer_report(found, actor=user, answer=given["answer"], **public)


def outcome(found: ProblemReport, user: User, act: str) -> str:
    """Return what has happened now, and whether somebody hears of it."""
    if found.reporter_id is None:
        return _("Done. A visitor wrote it, so nobody gets a notice.")
    if act == "close" and found.reporter_id == user.pk:
        return _("Closed. You wrote it yourself, so nobody gets a notice.")
    if act == "close":
        return _("Closed. The person gets your reason as a notice.")
    return _("Answered. The person gets a notice.")


def quick(request: HttpRequest, found: ProblemReport, act: str) -> HttpResponse:
    """Do what needs no answer: look after it oneself, hand it over, take a public answer off the page."""
    user = signed_in(request)
    try:
        if act == "take":
            take_on_report(found, actor=user)
            messages.success(request, _("You look after it now."))
        elif act == "private":
            keep_private(found, actor=user)
            messages.success(request, _("It no longer stands on the page of public answers."))
        else:
            return hand_on(request, found)
    except DomainError as error:
        messages.warning(request, str(error.message))
    return redirect("feedback:answer", pk=found.pk)


def hand_on(request: HttpRequest, found: ProblemReport) -> HttpResponse:
    """Hand the report over to the chosen person on duty."""
    form = HandOverForm(request.POST, people=colleagues(found))
    if not form.is_valid():
        return show_report(request, found, AnswerForm(report=found), form, status=BAD_REQUEST)
    hand_over(found, to=form.cleaned_data["to"], actor=signed_in(request))
    messages.success(request, _("Handed over. The person gets a notice."))
    return redirect("feedback:reports")


def colleagues(found: ProblemReport) -> QuerySet[User]:
    """Return who else may look after the report."""
    if found.organisation is None:
        return User.objects.none()
    return everybody_on_duty(found.organisation).exclude(pk=found.assigned_to_id or 0)


def show_report(
    request: HttpRequest, found: ProblemReport, form: AnswerForm, handing: HandOverForm | None = None, *, status: int
) -> HttpResponse:
    """Show one report to those on duty, with what was typed."""
    handing = handing or HandOverForm(people=colleagues(found))
    crumbs = [(_("Reports and suggestions"), reverse("feedback:reports")), (found.get_category_display(), "")]
    context = {
        "form": form,
        "report": found,
        "handing": handing,
        "today": today(),
        "crumbs": crumbs,
        "taken_down": taken_down(signed_in(request), found.subject_kind, found.subject_id),
    }
    return render(request, "feedback/answer.html", context, status=status)
