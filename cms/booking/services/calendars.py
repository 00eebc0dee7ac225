"""Addresses of personal calendars: made, made anew, withdrawn."""

from django.db import transaction

from cms.accounts.audit import record_act
from cms.accounts.models import User
from cms.booking.models import CalendarFeed
from cms.core.clock import now


@transaction.atomic
def make_calendar(user: User) -> CalendarFeed:
    """Make the person's calendar address; one that exists stops answering."""
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    CalendarFeed.objects.filter(user=user, revoked_at__isnull=True).update(revoked_at=now())
    feed = CalendarFeed.objects.create(user=user, created_at=now())
    record_act("booking.make_calendar", actor=user, target=user)
    return feed


@transaction.atomic
def withdraw_calendar(user: User) -> bool:
    """Let the person's calendar address stop answering; return whether there was one."""
    withdrawn = CalendarFeed.objects.filter(user=user, revoked_at__isnull=True).update(revoked_at=now())
    if withdrawn:
        record_act("booking.withdraw_calendar", actor=user, target=user)
    return bool(withdrawn)
