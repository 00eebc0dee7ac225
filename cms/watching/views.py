"""Private notes as plain forms; both lead back to the page with the player."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_POST

from cms.accounts.models import User
from cms.core.converters import is_key
from cms.core.errors import DomainError
from cms.core.ratelimit import limited
from cms.core.views import safe_next
from cms.videos.permissions import get_video_for
from cms.watching.forms import NoteForm
from cms.watching.permissions import get_note_for
from cms.watching.services import add_note, delete_note


def back(request: HttpRequest) -> HttpResponse:
    """Lead back to the notes on the page that sent the form."""
    return HttpResponseRedirect(f"{safe_next(request)}#notes-title")


@login_required
@require_POST
@limited("watching.note", limit=60)
def add(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep a note on a video that the person may see."""
    user = request.user
    if not isinstance(user, User):
        raise Http404
    video = get_video_for(user, pk)
    form = NoteForm(request.POST)
    if not form.is_valid():
        for sentences in form.errors.values():
            messages.warning(request, " ".join(str(sentence) for sentence in sentences))
        return back(request)
    try:
        add_note(user, video, moment_s=form.cleaned_data["at_s"] or 0.0, text=form.cleaned_data["text"])
    except DomainError as error:
        messages.warning(request, str(error.message))
    return back(request)


@login_required
@require_POST
def delete(request: HttpRequest) -> HttpResponse:
    """Delete one of the person's own notes."""
    user, key = request.user, request.POST.get("note", "")
    if not isinstance(user, User) or not is_key(key):
        raise Http404
    delete_note(get_note_for(user, int(key)))
    return back(request)
