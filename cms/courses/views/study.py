"""What one does in a course or guide: go on, tick, choose what one belongs to."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cms.accounts.requests import SignedInRequest
from cms.core.errors import DomainError
from cms.core.ratelimit import limited
from cms.core.views import safe_next
from cms.courses.cards import address_of
from cms.courses.permissions import get_course_for
from cms.courses.queries.courses import is_quiz_open
from cms.courses.queries.states import next_of, states_of
from cms.courses.services.study import begin_course, choose_audiences, set_tick
from cms.library.permissions import get_page_for
from cms.taxonomy.queries import all_audiences


@login_required
@require_POST
@limited("courses.study", limit=60)
def go_on(request: SignedInRequest, pk: int) -> HttpResponse:
    """Begin the course or go on with it: lead to the item that comes next, else to the quiz, else to the course."""
    course = get_course_for(request.user, pk)
    begin_course(request.user, course)
    upcoming = next_of(states_of(list(course.items.all()), request.user, course))
    if upcoming is not None:
        return HttpResponseRedirect(address_of(upcoming, request) or f"{course.url}#item-{upcoming.item.key}")
    return HttpResponseRedirect(f"{course.url}#question" if is_quiz_open(request.user, course) else str(course.url))


@login_required
@require_POST
@limited("courses.tick", limit=120)
def tick(request: SignedInRequest, pk: int, key: UUID) -> HttpResponse:
    """Tick an item, or take the tick away, and go back to where it stands."""
    page = get_page_for(request.user, pk)
    try:
        set_tick(request.user, page, key, done=request.POST.get("done") == "1")
    except DomainError as error:
        messages.warning(request, str(error.message))
    return HttpResponseRedirect(f"{safe_next(request, str(page.url or '/'))}#item-{key}")


@login_required
@require_POST
@limited("courses.audiences", limit=30)
def audiences(request: SignedInRequest) -> HttpResponse:
    """Remember which audiences the person belongs to; unknown ones are left out."""
    wanted = set(request.POST.getlist("audience")[:50])
    choose_audiences(request.user, [row for row in all_audiences() if row.slug in wanted])
    messages.success(request, _("Saved. What is meant for you comes first; nothing is hidden."))
    return HttpResponseRedirect(safe_next(request))
