"""Watching: the page, its captions, the big screen. Composed of what the rooms below offer."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from cms.accounts.models import User
from cms.core.views import own_page
from cms.lessons import cards
from cms.lessons.models import MicroLesson
from cms.lessons.permissions import get_draft_for, get_lesson_for, get_reviewable_for, may_take_down, may_unpublish
from cms.lessons.queries import next_of_topic
from cms.videos.captions import Cue, to_vtt
from cms.videos.models import Video
from cms.watching.queries import progress_of, resume_s
from cms.watching.services import start_session


@require_safe
def watch(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a published lesson."""
    lesson = get_lesson_for(request.user, pk)
    captions_url = reverse("lessons:captions_vtt", args=[lesson.pk])
    context = lesson_page(lesson, request, captions_url=captions_url) | {
        "attachments": cards.attachments(lesson, seen_by=request.user),
        "nearby": cards.lesson_cards(next_of_topic(lesson, request.user), request.user),
        "may_unpublish": may_unpublish(lesson, request.user),
        "may_take_down": may_take_down(lesson, request.user),
    }
    if isinstance(request.user, User) and lesson.video:
        context["player"] |= watching_parts(request, request.user, lesson.video)
    # Signed addresses and the person's own notes are on it.
    return own_page(request, "lessons/watch.html", context)


def watching_parts(request: HttpRequest, user: User, video: Video) -> dict[str, Any]:
    """Open a player for the person and say where to go on: the second asked for, else where it stopped."""
    if request.method != "GET":
        return {}
    session = start_session(user, video)
    asked = request.GET.get("t", "")
    second = float(asked) if asked.isdecimal() else resume_s(progress_of(user, video))
    return {"beat_url": f"/api/v1/watch/{session.pk}/beats", "resume_s": second}


def lesson_page(lesson: MicroLesson, request: HttpRequest, *, captions_url: str) -> dict[str, Any]:
    """Return what every page that shows a whole lesson needs, also previews and reviews."""
    return {"lesson": lesson, **cards.lesson_parts(lesson, request.user, captions_url=captions_url)}


@require_safe
def screen(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the lesson for a room full of people: large, with nothing private on it."""
    lesson = get_lesson_for(request.user, pk)
    captions_url = reverse("lessons:captions_vtt", args=[lesson.pk])
    return render(request, "lessons/screen.html", lesson_page(lesson, request, captions_url=captions_url))


@require_safe
def captions_vtt(request: HttpRequest, pk: int) -> HttpResponse:
    """Serve the captions of a published lesson to those who may see it."""
    return vtt(get_lesson_for(request.user, pk), request)


@require_safe
def draft_captions_vtt(request: HttpRequest, pk: int) -> HttpResponse:
    """Serve the captions of the author's newest draft."""
    response = vtt(get_draft_for(request.user, pk).get_latest_revision_as_object(), request)
    # What was corrected a moment ago is what its author looks at next.
    response["Cache-Control"] = "private, no-store"
    return response


@require_safe
def review_captions_vtt(request: HttpRequest, pk: int) -> HttpResponse:
    """Serve the captions as handed in for a look."""
    return vtt(get_reviewable_for(request.user, pk)[1], request)


def vtt(lesson: MicroLesson, request: HttpRequest) -> HttpResponse:
    """Return the captions of the asked language. Raises Http404 when there are none."""
    language = request.GET.get("language", "")
    found = [caption for caption in lesson.captions.all() if caption.language == language or not language]
    if not found or not found[0].cues:
        raise Http404
    cues = [Cue(cue["start"], cue["end"], cue["text"]) for cue in found[0].cues]
    response = HttpResponse(to_vtt(cues), content_type="text/vtt; charset=utf-8")
    response["Cache-Control"] = "private, max-age=60"
    response["X-Content-Type-Options"] = "nosniff"
    return response
