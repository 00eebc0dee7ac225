"""What is stored about me: see, export, object; and the pages of those who answer."""

import json

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cms.accounts.requests import SignedInRequest
from cms.core.clock import today
from cms.core.errors import DomainError
from cms.core.faults import BAD_REQUEST, tell
from cms.core.personal_data import PersonalDataSource, personal_data_sources
from cms.core.ratelimit import limited
from cms.organisations import services
from cms.organisations.exporters import own_data
from cms.organisations.forms import AnswerForm, DisputeForm
from cms.organisations.permissions import dispute_paths, get_dispute_for
from cms.organisations.queries import disputes_in_reach, objections_of
from cms.organisations.views.answers import page_of
from cms.organisations.views.own_data import for_people

SHOWN = 20


@login_required
@require_safe
def my_data(request: SignedInRequest) -> HttpResponse:
    """Show every kind of data with its reason, how long it is kept, and the last rows."""
    sources = []
    for source in personal_data_sources():
        count, rows = source.glance(request.user, SHOWN)
        sources.append({"source": source, "count": count, "rows": [for_people(row) for row in rows]})
    labels = {source.slug: source.label for source in personal_data_sources()}
    disputes = [(row, labels.get(row.source, row.source)) for row in objections_of(request.user)[:SHOWN]]
    context = {"sources": sources, "disputes": disputes, "network_log_days": settings.ACCESS_LOG_KEEP.days}
    return render(request, "organisations/my_data.html", context)


@login_required
@limited("export", limit=10, methods=("GET",))
@require_safe
def export(request: SignedInRequest) -> HttpResponse:
    """Return everything as one JSON file."""
    content = json.dumps(own_data(request.user), ensure_ascii=False, indent=2, default=str)
    name = f"my-data-{today().isoformat()}.json"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return HttpResponse(content, content_type="application/json", headers=headers)


def find_source(slug: str) -> PersonalDataSource:
    """Return the registered kind of data; raises Http404."""
    for source in personal_data_sources():
        if source.slug == slug:
            return source
    raise Http404


@login_required
@limited("dispute", limit=10, seconds=3600)
@require_http_methods(["GET", "HEAD", "POST"])
def dispute(request: SignedInRequest, slug: str) -> HttpResponse:
    """Object to one kind of data."""
    source = find_source(slug)
    form = DisputeForm(request.POST or None)
    status = BAD_REQUEST if request.method == "POST" else 200
    if request.method == "POST" and form.is_valid():
        try:
            services.open_dispute(request.user, source=slug, text=form.cleaned_data["text"])
        except DomainError as error:
            status = tell(form, error)
        else:
            messages.success(request, _("Your objection is on its way; the answer will stand here."))
            return HttpResponseRedirect(reverse("organisations:my_data"))
    context = {"form": form, "source": source}
    return render(request, "organisations/dispute.html", context, status=status)


@login_required
@require_safe
def dispute_list(request: SignedInRequest) -> HttpResponse:
    """Show the objections in reach, open ones first, each with its form."""
    return show_disputes(request)


def show_disputes(
    request: SignedInRequest, *, faulty: tuple[int, AnswerForm] | None = None, status: int = 200
) -> HttpResponse:
    """Show the list, with one form that may carry mistakes."""
    labels = {source.slug: source.label for source in personal_data_sources()}
    page = page_of(request, disputes_in_reach(dispute_paths(request.user)))
    rows = [
        {
            "dispute": row,
            "label": labels.get(row.source, row.source),
            "own": row.user_id == request.user.pk,
            "form": faulty[1] if faulty and faulty[0] == row.pk else AnswerForm(prefix=f"d{row.pk}"),
        }
        for row in page.object_list
    ]
    return render(request, "organisations/disputes.html", {"page": page, "rows": rows}, status=status)


@login_required
@limited("answer-dispute", limit=60, seconds=600)
@require_POST
def answer(request: SignedInRequest, pk: int) -> HttpResponse:
    """Answer an objection."""
    found = get_dispute_for(request.user, pk)
    form = AnswerForm(request.POST, prefix=f"d{pk}")
    if form.is_valid():
        try:
            services.answer_dispute(found, actor=request.user, answer=form.cleaned_data["answer"])
        except DomainError as error:
            messages.error(request, str(error.message))
            return show_disputes(request, status=error.status)
        messages.success(request, _("The answer is sent."))
        return HttpResponseRedirect(reverse("organisations:disputes"))
    return show_disputes(request, faulty=(pk, form), status=400)
