"""Reporting a problem or suggesting something, and who looks after it until when."""

from datetime import timedelta
from uuid import UUID, uuid5

from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, transaction
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cms.accounts.audit import record_act
from cms.accounts.models import User
from cms.core.clock import now, today
from cms.core.errors import InvalidInput, StaleState
from cms.core.templatetags.core_tags import local_date
from cms.feedback.enums import URGENT, URGENT_DAYS, USUAL_DAYS, ReportStatus
from cms.feedback.models import ProblemReport
from cms.feedback.queries import due_soon, everybody_on_duty, least_busy, on_duty_for
from cms.feedback.subjects import Subject, problems_with
from cms.notices.models import Notice
from cms.notices.services import notify

REMIND_BEFORE = timedelta(days=1)
OVERDUE_FOR = timedelta(days=366)
KEPT = timedelta(days=731)  # two years, a leap day among them


@transaction.atomic
def report_problem(
    subject: Subject,
    *,
    reporter: User | AnonymousUser,
    category: str,
    text: str,
    token: UUID,
    moment_s: float | None = None,
) -> ProblemReport:
    """Write a report once, set the day to answer by and tell those responsible.

    A second click, and the same words about the same moment sent again while they wait, are the same report; other words
    or another moment in a form that was sent before are a report of their own. Raises InvalidInput without a text or for a category that things of the kind do not have.
    """
    text = text.strip()
    if not text or category not in problems_with(subject.kind):
        raise InvalidInput(
            gettext_lazy("Please write what you noticed."),
            fields={"text": [gettext_lazy("Please write what you noticed.")]},
        )
    token = uuid5(token, f"{category} {moment_s} {text}")
    sender = reporter if isinstance(reporter, User) else None
    before = said_before(subject, sender, category=category, text=text, moment_s=moment_s)
    if known := before or ProblemReport.objects.filter(token=token).first():
        return known
    try:
        with transaction.atomic():
            report = ProblemReport.objects.create(
                reporter=sender,
                token=token,
                subject_kind=subject.kind,
                subject_id=subject.pk,
                subject_label=subject.label[:200],
                subject_url=subject.url,
                organisation=subject.organisation,
                category=category,
                text=text,
                moment_s=moment_s,
                assigned_to=owner_for(subject, reporter),
                created_at=now(),
                due_on=today() + timedelta(days=URGENT_DAYS if category in URGENT else USUAL_DAYS),
            )
    except IntegrityError:
        return ProblemReport.objects.get(token=token)
    tell_responsible(report)
    return report


def said_before(
    subject: Subject, reporter: User | None, *, category: str, text: str, moment_s: float | None
) -> ProblemReport | None:
    """Return what the same person wrote about the same thing and moment in the same words, if it still waits.

    Nobody knows whether two visitors are one person.
    """
    if reporter is None:
        return None
    same = ProblemReport.objects.filter(subject_kind=subject.kind, subject_id=subject.pk, status=ReportStatus.OPEN)
    return same.filter(reporter=reporter, category=category, text=text, moment_s=moment_s).first()


def owner_for(subject: Subject, reporter: User | AnonymousUser) -> User | None:
    """Return who looks after a new report: of those nearest on duty the least busy, never the reporter if avoidable."""
    if subject.organisation is None:
        return None
    near = on_duty_for(subject.organisation, subject_kind=subject.kind)
    return least_busy([person for person in near if person != reporter] or near)


def tell_responsible(report: ProblemReport) -> None:
    """Send a notice to who looks after it, and to everybody on duty when it is urgent."""
    if report.organisation is None:
        return
    people = everybody_on_duty(report.organisation) if report.is_urgent else [report.assigned_to]
    tell_of(report, [person for person in people if person])


def tell_of(report: ProblemReport, people: list[User]) -> None:
    """Send each of the people the notice of the report."""
    notify(
        people,
        kind="feedback.reported",
        title=lambda: (
            _("Reported about “%(label)s”: %(what)s")
            % {"label": report.subject_label, "what": report.get_category_display()}
        ),
        body=report.text[:200],
        url=reverse("feedback:answer", args=[report.pk]),
        urgent=report.is_urgent,
    )


@transaction.atomic
def take_on_report(report: ProblemReport, *, actor: User) -> ProblemReport:
    """Say who looks after the report, so that two people do not work on it unknown to each other."""
    before = str(report.assigned_to) if report.assigned_to else None
    ProblemReport.objects.filter(pk=report.pk).update(assigned_to=actor)
    report.assigned_to = actor
    record_act("feedback.take_on", actor=actor, target=report, before={"by": before}, after={"by": str(actor)})
    return report


@transaction.atomic
def hand_over(report: ProblemReport, *, to: User, actor: User) -> ProblemReport:
    """Let another person on duty look after the report and tell that person.

    Raises InvalidInput for somebody who is not on duty for it, StaleState when it is answered already.
    """
    if report.organisation is None or to not in everybody_on_duty(report.organisation):
        sentence = gettext_lazy("This person is not on duty for it.")
        raise InvalidInput(sentence, fields={"to": [sentence]})
    if report.status != ReportStatus.OPEN:
        raise StaleState(gettext_lazy("This is answered already."))
    before = str(report.assigned_to) if report.assigned_to else None
    ProblemReport.objects.filter(pk=report.pk).update(assigned_to=to)
    report.assigned_to = to
    record_act("feedback.hand_over", actor=actor, target=report, before={"by": before}, after={"by": str(to)})
    if to != actor:
        tell_of(report, [to])
    return report


def remind_owners() -> int:
    """Remind owners of what is due tomorrow, and everybody on duty of what should have been answered; return how many.

    Each is told once: before the day, and once after it.
    """
    day = today()
    told = 0
    for report in due_soon(day, day + REMIND_BEFORE):
        told += len(remind(report, [report.assigned_to] if report.assigned_to else [], "before"))
    for report in due_soon(day - OVERDUE_FOR, day - timedelta(days=1)):
        people = list(everybody_on_duty(report.organisation)) if report.organisation else []
        told += len(remind(report, people, "after"))
    return told


def remind(report: ProblemReport, people: list[User], when: str) -> list[Notice]:
    """Send the reminder for one report."""

    def title() -> str:
        before = _("Please answer by %(day)s: “%(label)s”")
        after = _("Should have been answered by %(day)s: “%(label)s”")
        words = {"day": local_date(report.due_on), "label": report.subject_label}
        return (before if when == "before" else after) % words

    return notify(
        people,
        kind="feedback.due",
        title=title,
        url=reverse("feedback:answer", args=[report.pk]),
        dedupe_key=f"feedback.due:{report.pk}:{when}",
    )


def forget_old_reports() -> int:
    """Delete reports that were answered or closed two years ago, as "my data" promises, and return how many went."""
    ended = ProblemReport.objects.exclude(status=ReportStatus.OPEN).annotate(
        ended_at=Coalesce("closed_at", "answered_at")
    )
    return ended.filter(ended_at__lt=now() - KEPT).delete()[0]
