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
from cms.videos.enums import DAMAGE_FINDINGS, AuditFinding, VideoStatus
from cms.videos.errors import UploadRefused
from cms.videos.models import Video
from cms.videos.queries import AUDIT, REPAIR, audit_key, originals_alike, originals_of, repair_key
from cms.videos.services.videos import audit
from cms.videos.uses import Use, uses_of

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


def note_unchecked(video: Video, why: Exception) -> None:
    """Note that the files could not be examined, so that the others have their turn and somebody looks."""
    log.error("videos.not_examined", video=video.pk, why=str(why), exc_info=why)
    examined(video, AuditFinding.UNCHECKED)


def note_unmendable(video: Video, why: str) -> None:
    """Note files that are wrong as they were published: made anew they would be no better, so a person is needed."""
    log.error("videos.published_wrong", video=video.pk, generation=video.generation, why=why)
    examined(video, AuditFinding.REPAIR_FAILED)


@transaction.atomic
def note_damage(video: Video, why: str) -> None:
    """Have a damaged video made anew; where there is no original, its owner and the operators learn it, once."""
    known = video.audit_code
    if known not in DAMAGE_FINDINGS:
        log.error("videos.damaged", video=video.pk, generation=video.generation, why=why)
    if known == AuditFinding.REPAIR_FAILED:
        examined(video, AuditFinding.REPAIR_FAILED)
    elif known == AuditFinding.NO_ORIGINAL:
        # The note stays until the video is whole: its owner was told.
        if examined(video, AuditFinding.NO_ORIGINAL) and originals_alike(video):
            enqueue_repair(video)
    elif not originals_of(video):
        give_up(video, AuditFinding.NO_ORIGINAL)
    elif examined(video, AuditFinding.DAMAGED):
        enqueue_repair(video)


def give_up(video: Video, finding: AuditFinding) -> None:
    """Leave a damaged video as it is until a person does something about it."""
    known = video.audit_code == finding
    if examined(video, finding) and not known and finding == AuditFinding.NO_ORIGINAL:
        tell_owner_of_damage(video)


def tell_owner_of_damage(video: Video) -> None:
    """Ask the owner for the recording, and say where the new one has to be chosen."""
    uses = uses_of([video.pk])[video.pk]
    notify(
        [video.owner],
        kind="videos.failed",
        title=lambda: _("Files of your video are damaged: %(title)s") % {"title": video},
        body=lambda: what_to_do(uses),
        url=uses[0].url if uses else reverse("videos:mine"),
    )


def what_to_do(uses: list[Use]) -> str:
    """Return what the owner of a damaged video without an original can do."""
    if not uses:
        return _("What is left of it is still shown. There is no original here: please send the recording again.")
    return _(
        "What is left of it is still shown. There is no original here: please send the recording again and choose it in: "
        "%(places)s."
    ) % {"places": _(", ").join(use.label for use in uses)}


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

    What is known stays until the new files are shown: only an examination finds damage.
    Raises UploadRefused not_finished or missing_file (409).
    """
    require_finished(video)
    if not originals_of(video):
        raise UploadRefused("missing_file", status=409)
    audit(video, actor, "videos.repair")
    return enqueue_repair(video)


def require_finished(video: Video) -> None:
    """Raise UploadRefused not_finished unless all sizes of the video are there."""
    if video.status != VideoStatus.READY or not video.is_complete:
        raise UploadRefused("not_finished", status=409)
