"""The form behind the shown address, and the pages of those on duty."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cms.accounts.models import User
from cms.accounts.requests import SignedInRequest
from cms.core.clock import today
from cms.core.errors import DomainError
from cms.core.faults import BAD_REQUEST, tell
from cms.core.qr import qr_svg
from cms.core.ratelimit import count_request, is_at_limit, limited, refuse, who_asks
from cms.evaluations.batches import BATCH
from cms.evaluations.enums import EvaluationStatus, Grade
from cms.evaluations.forms import BallotForm, CodesForm
from cms.evaluations.models import MOST_HEADS, Evaluation
from cms.evaluations.permissions import get_evaluation_by_token, get_evaluation_for, may_handle_evaluations
from cms.evaluations.queries import (
    evaluations_for,
    figures_by_organisation,
    marks_of_evaluation,
    remarks_of,
    took_part,
)
from cms.evaluations.services import cast_ballot, close_evaluation, print_codes

PAGE_SIZE = 50
HOUR = 3600
GUESSED = "evaluations.guess"
WRONG_AN_HOUR = 300
LEAST_ROWS = 3  # two organisations and their sum


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@limited("evaluations.mark", limit=2 * MOST_HEADS, seconds=3600)
def mark(request: HttpRequest, token: str) -> HttpResponseBase:
    """Show the four grades for each question and count them once.

    A whole hall may stand behind one network address: it is stopped by codes that were wrong, not by those that were right.
    """
    found = get_evaluation_by_token(token)
    voter = request.user if isinstance(request.user, User) else None
    if request.method == "POST" and voter is None and is_at_limit(GUESSED, who_asks(request), limit=WRONG_AN_HOUR):
        return refuse(request, HOUR)
    state = state_for(request, found, voter)
    if state != "open" and request.method != "POST":
        return show(request, found, state)
    questions = list(found.questions.all())
    posted = request.POST if request.method == "POST" else None
    form = BallotForm(posted, questions=questions, with_code=voter is None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            cast_ballot(
                found, marks=form.marks(), voter=voter, code=given.get("code", ""), remark=given.get("remark", "")
            )
        except DomainError as error:
            if error.code == "wrong_code":
                count_request(GUESSED, who_asks(request), seconds=HOUR)
            return show(request, found, "open", form=form, status=tell(form, error))
        return redirect(f"{reverse('evaluations:mark', args=[token])}?thanks=1")
    return show(request, found, "open", form=form, status=BAD_REQUEST if form.is_bound else 200)


def state_for(request: HttpRequest, found: Evaluation, voter: User | None) -> str:
    """Return what the page has to say: open, closed, own (the own teaching) or done."""
    if "thanks" in request.GET or (voter and took_part(voter, found)):
        return "done"
    if found.status != EvaluationStatus.OPEN or found.closes_on < today():
        return "closed"
    return "own" if voter and voter.pk == found.marked_person_id else "open"


def show(
    request: HttpRequest, found: Evaluation, state: str, form: BallotForm | None = None, *, status: int = 200
) -> HttpResponse:
    """Show the page in one of its states."""
    context = {"evaluation": found, "state": state, "form": form}
    return render(request, "evaluations/mark.html", context, status=status)


@login_required
@require_safe
def evaluation_list(request: SignedInRequest) -> HttpResponse:
    """List the evaluations of the own organisations, newest first."""
    if not may_handle_evaluations(request.user):
        raise Http404
    page = Paginator(evaluations_for(request.user), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"page": page, "sums": sums_of(request.user), "columns": columns()}
    return render(request, "evaluations/list.html", context)


def columns() -> list[str]:
    """Return the heads of the table by organisation."""
    return [_("Organisation"), _("Evaluations"), _("Took part"), *(str(label) for label in Grade.labels)]


def sums_of(user: User) -> list[list[Any]]:
    """Return the table by organisation; nothing where there is only one."""
    figures = figures_by_organisation(user)
    if len(figures) < LEAST_ROWS:
        return []
    return [as_cells(row) for row in figures]


def as_cells(row: dict[str, Any]) -> list[Any]:
    """Return one organisation's figures as cells; a dash is what stays hidden or does not exist."""
    marks = [count for _grade, count in row["marks"].counts] if row["marks"] else ["–"] * len(Grade)
    people = "–" if row["people"] is None else row["people"]
    return [row["name"] or _("Together"), row["evaluations"], people, *marks]


@login_required
@never_cache
@require_safe
def evaluation(request: SignedInRequest, pk: int) -> HttpResponse:
    """Show address and QR code for the listeners while it is open, and the marks from five on."""
    return show_evaluation(request, get_evaluation_for(request.user, pk), CodesForm())


def show_evaluation(request: HttpRequest, found: Evaluation, form: CodesForm, *, status: int = 200) -> HttpResponse:
    """Show one evaluation to those on duty."""
    address = request.build_absolute_uri(reverse("evaluations:mark", args=[found.token]))
    is_open = found.status == EvaluationStatus.OPEN
    context = {
        "evaluation": found,
        "is_open": is_open,
        "address": address,
        "qr": qr_svg(address) if is_open else "",
        "questions": marks_of_evaluation(found),
        "remarks": remarks_of(found),
        "form": form,
        "batch": BATCH,
    }
    return render(request, "evaluations/evaluation.html", context, status=status)


@login_required
@never_cache
@require_POST
@limited("evaluations.codes", limit=30, seconds=3600)
def codes(request: SignedInRequest, pk: int) -> HttpResponse:
    """Make slips with codes and show them this once, for the printer."""
    found = get_evaluation_for(request.user, pk)
    form = CodesForm(request.POST)
    if form.is_valid():
        try:
            made = print_codes(found, form.cleaned_data["number"], actor=request.user)
        except DomainError as error:
            return show_evaluation(request, found, form, status=tell(form, error))
        else:
            address = request.build_absolute_uri(reverse("evaluations:mark", args=[found.token]))
            context = {"evaluation": found, "codes": made, "address": address, "qr": qr_svg(address)}
            return render(request, "evaluations/codes.html", context)
    return show_evaluation(request, found, form, status=BAD_REQUEST)


@login_required
@require_POST
@limited("evaluations.close", limit=60, seconds=3600)
def close(request: SignedInRequest, pk: int) -> HttpResponse:
    """Close an evaluation before its last day."""
    found = get_evaluation_for(request.user, pk)
    try:
        close_evaluation(found, actor=request.user)
    except DomainError as error:
        messages.warning(request, str(error.message))
    else:
        messages.success(request, _("Closed. No more marks are taken."))
    return redirect("evaluations:evaluation", pk=pk)
