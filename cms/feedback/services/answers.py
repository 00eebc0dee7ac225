"""Answering and closing reports, for the reporter alone or for everybody to read."""

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cms.accounts.audit import record_act
from cms.accounts.models import User
from cms.core.clock import now
from cms.core.errors import InvalidInput, StaleState
from cms.feedback.enums import ReportStatus
from cms.feedback.lifecycle import advance
from cms.feedback.models import ProblemReport
from cms.notices.services import notify


@transaction.atomic
def answer_report(
    report: ProblemReport, *, actor: User, answer: str, is_public: bool = False, public_title: str = ""
) -> ProblemReport:
    """Answer an open report and tell the reporter; a public answer is read by everybody, without who asked.

    Raises InvalidInput without an answer, for a public one without `public_title` or about a person shown or a secret;
    StaleState when it was answered or closed meanwhile.
    """
    answer = answer.strip()
    if not answer:
        raise InvalidInput(
            gettext_lazy("Please write an answer."), fields={"answer": [gettext_lazy("Please write an answer.")]}
        )
    public = public_fields(report, public_title) if is_public else {}
    fields = {"answer": answer, "answered_at": now(), "assigned_to_id": actor.pk, **public}
    advance(report, ReportStatus.ANSWERED, actor=actor, reason=answer, **fields)
    tell_reporter(report, answer)
    return report


def public_fields(report: ProblemReport, public_title: str) -> dict[str, object]:
    """Return what makes an answer public.

    Raises InvalidInput where nothing says what was asked, and for what is never answered in public.
    """
    if report.is_urgent:
        raise InvalidInput(gettext_lazy("What concerns a person shown or a secret is answered in private."))
    if not public_title.strip():
        sentence = gettext_lazy("Please say what was asked, so that others understand the answer.")
        raise InvalidInput(sentence, fields={"public_title": [sentence]})
    return {"is_public": True, "public_title": public_title.strip()[:200]}


@transaction.atomic
def keep_private(report: ProblemReport, *, actor: User) -> ProblemReport:
    """Take an answer off the page of public answers; the reporter keeps it. Raises StaleState when it is not there."""
    if not ProblemReport.objects.filter(pk=report.pk, is_public=True).update(is_public=False):
        raise StaleState(gettext_lazy("This answer is not public."))
    report.is_public = False
    record_act("feedback.keep_private", actor=actor, target=report, before={"public": True}, after={"public": False})
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
