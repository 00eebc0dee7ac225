"""What this room stores about a person."""

from collections.abc import Iterator
from typing import Any

from cms.accounts.models import User
from cms.videos.models import Upload, Video


def collect(user: User) -> Iterator[dict[str, Any]]:
    """Yield the person's videos, then the uploads, oldest first."""
    for video in Video.objects.filter(owner=user).order_by("created_at"):
        yield {
            "kind": "video",
            "title": video.title,
            "filename": video.filename,
            "status": str(video.get_status_display()),
            "bytes": video.original_bytes,
            "duration_s": video.duration_s,
            "sha256": video.sha256,
            "created_at": video.created_at.isoformat(),
        }
    for upload in Upload.objects.filter(owner=user).order_by("created_at"):
        yield {
            "kind": "upload",
            "title": upload.title,
            "filename": upload.filename,
            "state": str(upload.get_state_display()),
            "bytes_received": upload.offset,
            "created_at": upload.created_at.isoformat(),
        }
