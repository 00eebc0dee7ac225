"""Writing hours, correcting them by counter-entries, and disputing them."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cms.accounts.audit import record_act
from cms.accounts.models import User
from cms.core.clock import now, today
from cms.core.errors import InvalidInput, StaleState
from cms.ledger.enums import DisputeStatus, EntryKind, RuleKind
from cms.ledger.explain import plain
from cms.ledger.lifecycle import advance
from cms.ledger.models import HourDispute, HourEntry, HourRule
from cms.ledger.queries import net_hours
from cms.notices.services import notify
from cms.organisations.enums import Role
from cms.organisations.models import Organisation
from cms.organisations.queries import holders_of, home_organisation

CENT = Decimal("0.01")
MOST_HOURS = Decimal(1000)
ANSWER_WITHIN = timedelta(days=14)
BATCH = 500
# Policy figures change with every plan: they are first values of rows that an operator dates and edits.
DEFAULT_RULES: list[dict[str, Any]] = [
    {
        "slug": "lesson-2026",
        "kind": RuleKind.LESSON,
        "name": "微课学时规则",
        "minutes_per_hour": 45,
        "least": Decimal("0.1"),
        "cap": Decimal("1.0"),
    },
    {"slug": "member-year-2026", "kind": RuleKind.MEMBER_YEAR, "name": "党员年度学时", "hours": Decimal(32)},
    {"slug": "secretary-year-2026", "kind": RuleKind.SECRETARY_YEAR, "name": "支部书记年度学时", "hours": Decimal(56)},
    {"slug": "teaching-2026", "kind": RuleKind.TEACHING, "name": "授课学时规则", "minutes_per_hour": 45},
    {"slug": "teaching-month-2026", "kind": RuleKind.TEACHING_MONTH, "name": "讲师每月授课学时", "hours": Decimal(4)},
]
DEFAULT_FROM = date(2026, 1, 1)


@transaction.atomic
def ensure_default_rules() -> list[HourRule]:
    """Write the first rule of each kind that has none; existing rules, also ended ones, are left alone."""
    known = set(HourRule.objects.values_list("kind", flat=True))
    missing = [values for values in DEFAULT_RULES if values["kind"] not in known]
    return [HourRule.objects.create(valid_from=DEFAULT_FROM, **values) for values in missing]


def note_rule(rule: HourRule, *, actor: User, before: dict[str, Any]) -> None:
    """Keep in the audit log who wrote a rule, with its figures before and after."""
    record_act("ledger.rule", actor=actor, target=rule, before=before, after=rule_figures(rule))


def rule_figures(rule: HourRule) -> dict[str, Any]:
    """Return what a rule says, as the audit log keeps it."""
    names = ("kind", "valid_from", "valid_to", "minutes_per_hour", "hours", "least", "cap")
    return {name: None if getattr(rule, name) is None else str(getattr(rule, name)) for name in names}


@transaction.atomic
def record_hours(
    user: User,
    *,
    kind: str,
    hours: Decimal,
    on: date,
    rule: HourRule | None,
    source: tuple[str, str | int],
    label: str,
    explanation: dict[str, Any],
    key: str,
) -> HourEntry:
    """Write hours for the person once for each key and return the row, the first one when the key is known.

    `source` is (kind, id) of what earned them, `explanation` the inputs of the rule (JSON-ready).
    Raises InvalidInput for hours that are negative, not finite or beyond 1000.
    """
    if not hours.is_finite() or not 0 <= hours <= MOST_HOURS:
        raise InvalidInput(gettext_lazy("Hours must lie between 0 and 1000."))
    home = home_organisation(user)
    reasons = {**explanation, "rule": rule_snapshot(rule)} if rule else explanation
    return write_once(
        key,
        user_id=user.pk,
        user_name=str(user)[:60],
        organisation_id=home.pk if home else None,
        organisation_name=home.name if home else "",
        at=now(),
        on=on,
        kind=kind,
        hours=hours.quantize(CENT),
        rule=rule,
        source_kind=source[0],
        source_id=str(source[1]),
        source_label=label[:200],
        explanation=reasons,
    )


def write_once(key: str, **values: Any) -> HourEntry:
    """Return the row with the key, written now or before; the unique constraint decides between two at once."""
    known = HourEntry.objects.filter(key=key).first()
    if known is not None:
        return known
    try:
        with transaction.atomic():
            return HourEntry.objects.create(key=key, **values)
    except IntegrityError:
        return HourEntry.objects.get(key=key)


def rule_snapshot(rule: HourRule) -> dict[str, Any]:
    """Return what an entry keeps of its rule, so that a later rename never changes an old reason."""
    return {
        "name": rule.name,
        "since": rule.valid_from.isoformat(),
        "minutes_per_hour": rule.minutes_per_hour,
        "least": str(rule.least) if rule.least is not None else None,
        "cap": str(rule.cap) if rule.cap is not None else None,
    }


@transaction.atomic
def correct(entry: HourEntry, *, to_hours: Decimal, actor: User, reason: str) -> HourEntry:
    """Write the counter-entry that makes the entry worth `to_hours`; the entry itself stays as it was.

    Raises InvalidInput for an own entry, a missing reason, an impossible number or when nothing would change.
    """
    if actor.pk == entry.user_id:
        raise InvalidInput(gettext_lazy("Nobody corrects the own hours."), code="own_hours")
    if entry.corrects_id:
        raise InvalidInput(gettext_lazy("A correction is corrected at its original entry."), code="is_correction")
    if not reason.strip():
        raise InvalidInput(gettext_lazy("Please say why."), fields={"reason": [gettext_lazy("Please say why.")]})
    if not to_hours.is_finite() or not 0 <= to_hours <= MOST_HOURS:
        raise InvalidInput(gettext_lazy("Hours must lie between 0 and 1000."))
    # The lock makes two corrections of one entry follow each other; the difference is taken behind it.
    locked = HourEntry.objects.select_for_update(of=("self",)).get(pk=entry.pk)
    before = net_hours(locked)
    difference = to_hours.quantize(CENT) - before
    if not difference:
        raise InvalidInput(gettext_lazy("The entry already has these hours."), code="no_change")
    number = locked.corrections.count() + 1
    written = write_once(
        f"correction:{entry.pk}:{number}",
        **{name: getattr(locked, name) for name in COPIED},
        at=now(),
        kind=EntryKind.CORRECTION,
        hours=difference,
        explanation={"reason": reason.strip(), "from": plain(before), "to": plain(to_hours), "by": str(actor)},
        corrects=locked,
    )
    record_act(
        "ledger.correct",
        actor=actor,
        target=locked,
        before={"hours": str(before)},
        after={"hours": str(to_hours)},
        reason=reason.strip(),
    )
    return written


# A correction belongs to the same person, day, organisation and source, so that every sum stays right.
COPIED = (
    "user_id",
    "user_name",
    "lecturer_key",
    "organisation_id",
    "organisation_name",
    "on",
    "rule",
    "source_kind",
    "source_id",
    "source_label",
)


@transaction.atomic
def dispute(entry: HourEntry, *, user: User, text: str) -> HourDispute:
    """Ask the own branch to look at an entry again; asking twice while one question waits returns that one.

    Raises InvalidInput when nothing was written.
    """
    text = text.strip()
    if not text:
        raise InvalidInput(
            gettext_lazy("Please write what is wrong."), fields={"text": [gettext_lazy("Please write what is wrong.")]}
        )
    waiting = entry.disputes.filter(status=DisputeStatus.OPEN).first()
    if waiting is not None:
        return waiting
    values = {"user": user, "organisation": responsible_organisation(user), "text": text}
    try:
        with transaction.atomic():
            opened = entry.disputes.create(**values, opened_at=now(), due_on=today() + ANSWER_WITHIN)
    except IntegrityError:
        return entry.disputes.get(status=DisputeStatus.OPEN)
    tell_responsible(opened)
    return opened


def responsible_organisation(user: User) -> Organisation | None:
    """Return the person's organisation today, the top of the tree for somebody who belongs nowhere."""
    return home_organisation(user) or Organisation.get_first_root_node()


def tell_responsible(opened: HourDispute) -> None:
    """Send a notice to the branch administrators, or to the secretaries where there is none but the asker."""
    if opened.organisation is None:
        return
    for role in (Role.BRANCH_ADMIN, Role.BRANCH_SECRETARY):
        holders = list(holders_of(role, opened.organisation).exclude(pk=opened.user_id))
        if holders:
            notify(
                holders,
                kind="hours.disputed",
                title=gettext_lazy("A question about hours waits for your answer"),
                body=opened.entry.source_label,
                url=reverse("ledger:answer", args=[opened.pk]),
            )
            return


@transaction.atomic
def answer_dispute(opened: HourDispute, *, actor: User, answer: str, to_hours: Decimal | None = None) -> HourDispute:
    """Answer a dispute, correcting the entry to `to_hours` if given, and tell the person.

    Raises InvalidInput without an answer or for the own dispute, StaleState when it was answered before.
    """
    answer = answer.strip()
    if not answer:
        raise InvalidInput(
            gettext_lazy("Please write an answer."), fields={"answer": [gettext_lazy("Please write an answer.")]}
        )
    if actor.pk == opened.user_id:
        raise InvalidInput(gettext_lazy("Nobody answers the own question."), code="own_hours")
    stored = HourDispute.objects.select_for_update(of=("self",)).get(pk=opened.pk)
    if stored.status != DisputeStatus.OPEN:
        raise StaleState(gettext_lazy("This question has been answered meanwhile."))
    correction = None
    if to_hours is not None and to_hours != net_hours(opened.entry):
        correction = correct(opened.entry, to_hours=to_hours, actor=actor, reason=answer)
    advance(opened, DisputeStatus.ANSWERED, actor=actor, reason=answer, at=now(), correction=correction)
    notify(
        [opened.user],
        kind="hours.answered",
        title=lambda: _("Your question about “%(label)s” was answered") % {"label": opened.entry.source_label},
        body=answer,
        url=page_of(opened.entry),
    )
    return opened


def page_of(entry: HourEntry) -> str:
    """Return the address at which the person reads the entry: the study record, or the lessons given."""
    name = "ledger:teaching" if entry.kind == EntryKind.TEACHING else "ledger:record"
    return f"{reverse(name)}?year={entry.on.year}#entry-{entry.pk}"


@transaction.atomic
def forget_old_hours(at: datetime | None = None) -> int:
    """Remove entries that were kept as long as they must be, and return how many went.

    An entry goes together with its corrections and answered questions, and stays as long as one of them must stay. The
    table's triggers let only rows of more than five years go, whoever asks.
    """
    before = (at or now()) - settings.LEDGER_KEEP
    young = HourEntry.objects.filter(corrects__isnull=False, at__gte=before).values("corrects_id")
    # A question may be about a correction too: then its original stays with it.
    asked = HourDispute.objects.filter(Q(status=DisputeStatus.OPEN) | Q(answered_at__gte=before)).values(
        original=Coalesce("entry__corrects_id", "entry_id")
    )
    old = HourEntry.objects.filter(corrects__isnull=True, at__lt=before).exclude(pk__in=young).exclude(pk__in=asked)
    numbers = list(old.values_list("pk", flat=True))
    count = 0
    for start in range(0, len(numbers), BATCH):
        batch = numbers[start : start + BATCH]
        HourDispute.objects.filter(Q(entry__in=batch) | Q(entry__corrects__in=batch)).delete()
        for rows in (HourEntry.objects.filter(corrects__in=batch), HourEntry.objects.filter(pk__in=batch)):
            count += rows.delete()[0]
    if count:
        record_act("ledger.forget_old_hours", actor=None, after={"before": before.isoformat(), "rows": count})
    return count
