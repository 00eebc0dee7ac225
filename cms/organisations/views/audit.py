"""The audit log for auditors: list, filters, nothing to change."""

from datetime import date, datetime, time, timedelta

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from cms.accounts.queries import audit_entries
from cms.accounts.requests import SignedInRequest
from cms.organisations.forms import AuditFilterForm
from cms.organisations.permissions import require_auditor
from cms.organisations.views.act_details import rows_of
from cms.organisations.views.answers import page_of


@login_required
@require_safe
def audit_log(request: SignedInRequest) -> HttpResponse:
    """Show what was done, newest first; reading it is not written down again."""
    require_auditor(request.user)
    form = AuditFilterForm(request.GET or None)
    valid = form.is_valid()
    chosen = form.cleaned_data if valid else {}
    entries = audit_entries(
        words=chosen.get("q", "").strip(),
        action=chosen.get("action", "").strip(),
        since=midnight(chosen.get("since")),
        until=midnight(chosen.get("until"), days=1),
    )
    page = page_of(request, entries)
    context = {"form": form, "page": page, "rows": rows_of(page)}
    return render(request, "organisations/audit.html", context, status=400 if form.is_bound and not valid else 200)


def midnight(day: date | None, *, days: int = 0) -> datetime | None:
    """Return the first instant of a day in the site's zone."""
    return timezone.make_aware(datetime.combine(day + timedelta(days=days), time())) if day else None
