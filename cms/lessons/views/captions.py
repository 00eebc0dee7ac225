"""The step of captions: from a file, or typed and corrected caption by caption."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cms.accounts.requests import SignedInRequest
from cms.core.errors import DomainError
from cms.core.faults import BAD_REQUEST, posted, posted_files, tell
from cms.core.ratelimit import limited
from cms.lessons.cards import player
from cms.lessons.cue_lines import format_lines
from cms.lessons.enums import CaptionLanguage, CaptionOrigin
from cms.lessons.forms import CaptionsForm
from cms.lessons.models import LessonCaption, MicroLesson
from cms.lessons.permissions import get_draft_for
from cms.lessons.services import CAPTIONS_CHANGED, cues_of, digest_of, set_captions
from cms.lessons.views.edit import GET_POST, onward, step_page
from cms.lessons.views.upload import MINUTE_WRITES


@login_required
@limited("lessons.save", limit=MINUTE_WRITES)
@require_http_methods(GET_POST)
def captions(request: SignedInRequest, pk: int) -> HttpResponse:
    """Captions of one language; `?language=` says which."""
    lesson = get_draft_for(request.user, pk)
    draft = lesson.get_latest_revision_as_object()
    language = asked_language(request)
    stored = captions_in(draft, language)
    duration = draft.video.duration_s if draft.video else None
    form = CaptionsForm(
        posted(request), posted_files(request), initial=initial_of(language, stored), duration_s=duration
    )
    status, changed = 200, False
    if request.method == "POST":
        status = BAD_REQUEST
        if form.is_valid():
            try:
                return saved(request, lesson, form)
            except DomainError as error:
                status, changed = tell(form, error), error.code == CAPTIONS_CHANGED
    if changed:
        stored = captions_in(lesson.get_latest_revision_as_object(), language)
        keep_lines(form)
    cues = cues_of(stored)
    captions_url = reverse("lessons:draft_captions_vtt", args=[lesson.pk])
    playable = draft.video and draft.video.is_playable
    context = {
        "form": form,
        "player": player(draft, request.user, captions_url=captions_url) if playable else None,
        "cues": cues,
        "machine": bool(stored and stored.is_unread_machine),
        "languages": language_chips(draft, language),
        # A refusal of another kind must not make the page newer than what its reader has seen.
        "seen": digest_of(cues) if changed else request.POST.get("seen") or digest_of(cues),
        "stored_url": address_of(lesson, language) if changed else "",
    }
    return step_page(request, lesson, draft, "captions", context, status=status)


def saved(request: SignedInRequest, lesson: MicroLesson, form: CaptionsForm) -> HttpResponse:
    """Keep the captions and go on; what came as a file is shown first, to be read. Raises as `set_captions`."""
    language, file = form.cleaned_data["language"], form.cleaned_data["file"]
    origin = CaptionOrigin.WRITTEN if file else form.cleaned_data["origin"] or CaptionOrigin.WRITTEN
    read = form.cleaned_data["checked"] and not file
    set_captions(
        lesson,
        form.cues,
        actor=request.user,
        language=language,
        read=read,
        origin=origin,
        seen=form.cleaned_data["seen"],
    )
    if file:
        messages.success(request, _("The captions were read. Please look them over."))
        return HttpResponseRedirect(address_of(lesson, language))
    then = onward(request, lesson, "captions")
    return HttpResponseRedirect(address_of(lesson, language)) if "stay" in request.POST else then


def keep_lines(form: CaptionsForm) -> None:
    """Show the captions of a file as lines: a browser sends no file twice, and the next press must not save others."""
    if form.cleaned_data["file"]:
        kept = {name: form.data[name] for name in form.data if name != "checked"}
        form.data = {**kept, "lines": format_lines([cue.stored() for cue in form.cues])}


def asked_language(request: SignedInRequest) -> str:
    """Return the language of this page: as sent, as asked for, or Chinese."""
    asked = request.POST.get("language") or request.GET.get("language", "")
    return asked if asked in CaptionLanguage.values else CaptionLanguage.CHINESE


def captions_in(draft: MicroLesson, language: str) -> LessonCaption | None:
    """Return the draft's captions of a language, if there are any."""
    return next((caption for caption in draft.captions.all() if caption.language == language), None)


def initial_of(language: str, stored: LessonCaption | None) -> dict[str, Any]:
    """Return what the form shows before anything is typed."""
    return {
        "language": language,
        "lines": format_lines(stored.cues) if stored else "",
        "checked": bool(stored and stored.checked),
        "origin": stored.origin if stored else "",
    }


def language_chips(draft: MicroLesson, language: str) -> list[dict[str, Any]]:
    """Return a chip of each language with how many captions it has."""
    counts = {caption.language: len(caption.cues) for caption in draft.captions.all()}
    return [
        {"label": label, "url": address_of(draft, value), "on": value == language, "count": counts.get(value, 0)}
        for value, label in CaptionLanguage.choices
    ]


def address_of(lesson: MicroLesson, language: str) -> str:
    """Return the address of this step for a language."""
    return f"{reverse('lessons:captions', args=[lesson.pk])}?language={language}"
