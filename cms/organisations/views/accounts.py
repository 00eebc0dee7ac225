"""The security officer's pages: accounts, roles, lock-outs, lost second factors."""

from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from cms.accounts.models import User
from cms.accounts.queries import factor_counts, is_locked_out
from cms.accounts.requests import SignedInRequest
from cms.accounts.second_factor import needs_second_factor
from cms.core.errors import DomainError
from cms.core.faults import tell
from cms.core.ratelimit import limited
from cms.organisations import services
from cms.organisations.forms import FirstPasswordForm, ReasonForm, RoleForm
from cms.organisations.permissions import (
    get_account_for,
    get_assignment_for,
    get_kept_account_for,
    keeps_account,
    secured_paths,
)
from cms.organisations.queries import duties_of, people_in_reach, with_duties
from cms.organisations.views.answers import page_of

limited_act = limited("account-act", limit=60, seconds=600)


@login_required
@require_safe
def account_list(request: SignedInRequest) -> HttpResponse:
    """Show accounts in reach with their duties, found by name, user name or staff number."""
    paths = secured_paths(request.user)
    words = request.GET.get("q", "").strip()[:60]
    people = with_duties(people_in_reach(paths, words=words))
    return render(request, "organisations/accounts.html", {"page": page_of(request, people), "q": words})


@login_required
@require_safe
def account(request: SignedInRequest, pk: int) -> HttpResponse:
    """Show one account and what can be done with it."""
    return show_account(request, get_account_for(request.user, pk))


def show_account(request: SignedInRequest, person: User, *, status: int = 200, **faulty: forms.Form) -> HttpResponse:
    """Show the account's page; `faulty` forms replace the fresh ones."""
    paths = secured_paths(request.user)
    own, kept = person.pk == request.user.pk, keeps_account(request.user, person)
    context = {
        "person": person,
        "own": own,
        "kept": kept,
        "may_act": kept and not own,
        "factor_needed": needs_second_factor(person),
        "roles": [(row, row.organisation.path.startswith(paths)) for row in duties_of(person)],
        "factors": factor_counts(person),
        "locked": is_locked_out(person),
        "role_form": RoleForm(paths=paths, prefix="role"),
        "reason_form": ReasonForm(prefix="reason"),
        "password_form": FirstPasswordForm(person=person, prefix="password"),
        **faulty,
    }
    return render(request, "organisations/account.html", context, status=status)


def act_and_return(
    request: SignedInRequest,
    person: User,
    act: Callable[[], object],
    *,
    done: str,
    form: tuple[str, forms.Form] | None,
) -> HttpResponse:
    """Do the act and lead back to the account; a refusal is shown at the form or on top of the page."""
    try:
        act()
    except DomainError as error:
        if form is None:
            messages.error(request, str(error.message))
            return show_account(request, person, status=error.status)
        return show_account(request, person, status=tell(form[1], error), **{form[0]: form[1]})
    messages.success(request, done)
    return HttpResponseRedirect(reverse("organisations:account", args=[person.pk]))


@login_required
@limited_act
@require_POST
def grant(request: SignedInRequest, pk: int) -> HttpResponse:
    """Give the person a duty in the officer's reach."""
    person = get_kept_account_for(request.user, pk)
    form = RoleForm(request.POST, paths=secured_paths(request.user), prefix="role")
    if not form.is_valid():
        return show_account(request, person, status=400, role_form=form)
    chosen = form.cleaned_data
    return act_and_return(
        request,
        person,
        lambda: services.grant_role(person, chosen["organisation"], chosen["role"], actor=request.user),
        done=_("The role is granted."),
        form=("role_form", form),
    )


@login_required
@limited_act
@require_POST
def end(request: SignedInRequest, pk: int) -> HttpResponse:
    """End a duty at once."""
    assignment = get_assignment_for(request.user, pk)
    return act_and_return(
        request,
        assignment.user,
        lambda: services.end_role(assignment, actor=request.user),
        done=_("The role has ended."),
        form=None,
    )


@login_required
@limited_act
@require_POST
def close(request: SignedInRequest, pk: int) -> HttpResponse:
    """Close an account, with a reason."""
    return with_reason(request, pk, services.close_account, done=_("The account is closed."))


@login_required
@limited_act
@require_POST
def reset_factor(request: SignedInRequest, pk: int) -> HttpResponse:
    """Remove lost second factors, with a reason."""
    return with_reason(
        request, pk, services.reset_second_factor, done=_("The second factor is removed; sessions have ended.")
    )


def with_reason(request: SignedInRequest, pk: int, act: Callable[..., None], *, done: str) -> HttpResponse:
    """Do an act that needs a reason."""
    person = get_kept_account_for(request.user, pk)
    form = ReasonForm(request.POST, prefix="reason")
    if not form.is_valid():
        return show_account(request, person, status=400, reason_form=form)
    reason = form.cleaned_data["reason"]
    return act_and_return(
        request,
        person,
        lambda: act(person, actor=request.user, reason=reason),
        done=done,
        form=("reason_form", form),
    )


@login_required
@limited_act
@require_POST
def reopen(request: SignedInRequest, pk: int) -> HttpResponse:
    """Open a closed account again."""
    person = get_kept_account_for(request.user, pk)
    return act_and_return(
        request,
        person,
        lambda: services.reopen_account(person, actor=request.user),
        done=_("The account is open again."),
        form=None,
    )


@login_required
@limited_act
@require_POST
def unlock(request: SignedInRequest, pk: int) -> HttpResponse:
    """Lift the pause after wrong passwords."""
    person = get_kept_account_for(request.user, pk)
    return act_and_return(
        request,
        person,
        lambda: services.unlock_account(person, actor=request.user),
        done=_("The pause is lifted."),
        form=None,
    )


@login_required
@sensitive_post_parameters()
@limited_act
@require_POST
def password(request: SignedInRequest, pk: int) -> HttpResponse:
    """Hand over a first password."""
    person = get_kept_account_for(request.user, pk)
    form = FirstPasswordForm(request.POST, person=person, prefix="password")
    if not form.is_valid():
        return show_account(request, person, status=400, password_form=form)
    return act_and_return(
        request,
        person,
        lambda: services.set_new_password(person, password=form.cleaned_data["password"], actor=request.user),
        done=_("The password is set. Please hand it over in person."),
        form=("password_form", form),
    )
