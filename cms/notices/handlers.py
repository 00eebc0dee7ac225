"""What the worker does for notices: send e-mails, forget old ones."""

from datetime import timedelta

from cms.jobs.models import Job
from cms.jobs.registry import handler
from cms.jobs.runner import JobRun
from cms.jobs.schedule import scheduled
from cms.notices.lifecycle import give_up
from cms.notices.services import confirmation_mail, forget_old_notices, send_due, sweep
from cms.notices.services.choosing import CONFIRM_KIND
from cms.notices.services.sending import SEND_KIND


def tell_failed(job: Job) -> None:
    """Stop trying: the notices stand on the site."""
    give_up(job.payload["user"])


@handler(SEND_KIND, on_failure=tell_failed)
def send(run: JobRun) -> None:
    send_due(run.job.payload["user"])


@handler(CONFIRM_KIND)
def confirm(run: JobRun) -> None:
    confirmation_mail(run.job.payload["user"], run.job.payload["of"])


@scheduled("notices.sweep", every=timedelta(hours=1))
def offer_again() -> None:
    sweep()


@scheduled("notices.forget_old", every=timedelta(days=1))
def forget() -> None:
    forget_old_notices()
