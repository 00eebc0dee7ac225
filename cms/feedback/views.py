"""Reporting a problem, the own reports, and the list of those responsible."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cms.accounts.models import User
from cms.core.errors import DomainError
from cms.core.ratelimit import limited
from cms.core.views import safe_next
from cms.feedback.forms import AnswerForm, ReportForm, new_report_form
from cms.feedback.permissions import get_own_report_for, get_report_for, may_handle_reports
from cms.feedback.queries import all_reports_for, open_reports_for, reports_of
from cms.feedback.services import answer_report, close_report, report_problem, take_on_report
from cms.feedback.subjects import SITE, Subject, find_subject

PAGE_SIZE = 50


def signed_in(request: HttpRequest) -> User:
    """Return the person behind a request that login_required let through."""
    if not isinstance(request.user, User):
        raise Http404
    return request.user


@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    """Show a form for suggestions and, to a signed-in person, the own reports with their answers."""
    page = Paginator(reports_of(request.user), PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "feedback/mine.html", {"form": new_report_form(SITE), "page": page})


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
    report_problem(subject, reporter=request.user, **values)
    messages.success(request, thanks(request))
    return HttpResponseRedirect(safe_next(request, subject.url or "/feedback/"))


def show_form(request: HttpRequest, subject: Subject, form: ReportForm) -> HttpResponse:
    """Show the report form on a page of its own, with what was typed."""
    context = {"form": form, "subject": subject, "next": safe_next(request, subject.url or "/feedback/")}
    return render(request, "feedback/report.html", context, status=400 if form.errors else 200)


def thanks(request: HttpRequest) -> str:
    """Return what happens now: an answer comes only to somebody who is signed in."""
    if request.user.is_authenticated:
        return _("Thank you, this was passed on. The answer comes as a notice.")
    return _("Thank you, this was passed on. Sign in next time if you would like an answer.")


@login_required
@require_POST
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """Let the reporter say that the matter is settled."""
    user = signed_in(request)
    try:
        close_report(get_own_report_for(user, pk), actor=user)
    except DomainError as error:
        messages.warning(request, str(error.message))
    return redirect("feedback:mine")


@login_required
@require_GET
def reports(request: HttpRequest) -> HttpResponse:
    """List what waits for an answer of this person, everything on request."""
    user = signed_in(request)
    if not may_handle_reports(user):
        raise Http404
    everything = request.GET.get("show") == "all"
    rows = all_reports_for(user) if everything else open_reports_for(user)
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "feedback/reports.html", {"page": page, "everything": everything})


@login_required
@require_http_methods(["GET", "POST"])
@limited("feedback.answer", limit=120, seconds=3600)
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a responsible person take a report on, answer it, or close it with a reason."""
    user = signed_in(request)
    found = get_report_for(user, pk)
    act = request.POST.get("act", "answer")
    if request.method == "POST" and act == "take":
        take_on_report(found, actor=user)
        return redirect("feedback:answer", pk=pk)
    form = AnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            text = form.cleaned_data["answer"]
            if act == "close":
                close_report(found, actor=user, reason=text)
            else:
                answer_report(found, actor=user, answer=text)
        except DomainError as error:
            form.add_error(None, str(error.message))
        else:
            return redirect("feedback:reports")
    status = 400 if form.errors else 200
    return render(request, "feedback/answer.html", {"form": form, "report": found}, status=status)
