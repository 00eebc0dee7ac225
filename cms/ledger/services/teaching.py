"""Hours of lessons that somebody gave, and the private note when a month had fewer than a rule names."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cms.accounts.models import User
from cms.core.clock import now, today
from cms.core.errors import InvalidInput
from cms.ledger.counting import hours_for_minutes
from cms.ledger.enums import EntryKind, RuleKind
from cms.ledger.explain import plain
from cms.ledger.models import HourEntry
from cms.ledger.queries import hours_taught, net_hours, rule_on
from cms.ledger.services.hours import CENT, correct, rule_snapshot, write_once
from cms.notices.services import notify
from cms.organisations.enums import Role
from cms.organisations.models import Organisation
from cms.organisations.queries import current_roles

MOST_MINUTES = 24 * 60
NOTHING = Decimal(0)


@transaction.atomic
def count_teaching(
    *,
    lecturer_key: object,
    name: str,
    start: datetime,
    minutes: int,
    source: tuple[str, object],
    label: str,
    user: User | None = None,
    organisation: Organisation | None = None,
) -> HourEntry | None:
    """Write the teaching hours of a lesson once for each source and lecturer, under the rule of the day it began on.

    `source` is (kind, id) of what was delivered, `organisation` who listened, `user` the lecturer's account if there is
    one. Returns None when no rule is in force on that day. Raises InvalidInput for no lecturer, for minutes outside 1 to
    1440 and for a lesson in the future.
    """
    if not 1 <= minutes <= MOST_MINUTES:
        raise InvalidInput(gettext_lazy("A lesson lasts between 1 and 1440 minutes."))
    if not str(lecturer_key).strip():
        raise InvalidInput(gettext_lazy("Say who gave the lesson."))
    if start > now():
        raise InvalidInput(gettext_lazy("A lesson counts once it was given."))
    begun = timezone.localtime(start)
    rule = rule_on(RuleKind.TEACHING, begun.date())
    if rule is None or rule.minutes_per_hour is None:
        return None
    hours = hours_for_minutes(
        Decimal(minutes), minutes_per_hour=rule.minutes_per_hour, least=rule.least, most=rule.cap
    )
    return write_once(
        f"teaching:{source[0]}:{source[1]}:{lecturer_key}"[:160],
        user_id=user.pk if user else None,
        user_name=name[:60],
        lecturer_key=str(lecturer_key)[:60],
        organisation_id=organisation.pk if organisation else None,
        organisation_name=organisation.name if organisation else "",
        at=now(),
        on=begun.date(),
        kind=EntryKind.TEACHING,
        hours=hours.quantize(CENT),
        rule=rule,
        source_kind=source[0],
        source_id=str(source[1]),
        source_label=label[:200],
        explanation=reasons_for(begun, minutes, organisation) | {"rule": rule_snapshot(rule)},
    )


@transaction.atomic
def recount_teaching(source: tuple[str, object], *, minutes: int, actor: User, reason: str) -> HourEntry | None:
    """Correct the hours of a lesson whose minutes were mistyped, under the rule by which it was counted.

    Returns the counter-entry, None where nothing was counted or the hours stay. Raises as `correct`.
    """
    counted = HourEntry.objects.filter(kind=EntryKind.TEACHING, source_kind=source[0], source_id=str(source[1]))
    entry = counted.select_related("rule").first()
    if entry is None or entry.rule is None or entry.rule.minutes_per_hour is None:
        return None
    rule = entry.rule
    hours = hours_for_minutes(
        Decimal(minutes), minutes_per_hour=entry.rule.minutes_per_hour, least=rule.least, most=rule.cap
    )
    if hours.quantize(CENT) == net_hours(entry):
        return None
    return correct(entry, to_hours=hours, actor=actor, reason=reason)


def reasons_for(begun: datetime, minutes: int, organisation: Organisation | None) -> dict[str, Any]:
    """Return what the entry keeps of the lesson, so that it can say why it counts as it does."""
    last = timezone.localtime(begun + timedelta(minutes=minutes) - timedelta(microseconds=1))
    return {
        "start": begun.isoformat(),
        "minutes": minutes,
        "organisation": organisation.name if organisation else "",
        "past_midnight": last.date() > begun.date(),
    }


def tell_about_months(day: date | None = None) -> int:
    """Tell each lecturer with fewer hours in the month before than the rule names; return how many were told.

    Only the person hears of it: nobody sees a list. The dated rule of kind `teaching_month` names the hours.
    """
    last = (day or today()).replace(day=1) - timedelta(days=1)
    first = last.replace(day=1)
    rule = rule_on(RuleKind.TEACHING_MONTH, last)
    if rule is None or rule.hours is None:
        return 0
    on_duty = current_roles(first).filter(role=Role.LECTURER).values("user")
    people = list(User.objects.filter(is_active=True, pk__in=on_duty))
    taught = hours_taught([person.pk for person in people], first, last)
    told = 0
    for person in people:
        hours = taught.get(person.pk, NOTHING)
        if hours < rule.hours:
            told += len(tell_about_month(person, first, hours, rule.hours))
    return told


def tell_about_month(person: User, first: date, hours: Decimal, named: Decimal) -> list[Any]:
    """Send the private note about one month; returns nothing for somebody who mutes such notes or was told before."""
    values = {"year": first.year, "month": first.month, "hours": plain(hours), "named": plain(named)}
    # The title goes out by e-mail, so the hours stand in the text, which does not.
    return notify(
        [person],
        kind="hours.month",
        title=lambda: _("Your teaching hours in %(year)s-%(month)02d") % values,
        body=lambda: (
            _(
                "You gave %(hours)s teaching hours; the rule names %(named)s. This is for you alone. "
                "If a lesson is missing, ask the branch that listened to record it."
            )
            % values
        ),
        url=f"{reverse('ledger:teaching')}?year={first.year}",
        dedupe_key=f"hours.month:{first:%Y-%m}",
    )
