"""What people ask of this room."""

from cms.videos.services.audit import request_audit, request_repair
from cms.videos.services.downloads import fetch_download, request_download
from cms.videos.services.finishing import finish_if_complete, finish_upload
from cms.videos.services.receiving import append, receive_form_upload
from cms.videos.services.sweeping import forget_originals, sweep_files
from cms.videos.services.uploads import require_space, start_upload, sweep_uploads, terminate_upload
from cms.videos.services.videos import (
    cancel_video,
    close_addresses,
    delete_video,
    hold_video,
    hold_videos,
    open_addresses,
    retry_video,
    revoke_addresses,
)

__all__ = [
    "append",
    "cancel_video",
    "close_addresses",
    "delete_video",
    "fetch_download",
    "finish_if_complete",
    "finish_upload",
    "forget_originals",
    "hold_video",
    "hold_videos",
    "open_addresses",
    "receive_form_upload",
    "request_audit",
    "request_download",
    "request_repair",
    "require_space",
    "retry_video",
    "revoke_addresses",
    "start_upload",
    "sweep_files",
    "sweep_uploads",
    "terminate_upload",
]
