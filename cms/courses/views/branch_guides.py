"""A branch's own version of a guide: where members read it, where the branch makes it."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from cms.accounts.requests import SignedInRequest
from cms.core.converters import is_key
from cms.core.errors import DomainError
from cms.core.views import own_page
from cms.courses.cards import item_row
from cms.courses.forms.duties import BranchGuideForm, BranchLineForm, CopyGuideForm, OwnItemForm
from cms.courses.models import BranchGuide, GuidePage
from cms.courses.permissions import (
    get_branch_guide_for,
    get_guide_for,
    get_kept_branch_guide_for,
    may_copy_guides,
    may_take,
)
from cms.courses.queries.guides import BranchLine, lines_of_copy, managed_copies
from cms.courses.queries.playlists import managed_organisations, usual_organisation
from cms.courses.queries.states import states_of
from cms.courses.services.guides import (
    LineInput,
    adapt_guide,
    add_own_item,
    copy_guide,
    move_item,
    remove_own_item,
    take_over_changes,
)
from cms.courses.services.study import TICKED_BY_HAND
from cms.library.views.pages import on_big_screen

PAGE_SIZE = 20


@login_required
@require_safe
def branch_guide(request: SignedInRequest, pk: int) -> HttpResponse:
    """Show the branch's version: its note, its day, its lines; ticks are the same as on the original."""
    copy = get_branch_guide_for(request.user, pk)
    lines = [line for line in lines_of_copy(copy) if not line.row.left_out]
    items = [line.item for line in lines if line.item is not None]
    states = {state.item.key: state for state in states_of(items, request.user, copy.guide)}
    rows = [line_row(line, states, request) for line in lines]
    context = {
        "copy": copy,
        "guide": copy.guide,
        "rows": rows,
        "files": [row.document for row in copy.guide.files.select_related("document")],
        "tick_base": f"/courses/{copy.guide_id}/",
        "screen_view": on_big_screen(request),
        "may_take": may_take(request.user, copy.guide),
    }
    return own_page(request, "courses/branch_guide.html", context)


def line_row(line: BranchLine, states: dict[Any, Any], request: SignedInRequest) -> dict[str, Any]:
    """Return a line as a row to work through; a task of the branch's own has no tick."""
    if line.item is None:
        return {"title": line.row.title, "note": line.row.note, "icon": "pen", "meta": [], "own": True}
    row = item_row(states[line.item.key], request, by_hand=TICKED_BY_HAND[GuidePage])
    return row | {"note": line.row.note}


@login_required
@require_http_methods(["GET", "POST"])
def copy(request: SignedInRequest, pk: int) -> HttpResponse:
    """Make a guide the branch's own."""
    if not may_copy_guides(request.user):
        raise Http404
    guide = get_guide_for(request.user, pk)
    form = CopyGuideForm(
        request.POST if request.method == "POST" else None,
        organisations=managed_organisations(request.user),
        initial={"organisation": usual_organisation(request.user)},
    )
    if request.method == "POST" and form.is_valid():
        made = copy_guide(guide, form.cleaned_data["organisation"], actor=request.user)
        return redirect("courses:edit_branch_guide", pk=made.pk)
    context = {"guide": guide, "form": form}
    return own_page(request, "courses/copy_guide.html", context, status=400 if form.errors else 200)


@login_required
@require_safe
def branch_guides(request: SignedInRequest) -> HttpResponse:
    """List the versions that the person keeps."""
    if not may_copy_guides(request.user):
        raise Http404
    page = Paginator(managed_copies(request.user), PAGE_SIZE).get_page(request.GET.get("page"))
    return own_page(request, "courses/branch_guides.html", {"page": page})


@login_required
@require_http_methods(["GET", "POST"])
def edit_branch_guide(request: SignedInRequest, pk: int) -> HttpResponse:
    """Change the branch's version: note, day, lines; each other button is one small form."""
    kept = get_kept_branch_guide_for(request.user, pk)
    act = request.POST.get("act", "") if request.method == "POST" else ""
    if act and act != "save":
        return change_line(request, kept, act)
    data = request.POST if act == "save" else None
    form = BranchGuideForm(data, initial={"note": kept.note, "together_on": kept.together_on})
    lines = line_forms(request, kept, data)
    valid = data is not None and all([form.is_valid(), *(line["form"].is_valid() for line in lines)])
    if valid:
        given = {line["line"].row.pk: LineInput(**line["form"].cleaned_data) for line in lines}
        adapt_guide(kept, **form.cleaned_data, lines=given, actor=request.user)
        return redirect("courses:branch_guide", pk=pk)
    context = {"copy": kept, "form": form, "lines": lines, "own_form": OwnItemForm(auto_id="own_%s")}
    status = 400 if request.method == "POST" else 200
    return own_page(request, "courses/edit_branch_guide.html", context, status=status)


def line_forms(request: SignedInRequest, kept: BranchGuide, data: Any) -> list[dict[str, Any]]:
    """Return the lines with their forms, titles as far as the person may see what they lead to."""
    lines = lines_of_copy(kept)
    items = [line.item for line in lines if line.item is not None]
    titles = {state.item.key: state.title for state in states_of(items, request.user)}
    return [
        {
            "line": line,
            "title": (titles[line.item.key] or _("No longer available")) if line.item else line.row.title,
            "form": line_form(line, data),
        }
        for line in lines
    ]


def line_form(line: BranchLine, data: Any) -> BranchLineForm:
    """Return the form of one line, bound when the whole was sent."""
    values = {"note": line.row.note, "left_out": line.row.left_out}
    return BranchLineForm(data, prefix=f"line{line.row.pk}", initial=values)


def change_line(request: SignedInRequest, kept: BranchGuide, act: str) -> HttpResponse:
    """Do what a small button says; raises Http404 for anything else."""
    if act == "take_over":
        take_over_changes(kept, actor=request.user)
        return redirect("courses:edit_branch_guide", pk=kept.pk)
    if act == "add":
        return add_line(request, kept)
    key = request.POST.get("key", "")
    if not is_key(key) or act not in {"up", "down", "remove"}:
        raise Http404
    if act == "remove":
        remove_own_item(kept, int(key), actor=request.user)
    else:
        move_item(kept, int(key), steps=-1 if act == "up" else 1)
    return redirect("courses:edit_branch_guide", pk=kept.pk)


def add_line(request: SignedInRequest, kept: BranchGuide) -> HttpResponse:
    """Add a task of the branch's own, or show what is missing."""
    form = OwnItemForm(request.POST, auto_id="own_%s")
    if form.is_valid():
        try:
            add_own_item(kept, **form.cleaned_data, actor=request.user)
        except DomainError as error:
            form.add_error("title", str(error.message))
        else:
            return redirect("courses:edit_branch_guide", pk=kept.pk)
    context = {
        "copy": kept,
        "form": BranchGuideForm(initial={"note": kept.note, "together_on": kept.together_on}),
        "lines": line_forms(request, kept, None),
        "own_form": form,
    }
    return own_page(request, "courses/edit_branch_guide.html", context, status=400)
