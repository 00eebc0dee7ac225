"""The own record, the lessons given, its export and disputes; the list of disputes for those responsible."""

from datetime import date
from decimal import Decimal

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from cms.accounts.models import User
from cms.core.clock import today
from cms.core.converters import is_key
from cms.core.errors import DomainError
from cms.core.faults import BAD_REQUEST, posted, tell
from cms.core.ratelimit import limited
from cms.core.spreadsheets import CSV_TYPE, XLSX_TYPE, csv_bytes, xlsx_bytes
from cms.ledger.enums import RuleKind
from cms.ledger.explain import plain
from cms.ledger.exporters import record_rows
from cms.ledger.forms import AnswerForm, DisputeForm
from cms.ledger.models import HourEntry
from cms.ledger.permissions import get_dispute_for, get_entry_for, may_handle_disputes
from cms.ledger.queries import (
    all_disputes_for,
    net_hours,
    open_disputes_for,
    record_of,
    rule_on,
    taught_in,
    taught_months,
    why,
    year_total,
    years_of,
    years_taught,
)
from cms.ledger.services import answer_dispute, dispute
from cms.ledger.services.hours import page_of

PAGE_SIZE = 50
FIRST_YEAR, LAST_YEAR = 1900, 9999


def signed_in(request: HttpRequest) -> User:
    """Return the person behind a request that login_required let through."""
    if not isinstance(request.user, User):
        raise Http404
    return request.user


def year_asked(request: HttpRequest) -> int:
    """Return the year in the address, this year when there is none or none that can be."""
    text = request.GET.get("year", "")
    if is_key(text) and FIRST_YEAR <= int(text) <= LAST_YEAR:
        return int(text)
    return today().year


@login_required
@require_GET
def record(request: HttpRequest) -> HttpResponse:
    """Show the person's own hours of a year, each with its reason."""
    user = signed_in(request)
    year = year_asked(request)
    page = Paginator(record_of(user, year), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "year": year,
        "years": sorted({year, today().year, *years_of(user)}, reverse=True),
        "total": plain(year_total(user, year)),
        "page": page,
        "rows": [as_row(entry) for entry in page],
    }
    return render(request, "ledger/record.html", context)


@login_required
@require_GET
def teaching(request: HttpRequest) -> HttpResponse:
    """Show the person the lessons given in a year, month by month, each with its reason."""
    user = signed_in(request)
    year = year_asked(request)
    page = Paginator(taught_in(user, year), PAGE_SIZE).get_page(request.GET.get("page"))
    months = taught_months(user, year)
    named = rule_on(RuleKind.TEACHING_MONTH, today())
    context = {
        "year": year,
        "years": sorted({year, today().year, *years_taught(user)}, reverse=True),
        "months": [(date(year, month, 1), plain(months[month])) for month in sorted(months)],
        "total": plain(sum(months.values(), Decimal(0))),
        "named": plain(named.hours) if named and named.hours else "",
        "page": page,
        "rows": [as_row(entry) for entry in page],
    }
    return render(request, "ledger/teaching.html", context)


def as_row(entry: HourEntry) -> dict[str, object]:
    """Return an entry as the record shows it; reads only what `record_of` prefetched."""
    corrections = list(entry.corrections.all())
    disputes = list(entry.disputes.all())
    return {
        "entry": entry,
        "why": why(entry),
        "corrections": [(row, why(row)) for row in corrections],
        "net": plain(sum((row.hours for row in corrections), entry.hours)),
        "dispute": disputes[0] if disputes else None,
    }


@login_required
@require_GET
def export(request: HttpRequest, form: str) -> HttpResponse:
    """Hand the person the own record as a table: one year, or everything."""
    year = year_asked(request) if request.GET.get("year") else None
    rows = record_rows(signed_in(request), year)
    if form == "csv":
        body, content_type = csv_bytes(rows), CSV_TYPE
    else:
        body, content_type = xlsx_bytes(rows, title=_("Study hours")), XLSX_TYPE
    name = f"study-hours-{year or 'all'}.{form}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"}
    return HttpResponse(body, content_type=content_type, headers=headers)


@login_required
@require_http_methods(["GET", "POST"])
@limited("ledger.dispute", limit=20, seconds=3600)
def open_dispute(request: HttpRequest, pk: int) -> HttpResponse:
    """Let the person say that an entry is wrong."""
    user = signed_in(request)
    entry = get_entry_for(user, pk)
    form = DisputeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        dispute(entry, user=user, text=form.cleaned_data["text"])
        messages.success(request, _("Sent to your branch. The answer comes as a notice."))
        return redirect(page_of(entry))
    context = {"form": form, "entry": entry, "why": why(entry), "net": plain(net_hours(entry))}
    return render(request, "ledger/dispute.html", context, status=400 if form.errors else 200)


@login_required
@require_GET
def disputes(request: HttpRequest) -> HttpResponse:
    """List the questions about hours that wait for this person, and the answered ones on request."""
    user = signed_in(request)
    if not may_handle_disputes(user):
        raise Http404
    answered = request.GET.get("show") == "answered"
    rows = all_disputes_for(user) if answered else open_disputes_for(user)
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "ledger/disputes.html", {"page": page, "answered": answered})


@login_required
@require_http_methods(["GET", "POST"])
@limited("ledger.answer", limit=120, seconds=3600)
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Let the responsible person answer, with a correction if the entry was wrong."""
    user = signed_in(request)
    opened = get_dispute_for(user, pk)
    form = AnswerForm(posted(request))
    status = BAD_REQUEST if form.is_bound else 200
    if request.method == "POST" and form.is_valid():
        try:
            answer_dispute(
                opened, actor=user, answer=form.cleaned_data["answer"], to_hours=form.cleaned_data["to_hours"]
            )
        except DomainError as error:
            status = tell(form, error)
        else:
            messages.success(request, _("Answered. The person gets a notice."))
            return redirect("ledger:disputes")
    context = {"form": form, "dispute": opened, "why": why(opened.entry), "net": plain(net_hours(opened.entry))}
    return render(request, "ledger/answer.html", context, status=status)
