"""Taking a lesson out of sight, and allowing work on it again."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cms.accounts.requests import SignedInRequest
from cms.core.errors import DomainError
from cms.core.faults import BAD_REQUEST, posted, tell
from cms.core.ratelimit import limited
from cms.core.views import own_page, with_way
from cms.lessons import services
from cms.lessons.forms import OptionalReasonForm, ReasonForm
from cms.lessons.models import MicroLesson
from cms.lessons.permissions import (
    get_draft_for,
    get_guarded_for,
    may_discard,
    may_restore,
    may_take_down,
    may_unpublish,
    way_back,
)
from cms.lessons.views.edit import GET_POST

Act = Callable[..., None]


def confirmed(
    request: SignedInRequest, lesson: MicroLesson, form_class: type[forms.Form], act: Act, words: dict[str, Any]
) -> HttpResponse:
    """Ask for the reason; POST acts and says so."""
    form = form_class(posted(request))
    status = 200
    if request.method == "POST":
        status = BAD_REQUEST
        if form.is_valid():
            try:
                act(lesson, actor=request.user, reason=form.cleaned_data["reason"])
                messages.success(request, words["done"])
                own = lesson.author_id == request.user.pk
                return HttpResponseRedirect(reverse("lessons:mine") if own else reverse("lessons:browse"))
            except DomainError as error:
                status = tell(form, error)
    return own_page(request, "lessons/remove.html", {"lesson": lesson, "form": form, **words}, status=status)


@login_required
@limited("lessons.remove", limit=20)
@require_http_methods(GET_POST)
def unpublish(request: SignedInRequest, pk: int) -> HttpResponse:
    """Show the lesson no longer."""
    lesson = get_guarded_for(request.user, pk)
    if not may_unpublish(lesson, request.user):
        raise Http404
    words = {
        "heading": _("Show this lesson no longer"),
        "text": _(
            "It disappears from pages and search; author and editors can go on working on it. The author reads the reason."
        ),
        "verb": _("Show it no longer"),
        "done": _("The lesson is no longer shown."),
    }
    own = lesson.author_id == request.user.pk
    return confirmed(request, lesson, OptionalReasonForm if own else ReasonForm, services.unpublish, words)


@login_required
@limited("lessons.remove", limit=20)
@require_http_methods(GET_POST)
def take_down(request: SignedInRequest, pk: int) -> HttpResponse:
    """Remove the lesson with its video and documents at once."""
    lesson = get_guarded_for(request.user, pk)
    if not may_take_down(lesson, request.user):
        raise Http404
    words = {
        "heading": _("Take this lesson down"),
        "text": _(
            "Page, video, documents and search entry are gone at once. The reason is kept and the author reads it."
        ),
        "verb": _("Take it down"),
        "done": with_way(
            _("The lesson was taken down."), _("Allow work on this lesson again"), way_back(request.user, lesson)
        ),
    }
    return confirmed(request, lesson, ReasonForm, services.take_down, words)


@login_required
@limited("lessons.remove", limit=20)
@require_http_methods(GET_POST)
def restore(request: SignedInRequest, pk: int) -> HttpResponse:
    """Allow work on a lesson that was taken down."""
    lesson = get_guarded_for(request.user, pk)
    if not may_restore(lesson, request.user):
        raise Http404
    words = {
        "heading": _("Allow work on this lesson again"),
        "text": _("It stays hidden until it is reviewed again."),
        "verb": _("Allow it"),
        "done": _("The author may work on it again."),
    }
    return confirmed(request, lesson, ReasonForm, services.restore, words)


@login_required
@limited("lessons.remove", limit=20)
@require_http_methods(GET_POST)
def discard(request: SignedInRequest, pk: int) -> HttpResponse:
    """Delete a lesson that nobody but its author has to do with."""
    lesson = get_draft_for(request.user, pk)
    if not may_discard(lesson, request.user):
        raise Http404
    if request.method == "POST":
        services.discard_draft(lesson, actor=request.user)
        messages.success(request, _("The draft was deleted. Its video is among your videos."))
        return HttpResponseRedirect(reverse("lessons:mine"))
    words = {
        "heading": _("Delete this draft"),
        "text": _("What you typed and attached is gone then. The video stays among your videos; delete it there."),
        "verb": _("Delete the draft"),
        "back_url": reverse("lessons:mine"),
    }
    return own_page(request, "lessons/remove.html", {"lesson": lesson, **words})
