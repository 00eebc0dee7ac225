"""Captions that a machine recognised: they come into drafts that have none, and wait there to be read."""

from collections.abc import Sequence

from django.db import transaction

from cms.lessons.enums import CaptionLanguage, CaptionOrigin
from cms.lessons.models import LessonCaption, MicroLesson
from cms.lessons.permissions import may_edit
from cms.lessons.services.drafts import locked_row
from cms.lessons.services.parts import checked, replace
from cms.videos.captions import Cue


@transaction.atomic
def take_recognised(video_id: int, language: str, cues: Sequence[Cue]) -> None:
    """Give what was recognised in a video to the drafts of it that have no captions of the language.

    Lessons that were shown or are being reviewed stay as somebody approved or handed them in.
    """
    if language not in CaptionLanguage.values:
        return
    for lesson in MicroLesson.objects.filter(video=video_id, first_published_at__isnull=True).order_by("pk"):
        row = locked_row(lesson)
        draft: MicroLesson = row.get_latest_revision_as_object()
        captions = list(draft.captions.all())
        if draft.video_id != video_id or not may_edit(row, row.author):
            continue
        if any(caption.language == language for caption in captions):
            continue
        found = LessonCaption(language=language, origin=CaptionOrigin.RECOGNISED, cues=[stored(cue) for cue in cues])
        replace(draft, "captions", [*captions, checked(found)])
        draft.save()
        draft.save_revision(user=row.author, clean=False)


def stored(cue: Cue) -> dict[str, object]:
    """Return the caption as the revision keeps it."""
    return {"start": cue.start_s, "end": cue.end_s, "text": cue.text}
