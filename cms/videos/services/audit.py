"""What follows from an examination of a finished video's files: nothing, a repair, or a word to those who can help."""

from datetime import timedelta

import structlog
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from cms.accounts.models import User
from cms.core.clock import now
from cms.jobs.enums import Lane
from cms.jobs.models import Job
from cms.jobs.services import enqueue
from cms.notices.services import notify
from cms.videos.enums import AuditFinding, VideoStatus
from cms.videos.errors import UploadRefused
from cms.videos.models import Video
from cms.videos.queries import AUDIT, REPAIR, audit_key, repair_key
from cms.videos.services.videos import audit

log = structlog.get_logger("weike.videos")
# When a night's examination begins, in hours of the site's own time.
NIGHT = 2


def enqueue_nightly_audit() -> None:
    """Put the examination of the coming night in."""
    here = timezone.localtime(now())
    tonight = here.replace(hour=NIGHT, minute=0, second=0, microsecond=0)
    enqueue(
        AUDIT, {}, lane=Lane.LADDER, key="audit", run_after=tonight if tonight > here else tonight + timedelta(days=1)
    )


def note_sound(video: Video) -> None:
    """Note that the files that were examined are as they were published; another generation keeps its own note."""
    examined(video, "")


def note_unchecked(video: Video, why: str) -> None:
    """Note that the files could not be examined, so that the others have their turn and somebody looks."""
    log.error("videos.not_examined", video=video.pk, why=why)
    examined(video, AuditFinding.UNCHECKED)


@transaction.atomic
def note_damage(video: Video, why: str) -> None:
    """Have a damaged video made anew; where there is no original, its owner and the operators learn it, once."""
    log.error("videos.damaged", video=video.pk, generation=video.generation, why=why)
    if not video.original:
        give_up(video, AuditFinding.NO_ORIGINAL)
    elif video.audit_code == AuditFinding.REPAIR_FAILED:
        examined(video, AuditFinding.REPAIR_FAILED)
    elif examined(video, AuditFinding.DAMAGED):
        enqueue_repair(video)


def give_up(video: Video, finding: AuditFinding) -> None:
    """Leave a damaged video as it is until a person does something about it."""
    known = video.audit_code == finding
    if examined(video, finding) and not known and finding == AuditFinding.NO_ORIGINAL:
        notify(
            [video.owner],
            kind="videos.failed",
            title=lambda: _("Files of your video are damaged: %(title)s") % {"title": video},
            body=lambda: _(
                "What is left of it is still shown. There is no original here: please send the recording again."
            ),
            url=reverse("videos:mine"),
        )


def examined(video: Video, finding: str) -> bool:
    """Write what was found at the row, unless the video shows other files by now."""
    rows = Video.objects.filter(pk=video.pk, status=VideoStatus.READY, generation=video.generation)
    return rows.update(audited_at=now(), audit_code=finding) == 1


def enqueue_repair(video: Video) -> Job:
    """Put the job in that makes a finished video anew; it is nobody's turn but the site's."""
    return enqueue(
        REPAIR, {"video": video.pk}, lane=Lane.LADDER, key=repair_key(video), size=max(1.0, video.duration_s or 0.0)
    )


@transaction.atomic
def request_audit(video: Video, *, actor: User | None) -> Job:
    """Have the files of a finished video examined wholly, soon.

    Raises UploadRefused not_finished (409).
    """
    require_finished(video)
    audit(video, actor, "videos.audit")
    return enqueue(AUDIT, {"video": video.pk}, lane=Lane.LADDER, key=audit_key(video))


@transaction.atomic
def request_repair(video: Video, *, actor: User | None) -> Job:
    """Make a finished video anew from its original, whether anything is known to be wrong with it or not.

    Raises UploadRefused not_finished or missing_file (409).
    """
    require_finished(video)
    if not video.original:
        raise UploadRefused("missing_file", status=409)
    audit(video, actor, "videos.repair")
    Video.objects.filter(pk=video.pk).update(audit_code=AuditFinding.DAMAGED)
    return enqueue_repair(video)


def require_finished(video: Video) -> None:
    """Raise UploadRefused not_finished unless all sizes of the video are there."""
    if video.status != VideoStatus.READY or not video.is_complete:
        raise UploadRefused("not_finished", status=409)
