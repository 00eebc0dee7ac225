"""Files on their way in, and the videos made of them."""

import secrets
import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cms.taxonomy.models import VisibleModel
from cms.videos.enums import PLAYABLE_STATUSES, UNFINISHED_STATUSES, AuditFinding, UploadState, VideoStatus


def new_address_key() -> str:
    """Return a fresh part of the signature of a video's addresses; changing it closes all that were given out."""
    return secrets.token_hex(8)


def new_mark() -> str:
    """Return a fresh name of a site that no other has."""
    return secrets.token_hex(16)


class VideoQuerySet(models.QuerySet["Video"]):
    """Simple filters."""

    def owned_by(self, user: Any) -> "VideoQuerySet":
        return self.filter(owner=user)

    def unfinished(self) -> "VideoQuerySet":
        return self.filter(status__in=UNFINISHED_STATUSES)


class Video(VisibleModel):
    """A recording and what was made of it. Content that uses it decides who may see it."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="videos", verbose_name=_("owner")
    )
    title = models.CharField(_("title"), max_length=200, blank=True)
    filename = models.CharField(_("file name"), max_length=255, blank=True, help_text=_("As the person named it."))
    status = models.CharField(_("status"), max_length=16, choices=VideoStatus.choices, default=VideoStatus.WAITING)

    original = models.CharField(_("original"), max_length=200, blank=True, help_text=_("Name in the private storage."))
    original_bytes = models.BigIntegerField(_("bytes of the original"), default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    download = models.CharField(
        _("original to download"),
        max_length=60,
        blank=True,
        help_text=_("Generation and name of a copy without place and device."),
    )
    download_bytes = models.BigIntegerField(_("bytes of the original to download"), default=0)
    container = models.CharField(_("container"), max_length=16, blank=True)

    duration_s = models.FloatField(_("duration in seconds"), null=True, blank=True)
    width = models.PositiveIntegerField(_("width"), null=True, blank=True)
    height = models.PositiveIntegerField(_("height"), null=True, blank=True)
    has_audio = models.BooleanField(_("has sound"), null=True, blank=True)
    loudness_lufs = models.FloatField(_("loudness in LUFS"), null=True, blank=True)
    source: Any = models.JSONField(_("what the recording is"), default=dict, blank=True)
    checks: Any = models.JSONField(_("checks"), default=list, blank=True)

    generation = models.CharField(
        _("generation"), max_length=32, blank=True, help_text=_("Folder of the renditions that are shown.")
    )
    is_complete = models.BooleanField(_("all sizes are there"), default=False)
    published: Any = models.JSONField(
        _("what was published"), default=dict, blank=True, help_text=_("Fingerprint and plan of the shown files.")
    )
    audited_at = models.DateTimeField(_("files last examined"), null=True, blank=True)
    audit_code = models.CharField(
        _("what is wrong with the files"), max_length=16, choices=AuditFinding.choices, blank=True
    )
    address_key = models.CharField(max_length=16, default=new_address_key, editable=False)

    error_code = models.CharField(_("error"), max_length=40, blank=True)
    error_permanent = models.BooleanField(_("trying again cannot help"), default=False)
    created_at = models.DateTimeField(_("created"))
    playable_at = models.DateTimeField(_("playable since"), null=True, blank=True)
    ready_at = models.DateTimeField(_("ready since"), null=True, blank=True)

    objects = VideoQuerySet.as_manager()

    class Meta(VisibleModel.Meta):
        verbose_name = _("video")
        verbose_name_plural = _("videos")
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(fields=["owner", "-created_at"], name="video_of_owner"),
            models.Index(fields=["owner", "sha256"], name="video_same_file"),
            models.Index(fields=["status", "created_at"], name="video_status"),
            models.Index(fields=["status", "audited_at"], name="video_audit"),
        ]
        constraints = [
            *VisibleModel.Meta.constraints,
            models.CheckConstraint(
                condition=~Q(status__in=["playable", "ready"]) | ~Q(generation=""),
                name="video_playable_has_renditions",
            ),
        ]

    def __str__(self) -> str:
        return self.title or self.filename or str(self.uuid)

    @property
    def is_playable(self) -> bool:
        """Whether a page can show it now."""
        return self.status in PLAYABLE_STATUSES and not self.is_closed

    @property
    def is_closed(self) -> bool:
        """Whether it was taken down: none of its addresses opens, nobody is given one."""
        return not self.address_key

    @property
    def is_halted(self) -> bool:
        """Whether it plays but the making of its other sizes ended without them; `error_code` says why."""
        return self.status == VideoStatus.PLAYABLE and bool(self.error_code)

    @property
    def is_portrait(self) -> bool:
        """Whether it is higher than wide."""
        return (self.height or 0) > (self.width or 0)


class VideoRung(models.Model):
    """One size of the shown generation."""

    video = models.ForeignKey(Video, on_delete=models.CASCADE, related_name="rungs")
    name = models.CharField(_("name"), max_length=20)
    width = models.PositiveIntegerField(_("width"))
    height = models.PositiveIntegerField(_("height"))
    bitrate = models.PositiveIntegerField(_("bit/s"))

    class Meta:
        verbose_name = _("size of a video")
        verbose_name_plural = _("sizes of a video")
        ordering = ["-height", "-width"]
        constraints = [models.UniqueConstraint(fields=["video", "name"], name="one_rung_of_a_name")]

    def __str__(self) -> str:
        return f"{self.video} {self.name}"


class VideoChange(models.Model):
    """One change of a video's status: when, by whom (nobody: the site), why."""

    video = models.ForeignKey(Video, on_delete=models.CASCADE, related_name="changes")
    at = models.DateTimeField(_("at"))
    status = models.CharField(_("status"), max_length=16, choices=VideoStatus.choices)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    reason = models.CharField(_("reason"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("change of a video")
        verbose_name_plural = _("changes of videos")
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.video} → {self.status}"


class Upload(models.Model):
    """A file on its way in: how much of it is here for good, and what it became."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="uploads", verbose_name=_("owner")
    )
    title = models.CharField(_("title"), max_length=200, blank=True)
    filename = models.CharField(_("file name"), max_length=255, blank=True)
    filetype = models.CharField(_("type as the browser said"), max_length=100, blank=True)
    length = models.BigIntegerField(_("bytes"))
    offset = models.BigIntegerField(_("bytes received"), default=0)
    state = models.CharField(_("state"), max_length=16, choices=UploadState.choices, default=UploadState.RECEIVING)
    container = models.CharField(_("container"), max_length=16, blank=True)
    head_sha256 = models.CharField(
        max_length=64, blank=True, help_text=_("Of the first bytes: is it a file that is here already?")
    )
    sha256 = models.CharField(max_length=64, blank=True)
    # The SHA-256 of what was received, to go on with, and where the store finds it: both are written with the offset.
    running_digest = models.CharField(max_length=255, blank=True, editable=False)
    whereabouts: Any = models.JSONField(default=dict, blank=True, editable=False)
    # Of parts that were begun in a bucket: no request uses a number that another one had.
    part_numbers = models.PositiveIntegerField(default=0, editable=False)
    finishing_until = models.DateTimeField(
        _("being finished until"), null=True, blank=True, help_text=_("Whoever set it turns the file into a video.")
    )
    finishing_token = models.CharField(max_length=32, blank=True)
    lock_token = models.CharField(max_length=32, blank=True)
    error_code = models.CharField(_("error"), max_length=40, blank=True)
    video = models.OneToOneField(Video, on_delete=models.SET_NULL, null=True, blank=True, related_name="upload")
    created_at = models.DateTimeField(_("created"))
    updated_at = models.DateTimeField(_("last bytes"))
    expires_at = models.DateTimeField(_("kept until"))

    class Meta:
        verbose_name = _("upload")
        verbose_name_plural = _("uploads")
        ordering = ["-created_at"]
        indexes = [
            models.Index(fields=["owner", "state"], name="upload_of_owner"),
            models.Index(fields=["state", "expires_at"], name="upload_expiry"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(offset__gte=0) & Q(offset__lte=F("length")), name="upload_offset_range"
            ),
            models.CheckConstraint(condition=Q(length__gt=0), name="upload_not_empty"),
        ]

    def __str__(self) -> str:
        return self.title or self.filename or str(self.pk)

    @property
    def original_name(self) -> str:
        """What the complete file is called among the originals."""
        return f"{self.pk.hex}/original"

    @property
    def percent(self) -> int:
        """How much of the file is here."""
        return self.offset * 100 // self.length


class StoreOwner(models.Model):
    """What this database calls itself in the stores of its files (one row)."""

    ONLY = 1

    mark = models.CharField(_("mark of this site"), max_length=32, default=new_mark, editable=False)

    class Meta:
        verbose_name = _("owner of the stores")
        verbose_name_plural = _("owners of the stores")
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="one_owner_of_the_stores")]

    def __str__(self) -> str:
        return self.mark
