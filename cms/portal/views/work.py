"""What the site itself does: queues, workers, what failed and how it is tried again. No names: it is about machines."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.timesince import timesince
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from cms.accounts.models import User
from cms.accounts.requests import SignedInRequest
from cms.core.clock import now
from cms.core.errors import DomainError, StaleState
from cms.core.ratelimit import limited
from cms.core.templatetags.core_tags import duration_words, local_datetime
from cms.jobs import overview as jobs
from cms.jobs.enums import JobStatus, Lane
from cms.jobs.models import Job, WorkerBeat
from cms.jobs.queries import beat_is_fresh_after
from cms.jobs.services import retry as retry_job
from cms.portal.failed_work import (
    can_help,
    command_for,
    command_for_unfound,
    failed_work,
    find_job,
    find_letter,
    hopeless,
    kind_in_words,
    unfound,
    unfound_in_all,
)
from cms.portal.services import index_again
from cms.portal.workbench_tabs import may_watch_work, workbench_tabs
from cms.videos.enums import DAMAGE_FINDINGS
from cms.videos.models import Video
from cms.videos.queries import find_video, suspect_videos, with_source
from cms.videos.services import request_audit, request_repair

LISTED = 30
ACTS_A_MINUTE = 30
PART = "live"
HOUR_S = 3600
Row = list[Any]


@login_required
@require_safe
def overview(request: SignedInRequest) -> HttpResponse:
    """Show the site's work; `?part=live` is the piece that a page looks at again every few seconds."""
    require_watcher(request.user)
    at = now()
    context: dict[str, Any] = {
        "at": at,
        "lanes": [lane_row(state) for state in jobs.lanes(at)],
        "running": [running_row(job) for job in jobs.running_jobs()[:LISTED]],
        "workers": [worker_row(beat) for beat in jobs.workers()[:LISTED]],
        "failed": (failed := failed_work(jobs.failed_jobs()[:LISTED])),
        "command": command_for(failed),
        "unfound": (found := unfound(LISTED)),
        "unfound_in_all": unfound_in_all(len(found), LISTED),
        "unfound_command": command_for_unfound(),
    }
    if request.GET.get("part") == PART:
        return render(request, "portal/_work.html", context)
    context["tabs"] = workbench_tabs(request.user, current="portal:work")
    suspect = with_source(suspect_videos())
    context["damaged"] = suspect.filter(audit_code__in=DAMAGE_FINDINGS)[:LISTED]
    context["unexamined"] = suspect.exclude(audit_code__in=DAMAGE_FINDINGS)[:LISTED]
    return render(request, "portal/work.html", context)


@login_required
@limited("portal.mend", limit=ACTS_A_MINUTE)
@require_POST
def mend(request: SignedInRequest, pk: int) -> HttpResponse:
    """Have a video's files examined, or the video made anew."""
    require_watcher(request.user)
    video = find_video(pk)
    if video is None:
        raise Http404
    try:
        messages.success(request, act_on(video, request.user, repair=request.POST.get("act") == "repair"))
    except DomainError as error:
        messages.error(request, str(error.message))
    return HttpResponseRedirect(reverse("portal:work"))


@login_required
@limited("portal.mend", limit=ACTS_A_MINUTE)
@require_POST
def retry(request: SignedInRequest, pk: int) -> HttpResponse:
    """Queue a failed job again, where that may help."""
    require_watcher(request.user)
    job = find_job(pk)
    if job is None:
        raise Http404
    try:
        retry_failed(job, request.user)
    except DomainError as error:
        messages.error(request, str(error.message))
    else:
        messages.success(request, _("It waits to be tried again."))
    return HttpResponseRedirect(reverse("portal:work"))


@login_required
@limited("portal.mend", limit=ACTS_A_MINUTE)
@require_POST
def index(request: SignedInRequest, pk: int) -> HttpResponse:
    """Have search try again to take a document."""
    require_watcher(request.user)
    letter = find_letter(pk)
    if letter is None:
        raise Http404
    index_again(letter, actor=request.user)
    messages.success(request, _("It is tried again within a minute; when that goes well, it leaves the list."))
    return HttpResponseRedirect(reverse("portal:work"))


def retry_failed(job: Job, actor: User) -> None:
    """Queue a job again.

    Raises StaleState hopeless when it would end the same way, and not_retryable or already_open when it did not fail
    or somebody was faster.
    """
    if job.status == JobStatus.CANCELLED:
        raise StaleState(_("Only work that failed can be tried again here."), code="not_retryable")
    if not can_help(job):
        raise StaleState(hopeless(job), code="hopeless")
    retry_job(job, actor=actor)


def act_on(video: Video, actor: User, *, repair: bool) -> str:
    """Queue what was asked for, and return what is said about it."""
    if repair:
        request_repair(video, actor=actor)
        return _("The video is being made anew; it plays meanwhile as far as it can.")
    request_audit(video, actor=actor)
    return _("The files are being examined.")


def require_watcher(user: User) -> None:
    """Raise Http404 for everybody who does not look after the site as a whole."""
    if not may_watch_work(user):
        raise Http404


def lane_row(state: jobs.LaneState) -> Row:
    """Return a lane: how much waits, for how long, how much is done, by how many."""
    oldest = waited(state.oldest_s) if state.waiting else "–"
    return [state.lane.label, state.waiting, oldest, state.running, state.workers]


def waited(seconds: float) -> str:
    """Return for how long something has waited: by the second within the hour, roughly after."""
    at = now()
    return duration_words(seconds) if seconds < HOUR_S else timesince(at - timedelta(seconds=seconds), at)


def running_row(job: Job) -> Row:
    """Return a running job: what, how far, since when, by whom."""
    return [
        named(job),
        f"{job.progress:.0%}",
        local_datetime(job.started_at),
        local_datetime(job.heartbeat_at),
        format_html("<code>{}</code>", job.worker),
    ]


def worker_row(beat: WorkerBeat) -> Row:
    """Return a worker: which lane, since when, when it was last heard of."""
    silent = beat.beat_at <= beat_is_fresh_after(now())
    return [
        format_html("<code>{}</code>", beat.name),
        Lane(beat.lane).label,
        local_datetime(beat.started_at),
        local_datetime(beat.beat_at),
        _("silent") if silent else _("alive"),
    ]


def named(job: Job) -> str:
    """Return the kind of a job in words, and its number."""
    return f"{kind_in_words(job)} #{job.pk}"
