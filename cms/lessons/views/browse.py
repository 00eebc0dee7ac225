"""Finding lessons: the browse page, authors, the own works."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from cms.accounts.models import User
from cms.accounts.requests import SignedInRequest
from cms.core.chips import chips
from cms.core.context_processors import in_elder_view
from cms.core.views import own_page
from cms.lessons import queries
from cms.lessons.cards import lesson_cards
from cms.lessons.enums import LessonState, WorkType
from cms.lessons.models import MicroLesson
from cms.lessons.recordings import file_of, recording_fault, video_of
from cms.review.models import ReviewTaskState
from cms.taxonomy.queries import all_audiences, all_topics
from cms.videos.media_urls import poster_sizes, poster_url
from cms.videos.queries import processing_rests

PAGE_SIZE = 24
ELDER_PAGE_SIZE = 12
FILTERS = ("topic", "audience", "form", "series")
WORKS = 30
# Where the author goes on from each state, as a URL name and the words of the button.
NEXT_STEPS: dict[str, tuple[str, str | Promise]] = {
    LessonState.PROCESSING: ("lessons:edit", gettext_lazy("Go on with it")),
    LessonState.VIDEO_FAILED: ("lessons:edit", gettext_lazy("Choose the video again")),
    LessonState.UPLOAD_STOPPED: ("lessons:edit", gettext_lazy("Continue the upload")),
    LessonState.UPLOAD_GONE: ("lessons:edit", gettext_lazy("Choose the video again")),
    LessonState.DRAFT: ("lessons:edit", gettext_lazy("Go on with it")),
    LessonState.RETURNED: ("lessons:edit", gettext_lazy("Change it")),
    LessonState.CHANGED: ("lessons:submit", gettext_lazy("Hand the changes in")),
    LessonState.PUBLISHED: ("lessons:watch", gettext_lazy("Watch")),
    LessonState.UNPUBLISHED: ("lessons:edit", gettext_lazy("Go on with it")),
}


@require_safe
def browse(request: HttpRequest) -> HttpResponse:
    """Show lessons by topic, audience and form; all that is chosen stands in the address."""
    chosen = {name: request.GET.get(name, "")[:60] for name in FILTERS}
    captioned = request.GET.get("captions") == "1"
    found = queries.browse(
        request.user,
        topic=chosen["topic"],
        audience=chosen["audience"],
        work_type=chosen["form"],
        series=chosen["series"],
        captioned=captioned,
    )
    rows = paged(request, found)
    context = {
        "page": rows,
        "lessons": lesson_cards(rows, request.user),
        "topics": chips(request.GET, "topic", [(topic.slug, str(topic)) for topic in all_topics()]),
        "audiences": chips(request.GET, "audience", [(row.slug, str(row)) for row in all_audiences()]),
        "forms": chips(request.GET, "form", list(WorkType.choices)),
        # A series is chosen on the page of one of its lessons; here it is only let go again.
        "series": chips(request.GET, "series", [(name, name)], every=False) if (name := chosen["series"]) else [],
        "captions": chips(request.GET, "captions", [("1", _("With captions"))], every=False),
        "filtered": captioned or any(chosen.values()),
    }
    return render(request, "lessons/browse.html", context)


def paged(request: HttpRequest, found: QuerySet[MicroLesson]) -> Page[MicroLesson]:
    """Return the page that the address asks for; in elder view a page holds fewer cards."""
    size = ELDER_PAGE_SIZE if in_elder_view(request) else PAGE_SIZE
    return Paginator(found, size).get_page(request.GET.get("page"))


@require_safe
def author(request: HttpRequest, pk: int) -> HttpResponse:
    """Show an author's published works; the author also sees the states of all."""
    person = get_object_or_404(User, pk=pk)
    own = request.user.pk == person.pk
    found = queries.works_by(person, request.user)
    rows = paged(request, found)
    if not own and not rows.object_list:
        # Somebody without works that this visitor may see is nobody here.
        raise Http404
    context = {
        "author": person,
        "own": own,
        "page": rows,
        "lessons": lesson_cards(rows, request.user),
        "works": work_rows(person)[:WORKS] if own else [],
    }
    return render(request, "lessons/author.html", context)


@login_required
@require_safe
def mine(request: SignedInRequest) -> HttpResponse:
    """Show the own works with their states and what to do next."""
    rows = Paginator(queries.works_of(request.user), WORKS).get_page(request.GET.get("page"))
    returns = queries.open_returns(request.user)
    works = [work_row(lesson, returns.get(str(lesson.pk))) for lesson in rows]
    videos = [video for lesson in rows if (video := video_of(lesson)) is not None]
    context = {"page": rows, "works": works, "processing_rests": processing_rests(videos)}
    return own_page(request, "lessons/mine.html", context)


def work_rows(person: User) -> list[dict[str, Any]]:
    """Return all works of a person with their states."""
    returns = queries.open_returns(person)
    return [work_row(lesson, returns.get(str(lesson.pk))) for lesson in queries.works_of(person)[:WORKS]]


def work_row(lesson: MicroLesson, returned: ReviewTaskState | None) -> dict[str, Any]:
    """Return one own work: title, state in words and why, the next step, the remark that came back."""
    state = queries.state_of(lesson)
    route, label = NEXT_STEPS.get(state, ("", ""))
    return {
        "lesson": lesson,
        "state": state,
        "state_label": LessonState(state).label,
        "badge": BADGES.get(state, ""),
        "upload": lesson.upload if state == LessonState.UPLOAD_STOPPED else None,
        **still_of(lesson),
        "file": "" if lesson.title else file_of(lesson),
        "fault": recording_fault(lesson) if state in (LessonState.VIDEO_FAILED, LessonState.UPLOAD_GONE) else "",
        "next_route": route,
        "next_label": label,
        "returned": returned,
        "may_discard": not queries.is_handed_in(lesson),
    }


def still_of(lesson: MicroLesson) -> dict[str, Any]:
    """Return the addresses of the picture of an own work; nothing while there is none."""
    video, author = lesson.video, lesson.author
    if video is None:
        return {}
    return {
        "poster": poster_url(video, author, checked=True),
        "poster_webp": poster_sizes(video, author, checked=True),
    }


BADGES: dict[str, str] = {
    LessonState.PUBLISHED: "ok",
    LessonState.RETURNED: "due",
    LessonState.VIDEO_FAILED: "due",
    LessonState.UPLOAD_STOPPED: "due",
    LessonState.UPLOAD_GONE: "due",
    LessonState.TAKEN_DOWN: "warn",
    LessonState.BRANCH_CHECK: "warn",
    LessonState.EDITOR_REVIEW: "warn",
}
