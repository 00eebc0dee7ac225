"""The branch's members: list, one member, transfer, sign-in codes, contact."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from cms.accounts.audit import record_act
from cms.accounts.enums import CodeKind
from cms.accounts.requests import SignedInRequest
from cms.accounts.second_factor import needs_second_factor
from cms.accounts.services import CODE_LIFE
from cms.core.clock import now
from cms.core.errors import DomainError
from cms.core.faults import BAD_REQUEST, tell
from cms.core.qr import qr_svg
from cms.core.ratelimit import limited
from cms.organisations.forms import MemberFilterForm, TransferForm
from cms.organisations.models import Membership
from cms.organisations.permissions import get_member_for, managed_paths, may_issue_code
from cms.organisations.queries import history_of, members_below
from cms.organisations.services import issue_code_for, transfer
from cms.organisations.views.answers import page_of


@login_required
@require_safe
def member_list(request: SignedInRequest) -> HttpResponse:
    """Show the members of the own subtree, found by name, staff number and organisation."""
    paths = managed_paths(request.user)
    form = MemberFilterForm(request.GET or None, paths=paths)
    chosen = form.cleaned_data if form.is_valid() else {}
    members = members_below(paths, words=chosen.get("q", "").strip(), organisation=chosen.get("organisation"))
    context = {"form": form, "page": page_of(request, members), "filtered": any(chosen.values())}
    return render(request, "organisations/members.html", context)


@login_required
@require_safe
def member(request: SignedInRequest, pk: int) -> HttpResponse:
    """Show one member with history and what the secretary can do."""
    membership = get_member_for(request.user, pk)
    return show_member(request, membership, TransferForm(paths=managed_paths(request.user)))


def show_member(
    request: SignedInRequest,
    membership: Membership,
    form: TransferForm,
    *,
    phone: str = "",
    status: int = 200,
) -> HttpResponse:
    """Show the member's page, with a form that may carry mistakes."""
    context = {
        "membership": membership,
        "person": membership.user,
        "history": history_of(membership.user),
        "form": form,
        "phone": phone,
        "may_issue_code": may_issue_code(request.user, membership),
        "factor_needed": needs_second_factor(membership.user),
    }
    return render(request, "organisations/member.html", context, status=status)


@login_required
@limited("transfer", limit=30)
@require_POST
def transfer_member(request: SignedInRequest, pk: int) -> HttpResponse:
    """Move a member to another organisation of the own subtree."""
    membership = get_member_for(request.user, pk)
    form = TransferForm(request.POST, paths=managed_paths(request.user))
    if form.is_valid():
        try:
            transfer(membership.user, form.cleaned_data["to"], form.cleaned_data["on"], actor=request.user)
        except DomainError as error:
            return show_member(request, membership, form, status=tell(form, error))
        messages.success(request, _("The transfer is recorded; the history stays."))
        return HttpResponseRedirect(reverse("organisations:members"))
    return show_member(request, membership, form, status=BAD_REQUEST)


@login_required
@never_cache
@limited("contact", limit=60, seconds=3600)
@require_POST
def show_contact(request: SignedInRequest, pk: int) -> HttpResponse:
    """Show a member's phone; each look is written down."""
    membership = get_member_for(request.user, pk)
    record_act("organisations.see_contact", actor=request.user, target=membership.user)
    form = TransferForm(paths=managed_paths(request.user))
    return show_member(request, membership, form, phone=membership.user.phone or _("none stored"))


@login_required
@never_cache
@limited("issue-code", limit=60, seconds=600)
@require_POST
def issue(request: SignedInRequest, pk: int) -> HttpResponse:
    """Issue six digits or a QR code for a member and show it this once."""
    membership = get_member_for(request.user, pk)
    kind = CodeKind.QR if request.POST.get("kind") == CodeKind.QR else CodeKind.DIGITS
    try:
        secret = issue_code_for(membership.user, kind=kind, actor=request.user)
    except DomainError as error:
        messages.error(request, str(error.message))
        form = TransferForm(paths=managed_paths(request.user))
        return show_member(request, membership, form, status=error.status)
    context = {
        "person": membership.user,
        "digits": f"{secret[:3]} {secret[3:]}" if kind == CodeKind.DIGITS else "",
        "qr": qr_svg(address_of(request, secret)) if kind == CodeKind.QR else "",
        "ends_at": now() + CODE_LIFE,
    }
    return render(request, "organisations/code.html", context)


def address_of(request: HttpRequest, token: str) -> str:
    """Return the full address that a QR code carries."""
    return request.build_absolute_uri(reverse("accounts:qr", args=[token]))
