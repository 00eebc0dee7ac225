"""Reporting a problem, taking it on, answering and closing it."""

from datetime import timedelta
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, transaction
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cms.accounts.audit import record_act
from cms.accounts.models import User
from cms.core.clock import now, today
from cms.core.errors import InvalidInput
from cms.feedback.enums import URGENT, URGENT_DAYS, USUAL_DAYS, Category, ReportStatus
from cms.feedback.lifecycle import advance
from cms.feedback.models import ProblemReport
from cms.feedback.subjects import Subject
from cms.notices.services import notify
from cms.organisations.enums import Role
from cms.organisations.models import Organisation
from cms.organisations.queries import holders_of

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
    """Write a report once for each token, set the day to answer by and tell those responsible.

    Raises InvalidInput without a text or for an unknown category.
    """
    text = text.strip()
    if not text or category not in Category.values:
        raise InvalidInput(
            gettext_lazy("Please write what you noticed."),
            fields={"text": [gettext_lazy("Please write what you noticed.")]},
        )
    known = ProblemReport.objects.filter(token=token).first()
    if known is not None:
        return known
    try:
        with transaction.atomic():
            report = ProblemReport.objects.create(
                reporter=reporter if isinstance(reporter, User) else None,
                token=token,
                subject_kind=subject.kind,
                subject_id=subject.pk,
                subject_label=subject.label[:200],
                subject_url=subject.url,
                organisation=subject.organisation,
                category=category,
                text=text,
                moment_s=moment_s,
                created_at=now(),
                due_on=today() + timedelta(days=URGENT_DAYS if category in URGENT else USUAL_DAYS),
            )
    except IntegrityError:
        return ProblemReport.objects.get(token=token)
    tell_responsible(report)
    return report


def tell_responsible(report: ProblemReport) -> None:
    """Send a notice to those who answer: everybody on duty when it is urgent, else the first role that has holders."""
    if report.organisation is None:
        return
    holders = list(people_on_duty(report.organisation, everybody=report.is_urgent))
    notify(
        holders,
        kind="feedback.reported",
        title=lambda: (
            _("Reported about “%(label)s”: %(what)s")
            % {"label": report.subject_label, "what": report.get_category_display()}
        ),
        body=report.text[:200],
        url=reverse("feedback:answer", args=[report.pk]),
    )


def people_on_duty(organisation: Organisation, *, everybody: bool) -> set[User]:
    """Return editors, or the branch where no editor reaches it; all of them together when `everybody`."""
    found: set[User] = set()
    for role in (Role.EDITOR, Role.BRANCH_ADMIN, Role.BRANCH_SECRETARY):
        found |= set(holders_of(role, organisation))
        if found and not everybody:
            break
    return found


@transaction.atomic
def take_on_report(report: ProblemReport, *, actor: User) -> ProblemReport:
    """Say who looks after the report, so that two people do not work on it unknown to each other."""
    before = str(report.assigned_to) if report.assigned_to else None
    ProblemReport.objects.filter(pk=report.pk).update(assigned_to=actor)
    report.assigned_to = actor
    record_act("feedback.take_on", actor=actor, target=report, before={"by": before}, after={"by": str(actor)})
    return report


@transaction.atomic
def answer_report(report: ProblemReport, *, actor: User, answer: str) -> ProblemReport:
    """Answer an open report and tell the reporter.

    Raises InvalidInput without an answer, StaleState when it was answered or closed meanwhile.
    """
    answer = answer.strip()
    if not answer:
        raise InvalidInput(
            gettext_lazy("Please write an answer."), fields={"answer": [gettext_lazy("Please write an answer.")]}
        )
    fields = {"answer": answer, "answered_at": now(), "assigned_to_id": actor.pk}
    advance(report, ReportStatus.ANSWERED, actor=actor, reason=answer, **fields)
    tell_reporter(report, answer)
    return report


def tell_reporter(report: ProblemReport, answer: str) -> None:
    """Send the answer, or the reason for closing, as a notice to the reporter if there is one."""
    if report.reporter is None:
        return
    notify(
        [report.reporter],
        kind="feedback.answered",
        title=lambda: _("Your message about “%(label)s” was answered") % {"label": report.subject_label},
        body=answer,
        url=f"{reverse('feedback:mine')}#report-{report.pk}",
    )


@transaction.atomic
def close_report(report: ProblemReport, *, actor: User, reason: str = "") -> ProblemReport:
    """Close a report: the reporter is content, or those responsible give a reason why nothing is to be done.

    Raises InvalidInput when somebody else than the reporter gives no reason, StaleState when it is closed already.
    """
    reason = reason.strip()
    if not reason and report.reporter_id != actor.pk:
        raise InvalidInput(gettext_lazy("Please say why."), fields={"answer": [gettext_lazy("Please say why.")]})
    fields = {"answer": reason} if reason and not report.answer else {}
    advance(report, ReportStatus.CLOSED, actor=actor, reason=reason, closed_at=now(), **fields)
    if report.reporter_id != actor.pk:
        tell_reporter(report, reason)
    return report


def forget_old_reports() -> int:
    """Delete reports that were answered or closed two years ago, as "my data" promises, and return how many went."""
    ended = ProblemReport.objects.exclude(status=ReportStatus.OPEN).annotate(
        ended_at=Coalesce("closed_at", "answered_at")
    )
    return ended.filter(ended_at__lt=now() - KEPT).delete()[0]
