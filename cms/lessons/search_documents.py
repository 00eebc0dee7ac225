"""How lessons and authors are found."""

from collections.abc import Iterable, Iterator

from django.urls import reverse

from cms.accounts.models import User
from cms.lessons.enums import CaptionLanguage
from cms.lessons.models import MicroLesson
from cms.lessons.queries import for_watching
from cms.taxonomy.queries import document_visibility
from search.schema import Facet, SearchDoc, Segment, Visibility


def lesson_document(pk: str) -> SearchDoc | None:
    """Return the lesson as it is shown now, or None when it is not."""
    lesson = for_watching(MicroLesson.objects.published()).filter(pk=pk).first()
    if lesson is None:
        return None
    texts = [lesson.digest, *lesson.story]
    texts += [f"{pair.question} {pair.answer}" for pair in lesson.key_questions.all()]
    topics, audiences = list(lesson.topics.all()), list(lesson.audiences.all())
    return SearchDoc(
        kind="lesson",
        pk=str(lesson.pk),
        title=str(lesson),
        url=lesson.get_absolute_url(),
        subtitle=lesson.unit_shown,
        body="\n".join(text for text in texts if text.strip()),
        tags=tuple([topic.name for topic in topics] + ([lesson.series] if lesson.series else [])),
        people=tuple(dict.fromkeys((lesson.speaker_shown, str(lesson.author)))),
        facets={
            "topic": tuple(Facet(topic.slug, topic.name) for topic in topics),
            "audience": tuple(Facet(audience.slug, audience.name) for audience in audiences),
            "organisation": (Facet(lesson.organisation.code, str(lesson.organisation)),),
        },
        published_at=lesson.first_published_at,
        duration_s=lesson.video.duration_s if lesson.video else None,
        segments=segments(lesson),
        visibility=document_visibility(lesson),
    )


def segments(lesson: MicroLesson) -> tuple[Segment, ...]:
    """Return what is said and when, in Chinese if there is Chinese."""
    captions = sorted(lesson.captions.all(), key=lambda caption: caption.language != CaptionLanguage.CHINESE)
    return tuple(Segment(cue["start"], cue["text"]) for cue in captions[0].cues) if captions else ()


def lesson_keys() -> Iterator[str]:
    """Yield the keys of all lessons that are shown."""
    return (str(pk) for pk in MicroLesson.objects.published().order_by("pk").values_list("pk", flat=True).iterator())


def author_document(pk: str) -> SearchDoc | None:
    """Return an author with published works; found by those who may see at least one of them."""
    author = User.objects.filter(pk=pk).first()
    if author is None:
        return None
    works = (
        MicroLesson.objects.published().filter(author=author).select_related("organisation", "visible_organisation")
    )
    rows = list(works.order_by("-first_published_at"))
    if not rows:
        return None
    return SearchDoc(
        kind="author",
        pk=str(author.pk),
        title=str(author),
        url=reverse("lessons:author", args=[author.pk]),
        subtitle=str(rows[0].organisation),
        # Titles of works that not everybody may see stay out: the entry is one for all.
        body="\n".join(str(row) for row in rows if document_visibility(row).public),
        people=(str(author),),
        published_at=rows[0].first_published_at,
        visibility=union(document_visibility(row) for row in rows),
    )


def union(parts: Iterable[Visibility]) -> Visibility:
    """Return the visibility of whoever may see at least one."""
    known = list(parts)
    return Visibility(
        public=any(part.public for part in known),
        organisations=tuple(sorted({path for part in known for path in part.organisations})),
        roles=tuple(sorted({role for part in known for role in part.roles})),
    )


def author_keys() -> Iterator[str]:
    """Yield the keys of all people with published works."""
    authors = MicroLesson.objects.published().order_by("author_id").values_list("author_id", flat=True).distinct()
    return (str(pk) for pk in authors.iterator())
