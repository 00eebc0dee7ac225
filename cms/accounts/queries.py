"""Reads of accounts."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from allauth.mfa.models import Authenticator
from axes.models import AccessAttempt
from django.conf import settings
from django.db.models import Count, Max, Q, QuerySet, Sum, Value
from django.db.models.functions import Lower

from cms.accounts.codes import digest_of
from cms.accounts.enums import CodeKind
from cms.accounts.models import AuditEntry, OneTimeCode, SignInName, User
from cms.accounts.record_words import acts_saying
from cms.accounts.second_factor import people_of_the_admin
from cms.core.clock import now
from cms.core.ratelimit import is_at_limit

MAX_FAILURES = 5
# As many values as every database takes in one question.
PORTION = 500
# Wrong passwords for one account from all addresses together; axes counts each address by itself.
PASSWORD_SCOPE = "account-password"  # noqa: S105  # the name of a counter
FAILURES_AN_HOUR = 60


def people_named(typed: str) -> QuerySet[User]:
    """Return the one person whose user name, phone or staff number this is, in whatever case of letters; or nobody."""
    # The database makes the letters small on both sides: it knows fewer of them than Python.
    names = SignInName.objects.filter(name=Lower(Value(typed.strip())))
    return User.objects.filter(pk__in=names.values("user"))


def taken_names(names: Iterable[str]) -> set[str]:
    """Return which of the names, phones and staff numbers in small letters, are taken; asked in portions."""
    wanted = sorted({name.lower() for name in names if name})
    found: set[str] = set()
    for start in range(0, len(wanted), PORTION):
        part = wanted[start : start + PORTION]
        found.update(SignInName.objects.filter(name__in=part).values_list("name", flat=True))
    return found


def open_codes(kind: CodeKind) -> QuerySet[OneTimeCode]:
    """Return codes that can still be used: neither used, too old, guessed at too often, nor of staff or superusers."""
    return OneTimeCode.objects.filter(
        kind=kind,
        used_at__isnull=True,
        expires_at__gt=now(),
        failures__lt=MAX_FAILURES,
        user__is_active=True,
        user__mfa_required=False,
        user__is_superuser=False,
    ).exclude(user__in=people_of_the_admin())


def find_open_qr(token: str) -> OneTimeCode | None:
    """Return the open code of a QR address without using it up, or None."""
    return open_codes(CodeKind.QR).filter(digest=digest_of(token)).select_related("user").first()


def lockout_ends_at(lockout_name: str, address: str) -> datetime:
    """Return when the pause after too many wrong passwords ends for this account from this address."""
    attempts = AccessAttempt.objects.filter(username=lockout_name, ip_address=address)
    last: datetime | None = attempts.aggregate(last=Max("attempt_time"))["last"]
    cool_off: timedelta = settings.AXES_COOLOFF_TIME
    return (last or now()) + cool_off


def is_guessed_at(lockout_name: str) -> bool:
    """Return whether there were so many wrong passwords from everywhere that nobody may try for now."""
    return is_at_limit(PASSWORD_SCOPE, lockout_name, limit=FAILURES_AN_HOUR)


def is_locked_out(user: User) -> bool:
    """Return whether some address, or everybody, has to wait before trying this account again."""
    if is_guessed_at(user.username):
        return True
    since = now() - settings.AXES_COOLOFF_TIME
    attempts = AccessAttempt.objects.filter(username=user.username, attempt_time__gt=since)
    failed = attempts.values("ip_address").annotate(failed=Sum("failures_since_start"))
    locked: bool = failed.filter(failed__gte=settings.AXES_FAILURE_LIMIT).exists()
    return locked


def audit_entries(
    *, words: str = "", action: str = "", since: datetime | None = None, until: datetime | None = None
) -> QuerySet[AuditEntry]:
    """Return audit entries, newest first; `words` look into names.

    `action` is what an act is called, or a part of it, or the beginning of its code such as "lessons.".
    """
    entries = AuditEntry.objects.all()
    if words:
        entries = entries.filter(actor_name__icontains=words) | entries.filter(target_label__icontains=words)
    if action:
        entries = entries.filter(Q(action__startswith=action) | Q(action__in=acts_saying(action)))
    if since:
        entries = entries.filter(at__gte=since)
    if until:
        entries = entries.filter(at__lt=until)
    return entries


def factor_counts(user: User) -> dict[str, int]:
    """Return how many second factors of each kind the person has: {"totp": 1, "webauthn": 2}."""
    rows = Authenticator.objects.filter(user=user).values_list("type").annotate(number=Count("pk"))
    return {str(kind): number for kind, number in rows}
