"""The person's own videos: how they are, how much room they take, and what can be done with each."""

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cms.accounts.models import User
from cms.accounts.requests import SignedInRequest
from cms.core.errors import DomainError
from cms.core.ratelimit import limited
from cms.core.views import own_page
from cms.videos import services
from cms.videos.answers import own_rows
from cms.videos.models import Video
from cms.videos.permissions import get_own_video_for, get_video_for
from cms.videos.queries import usage_of, videos_of
from cms.videos.services.quotas import own_quota

LISTED = 30
ACTS_A_MINUTE = 30
Act = Callable[[Video, User], object]


@login_required
@require_safe
def mine(request: SignedInRequest) -> HttpResponse:
    """Show the own videos, newest first, and the room they take."""
    owner = request.user
    page = Paginator(videos_of(owner), LISTED).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": own_rows(page.object_list),
        "used": usage_of(owner),
        "quota": own_quota(),
    }
    return own_page(request, "videos/mine.html", context)


@login_required
@limited("videos.act", limit=ACTS_A_MINUTE)
@require_POST
def retry(request: SignedInRequest, pk: int) -> HttpResponse:
    """Convert a failed video once more."""
    video = get_own_video_for(request.user, pk)
    try:
        services.retry_video(video, actor=request.user)
    except DomainError as error:
        messages.error(request, str(error.message))
    else:
        messages.success(request, _("The video is being converted again."))
    return HttpResponseRedirect(reverse("videos:mine"))


@login_required
@limited("videos.act", limit=ACTS_A_MINUTE)
@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request: SignedInRequest, pk: int) -> HttpResponse:
    """Ask, then stop the conversion and remove the video's files."""
    words = {
        "heading": _("Stop converting this video"),
        "text": _("What has arrived is removed too. The recording on your own device stays as it is."),
        "verb": _("Stop it"),
        "done": _("The conversion was stopped and the file removed."),
    }
    return confirmed(request, pk, lambda video, actor: services.cancel_video(video, actor=actor), words)


@login_required
@limited("videos.act", limit=ACTS_A_MINUTE)
@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: SignedInRequest, pk: int) -> HttpResponse:
    """Ask, then delete the video with all its files."""
    words = {
        "heading": _("Delete this video"),
        "text": _("It cannot be brought back. The recording on your own device stays as it is."),
        "verb": _("Delete it"),
        "done": _("The video was deleted."),
    }
    return confirmed(request, pk, services.delete_video, words)


@login_required
@limited("videos.act", limit=ACTS_A_MINUTE)
@require_http_methods(["GET", "HEAD", "POST"])
def original(request: SignedInRequest, pk: int) -> HttpResponse:
    """Lead to the original without place and device; POST has it prepared. Also for whoever has the duty."""
    video = get_video_for(request.user, pk, to="manage")
    if request.method != "POST":
        address = services.fetch_download(video, actor=request.user)
        if address is None:
            messages.info(request, _("The original is not prepared, or no longer."))
        return HttpResponseRedirect(address or reverse("videos:mine"))
    try:
        services.request_download(video, actor=request.user)
        messages.success(
            request,
            _(
                "The original is being prepared, without the place and the device that a phone writes into it. It can be fetched here for seven days."
            ),
        )
    except DomainError as error:
        messages.error(request, str(error.message))
    return HttpResponseRedirect(reverse("videos:mine"))


def confirmed(request: SignedInRequest, pk: int, act: Act, words: dict[str, str]) -> HttpResponse:
    """Ask whether it is meant; POST acts and says so, or says why not."""
    video = get_own_video_for(request.user, pk)
    status, fault = 200, ""
    if request.method == "POST":
        try:
            act(video, request.user)
            messages.success(request, words["done"])
            return HttpResponseRedirect(reverse("videos:mine"))
        except DomainError as error:
            status, fault = error.status, str(error.message)
    return own_page(request, "videos/confirm.html", {"video": video, "fault": fault, **words}, status=status)
