"""Packs for places without a line: how large they are, and the ZIP itself while it is made."""

from collections.abc import Iterator
from threading import BoundedSemaphore

from django.contrib.auth.decorators import login_required
from django.http import HttpResponseBase, StreamingHttpResponse
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cms.accounts.requests import SignedInRequest
from cms.core.middleware import PRIVATE
from cms.core.ratelimit import limited
from cms.core.views import own_page
from cms.courses.exporters.packing import Pack, pack_of
from cms.courses.permissions import get_pack_subject_for
from cms.courses.queries.packs import Subject
from cms.courses.services.packs import note_pack_taken

# Of each web process: a pack is on its way as long as the line needs, and pages must not wait for it.
PLACES = 2
places = BoundedSemaphore(PLACES)
RETRY_S = 60
CHOICES = {"films": True, "sound": False}
OWN_PAGES = {"playlist": "courses:playlist", "branch_guide": "courses:branch_guide"}


class Sending:
    """The bytes of a pack; its place is free again when the sending ends, however it ends."""

    def __init__(self, pack: Pack) -> None:
        self.blocks = pack.archive.stream()
        self.holds_place = True

    def __iter__(self) -> Iterator[bytes]:
        return self.blocks

    def close(self) -> None:
        """End the sending (the web server calls this, once or twice)."""
        try:
            self.blocks.close()
        finally:
            if self.holds_place:
                self.holds_place = False
                places.release()


@login_required
@require_http_methods(["GET", "POST"])
@limited("courses.pack", limit=12, seconds=3600)
# To tell the sizes everything is made but the sending: texts, and the sized copies of pictures.
@limited("courses.pack_sizes", limit=60, seconds=3600, methods=("GET",))
def pack(request: SignedInRequest, pk: int, kind: str) -> HttpResponseBase:
    """Tell what a pack holds and how large it is; send it when a button was pressed: `with` says films or sound."""
    subject = get_pack_subject_for(request.user, kind, pk)
    if request.method != "POST":
        return told(request, subject)
    asked = request.POST.get("with", "")
    if asked not in CHOICES:
        return told(request, subject, fault=_("Please choose what goes into the pack."), status=400)
    made = pack_of(subject, request.user, films=CHOICES[asked])
    if not made.fits:
        return told(
            request, subject, fault=_("This pack is too large for a stick. Take it with sound only."), status=409
        )
    if not places.acquire(blocking=False):
        busy = told(
            request,
            subject,
            fault=_("Others are taking packs at the moment. Please try again in a minute."),
            status=503,
        )
        busy["Retry-After"] = str(RETRY_S)
        return busy
    return sent(request, made)


def sent(request: SignedInRequest, made: Pack) -> HttpResponseBase:
    """Send the ZIP; the caller holds a place for it."""
    sending = Sending(made)
    try:
        note_pack_taken(made.subject, restricted=made.restricted, films=made.films, actor=request.user)
        response = StreamingHttpResponse(sending, content_type="application/zip")
    except BaseException:
        sending.close()
        raise
    response["Content-Length"] = str(made.size)
    name = f"{made.subject.title}.zip"
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name) or "attachment"
    response["Cache-Control"] = PRIVATE
    response["X-Content-Type-Options"] = "nosniff"
    return response


def told(request: SignedInRequest, subject: Subject, *, fault: str = "", status: int = 200) -> HttpResponseBase:
    """Show what the pack holds, how large each kind of it is, and what stays here."""
    with_films, sound = (pack_of(subject, request.user, films=films) for films in (True, False))
    context = {
        "subject": subject,
        "with_films": with_films,
        # Without films there is one pack.
        "sound": sound if sound.size != with_films.size else None,
        "fault": fault,
        "back": back_of(subject),
    }
    return own_page(request, "courses/pack.html", context, status=status)


def back_of(subject: Subject) -> str:
    """Return the page from which one came."""
    if subject.kind in OWN_PAGES:
        return reverse(OWN_PAGES[subject.kind], args=[subject.row.pk])
    return str((subject.page and subject.page.url) or "/")
