"""我要上传: choose or film; the form is filled while the file is on its way."""

import uuid
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from cms.accounts.models import User
from cms.accounts.requests import SignedInRequest
from cms.core.errors import DomainError
from cms.core.faults import BAD_REQUEST, refusal, tell
from cms.core.ratelimit import limited
from cms.core.views import own_page
from cms.lessons.forms import DetailsForm, StartForm
from cms.lessons.models import MicroLesson
from cms.lessons.permissions import may_edit
from cms.lessons.queries import blank_lesson, drafts_of, works_of
from cms.lessons.recordings import file_of
from cms.lessons.services import save_draft, start_lesson
from cms.lessons.views.speakers import on_to_speakers
from cms.lessons.views.steps import unfinished_row, upload_box
from cms.videos.models import Upload
from cms.videos.permissions import get_upload_for
from cms.videos.queries import receiving
from cms.videos.services import receive_form_upload, terminate_upload

MINUTE_WRITES = 60


def fresh_form(author: User) -> StartForm:
    """Return the empty form with a key of its own."""
    return StartForm(instance=blank_lesson(author), author=author, initial={"draft_key": uuid.uuid4()})


@login_required
@limited("lessons.upload", limit=MINUTE_WRITES)
@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: SignedInRequest) -> HttpResponse:
    """Show the upload page; the posted form begins a lesson and leads to its next step."""
    author = request.user
    if request.method != "POST":
        return upload_page(request, fresh_form(author))
    form = StartForm(request.POST, instance=blank_lesson(author), author=author)
    if not form.is_valid():
        return upload_page(request, form, status=BAD_REQUEST)
    try:
        lesson = save_started(author, form)
    except DomainError as error:
        return upload_page(request, form, status=tell(form, error))
    return on_to_speakers(request, lesson) or HttpResponseRedirect(reverse("lessons:edit", args=[lesson.pk]))


def save_started(author: User, form: StartForm) -> MicroLesson:
    """Begin the form's lesson, or go on with the one its key began, and keep what was typed."""
    lesson = start_lesson(author, key=form.cleaned_data["draft_key"])
    return save_draft(lesson, form.values(), actor=author)


def upload_page(request: SignedInRequest, form: StartForm, *, status: int = 200, fault: str = "") -> HttpResponse:
    """Show the page with what is unfinished."""
    arriving = list(receiving(request.user))
    # A draft whose video is still on its way is named with its upload.
    begun = drafts_of(request.user).exclude(upload__in=arriving).first()
    context: dict[str, Any] = {
        "form": form,
        "box": upload_box(None, plain_action=reverse("lessons:upload_file")),
        "unfinished": unfinished(request.user, arriving),
        "begun": begun,
        "begun_name": (begun.title or file_of(begun) or str(begun)) if begun else "",
        "has_branch": form.instance.organisation_id is not None,
        "fault": fault,
    }
    return own_page(request, "lessons/upload.html", context, status=status)


def unfinished(author: User, arriving: list[Upload]) -> list[dict[str, Any]]:
    """Return uploads that can be continued, each with the lesson that it was begun for, where there is one."""
    # Of several with the same upload the first: there the words are.
    lessons = {lesson.upload_id: lesson for lesson in works_of(author).filter(upload__in=arriving)}
    return [
        unfinished_row(row)
        | {"cancel_url": reverse("lessons:upload_discard", args=[row.pk])}
        | going_on(lessons.get(row.pk), author)
        for row in arriving
    ]


def going_on(lesson: MicroLesson | None, author: User) -> dict[str, Any]:
    """Return where the author goes on with a lesson, and the key by which the form of this page takes it up."""
    if lesson is None or not may_edit(lesson, author):
        return {}
    return {"lesson": lesson, "lesson_url": reverse("lessons:edit", args=[lesson.pk]), "draft_key": lesson.draft_key}


@login_required
@limited("lessons.save", limit=MINUTE_WRITES)
@require_POST
def upload_save(request: SignedInRequest) -> HttpResponse:
    """Save what was typed so far; called by the page itself. What cannot be used is named and left out."""
    author = request.user
    form = StartForm(request.POST, instance=blank_lesson(author), author=author)
    form.is_valid()
    if "draft_key" not in form.cleaned_data:
        return JsonResponse({"code": "invalid", "message": _("Some values cannot be used."), "fields": {}}, status=400)
    try:
        lesson = save_started(author, form)
    except DomainError as error:
        return refusal(error)
    return saved(lesson, form)


def saved(lesson: MicroLesson, form: DetailsForm) -> JsonResponse:
    """Answer an autosave: where the lesson is, and what could not be used."""
    fields = {name: [str(sentence) for sentence in sentences] for name, sentences in form.errors.items()}
    return JsonResponse({"lesson": lesson.pk, "url": reverse("lessons:edit", args=[lesson.pk]), "fields": fields})


@login_required
@limited("lessons.file", limit=10)
@require_POST
def upload_file(request: SignedInRequest) -> HttpResponse:
    """Take a whole file with a plain form (no script): a new lesson begins with it."""
    author = request.user
    form = fresh_form(author)
    file = request.FILES.get("file")
    if file is None:
        return upload_page(request, form, status=BAD_REQUEST, fault=_("Please choose a video first."))
    try:
        video = receive_form_upload(author, file)
        lesson = start_lesson(author, video=video)
    except DomainError as error:
        return upload_page(request, form, status=error.status, fault=str(error.message))
    return HttpResponseRedirect(reverse("lessons:edit", args=[lesson.pk]))


@login_required
@require_POST
def upload_discard(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Give an unfinished upload up."""
    found = get_upload_for(request.user, pk)
    try:
        terminate_upload(found, actor=request.user)
    except DomainError as error:
        return upload_page(request, fresh_form(request.user), status=error.status, fault=str(error.message))
    return HttpResponseRedirect(reverse("lessons:upload"))
