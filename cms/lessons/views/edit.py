"""The steps of making a lesson. Each saves its own part; all that was typed stays when something is wrong."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from cms.accounts.requests import SignedInRequest
from cms.core.errors import DomainError, InvalidInput
from cms.core.faults import BAD_REQUEST, posted, posted_files, refusal, tell
from cms.core.ratelimit import limited
from cms.core.views import own_page
from cms.lessons.cards import attachments as attachment_rows
from cms.lessons.cards import player
from cms.lessons.findings import findings
from cms.lessons.forms import (
    AttachmentForm,
    ConsentForm,
    DetailsForm,
    KeyQuestionFormSet,
    QuestionFormSet,
    key_question_initial,
    question_initial,
)
from cms.lessons.models import MicroLesson
from cms.lessons.permissions import get_draft_for, may_edit
from cms.lessons.queries import state_of
from cms.lessons.services import (
    attach_document,
    detach_document,
    save_draft,
    set_key_questions,
    set_questions,
)
from cms.lessons.services.drafts import require_editable
from cms.lessons.views.speakers import on_to_speakers
from cms.lessons.views.steps import next_step, steps, upload_box
from cms.lessons.views.upload import MINUTE_WRITES, saved
from cms.review.queries import last_return_of
from cms.videos.services import receive_form_upload

GET_POST = ["GET", "HEAD", "POST"]


def step_page(
    request: HttpRequest,
    lesson: MicroLesson,
    draft: MicroLesson,
    name: str,
    context: dict[str, Any],
    *,
    status: int = 200,
) -> HttpResponse:
    """Show one step with what all steps show: where the lesson stands, remarks, the remark that came back."""
    shared = {
        "lesson": lesson,
        "draft": draft,
        "state": state_of(lesson),
        "editable": may_edit(lesson, request.user),
        "returned": last_return_of(lesson) if state_of(lesson) == "returned" else None,
        "findings": [finding for finding in findings(draft) if name in (finding.section, "submit")],
        **steps(lesson, name),
    }
    return own_page(request, f"lessons/step_{name}.html", shared | context, status=status)


def onward(request: HttpRequest, lesson: MicroLesson, name: str) -> HttpResponseRedirect:
    """Go to the next step or the one that was pressed, or stay when the person only wanted to save."""
    stay = "stay" in request.POST
    if stay:
        messages.success(request, _("Saved."))
    then = next_step(lesson, name, go=request.POST.get("go", ""))
    return HttpResponseRedirect(reverse(f"lessons:{name}", args=[lesson.pk]) if stay else then)


@login_required
@limited("lessons.save", limit=MINUTE_WRITES)
@require_http_methods(GET_POST)
def edit(request: SignedInRequest, pk: int) -> HttpResponse:
    """Video and words."""
    author = request.user
    lesson = get_draft_for(author, pk)
    draft = lesson.get_latest_revision_as_object()
    status = 200
    words = request.GET.get("speaker_words", "")
    form = DetailsForm(posted(request), instance=draft, author=author, words=words)
    if request.method == "POST":
        status = BAD_REQUEST
        if form.is_valid():
            try:
                save_draft(lesson, form.values(), actor=author)
                return on_to_speakers(request, lesson) or onward(request, lesson, "edit")
            except DomainError as error:
                status = tell(form, error)
    return details_page(request, lesson, draft, form, status=status)


def details_page(
    request: HttpRequest,
    lesson: MicroLesson,
    draft: MicroLesson,
    form: DetailsForm,
    *,
    status: int = 200,
    fault: str = "",
) -> HttpResponse:
    """Show the first step."""
    context = {
        "form": form,
        "fault": fault,
        "box": upload_box(draft, plain_action=reverse("lessons:replace_file", args=[lesson.pk])),
        "player": player(draft, request.user) if draft.video and draft.video.is_playable else None,
    }
    return step_page(request, lesson, draft, "edit", context, status=status)


@login_required
@limited("lessons.file", limit=10)
@require_POST
def replace_file(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take another video for a lesson with a plain form."""
    author = request.user
    lesson = get_draft_for(author, pk)
    file = request.FILES.get("file")
    try:
        if file is None:
            raise InvalidInput(_("Please choose a video first."))  # one way out for all refusals
        require_editable(lesson, actor=author)
        save_draft(lesson, {"video": receive_form_upload(author, file)}, actor=author)
    except DomainError as error:
        draft = lesson.get_latest_revision_as_object()
        form = DetailsForm(instance=draft, author=author)
        return details_page(request, lesson, draft, form, status=error.status, fault=str(error.message))
    return HttpResponseRedirect(reverse("lessons:edit", args=[lesson.pk]))


@login_required
@limited("lessons.save", limit=MINUTE_WRITES)
@require_POST
def save(request: SignedInRequest, pk: int) -> HttpResponse:
    """Save what was typed so far; called by the page itself."""
    author = request.user
    lesson = get_draft_for(author, pk)
    form = DetailsForm(request.POST, instance=lesson.get_latest_revision_as_object(), author=author)
    form.is_valid()
    try:
        save_draft(lesson, form.values(), actor=author)
    except DomainError as error:
        return refusal(error)
    return saved(lesson, form)


@login_required
@limited("lessons.save", limit=MINUTE_WRITES)
@require_http_methods(GET_POST)
def questions(request: SignedInRequest, pk: int) -> HttpResponse:
    """Questions to answer, and questions people often ask."""
    author = request.user
    lesson = get_draft_for(author, pk)
    draft = lesson.get_latest_revision_as_object()
    data = posted(request)
    asked = QuestionFormSet(data, prefix="q", initial=question_initial(list(draft.questions.all())))
    pairs = KeyQuestionFormSet(data, prefix="k", initial=key_question_initial(list(draft.key_questions.all())))
    status, fault = 200, ""
    if request.method == "POST":
        status = BAD_REQUEST
        if asked.is_valid() and pairs.is_valid():
            try:
                set_questions(lesson, [form.question() for form in filled(asked)], actor=author)
                answered = [(form.cleaned_data["question"], form.cleaned_data["answer"]) for form in filled(pairs)]
                set_key_questions(lesson, answered, actor=author)
                return onward(request, lesson, "questions")
            except DomainError as error:
                status, fault = error.status, str(error.message)
    context = {"questions": asked, "pairs": pairs, "fault": fault}
    return step_page(request, lesson, draft, "questions", context, status=status)


def filled(formset: Any) -> list[Any]:
    """Return the forms that hold something and are not marked for deletion: typed ones and untouched old ones."""
    return [form for form in formset.forms if form.cleaned_data and not form.cleaned_data.get("DELETE")]


@login_required
@limited("lessons.attach", limit=20)
@require_http_methods(GET_POST)
def attachments(request: SignedInRequest, pk: int) -> HttpResponse:
    """Documents that belong to the lesson; a file that is chosen comes along when one goes on to the next step."""
    author = request.user
    lesson = get_draft_for(author, pk)
    status = 200
    form = AttachmentForm(posted(request), posted_files(request))
    going_on = bool({"next", "go"} & set(request.POST))
    then = next_step(lesson, "attachments", go=request.POST.get("go", "")) if going_on else request.path
    if request.method == "POST":
        if going_on and not form.has_changed():
            return HttpResponseRedirect(then)
        status = BAD_REQUEST
        if form.is_valid():
            try:
                attach_document(lesson, form.cleaned_data["file"], actor=author, title=form.cleaned_data["title"])
                return HttpResponseRedirect(then)
            except DomainError as error:
                status = tell(form, error)
    draft = lesson.get_latest_revision_as_object()
    context = {"form": form, "attachments": attachment_rows(draft)}
    return step_page(request, lesson, draft, "attachments", context, status=status)


@login_required
@require_POST
def detach(request: SignedInRequest, pk: int, document: int) -> HttpResponse:
    """Take one document out of the draft."""
    lesson = get_draft_for(request.user, pk)
    try:
        detach_document(lesson, document, actor=request.user)
    except DomainError as error:
        messages.error(request, str(error.message))
    return HttpResponseRedirect(reverse("lessons:attachments", args=[lesson.pk]))


@login_required
@limited("lessons.save", limit=MINUTE_WRITES)
@require_http_methods(GET_POST)
def consent(request: SignedInRequest, pk: int) -> HttpResponse:
    """People in the picture, secrets, rights."""
    author = request.user
    lesson = get_draft_for(author, pk)
    draft = lesson.get_latest_revision_as_object()
    status = 200
    form = ConsentForm(posted(request), instance=draft)
    if request.method == "POST":
        status = BAD_REQUEST
        if form.is_valid():
            try:
                save_draft(lesson, form.cleaned_data, actor=author)
                return onward(request, lesson, "consent")
            except DomainError as error:
                status = tell(form, error)
    return step_page(request, lesson, draft, "consent", {"form": form}, status=status)
