"""Members from a list: choose, look, confirm, fetch the wrong rows."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import IntegrityError
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cms.accounts.requests import SignedInRequest
from cms.core.errors import DomainError
from cms.core.ratelimit import limited
from cms.core.spreadsheets import XLSX_TYPE
from cms.organisations.exporters import template_file, wrong_rows_file
from cms.organisations.forms import ImportForm
from cms.organisations.importers import confirm_import, prepare_import
from cms.organisations.models import MemberImport
from cms.organisations.permissions import get_import_for, managed_paths
from cms.organisations.queries import organisations_below

SHOWN = 20


@login_required
@limited("import", limit=20, seconds=600)
@require_http_methods(["GET", "HEAD", "POST"])
def choose(request: SignedInRequest) -> HttpResponse:
    """Take a list and check it; nobody is added here."""
    paths = managed_paths(request.user)
    form = ImportForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            made = prepare_import(file, size=file.size, filename=file.name, paths=paths, actor=request.user)
        except DomainError as error:
            form.add_error("file", str(error.message))
        else:
            return HttpResponseRedirect(reverse("organisations:import_look", args=[made.uuid]))
    context = {"form": form, "organisations": organisations_below(paths)[:SHOWN]}
    return render(request, "organisations/import.html", context, status=400 if request.method == "POST" else 200)


@login_required
@require_safe
def look(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    """Show what would be added and what is wrong, or what was added."""
    return show(request, get_import_for(request.user, uuid))


def show(request: SignedInRequest, found: MemberImport, *, status: int = 200) -> HttpResponse:
    """Show an import with the first rows that are right and the first that are wrong."""
    wrong = [
        {"number": row["_number"], "name": row.get("姓名", ""), "sentences": found.faults[str(index)]}
        for index, row in enumerate(found.rows)
        if str(index) in found.faults
    ]
    right = [row for index, row in enumerate(found.rows) if str(index) not in found.faults]
    context = {
        "import": found,
        "wrong": wrong[:SHOWN],
        "wrong_count": len(wrong),
        "right": [(r.get("姓名", ""), r.get("组织代码", ""), r.get("身份", "")) for r in right[:SHOWN]],
        "right_count": len(right),
    }
    return render(request, "organisations/import_look.html", context, status=status)


@login_required
@limited("import-confirm", limit=20, seconds=600)
@require_POST
def confirm(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    """Add the people of all rows that are right."""
    found = get_import_for(request.user, uuid)
    try:
        added = confirm_import(found, paths=managed_paths(request.user), actor=request.user)
    except IntegrityError:
        messages.error(request, _("Somebody added one of these people just now. Please look at the list again."))
        return show(request, found, status=409)
    except DomainError as error:
        messages.error(request, str(error.message))
        return show(request, found, status=error.status)
    messages.success(request, ngettext("%d person was added.", "%d people were added.", added) % added)
    return HttpResponseRedirect(reverse("organisations:import_look", args=[uuid]))


@login_required
@require_safe
def wrong_rows(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    """Return the wrong rows as xlsx with a column that says what is wrong."""
    found = get_import_for(request.user, uuid)
    return as_file(wrong_rows_file(found), "members-to-correct.xlsx")


@login_required
@require_safe
def template(request: SignedInRequest) -> HttpResponse:
    """Return an empty list with the right columns."""
    managed_paths(request.user)
    return as_file(template_file(), "members.xlsx")


def as_file(content: bytes, name: str) -> HttpResponse:
    """Return a download."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return HttpResponse(content, content_type=XLSX_TYPE, headers=headers)
