"""JSON addresses of this room below /api/v1/."""

from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema, Status

from cms.accounts.api_auth import API_AUTH
from cms.core.converters import Key
from cms.videos import services
from cms.videos.answers import about_video
from cms.videos.permissions import Person, get_video_for

router = Router(tags=["videos"])


class ErrorOut(Schema):
    code: str
    message: str
    permanent: bool


class VideoOut(Schema):
    id: int
    state: str
    title: str
    hls: str | None
    saver: str | None
    mp4: str | None
    poster: str | None
    sprite: str | None
    audio: str | None
    duration_s: float | None
    width: int | None
    height: int | None
    percent: int
    queue_position: int | None
    eta_s: int | None
    worker_waiting: bool
    error: ErrorOut | None


def visitor(request: HttpRequest) -> Person:
    """Let visitors ask too: the fetch door shows them what is public."""
    return request.user


@router.get("/videos/{video_id}", response=VideoOut, auth=[*API_AUTH, visitor])
def show_video(request: HttpRequest, video_id: Key) -> dict[str, Any]:
    """Return the state of a video and its signed addresses."""
    return about_video(get_video_for(request.user, video_id), request.user)


@router.delete("/videos/{video_id}", response={204: None})
def delete_video(request: HttpRequest, video_id: Key) -> Status[None]:
    """Delete a video with all its files, also while it is being converted."""
    services.delete_video(get_video_for(request.user, video_id, to="manage"), actor_of(request))
    return Status(204, None)


@router.post("/videos/{video_id}/retry", response=VideoOut)
def retry_video(request: HttpRequest, video_id: Key) -> dict[str, Any]:
    """Convert a failed video once more."""
    video = get_video_for(request.user, video_id, to="manage")
    return about_video(services.retry_video(video, actor=actor_of(request)), request.user)


@router.post("/videos/{video_id}/cancel", response=VideoOut)
def cancel_video(request: HttpRequest, video_id: Key) -> dict[str, Any]:
    """Stop converting a video and remove its files."""
    video = get_video_for(request.user, video_id, to="manage")
    services.cancel_video(video, actor=actor_of(request))
    return about_video(video, request.user)


def actor_of(request: HttpRequest) -> Any:
    """Return the signed-in person: these addresses let nobody else through."""
    return request.user
