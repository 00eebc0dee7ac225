"""点单: members ask for a topic, the branch makes a playlist of lessons for it."""

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cms.core.clock import now
from cms.courses.enums import WishStatus
from cms.lessons.models import MicroLesson
from cms.organisations.models import Organisation

TITLE_LENGTH = 60
WISH_LENGTH = 120
NOTE_LENGTH = 400


class Playlist(models.Model):
    """Lessons in the order in which a branch shows them, on one screen or one by one."""

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="playlists", verbose_name=_("organisation")
    )
    title = models.CharField(_("title"), max_length=TITLE_LENGTH)
    note = models.TextField(_("note for those who watch"), max_length=NOTE_LENGTH, blank=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(_("begun"), default=now, editable=False)
    # Made of the form and its words, so that sending twice makes one.
    key = models.UUIDField(default=uuid4, unique=True, editable=False)

    class Meta:
        verbose_name = _("playlist")
        verbose_name_plural = _("playlists")
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return self.title


class PlaylistEntry(models.Model):
    """A lesson at its place in a playlist."""

    playlist = models.ForeignKey(Playlist, on_delete=models.CASCADE, related_name="entries")
    lesson = models.ForeignKey(MicroLesson, on_delete=models.CASCADE, related_name="+")
    position = models.PositiveSmallIntegerField(_("place"))

    class Meta:
        verbose_name = _("lesson of a playlist")
        verbose_name_plural = _("lessons of playlists")
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(fields=["playlist", "lesson"], name="one_entry_a_lesson")]

    def __str__(self) -> str:
        return f"{self.position}. {self.lesson}"


class TopicWish(models.Model):
    """A topic that a member asks the own branch for; who asked is known to the site, not shown to the branch."""

    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="topic_wishes")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    text = models.CharField(_("topic"), max_length=WISH_LENGTH)
    status = models.CharField(_("state"), max_length=10, choices=WishStatus.choices, default=WishStatus.OPEN)
    created_at = models.DateTimeField(_("asked"), default=now, editable=False)
    answer = models.TextField(_("answer"), max_length=NOTE_LENGTH, blank=True)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    playlist = models.ForeignKey(Playlist, on_delete=models.SET_NULL, null=True, blank=True, related_name="wishes")

    class Meta:
        verbose_name = _("topic asked for")
        verbose_name_plural = _("topics asked for")
        ordering = ["-created_at", "-pk"]
        indexes = [models.Index(fields=["organisation", "status"], name="wish_of_branch")]
        constraints = [
            models.CheckConstraint(
                condition=Q(status=WishStatus.OPEN) | Q(answered_at__isnull=False), name="answered_wishes_have_a_day"
            ),
            models.CheckConstraint(
                condition=~Q(status=WishStatus.DECLINED) | ~Q(answer=""), name="declined_wishes_have_a_reason"
            ),
            models.UniqueConstraint(
                fields=["author", "text"], condition=Q(status=WishStatus.OPEN), name="one_open_wish_a_topic"
            ),
        ]

    def __str__(self) -> str:
        return self.text
