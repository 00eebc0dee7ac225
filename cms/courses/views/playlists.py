"""Playlists: the branch's list, the workbench where it is made, and the big screen."""

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from cms.accounts.requests import SignedInRequest
from cms.core.converters import is_key
from cms.core.errors import DomainError
from cms.core.faults import BAD_REQUEST, posted, tell
from cms.core.views import own_page
from cms.courses.forms.playlists import NewPlaylistForm, PlaylistForm
from cms.courses.models import Playlist
from cms.courses.permissions import get_kept_playlist_for, get_playlist_for, may_keep_playlists, may_take_packs
from cms.courses.queries.playlists import (
    PlaylistLine,
    lessons_to_add,
    lines_of,
    managed_organisations,
    managed_playlists,
    open_wishes,
    usual_organisation,
)
from cms.courses.services.playlists import (
    add_to_playlist,
    delete_playlist,
    make_playlist,
    move_in_playlist,
    remove_from_playlist,
    rename_playlist,
)
from cms.lessons.cards import lesson_card, player
from cms.lessons.permissions import get_lesson_for

PAGE_SIZE = 20
OFFERED = 12
WISHES_SHOWN = 30


@login_required
@require_http_methods(["GET", "POST"])
def playlists(request: SignedInRequest) -> HttpResponse:
    """List topics that wait and the playlists of the branch; begin a new one."""
    if not may_keep_playlists(request.user):
        raise Http404
    form = NewPlaylistForm(
        posted(request),
        organisations=managed_organisations(request.user),
        initial={"organisation": usual_organisation(request.user), "token": uuid4()},
    )
    status = BAD_REQUEST if form.is_bound else 200
    if request.method == "POST" and form.is_valid():
        try:
            made = make_playlist(**form.cleaned_data, actor=request.user)
        except DomainError as error:
            status = tell(form, error)
        else:
            return redirect("courses:edit_playlist", pk=made.pk)
    context = {
        "form": form,
        "wishes": open_wishes(request.user)[:WISHES_SHOWN],
        "page": Paginator(managed_playlists(request.user), PAGE_SIZE).get_page(request.GET.get("page")),
    }
    return own_page(request, "courses/playlists.html", context, status=status)


@login_required
@require_http_methods(["GET", "POST"])
def edit_playlist(request: SignedInRequest, pk: int) -> HttpResponse:
    """Change a playlist: words, lessons, order. Each button is one small form."""
    kept = get_kept_playlist_for(request.user, pk)
    renaming = request.method == "POST" and "act" not in request.POST
    if request.method == "POST" and not renaming:
        try:
            change_entries(request, kept)
        except DomainError as error:
            messages.warning(request, str(error.message))
        return redirect("courses:edit_playlist", pk=pk)
    form = PlaylistForm(request.POST if renaming else None, initial={"title": kept.title, "note": kept.note})
    status = BAD_REQUEST if renaming else 200
    if renaming and form.is_valid():
        try:
            rename_playlist(kept, **form.cleaned_data, actor=request.user)
        except DomainError as error:
            status = tell(form, error)
        else:
            return redirect("courses:edit_playlist", pk=pk)
    context = edit_context(request, kept) | {"form": form}
    return own_page(request, "courses/edit_playlist.html", context, status=status)


def edit_context(request: SignedInRequest, kept: Playlist) -> dict[str, Any]:
    """Return what the page of a kept playlist shows beside its form."""
    words = request.GET.get("q", "")[:60].strip()
    return {
        "playlist": kept,
        "lines": line_cards(lines_of(kept, request.user), request.user),
        "words": words,
        "offered": [lesson_card(row, request.user) for row in lessons_to_add(request.user, kept, words)[:OFFERED]],
    }


def change_entries(request: SignedInRequest, kept: Playlist) -> None:
    """Do what the pressed button says with the lesson or the place it names; raises Http404 for anything else."""
    act, key = request.POST.get("act", ""), request.POST.get("key", "")
    if not is_key(key):
        raise Http404
    if act == "add":
        add_to_playlist(kept, get_lesson_for(request.user, int(key)), actor=request.user)
    elif act == "remove":
        remove_from_playlist(kept, int(key), actor=request.user)
    elif act in {"up", "down"}:
        move_in_playlist(kept, int(key), steps=-1 if act == "up" else 1)
    else:
        raise Http404


def line_cards(lines: list[PlaylistLine], user: Any) -> list[dict[str, Any]]:
    """Return the places with their cards; a lesson that is no longer shown has none."""
    return [
        {"pk": line.entry.pk, "place": place, "card": lesson_card(line.lesson, user) if line.lesson else None}
        for place, line in enumerate(lines, start=1)
    ]


@login_required
@require_http_methods(["GET", "POST"])
def delete(request: SignedInRequest, pk: int) -> HttpResponse:
    """Ask, then delete a playlist."""
    kept = get_kept_playlist_for(request.user, pk)
    if request.method == "POST":
        delete_playlist(kept, actor=request.user)
        return redirect("courses:playlists")
    return own_page(request, "courses/delete_playlist.html", {"playlist": kept})


@login_required
@require_safe
def playlist(request: SignedInRequest, pk: int) -> HttpResponse:
    """Show a playlist to the people it is for."""
    found = get_playlist_for(request.user, pk)
    context = {
        "playlist": found,
        "lines": line_cards(lines_of(found, request.user), request.user),
        "may_take": may_take_packs(request.user),
    }
    return own_page(request, "courses/playlist.html", context)


@login_required
@require_safe
def screen(request: SignedInRequest, pk: int) -> HttpResponse:
    """Show one lesson of the list large, with the next and the previous one a key away: `?at=2`."""
    found = get_playlist_for(request.user, pk)
    lines = [line for line in lines_of(found, request.user) if line.lesson is not None]
    asked = request.GET.get("at", "1")
    at = min(max(int(asked), 1), len(lines)) if is_key(asked) and lines else 1
    lesson = lines[at - 1].lesson if lines else None
    context = {
        "playlist": found,
        "lesson": lesson,
        "player": player(lesson, request.user) if lesson else None,
        "at": at,
        "screen_view": True,
        "previous": at - 1 if at > 1 else None,
        "next": at + 1 if at < len(lines) else None,
        "lines": [{"place": place, "title": str(line.lesson)} for place, line in enumerate(lines, start=1)],
    }
    return render(request, "courses/screen.html", context)
