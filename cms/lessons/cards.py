"""Lessons as the design system's cards and the player's words; rows come from `queries.for_cards`."""

from collections.abc import Iterable
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.urls import reverse
from django.utils.translation import gettext as _

from cms.accounts.models import User
from cms.core.templatetags.core_tags import moment
from cms.lessons.enums import CaptionLanguage
from cms.lessons.models import LessonCaption, MicroLesson
from cms.taxonomy.queries import is_visible_to
from cms.videos import media_urls
from cms.videos.models import Video

Person = User | AnonymousUser


def lesson_cards(lessons: Iterable[MicroLesson], user: Person) -> list[dict[str, Any]]:
    """Return cards of lessons that a query already found visible to the person."""
    return [lesson_card(lesson, user) for lesson in lessons]


def lesson_card(lesson: MicroLesson, user: Person) -> dict[str, Any]:
    """Return one card: poster, title, speaker and unit, captions mark."""
    meta = [lesson.speaker_shown, lesson.unit_shown]
    if getattr(lesson, "has_captions", False):
        meta.append(_("with captions"))
    video = lesson.video
    return seen(lesson) | {
        "pk": lesson.pk,
        "url": reverse("lessons:watch", args=[lesson.pk]),
        "title": str(lesson),
        "poster": media_urls.poster_url(video, user, checked=True) if video else None,
        "poster_webp": media_urls.poster_sizes(video, user, checked=True) if video else {},
        "duration_s": video.duration_s if video else None,
        "meta": meta,
    }


def seen(lesson: MicroLesson) -> dict[str, Any]:
    """Return how far the person is, for rows of `queries.lessons_to_continue`; nothing for others."""
    position, covered = getattr(lesson, "position_s", None), getattr(lesson, "covered_s", None)
    length = lesson.video.duration_s if lesson.video else None
    if position is None or covered is None:
        return {}
    return {
        "state": _("watched to %(at)s") % {"at": moment(position)},
        "resume_s": position,
        "seen_percent": min(100, int(covered * 100 / length)) if length else 0,
        "left_s": max(0.0, length - position) if length else None,
    }


def player(lesson: MicroLesson, user: Person, *, captions_url: str = "", checked: bool = True) -> dict[str, Any]:
    """Return what the player partial needs; the caller's door has let the person in."""
    video = lesson.video
    known: dict[str, Any] = {"id": "player", "title": str(lesson), "captions": []}
    if video is None:
        return known
    if captions_url:
        known["captions"] = [
            {
                "url": f"{captions_url}?language={caption.language}",
                "lang": caption.language,
                "label": caption_label(caption),
            }
            for caption in lesson.captions.all()
            if caption.cues
        ]
    return known | media_of(video, user, checked=checked)


def media_of(video: Video, user: Person, *, checked: bool) -> dict[str, Any]:
    """Return the signed addresses of a video and its length."""
    return {
        **media_urls.addresses_of(video, user, checked=checked),
        "poster_webp": media_urls.poster_sizes(video, user, checked=checked),
        "duration_s": video.duration_s,
        "source_url": f"/api/v1/videos/{video.pk}",
    }


def lesson_parts(lesson: MicroLesson, user: Person, *, captions_url: str = "") -> dict[str, Any]:
    """Return all that a page shows of a whole lesson, whether it is published, reviewed or a draft."""
    return {
        "player": player(lesson, user, captions_url=captions_url),
        "cues": transcript(lesson),
        "machine_captions": any(caption.is_unread_machine for caption in lesson.captions.all()),
        "chapters": chapters(lesson),
        "story": story(lesson),
        "key_questions": list(lesson.key_questions.all()),
        "attachments": attachments(lesson),
        "topics": list(lesson.topics.all()),
    }


def caption_label(caption: LessonCaption) -> str:
    """Return the language of captions in words, and that a machine wrote them where nobody has read them."""
    label = language_label(caption.language)
    return _("%(language)s (by machine)") % {"language": label} if caption.is_unread_machine else label


def language_label(language: str) -> str:
    """Return a caption language in words."""
    labels = {str(value): str(label) for value, label in CaptionLanguage.choices}
    return labels.get(language, language)


def transcript(lesson: MicroLesson) -> list[dict[str, Any]]:
    """Return the cues that are shown as text: Chinese ones, else the first there are."""
    captions = sorted(lesson.captions.all(), key=lambda caption: caption.language != CaptionLanguage.CHINESE)
    return list(captions[0].cues) if captions else []


def chapters(lesson: MicroLesson) -> list[dict[str, Any]]:
    """Return chapters with beginning, end and length in seconds."""
    rows = sorted(lesson.chapters.all(), key=lambda chapter: chapter.start_s)
    last = (lesson.video.duration_s if lesson.video else None) or 0.0
    ends = [float(row.start_s) for row in rows[1:]] + ([float(last)] if rows else [])
    return [
        {
            "start": float(row.start_s),
            "end": max(end, float(row.start_s)),
            "title": row.title,
            "length": max(0.0, end - row.start_s),
        }
        for row, end in zip(rows, ends, strict=True)
    ]


def story(lesson: MicroLesson) -> list[tuple[str, str]]:
    """Return the written parts that are shown below the video, as (heading, text)."""
    headings = (_("Show"), _("Do"), _("Realize"))
    return [(heading, text) for heading, text in zip(headings, lesson.story, strict=False) if text.strip()]


def attachments(lesson: MicroLesson, *, seen_by: Person | None = None) -> list[dict[str, Any]]:
    """Return documents as name, kind, size and address: all, or those that open for the person.

    A document of the library may be for fewer people than the lesson.
    """
    return [
        {
            "pk": row.document_id,
            "title": row.document.title,
            "url": row.document.url,
            "kind": row.document.file_extension.upper(),
            "size": row.document.file_size,
        }
        for row in lesson.attachments.all()
        if seen_by is None or is_visible_to(row.document, seen_by)
    ]
