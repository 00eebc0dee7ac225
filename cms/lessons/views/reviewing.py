"""The check page of the workbench: watch, read, decide. Works without admin access."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from cms.accounts.requests import SignedInRequest
from cms.core.errors import DomainError
from cms.core.faults import BAD_REQUEST, posted, tell
from cms.core.middleware import PRIVATE
from cms.core.ratelimit import limited
from cms.core.views import own_page
from cms.lessons.changes import changes_between
from cms.lessons.findings import findings
from cms.lessons.models import MicroLesson
from cms.lessons.permissions import get_reviewable_for
from cms.lessons.views.edit import GET_POST
from cms.lessons.views.watch import lesson_page
from cms.review.forms import DecisionForm
from cms.review.models import ReviewTaskState
from cms.review.queries import history_of
from cms.review.services import decide_as_shown


@login_required
@limited("lessons.review", limit=30)
@require_http_methods(GET_POST)
def review(request: SignedInRequest, pk: int) -> HttpResponse:
    """Show what was handed in; POST decides."""
    state, lesson = get_reviewable_for(request.user, pk)
    form = DecisionForm(posted(request))
    status = 200
    if request.method == "POST":
        status = BAD_REQUEST
        if form.is_valid():
            try:
                decide_as_shown(state, form.cleaned_data, actor=request.user)
                messages.success(request, _("Your decision is kept and the author is told."))
                return HttpResponseRedirect(reverse("lessons:review", args=[pk]))
            except DomainError as error:
                status = tell(form, error)
    return own_page(request, "lessons/review.html", review_context(request, state, lesson, form), status=status)


def review_context(
    request: HttpRequest, state: ReviewTaskState, lesson: MicroLesson, form: DecisionForm
) -> dict[str, Any]:
    """Return the whole lesson, remarks, earlier decisions and the form while it is open."""
    captions_url = reverse("lessons:review_captions_vtt", args=[state.pk])
    context = lesson_page(lesson, request, captions_url=captions_url)
    for row in context["attachments"]:
        row["url"] = reverse("lessons:review_document", args=[state.pk, row["pk"]])
    history = list(history_of(lesson))
    return context | {
        **what_changed(state, lesson, history),
        "audiences": list(lesson.audiences.all()),
        "captions": list(lesson.captions.all()),
        "state": state,
        "is_open": state.is_open,
        "form": form,
        "findings": findings(lesson),
        "questions": list(lesson.questions.all()),
        "history": history,
    }


def what_changed(state: ReviewTaskState, lesson: MicroLesson, history: list[ReviewTaskState]) -> dict[str, Any]:
    """Return what differs from what is or was shown, else from what came back before; nothing at a first hand-in."""
    if not state.is_open:
        return {}
    row = state.workflow_state.content_object
    if row.first_published_at is not None:
        heading = _("What differs from what is shown") if row.live else _("What differs from what was shown")
        return {"changes_heading": heading, "changes": changes_between(row, lesson)}
    returned = [look for look in history if look.status == ReviewTaskState.STATUS_REJECTED]
    if not returned:
        return {}
    earlier: MicroLesson = returned[-1].revision.as_object()
    return {"changes_heading": _("What changed since it was returned"), "changes": changes_between(earlier, lesson)}


@login_required
@require_safe
def review_document(request: HttpRequest, pk: int, document: int) -> HttpResponseBase:
    """Serve a document of the lesson that is reviewed; nothing else opens through a review."""
    _state, lesson = get_reviewable_for(request.user, pk)
    found = next((row.document for row in lesson.attachments.all() if row.document_id == document), None)
    if found is None:
        raise Http404
    response = FileResponse(found.file.open("rb"), as_attachment=True, filename=found.filename)
    response["Content-Type"] = "application/octet-stream"
    response["Cache-Control"] = PRIVATE
    response["X-Content-Type-Options"] = "nosniff"
    return response
