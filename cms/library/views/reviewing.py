"""The check page for editorial pages: read what was handed in, decide. Works without admin access.

What is not shown yet uses files that nobody sees yet: these open through the review, or through the draft.
"""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from cms.accounts.requests import SignedInRequest
from cms.assets.models import SiteRendition
from cms.assets.views import picture_response
from cms.core.errors import DomainError
from cms.core.faults import BAD_REQUEST, posted, tell
from cms.core.middleware import PRIVATE
from cms.core.ratelimit import limited
from cms.core.views import own_page
from cms.library.models import ContentPage
from cms.library.permissions import get_draft_for, get_reviewable_for
from cms.library.queries import files_of
from cms.library.views.pages import page_context, remarks_on
from cms.review.forms import DecisionForm
from cms.review.queries import history_of
from cms.review.services import decide_as_shown

GET_POST = ("GET", "HEAD", "POST")


@login_required
@limited("library.review", limit=30)
@require_http_methods(GET_POST)
def review(request: SignedInRequest, pk: int) -> HttpResponse:
    """Show what was handed in; POST decides."""
    state, page = get_reviewable_for(request.user, pk)
    form = DecisionForm(posted(request))
    status = 200
    if request.method == "POST":
        status = BAD_REQUEST
        if form.is_valid():
            try:
                decide_as_shown(state, form.cleaned_data, actor=request.user)
                messages.success(request, _("Your decision is kept and the author is told."))
                return HttpResponseRedirect(reverse("library:review", args=[pk]))
            except DomainError as error:
                status = tell(form, error)
    context = page_context(request, page) | {
        "look": state,
        "state": state,
        "is_open": state.is_open,
        "form": form,
        "history": list(history_of(page)),
        "crumbs": [],
        "edit_url": "",
        "may_unpublish": False,
        "may_take_down": False,
        "findings": remarks_on(page),
    }
    return own_page(request, "library/review.html", context, status=status)


@login_required
@require_safe
def review_shown(request: SignedInRequest, pk: int) -> HttpResponseBase:
    """Show what was handed in as readers would see it."""
    state, page = get_reviewable_for(request.user, pk)
    request.is_preview = True  # type: ignore[attr-defined]  # as Wagtail marks its own previews
    request.look = state  # type: ignore[attr-defined]  # so that files open through the review
    response = page.serve(request)
    response["Cache-Control"] = PRIVATE
    return response


@login_required
@require_safe
def review_document(request: HttpRequest, pk: int, document: int) -> HttpResponseBase:
    """Serve a file of the page that is reviewed; nothing else opens through a review."""
    _state, page = get_reviewable_for(request.user, pk)
    return document_of(page, document)


@login_required
@require_safe
def review_picture(request: HttpRequest, pk: int, copy: int) -> HttpResponseBase:
    """Serve a sized copy of a picture of the page that is reviewed."""
    _state, page = get_reviewable_for(request.user, pk)
    return picture_of(page, copy)


@login_required
@require_safe
def draft_document(request: HttpRequest, pk: int, document: int) -> HttpResponseBase:
    """Serve a file of a draft to those who may see its preview; nothing else opens through it."""
    return document_of(get_draft_for(request.user, pk), document)


@login_required
@require_safe
def draft_picture(request: HttpRequest, pk: int, copy: int) -> HttpResponseBase:
    """Serve a sized copy of a picture of a draft to those who may see its preview."""
    return picture_of(get_draft_for(request.user, pk), copy)


def document_of(page: ContentPage, key: int) -> HttpResponseBase:
    """Return the bytes of a file that the page uses as it is in hand. Raises Http404 for every other file."""
    documents, _images = files_of(page)
    found = documents.filter(pk=key).first()
    if found is None:
        raise Http404
    response = FileResponse(found.file.open("rb"), as_attachment=True, filename=found.filename)
    response["Content-Type"] = "application/octet-stream"
    response["Cache-Control"] = PRIVATE
    response["X-Content-Type-Options"] = "nosniff"
    return response


def picture_of(page: ContentPage, key: int) -> HttpResponseBase:
    """Return the bytes of a sized copy of a picture that the page uses as it is in hand. Raises Http404 for others."""
    _documents, images = files_of(page)
    found = SiteRendition.objects.filter(pk=key, image__in=images).select_related("image").first()
    if found is None:
        raise Http404
    return picture_response(found.image, found.file)
