"""Asking for a topic, and answering for the branch."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from cms.accounts.requests import SignedInRequest
from cms.core.errors import DomainError
from cms.core.faults import BAD_REQUEST, posted, tell
from cms.core.ratelimit import limited
from cms.core.views import own_page
from cms.courses.forms.playlists import AnswerWishForm, WishForm
from cms.courses.models import TopicWish
from cms.courses.permissions import get_own_wish_for, get_wish_for
from cms.courses.queries.playlists import managed_playlists, playlists_for, wishes_of
from cms.courses.services.playlists import ask_for_topic, decline_wish, put_on_playlist, take_back_wish

PAGE_SIZE = 20
LISTS_SHOWN = 12


@login_required
@require_http_methods(["GET", "POST"])
@limited("courses.wish", limit=20, seconds=3600)
def wishes(request: SignedInRequest) -> HttpResponse:
    """Show the own topics with their answers and the branch's playlists; take a new topic."""
    form = WishForm(posted(request))
    status = BAD_REQUEST if form.is_bound else 200
    if request.method == "POST" and form.is_valid():
        try:
            ask_for_topic(request.user, form.cleaned_data["text"])
        except DomainError as error:
            status = tell(form, error)
        else:
            messages.success(request, _("Your branch has your topic. The answer comes as a notice."))
            return redirect("courses:wishes")
    context = {
        "form": form,
        "page": Paginator(wishes_of(request.user), PAGE_SIZE).get_page(request.GET.get("page")),
        "playlists": playlists_for(request.user)[:LISTS_SHOWN],
    }
    return own_page(request, "courses/wishes.html", context, status=status)


@login_required
@require_POST
def take_back(request: SignedInRequest, pk: int) -> HttpResponse:
    """Delete an own topic that nobody answered yet."""
    try:
        take_back_wish(get_own_wish_for(request.user, pk))
    except DomainError as error:
        messages.warning(request, str(error.message))
    return redirect("courses:wishes")


@login_required
@require_http_methods(["GET", "POST"])
def answer_wish(request: SignedInRequest, pk: int) -> HttpResponse:
    """Answer a topic with a playlist, or say why there is none."""
    wish = get_wish_for(request.user, pk)
    lists = managed_playlists(request.user)
    form = AnswerWishForm(posted(request), playlists=lists)
    status = BAD_REQUEST if form.is_bound else 200
    if request.method == "POST" and form.is_valid():
        try:
            give_answer(request, wish, form)
        except DomainError as error:
            status = tell(form, error)
        else:
            return redirect("courses:playlists")
    context = {"wish": wish, "form": form}
    return own_page(request, "courses/answer_wish.html", context, status=status)


def give_answer(request: SignedInRequest, wish: TopicWish, form: AnswerWishForm) -> None:
    """Pass the answer on: with a playlist if one was chosen."""
    chosen, answer = form.cleaned_data["playlist"], form.cleaned_data["answer"]
    if chosen is not None:
        put_on_playlist(wish, chosen, actor=request.user, answer=answer)
    else:
        decline_wish(wish, actor=request.user, answer=answer)
