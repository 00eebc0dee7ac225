"""The editors' guide inside the admin."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from cms.portal.guide import chapters


@require_safe
def guide(request: HttpRequest) -> HttpResponse:
    """Show docs/editors-guide.md; the admin's own door lets in who works there."""
    return render(request, "portal/admin/guide.html", {"chapters": chapters()})
