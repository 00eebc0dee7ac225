"""A branch's own version of a guide: where members read it, where the branch makes it."""

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from cms.accounts.requests import SignedInRequest
from cms.core.converters import is_key
from cms.core.errors import DomainError
from cms.core.faults import posted, tell
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
MOVES = {"up": -1, "down": 1}


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
        posted(request),
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


@dataclass
class GuideForms:
    """All that is typed on the page of a branch's version: note and day, the lines, a task of the branch's own."""

    whole: BranchGuideForm
    lines: list[dict[str, Any]]
    own: OwnItemForm

    def is_valid(self) -> bool:
        """Return whether all of it can be kept; every form is asked, so that each says what it lacks."""
        bound = [line["form"] for line in self.lines if line["form"].is_bound]
        return all([self.whole.is_valid(), self.own.is_valid(), *(form.is_valid() for form in bound)])


@login_required
@require_http_methods(["GET", "POST"])
def edit_branch_guide(request: SignedInRequest, pk: int) -> HttpResponse:
    """Change the branch's version: note, day, lines, tasks of its own; each button keeps what was typed before it acts."""
    kept = get_kept_branch_guide_for(request.user, pk)
    if request.method != "POST":
        return show_forms(request, kept, forms_of(request, kept, None))
    act, key = act_in(request.POST.get("act") or "save")
    forms = forms_of(request, kept, request.POST, adding=act == "add")
    # Who did not send the whole page has typed nothing that could take the place of what stands there.
    if "note" not in request.POST or not forms.is_valid() or not keep_typed(request, kept, forms):
        return show_forms(request, kept, forms, status=400)
    if act == "save":
        return redirect("courses:branch_guide", pk=pk)
    change_lines(request, kept, act, key)
    there = f"#line-{key}" if act in MOVES else ""
    return HttpResponseRedirect(reverse("courses:edit_branch_guide", args=[pk]) + there)


def act_in(text: str) -> tuple[str, int]:
    """Return what a button asks for and the line that it concerns, 0 for none; raises Http404 for anything else."""
    name, _hyphen, key = text.partition("-")
    if name in {"save", "add", "take_over"} and not key:
        return name, 0
    if name in {*MOVES, "remove"} and is_key(key):
        return name, int(key)
    raise Http404


def forms_of(request: SignedInRequest, kept: BranchGuide, data: Any, *, adding: bool = False) -> GuideForms:
    """Return the forms, bound when the page was sent; a task of the branch's own may stay empty unless one is `adding` it."""
    return GuideForms(
        BranchGuideForm(data, initial={"note": kept.note, "together_on": kept.together_on}),
        line_forms(request, kept, data),
        OwnItemForm(data, prefix="own", empty_permitted=not adding, use_required_attribute=False),
    )


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
    """Return the form of one line, bound when it was sent: a line that somebody added meanwhile keeps what it says."""
    values, prefix = {"note": line.row.note, "left_out": line.row.left_out}, f"line{line.row.pk}"
    sent = data is not None and f"{prefix}-note" in data
    return BranchLineForm(data if sent else None, prefix=prefix, initial=values)


def keep_typed(request: SignedInRequest, kept: BranchGuide, forms: GuideForms) -> bool:
    """Keep what was typed; return False, with the sentence at its field, where a task cannot be added."""
    sent = {line["line"].row.pk: line["form"] for line in forms.lines if line["form"].is_bound}
    if forms.whole.has_changed() or any(form.has_changed() for form in sent.values()):
        given = {pk: LineInput(**form.cleaned_data) for pk, form in sent.items()}
        adapt_guide(kept, **forms.whole.cleaned_data, lines=given, actor=request.user)
    if not forms.own.has_changed():
        return True
    try:
        add_own_item(kept, **forms.own.cleaned_data, actor=request.user)
    except DomainError as error:
        tell(forms.own, error)
    return not forms.own.errors


def change_lines(request: SignedInRequest, kept: BranchGuide, act: str, key: int) -> None:
    """Do what a button says beyond keeping and adding."""
    if act in MOVES:
        move_item(kept, key, steps=MOVES[act])
    elif act == "remove":
        remove_own_item(kept, key, actor=request.user)
    elif act == "take_over":
        take_over_changes(kept, actor=request.user)


def show_forms(request: SignedInRequest, kept: BranchGuide, forms: GuideForms, *, status: int = 200) -> HttpResponse:
    """Show the page with its forms."""
    context = {"copy": kept, "form": forms.whole, "lines": forms.lines, "own_form": forms.own}
    return own_page(request, "courses/edit_branch_guide.html", context, status=status)
