"""What people and branches ask of accounts: one-time codes, preferences, signing out elsewhere, API tokens."""

import secrets
from datetime import datetime, timedelta

from allauth.mfa.models import Authenticator
from axes.handlers.proxy import AxesProxyHandler
from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.contrib.sessions.backends.db import SessionStore
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Q
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext_lazy as _

from cms.accounts.api_auth import token_digest
from cms.accounts.audit import record_act
from cms.accounts.codes import digest_of, new_digits, new_qr_token
from cms.accounts.enums import CodeKind
from cms.accounts.models import ApiToken, OneTimeCode, User
from cms.accounts.queries import PASSWORD_SCOPE, open_codes, people_named
from cms.accounts.second_factor import needs_second_factor
from cms.core.clock import now
from cms.core.errors import DomainError, InvalidInput
from cms.core.ratelimit import count_request, forget_requests

CODE_LIFE = timedelta(minutes=10)
HOUR_S = 3600


def note_wrong_password(lockout_name: str) -> None:
    """Count a wrong password that was really tried, from wherever."""
    count_request(PASSWORD_SCOPE, lockout_name, seconds=HOUR_S)


@transaction.atomic
def forgive_wrong_passwords(user: User) -> int:
    """Forget the wrong passwords of all addresses, one by one and together; return how many counters there were."""
    forget_requests(PASSWORD_SCOPE, user.username)
    removed: int = AccessAttempt.objects.filter(username=user.username).delete()[0]
    return removed


@transaction.atomic
def issue_code(user: User, *, kind: CodeKind, actor: User) -> str:
    """Make a sign-in code for the person and return it; only its hash is kept, valid once and for ten minutes.

    An earlier code of the person ends. Whether the actor may is the caller's question; raises DomainError for
    people with a staff role (`staff_no_code`), inactive accounts (`inactive`) and oneself (`own_code`).
    """
    user = User.objects.select_for_update().get(pk=user.pk)
    refuse_code(user, actor=actor)
    OneTimeCode.objects.filter(user=user).delete()
    secret = new_digits() if kind == CodeKind.DIGITS else new_qr_token()
    issued_at = now()
    OneTimeCode.objects.create(
        user=user,
        kind=kind,
        digest=digest_of(secret, user.pk if kind == CodeKind.DIGITS else None),
        issued_by=actor,
        issued_at=issued_at,
        expires_at=issued_at + CODE_LIFE,
    )
    record_act("accounts.issue_code", actor=actor, target=user, after={"kind": kind})
    return secret


def refuse_code(user: User, *, actor: User) -> None:
    """Raise DomainError when the person must not get a code from this actor."""
    if needs_second_factor(user):
        raise DomainError(
            _("People with a staff role sign in with password and second factor, never with a code."),
            code="staff_no_code",
        )
    if not user.is_active:
        raise DomainError(_("This account is closed."), code="inactive")
    if user.pk == actor.pk:
        raise DomainError(_("Nobody issues a code to oneself."), code="own_code")


@transaction.atomic
def redeem_digits(name: str, digits: str) -> User | None:
    """Return the person whose open code this is and use the code up; None for anything wrong, without saying what.

    `name` is the phone, staff number, user name or the written name. A wrong code counts against every open code
    of the name, so that five guesses end it. The steps are the same for unknown names.
    """
    name = name.strip()
    named = Q(user__in=people_named(name).order_by()) | Q(user__name=name)
    codes = list(open_codes(CodeKind.DIGITS).filter(named).select_related("user"))
    found = None
    for code in codes:
        if constant_time_compare(code.digest, digest_of(digits, code.user_id)):
            found = code
    if not codes:
        digest_of(digits, 0)
    if found is None:
        OneTimeCode.objects.filter(pk__in=[code.pk for code in codes] or [0]).update(failures=F("failures") + 1)
        return None
    return use_up(found)


@transaction.atomic
def redeem_qr(token: str) -> User | None:
    """Return the person whose QR address this is and use it up; None when it is unknown, used or too old."""
    code = open_codes(CodeKind.QR).filter(digest=digest_of(token)).select_related("user").first()
    return use_up(code) if code else None


def use_up(code: OneTimeCode) -> User | None:
    """Mark the code as used and return its person; None when somebody was faster."""
    if not OneTimeCode.objects.filter(pk=code.pk, used_at__isnull=True).update(used_at=now()):
        return None
    record_act("accounts.use_code", actor=code.user, target=code.user, after={"kind": code.kind})
    return code.user


@transaction.atomic
def choose_preferences(user: User, *, elder_view: bool, language: str) -> None:
    """Store how the person wants pages shown."""
    User.objects.filter(pk=user.pk).update(elder_view=elder_view, language=language)
    user.elder_view, user.language = elder_view, language


@transaction.atomic
def end_all_sessions(user: User, *, actor: User) -> None:
    """Sign the person out on every device and end the tokens of scripts; the caller may renew the present session."""
    User.objects.filter(pk=user.pk).update(session_epoch=F("session_epoch") + 1)
    user.refresh_from_db(fields=["session_epoch"])
    end_api_tokens(user)
    record_act("accounts.end_sessions", actor=actor, target=user)


@transaction.atomic
def forget_ways_in(user: User, *, actor: User) -> None:
    """End every way into the account: password, second factors, codes of the branch, sessions, tokens of scripts.

    Who knew or planted one of them (a branch that issues codes can set a first password) keeps nothing of it.
    """
    user.set_unusable_password()
    user.save(update_fields=["password"])
    Authenticator.objects.filter(user=user).delete()
    OneTimeCode.objects.filter(user=user, used_at__isnull=True).delete()
    end_all_sessions(user, actor=actor)


def end_api_tokens(user: User) -> int:
    """End all tokens of the person and return how many there were: whoever knew the old password may have made them."""
    return ApiToken.objects.filter(user=user).delete()[0]


@transaction.atomic
def issue_api_token(user: User, *, days: int, actor: User | None = None) -> tuple[str, datetime]:
    """Make a bearer token that is valid for `days` days and return it with its end; only its hash is kept.

    Raises InvalidInput for a closed account or days outside 1–366.
    """
    if not user.is_active:
        raise InvalidInput(_("This account is closed."), code="inactive")
    if not 1 <= days <= 366:  # noqa: PLR2004  # a leap year
        raise InvalidInput(_("A token is valid for 1 to 366 days."), code="days")
    token = secrets.token_urlsafe(32)
    created_at = now()
    made = ApiToken.objects.create(
        user=user, digest=token_digest(token), created_at=created_at, expires_at=created_at + timedelta(days=days)
    )
    record_act("accounts.issue_api_token", actor=actor, target=user, after={"days": days})
    return token, made.expires_at


@transaction.atomic
def open_account(*, name: str, phone: str = "", staff_number: str = "", actor: User | None = None) -> User:
    """Make an account without a password: its person signs in first with a code of the branch.

    Raises InvalidInput (`taken`) when somebody signs in with this phone or staff number, under whatever kind of name.
    """
    taken = {
        field: [_("Somebody has this already.")]
        for field, value in (("phone", phone), ("staff_number", staff_number))
        if value and people_named(value).exists()
    }
    if taken:
        raise InvalidInput(_("Somebody has this already."), code="taken", fields=taken)
    user = open_accounts([(name, phone, staff_number)])[0]
    record_act("accounts.open_account", actor=actor, target=user)
    return user


@transaction.atomic
def open_account_with_password(*, name: str, username: str, password: str, actor: User | None = None) -> User:
    """Make an account whose person signs in with a user name and a first password, for those who begin a site.

    Raises InvalidInput when the user name cannot be used or is taken.
    """
    user = User(username=username, name=name, password=make_password(password))
    if people_named(username).exists():
        raise InvalidInput(
            _("Somebody has this already."), code="taken", fields={"username": [_("Somebody has this already.")]}
        )
    try:
        user.full_clean()
    except ValidationError as error:
        raise InvalidInput(" ".join(error.messages), fields=error.message_dict) from error
    user.save()
    record_act("accounts.open_account", actor=actor, target=user)
    return user


def open_accounts(people: list[tuple[str, str, str]]) -> list[User]:
    """Make accounts of (name, phone, staff number) in a few statements; the caller audits.

    Raises IntegrityError when somebody signs in with one of the phones or staff numbers, under whatever kind of name.
    """
    return User.objects.bulk_create(
        [
            User(
                username=f"m{secrets.token_hex(6)}",
                name=name,
                phone=phone or None,
                staff_number=staff_number or None,
                password=make_password(None),
            )
            for name, phone, staff_number in people
        ],
        batch_size=500,
    )


def forget_old_sign_ins() -> None:
    """Remove what is known of sign-ins (address, browser, name) after the time of the network log, and ended sessions."""
    AxesProxyHandler.reset_logs(age_days=settings.ACCESS_LOG_KEEP.days)
    AxesProxyHandler.reset_failure_logs(age_days=settings.ACCESS_LOG_KEEP.days)
    SessionStore.clear_expired()
