"""What the acts and records of this room are called, for the audit log and "my data"."""

from django.utils.translation import gettext_lazy as _

from cms.accounts.record_words import register_acts, register_choices, register_codes, register_fields
from cms.videos.enums import VideoStatus

register_acts(
    {
        "videos.audit": _("Had the files of a video examined"),
        "videos.cancel": _("Stopped the processing of a video"),
        "videos.delete": _("Deleted a video"),
        "videos.download": _("Fetched the original of a video"),
        "videos.repair": _("Had a video made anew"),
        "videos.retry": _("Started the processing of a video again"),
    }
)
register_fields(
    {
        "bytes": _("Size in bytes"),
        "bytes_received": _("Bytes received"),
        "created_at": _("Sent"),
        "duration_s": _("Length in seconds"),
        "filename": _("File"),
        "owner": _("Owner"),
        "sha256": _("Fingerprint of the file"),
    }
)
register_codes(
    {
        ("kind", "video"): _("Video"),
        ("kind", "upload"): _("Upload"),
        ("jobs.reason", "video cancelled"): _("The video was cancelled"),
        ("jobs.reason", "video deleted"): _("The video was deleted"),
    }
)
register_choices("videos.status", VideoStatus)
