"""The last step: look at it as others will, hand it in, take it back."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from cms.accounts.requests import SignedInRequest
from cms.core.errors import DomainError
from cms.core.faults import BAD_REQUEST, posted, tell
from cms.core.ratelimit import limited
from cms.lessons.findings import missing_for_review
from cms.lessons.forms import AnswerForm
from cms.lessons.permissions import get_draft_for
from cms.lessons.services import submit_lesson, withdraw_lesson
from cms.lessons.views.edit import GET_POST, step_page
from cms.lessons.views.watch import lesson_page
from cms.review.queries import history_of

# Where each missing thing is mended.
SECTIONS = {
    "title": "edit",
    "video": "edit",
    "captions": "captions",
    "questions": "questions",
    "people": "consent",
    "minors": "consent",
    "no_secrets": "consent",
    "rights_clear": "consent",
}


@login_required
@limited("lessons.submit", limit=20)
@require_http_methods(GET_POST)
def submit(request: SignedInRequest, pk: int) -> HttpResponse:
    """Show the whole draft with what is missing; POST hands it in."""
    author = request.user
    lesson = get_draft_for(author, pk)
    form = AnswerForm(posted(request))
    status = 200
    if request.method == "POST":
        status = BAD_REQUEST
        if form.is_valid():
            try:
                submit_lesson(lesson, actor=author, answer=form.cleaned_data["answer"])
                messages.success(request, _("Handed in. You will get a notice when somebody has looked at it."))
                return HttpResponseRedirect(reverse("lessons:mine"))
            except DomainError as error:
                status = tell(form, error)
    draft = lesson.get_latest_revision_as_object()
    missing = [
        {"text": text, "url": reverse(f"lessons:{SECTIONS[name]}", args=[lesson.pk])}
        for name, texts in missing_for_review(draft).items()
        for text in texts
    ]
    captions_url = reverse("lessons:draft_captions_vtt", args=[lesson.pk])
    context = lesson_page(draft, request, captions_url=captions_url) | {
        "form": form,
        "missing": missing,
        "history": list(history_of(lesson)),
        "questions": list(draft.questions.all()),
    }
    del context["lesson"]
    return step_page(request, lesson, draft, "submit", context, status=status)


@login_required
@require_POST
def withdraw(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take a lesson back from review."""
    lesson = get_draft_for(request.user, pk)
    try:
        withdraw_lesson(lesson, actor=request.user)
        messages.success(request, _("Taken back. You can go on with it."))
    except DomainError as error:
        messages.error(request, str(error.message))
    return HttpResponseRedirect(reverse("lessons:edit", args=[lesson.pk]))
