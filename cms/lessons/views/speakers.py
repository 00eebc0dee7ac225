"""Finding the colleague who speaks in a lesson, by the name."""

from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from cms.accounts.requests import SignedInRequest
from cms.core.middleware import PRIVATE
from cms.core.ratelimit import limited
from cms.lessons.forms.speakers import WORDS_LENGTH, find_speakers
from cms.lessons.models import MicroLesson
from cms.lessons.permissions import get_worded_for
from cms.lessons.queries import blank_lesson

MINUTE_SEARCHES = 120


@login_required
@limited("lessons.speakers", limit=MINUTE_SEARCHES, methods=("GET", "HEAD"))
@require_safe
def speakers(request: SignedInRequest, pk: int | None = None) -> JsonResponse:
    """Answer the page's script while somebody types: for a lesson, or for one the person has yet to begin."""
    lesson = blank_lesson(request.user) if pk is None else get_worded_for(request.user, pk)
    found = find_speakers(lesson, request.GET.get("q", ""))
    items = [{"key": person.pk, "name": str(person)} for person in found.people]
    return JsonResponse({"items": items, "note": found.note}, headers={"Cache-Control": PRIVATE})


def on_to_speakers(request: SignedInRequest, lesson: MicroLesson) -> HttpResponseRedirect | None:
    """Lead to the list of those whose names hold what was typed, when the button without scripts was pressed."""
    words = request.POST.get("speaker_words", "").strip()[:WORDS_LENGTH]
    if "find_speaker" not in request.POST or not words:
        return None
    query = urlencode({"speaker_words": words})
    return HttpResponseRedirect(f"{reverse('lessons:edit', args=[lesson.pk])}?{query}#id_speaker")
