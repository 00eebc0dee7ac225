"""Reads of rules, entries and disputes."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, Prefetch, Q, QuerySet, Sum

from cms.accounts.models import User
from cms.core.personal_data import Records
from cms.ledger.enums import DisputeStatus, EntryKind
from cms.ledger.explain import explain_correction, explain_entry, explain_teaching
from cms.ledger.models import HourDispute, HourEntry, HourRule
from cms.organisations.enums import Role
from cms.organisations.queries import standing_of

ZERO = Decimal("0.00")
HANDLING_ROLES = (Role.BRANCH_ADMIN, Role.BRANCH_SECRETARY)


def rule_on(kind: str, day: date) -> HourRule | None:
    """Return the rule of the kind in force on the day (the latest that has begun and not ended), or None."""
    in_force = HourRule.objects.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=day), kind=kind, valid_from__lte=day)
    return in_force.order_by("-valid_from").first()


# Hours of lessons given, with their corrections; they are never added to what somebody studied.
TAUGHT = Q(kind=EntryKind.TEACHING) | Q(corrects__kind=EntryKind.TEACHING)


def entries_of(user: User) -> QuerySet[HourEntry]:
    """Return the person's entries, newest day first, with rule; corrections are rows of their own."""
    return HourEntry.objects.filter(user_id=user.pk).select_related("rule", "corrects")


def studied_by(user: User) -> QuerySet[HourEntry]:
    """Return the entries of what the person studied."""
    return entries_of(user).exclude(pk__in=taught_by(user).order_by().values("pk"))


def taught_by(user: User) -> QuerySet[HourEntry]:
    """Return the entries of lessons the person gave."""
    return entries_of(user).filter(TAUGHT)


def with_corrections(entries: QuerySet[HourEntry]) -> QuerySet[HourEntry]:
    """Return original entries with their corrections and questions beside them, in two further queries."""
    return entries.filter(corrects__isnull=True).prefetch_related(
        Prefetch("corrections", HourEntry.objects.select_related("corrects").order_by("pk")),
        Prefetch("disputes", HourDispute.objects.order_by("-opened_at", "-pk")),
    )


def record_of(user: User, year: int) -> QuerySet[HourEntry]:
    """Return what the own record lists for a year: entries with their corrections and disputes beside them."""
    return with_corrections(studied_by(user).filter(on__year=year))


def year_total(user: User, year: int) -> Decimal:
    """Return the person's study hours of a calendar year, corrections included (they carry the entry's day)."""
    return exact(studied_by(user).filter(on__year=year).aggregate(total=Sum("hours"))["total"])


def taught_in(user: User, year: int) -> QuerySet[HourEntry]:
    """Return the lessons the person gave in a year, with corrections and disputes beside them."""
    return with_corrections(taught_by(user).filter(on__year=year))


def taught_months(user: User, year: int) -> dict[int, Decimal]:
    """Return the teaching hours of each month of the year in which there are any, corrections included."""
    totals = taught_by(user).filter(on__year=year).order_by().values_list("on__month").annotate(total=Sum("hours"))
    return {month: exact(total) for month, total in totals}


def hours_taught(user_ids: Iterable[int], first: date, last: date) -> dict[int, Decimal]:
    """Return the teaching hours of several people between two days, by their keys; who has none is left out."""
    taught = HourEntry.objects.filter(TAUGHT, user_id__in=list(user_ids), on__range=(first, last)).order_by()
    return {pk: exact(total) for pk, total in taught.values_list("user_id").annotate(total=Sum("hours"))}


def exact(total: Decimal | None) -> Decimal:
    """Return a database's sum in hundredths: SQLite adds decimals as floating point numbers."""
    return ZERO if total is None else total.quantize(ZERO)


def years_of(user: User) -> list[int]:
    """Return the years in which the person has entries, newest first."""
    return [day.year for day in studied_by(user).dates("on", "year", order="DESC")]


def years_taught(user: User) -> list[int]:
    """Return the years in which the person gave lessons, newest first."""
    return [day.year for day in taught_by(user).dates("on", "year", order="DESC")]


def why(entry: HourEntry) -> list[str]:
    """Return the sentences that say why the entry has its hours, in the active language."""
    inputs: dict[str, Any] = entry.explanation
    if entry.corrects:
        return explain_correction(inputs, teaching=entry.corrects.kind == EntryKind.TEACHING)
    if entry.kind == EntryKind.TEACHING:
        return explain_teaching(inputs, entry.hours)
    return explain_entry(entry.source_kind, inputs, entry.hours)


def net_hours(entry: HourEntry) -> Decimal:
    """Return what the entry is worth after its corrections."""
    return entry.hours + exact(entry.corrections.aggregate(total=Sum("hours"))["total"])


def disputes_for(user: User) -> QuerySet[HourDispute]:
    """Return disputes of people in the branches for which the person is responsible, never the own ones."""
    within = Q(pk__in=[])
    for path in standing_of(user).paths_of(*HANDLING_ROLES):
        within |= Q(organisation__path__startswith=path)
    return (
        HourDispute.objects.filter(within)
        .exclude(user=user)
        .select_related("entry", "entry__rule", "user", "organisation")
    )


def all_disputes_for(user: User) -> QuerySet[HourDispute]:
    """Return the disputes that are this person's to answer, also answered ones, newest first."""
    return disputes_for(user).order_by("-opened_at", "-pk")


def open_disputes_for(user: User) -> QuerySet[HourDispute]:
    """Return the disputes that wait for this person, the soonest due first; the workbench counts and lists them."""
    return disputes_for(user).filter(status=DisputeStatus.OPEN).order_by("due_on", "pk")


def hours_by_kind(user: User, year: int) -> dict[str, Decimal]:
    """Return the person's hours of a year by kind of the original entry; a correction counts where it corrects."""
    rows = HourEntry.objects.filter(user_id=user.pk, on__year=year).values("kind", "corrects__kind")
    totals: dict[str, Decimal] = {}
    for row in rows.annotate(total=Sum("hours"), rows=Count("pk")).order_by("kind"):
        kind = row["corrects__kind"] if row["kind"] == EntryKind.CORRECTION else row["kind"]
        totals[kind] = totals.get(kind, ZERO) + exact(row["total"])
    return totals


def personal_entries(user: User) -> Records:
    """Return every entry about the person for "my data", oldest first."""
    return Records(entries_of(user).order_by("on", "pk"), describe_entry)


def describe_entry(entry: HourEntry) -> dict[str, Any]:
    """Return one entry with its reason."""
    return {
        "on": entry.on.isoformat(),
        "hours": str(entry.hours),
        "for": entry.source_label,
        "rule": entry.rule.name if entry.rule else "",
        "why": why(entry),
        "organisation": entry.organisation_name,
    }


def personal_disputes(user: User) -> Iterable[dict[str, Any]]:
    """Return the person's questions about hours and their answers for "my data", oldest first."""
    for dispute in HourDispute.objects.filter(user=user).select_related("entry"):
        yield {
            "at": dispute.opened_at.isoformat(),
            "about": dispute.entry.source_label,
            "text": dispute.text,
            "state": str(dispute.get_status_display()),
            "answer": dispute.answer,
        }
