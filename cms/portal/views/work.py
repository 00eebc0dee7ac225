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
from cms.core.errors import DomainError
from cms.core.ratelimit import limited
from cms.core.templatetags.core_tags import duration_words, local_datetime
from cms.jobs import overview as jobs
from cms.jobs.enums import Lane
from cms.jobs.models import Job, WorkerBeat
from cms.jobs.queries import beat_is_fresh_after
from cms.portal.workbench_tabs import may_watch_work, workbench_tabs
from cms.videos.enums import DAMAGE_FINDINGS
from cms.videos.messages import download_sentence, sentence_for
from cms.videos.models import Video
from cms.videos.queries import DOWNLOAD, find_video, suspect_videos, with_source
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
        "failed": [failed_row(job) for job in jobs.failed_jobs()[:LISTED]],
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


def failed_row(job: Job) -> Row:
    """Return a failed job: why in words, and what tries it again when it is pasted."""
    return [
        named(job),
        local_datetime(job.finished_at),
        format_html("<code>{}</code>", job.error_code),
        why(job),
        format_html("<code>manage.py jobs retry {}</code>", job.pk),
    ]


def why(job: Job) -> str:
    """Return in words why a job failed, where its code has any."""
    if job.kind == DOWNLOAD:
        return download_sentence(job.error_code)
    return sentence_for(job.error_code) if job.kind.startswith("videos.") else _("The log has what was said.")


def named(job: Job) -> str:
    """Return the kind of a job as the command line knows it."""
    return format_html("<code>{}</code> #{}", job.kind, job.pk)
