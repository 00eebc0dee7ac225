"""The tree of organisations for those who keep it: see, add, rename, move, close."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from cms.accounts.record_words import act_words
from cms.accounts.requests import SignedInRequest
from cms.core.errors import DomainError
from cms.core.faults import tell
from cms.core.ratelimit import limited
from cms.organisations import services
from cms.organisations.enums import MANAGING_ROLES
from cms.organisations.forms import MoveForm, NewOrganisationForm, OrganisationNamesForm, ReasonForm
from cms.organisations.models import Organisation
from cms.organisations.permissions import get_hanging_for, get_organisation_for, hangs_below, tree_paths
from cms.organisations.queries import directly_below, past_of, standing_of, tree_below
from cms.organisations.views.answers import page_of

limited_act = limited("tree-act", limit=60, seconds=600)
PAST_SHOWN = 20
# Of these acts the old and the new value are shown.
CHANGED = {"organisations.rename": "name", "organisations.move": "parent"}


@login_required
@require_safe
def organisation_list(request: SignedInRequest) -> HttpResponse:
    """Show the tree below the organisations that the person keeps, found by name or code."""
    paths = tree_paths(request.user)
    words = request.GET.get("q", "").strip()[:60]
    top = min(len(path) for path in paths) // Organisation.steplen
    page = page_of(request, tree_below(paths, words=words))
    rows = [(row, "" if words else chr(0x3000) * (row.depth - top)) for row in page]
    return render(request, "organisations/tree.html", {"page": page, "rows": rows, "q": words})


@login_required
@require_safe
def organisation(request: SignedInRequest, pk: int) -> HttpResponse:
    """Show one organisation, what stands below it, and what can be done with it."""
    return show_organisation(request, get_organisation_for(request.user, pk))


def show_organisation(
    request: SignedInRequest, shown: Organisation, *, status: int = 200, **faulty: forms.Form
) -> HttpResponse:
    """Show the organisation's page; `faulty` forms replace the fresh ones."""
    paths = tree_paths(request.user)
    # As it stands in the database: a refused act must not leave its trace in a heading.
    row = tree_below(paths).get(pk=shown.pk)
    context = {
        "organisation": row,
        "below": list(directly_below(row)),
        "hangs": hangs_below(request.user, row),
        "keeps_members": standing_of(request.user).has_role_at(MANAGING_ROLES, row.path),
        "past": [past_act(entry) for entry in past_of(row)[:PAST_SHOWN]],
        "add_form": NewOrganisationForm(prefix="add"),
        "names_form": OrganisationNamesForm(prefix="names", initial={"name": row.name, "short_name": row.short_name}),
        "move_form": MoveForm(prefix="move", paths=paths, moving=row),
        "reason_form": ReasonForm(prefix="reason"),
        **faulty,
    }
    return render(request, "organisations/organisation.html", context, status=status)


def past_act(entry: Any) -> dict[str, Any]:
    """Return an entry of the audit log as the page shows it."""
    field = CHANGED.get(entry.action, "")
    return {
        "at": entry.at,
        "who": entry.actor_name,
        "act": act_words(entry.action),
        "before": entry.before.get(field, ""),
        "after": entry.after.get(field, ""),
        "reason": entry.reason,
    }


def act_on(
    request: SignedInRequest,
    shown: Organisation,
    act: Callable[[dict[str, Any]], object],
    *,
    done: str,
    form: tuple[str, forms.Form],
) -> HttpResponse:
    """Do the act with what was typed and lead back to the organisation; mistakes and refusals stand at the form."""
    name, filled = form
    if not filled.is_valid():
        return show_organisation(request, shown, status=400, **{name: filled})
    try:
        act(filled.cleaned_data)
    except DomainError as error:
        return show_organisation(request, shown, status=tell(filled, error), **{name: filled})
    messages.success(request, done)
    return HttpResponseRedirect(reverse("organisations:organisation", args=[shown.pk]))


@login_required
@limited_act
@require_POST
def add(request: SignedInRequest, pk: int) -> HttpResponse:
    """Add an organisation below this one."""
    parent = get_organisation_for(request.user, pk)
    return act_on(
        request,
        parent,
        lambda typed: services.create_organisation(**typed, parent=parent, actor=request.user),
        done=_("The organisation is added."),
        form=("add_form", NewOrganisationForm(request.POST, prefix="add")),
    )


@login_required
@limited_act
@require_POST
def rename(request: SignedInRequest, pk: int) -> HttpResponse:
    """Give it another name."""
    shown = get_organisation_for(request.user, pk)
    return act_on(
        request,
        shown,
        lambda typed: services.rename_organisation(shown, **typed, actor=request.user),
        done=_("The name is changed."),
        form=("names_form", OrganisationNamesForm(request.POST, prefix="names")),
    )


@login_required
@limited_act
@require_POST
def move(request: SignedInRequest, pk: int) -> HttpResponse:
    """Hang it with everything below it under another organisation that the person keeps."""
    shown = get_hanging_for(request.user, pk)
    return act_on(
        request,
        shown,
        lambda typed: services.move_organisation(shown, parent=typed["parent"], actor=request.user),
        done=_("It stands at its new place, with everything below it."),
        form=("move_form", MoveForm(request.POST, prefix="move", paths=tree_paths(request.user), moving=shown)),
    )


@login_required
@limited_act
@require_POST
def close(request: SignedInRequest, pk: int) -> HttpResponse:
    """Close it when nobody and nothing is left in it, with a reason."""
    shown = get_hanging_for(request.user, pk)
    return act_on(
        request,
        shown,
        lambda typed: services.deactivate_organisation(shown, actor=request.user, reason=typed["reason"]),
        done=_("The organisation is closed; its history stays."),
        form=("reason_form", ReasonForm(request.POST, prefix="reason")),
    )


@login_required
@limited_act
@require_POST
def reopen(request: SignedInRequest, pk: int) -> HttpResponse:
    """Open it again."""
    shown = get_hanging_for(request.user, pk)
    return act_on(
        request,
        shown,
        lambda _typed: services.reactivate_organisation(shown, actor=request.user),
        done=_("The organisation is open again."),
        form=("reopen_form", forms.Form(request.POST)),
    )
