"""Wagtail's signals and the rooms' events enter here and lead to services."""

from typing import Any

from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from wagtail.signals import published, unpublished

from cms.accounts.models import User
from cms.assets.events import DocumentReplacing
from cms.core.events import subscribe
from cms.lessons.models import MicroLesson
from cms.lessons.services import adopt_video, conceal, hold_lessons, note_label, note_subtree, show
from cms.lessons.services.approved import refuse_replacement
from cms.lessons.services.captions import take_recognised
from cms.lessons.services.groups import sync_editor_groups
from cms.organisations.events import DutiesChanged, SubtreeChanged
from cms.taxonomy.events import LabelChanged
from cms.videos.events import CaptionsRecognised, VideoChanging, VideoFailed, VideoPlayable, VideoReady
from cms.videos.models import Video


@receiver(published, sender=MicroLesson)
def on_published(sender: type[MicroLesson], instance: MicroLesson, **kwargs: Any) -> None:
    show(instance)


@receiver(unpublished, sender=MicroLesson)
def on_unpublished(sender: type[MicroLesson], instance: MicroLesson, **kwargs: Any) -> None:
    conceal(instance)


@subscribe(VideoChanging)
def on_changing(event: VideoChanging) -> None:
    hold_lessons(event.video_id)


@subscribe(VideoPlayable)
def on_playable(event: VideoPlayable) -> None:
    adopt_video(Video.objects.get(pk=event.video_id))


@subscribe(VideoReady)
def on_ready(event: VideoReady) -> None:
    adopt_video(Video.objects.get(pk=event.video_id))


@subscribe(VideoFailed)
def on_failed(event: VideoFailed) -> None:
    adopt_video(Video.objects.get(pk=event.video_id))


@subscribe(CaptionsRecognised)
def on_recognised(event: CaptionsRecognised) -> None:
    take_recognised(event.video_id, event.language, event.cues)


@subscribe(DocumentReplacing)
def on_replacing(event: DocumentReplacing) -> None:
    refuse_replacement(event.document_id)


@subscribe(DutiesChanged)
def on_duties_changed(event: DutiesChanged) -> None:
    sync_editor_groups(User.objects.get(pk=event.user_id))


@subscribe(SubtreeChanged)
def on_subtree_changed(event: SubtreeChanged) -> None:
    note_subtree(event.path)


@subscribe(LabelChanged)
def on_label_changed(event: LabelChanged) -> None:
    note_label(event.model, event.pk)


@receiver(user_logged_in)
def on_signed_in(sender: type[User], user: User, **kwargs: Any) -> None:
    sync_editor_groups(user)
