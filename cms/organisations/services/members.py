"""Who belongs where, and the codes that a branch issues to its people."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cms.accounts.audit import record_act
from cms.accounts.enums import CodeKind
from cms.accounts.models import User
from cms.accounts.services import issue_code, open_accounts
from cms.core.clock import today
from cms.core.errors import InvalidInput
from cms.core.templatetags.core_tags import local_date
from cms.notices.services import notify
from cms.organisations.enums import MembershipKind
from cms.organisations.models import Membership, Organisation
from cms.organisations.queries import forget_standing

FARTHEST = timedelta(days=366)
EARLIEST = date(1921, 7, 1)


@dataclass(frozen=True)
class Newcomer:
    """One person of a checked list."""

    name: str
    phone: str
    staff_number: str
    organisation: Organisation
    kind: MembershipKind
    starts_on: date
    is_mobile: bool = False
    needs_home_delivery: bool = False


@transaction.atomic
def admit_members(newcomers: list[Newcomer], *, actor: User | None = None) -> list[User]:
    """Open accounts without passwords and let everybody join; thousands take a few statements, all or none.

    The rows have been checked; a phone that was taken meanwhile raises IntegrityError and nothing is kept.
    """
    users = open_accounts([(one.name, one.phone, one.staff_number) for one in newcomers])
    Membership.objects.bulk_create(
        [
            Membership(
                user=user,
                organisation=one.organisation,
                kind=one.kind,
                starts_on=one.starts_on,
                is_mobile=one.is_mobile,
                needs_home_delivery=one.needs_home_delivery,
            )
            for user, one in zip(users, newcomers, strict=True)
        ],
        batch_size=500,
    )
    record_act("organisations.admit_members", actor=actor, after={"people": [user.pk for user in users]})
    return users


@transaction.atomic
def join(
    user: User,
    organisation: Organisation,
    kind: MembershipKind = MembershipKind.MEMBER,
    starts_on: date | None = None,
    *,
    is_mobile: bool = False,
    needs_home_delivery: bool = False,
    actor: User | None = None,
) -> Membership:
    """Let the person belong to an organisation from a day on (today if not said).

    Raises InvalidInput when the person belongs somewhere already (then it is a transfer) or the organisation is closed.
    """
    if Membership.objects.filter(user=user, ends_on__isnull=True).exists():
        raise InvalidInput(_("This person already belongs to an organisation; please transfer."), code="has_home")
    refuse_closed(organisation)
    made = Membership.objects.create(
        user=user,
        organisation=organisation,
        kind=kind,
        starts_on=plausible(starts_on or today()),
        is_mobile=is_mobile,
        needs_home_delivery=needs_home_delivery,
    )
    forget_standing(user)
    record_act("organisations.join", actor=actor, target=user, after=picture(made))
    return made


@transaction.atomic
def transfer(user: User, to: Organisation, on: date, *, actor: User | None = None) -> Membership:
    """End the present membership on the day before `on` and begin one at `to`; both rows stay as history.

    Raises InvalidInput for a person without membership, the same organisation, a closed one, or a day that is not
    after the present membership's first. The person is told.
    """
    present = Membership.objects.select_for_update().filter(user=user, ends_on__isnull=True).first()
    if present is None:
        raise InvalidInput(_("This person belongs to no organisation yet."), code="no_home")
    if present.organisation_id == to.pk:
        raise InvalidInput(_("The person already belongs there."), code="same")
    refuse_closed(to)
    if plausible(on) <= present.starts_on:
        sentence = _("The day must lie after the first day of the present membership.")
        raise InvalidInput(sentence, code="too_early", fields={"on": [sentence]})
    before = picture(present)
    Membership.objects.filter(pk=present.pk).update(ends_on=on - timedelta(days=1))
    made = Membership.objects.create(
        user=user,
        organisation=to,
        kind=present.kind,
        starts_on=on,
        is_mobile=present.is_mobile,
        needs_home_delivery=present.needs_home_delivery,
    )
    forget_standing(user)
    record_act("organisations.transfer", actor=actor, target=user, before=before, after=picture(made))
    notify(
        [user],
        kind="organisations.transfer",
        title=lambda: _("From %(day)s on you belong to another organisation") % {"day": local_date(on)},
        body=lambda: _("Now: %(organisation)s. Your records so far stay with you.") % {"organisation": to},
    )
    return made


def refuse_closed(organisation: Organisation) -> None:
    """Raise InvalidInput for a closed organisation."""
    if not Organisation.objects.filter(pk=organisation.pk, is_active=True).exists():
        raise InvalidInput(_("This organisation is closed."), code="closed")


def plausible(day: date) -> date:
    """Return the day; raise InvalidInput when it lies before 1921 or more than a year ahead."""
    if not EARLIEST <= day <= today() + FARTHEST:
        sentence = _("Please check the day: it lies too far back or ahead.")
        raise InvalidInput(sentence, code="day", fields={"on": [sentence]})
    return day


def picture(membership: Membership) -> dict[str, str]:
    """Return a membership as the audit log keeps it."""
    return {
        "organisation": membership.organisation.code,
        "kind": membership.kind,
        "from": membership.starts_on.isoformat(),
    }


@transaction.atomic
def issue_code_for(user: User, *, kind: CodeKind, actor: User) -> str:
    """Issue a sign-in code for a person of the own branch and tell the person; return the code.

    The caller has fetched the person through `permissions.get_member_for`. Raises DomainError as
    `accounts.services.issue_code` does.
    """
    secret = issue_code(user, kind=kind, actor=actor)
    notify(
        [user],
        kind="accounts.code_issued",
        title=lambda: _("%(name)s issued a sign-in code for you") % {"name": actor},
        body=gettext_lazy(
            "It works once and for ten minutes. If you did not ask for it, please tell your branch secretary."
        ),
    )
    return secret
