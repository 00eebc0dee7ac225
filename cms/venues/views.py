"""Finding places, a place's page, agreeing visits."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cms.accounts.requests import SignedInRequest
from cms.assets.models import SiteRendition
from cms.assets.permissions import may_open_image
from cms.assets.views import picture_response
from cms.core.chips import chips
from cms.core.clock import now
from cms.core.context_processors import in_elder_view
from cms.core.errors import DomainError
from cms.core.faults import tell
from cms.core.pages import serves
from cms.core.ratelimit import limited
from cms.core.views import own_page
from cms.review.forms import DecisionForm
from cms.review.queries import history_of
from cms.review.services import decide_as_shown
from cms.taxonomy.queries import all_topics, is_visible_to
from cms.venues import cards, queries
from cms.venues.datum import from_wgs
from cms.venues.enums import Datum, VenueKind
from cms.venues.forms import DayForm, VisitForm
from cms.venues.models import Venue, VenueVisit
from cms.venues.permissions import (
    get_draft_for,
    get_guest_for,
    get_reviewable_for,
    get_venue_for,
    get_visit_for,
    hosting_paths,
    is_host,
    may_agree_visits,
    may_write,
    visiting_paths,
)
from cms.venues.services import agree_visit, closed_words, look_up_contact, look_up_guest, release_visit, shut_words

PAGE_SIZE, ELDER_PAGE_SIZE = 24, 12
VISITS = 50
FILTERS = ("kind", "region", "topic")


@dataclass(frozen=True)
class Contact:
    """Whom to call about one visit, shown with its row."""

    visit: VenueVisit
    people: list[tuple[str, str]]


@require_safe
def browse(request: HttpRequest) -> HttpResponse:
    """Show places by kind, region and topic; all that is chosen stands in the address."""
    chosen = {name: request.GET.get(name, "")[:60] for name in FILTERS}
    model = request.GET.get("model") == "1"
    found = queries.browse(request.user, **chosen, model=model)
    size = ELDER_PAGE_SIZE if in_elder_view(request) else PAGE_SIZE
    rows = Paginator(found, size).get_page(request.GET.get("page"))
    regions = [(row.slug, str(row)) for row in queries.regions_shown_to(request.user)]
    context = {
        "page": rows,
        "venues": cards.venue_cards(rows, request.user),
        "kinds": chips(request.GET, "kind", VenueKind.choices),
        "regions": chips(request.GET, "region", regions) if regions else [],
        "topics": chips(request.GET, "topic", [(topic.slug, str(topic)) for topic in all_topics()]),
        "models": chips(request.GET, "model", [("1", _("Model sites"))], every=False),
        "filtered": model or any(chosen.values()),
        "may_agree": may_agree_visits(request.user),
        "is_host": is_host(request.user),
    }
    return render(request, "venues/browse.html", context)


@require_safe
def venue(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a place: what it is, when it is open, where it lies, and what is taught there."""
    row = get_venue_for(request.user, pk)
    form = DayForm(request.GET if "on" in request.GET else None)
    answer = cards.day_answer(row.hours, form.cleaned_data["on"]) if form.is_bound and form.is_valid() else None
    context = venue_parts(request, row) | {
        "form": form,
        "answer": answer,
        "may_agree": may_agree_visits(request.user),
        "may_report": request.user.is_authenticated,
        "closed": closed_words(row),
        "edit_url": row.curator_page_url() if may_write(request.user, row) else "",
    }
    return render(request, "venues/venue.html", context, status=400 if form.errors else 200)


@serves(Venue)
def preview(request: HttpRequest, row: Venue) -> HttpResponse:
    """Show a place as it would be; the admin asks, for those who write it."""
    mode = getattr(request, "preview_mode", "")
    large = {f"{mode}_view": True} if mode in {"elder", "screen"} else {}
    picture = row.picture
    # A picture that is not shown to anybody yet opens to whoever sent it, and to the others through the stored draft.
    through_draft = picture is not None and not may_open_image(picture, request.user)
    seen = {"picture": None if through_draft and row.pk is None else picture, "through_draft": through_draft}
    return render(request, "venues/preview.html", venue_parts(request, row) | large | seen)


@login_required
@limited("venues.review", limit=30)
@require_http_methods(["GET", "HEAD", "POST"])
def review(request: SignedInRequest, pk: int) -> HttpResponse:
    """Show a place that was handed in; POST decides."""
    state, row = get_reviewable_for(request.user, pk)
    form = DecisionForm(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            try:
                decide_as_shown(state, form.cleaned_data, actor=request.user)
                messages.success(request, _("Your decision is kept and the author is told."))
                return redirect("venues:review", pk)
            except DomainError as error:
                status = tell(form, error)
    context = venue_parts(request, row) | {
        "state": state,
        "is_open": state.is_open,
        "decision": form,
        "doubt": cards.doubt_words(row),
        "history": list(history_of(row)),
        # A reviewer sees the picture that is not shown to anybody yet.
        "picture": row.picture,
    }
    return own_page(request, "venues/review.html", context, status=status)


@login_required
@require_safe
def review_picture(request: HttpRequest, pk: int, copy: int) -> HttpResponseBase:
    """Serve a sized copy of the picture of the place that is reviewed; nothing else opens through a review."""
    _state, row = get_reviewable_for(request.user, pk)
    return picture_of(row, copy)


@login_required
@require_safe
def draft_picture(request: HttpRequest, pk: int, copy: int) -> HttpResponseBase:
    """Serve a sized copy of the picture of a draft to those who look after the place; nothing else opens through it."""
    return picture_of(get_draft_for(request.user, pk), copy)


def picture_of(row: Venue, copy: int) -> HttpResponseBase:
    """Return the bytes of a sized copy of the picture of the place as it is in hand. Raises Http404 for others."""
    found = SiteRendition.objects.filter(pk=copy, image=row.picture_id).select_related("image").first()
    if found is None:
        raise Http404
    return picture_response(found.image, found.file)


def venue_parts(request: HttpRequest, row: Venue) -> dict[str, Any]:
    """Return all that a page shows of a place."""
    hours, picture = row.hours, row.picture
    return {
        "venue": row,
        "open_to": cards.open_to(row),
        "week": cards.week_rows(hours),
        "week_columns": [_("Weekday"), _("Opening hours"), _("Last entry")],
        "exceptions": cards.exception_rows(hours),
        "exception_columns": [_("Days"), _("Opening hours"), _("Reason")],
        "picture": picture if picture is not None and is_visible_to(picture, request.user) else None,
        "map": cards.surroundings(row, queries.near(row, request.user)),
        "positions": position_rows(row),
    }


def position_rows(row: Venue) -> list[tuple[str, str]]:
    """Return the position in each datum, for those who type it into a map."""
    point = row.point
    if point is None:
        return []
    shown = [(datum, from_wgs(point, datum)) for datum in Datum]
    return [(str(datum.label), f"{place.latitude:.5f}, {place.longitude:.5f}") for datum, place in shown]


@login_required
@require_http_methods(["GET", "POST"])
@limited("venues.visit", limit=60, seconds=3600)
def visit(request: SignedInRequest, pk: int) -> HttpResponse:
    """Agree a visit for the own organisation; afterwards the contact can be looked up."""
    paths = visiting_paths(request.user)
    row = get_venue_for(request.user, pk)
    form = VisitForm(request.POST if request.method == "POST" else None, paths=paths)
    status = 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            try:
                agree_visit(row, **form.visit(), actor=request.user)
            except DomainError as error:
                status = tell(form, error)
            else:
                messages.success(request, _("The visit is agreed. Now you can look up whom to call."))
                return redirect("venues:visits")
    context = {"venue": row, "form": form, "week": cards.week_rows(row.hours), "closed": closed_words(row)}
    return own_page(request, "venues/visit.html", context, status=status)


@login_required
@require_safe
def visits(request: SignedInRequest) -> HttpResponse:
    """List the visits of the organisations that the person looks after."""
    return show_visits(request)


@login_required
@require_safe
def guests(request: SignedInRequest) -> HttpResponse:
    """List who comes to the places that the person looks after."""
    return show_guests(request)


def show_visits(request: SignedInRequest, *, contact: Contact | None = None) -> HttpResponse:
    """Show where the own organisations go, with whom to call at one place where it was asked for."""
    found = queries.visits_below(visiting_paths(request.user))
    return show_side(request, "visits", found, contact)


def show_guests(request: SignedInRequest, *, contact: Contact | None = None) -> HttpResponse:
    """Show who comes, with whom to ask about one visit where it was asked for."""
    found = queries.guests_below(hosting_paths(request.user))
    return show_side(request, "guests", found, contact)


def show_side(
    request: SignedInRequest, name: str, found: QuerySet[VenueVisit], contact: Contact | None
) -> HttpResponse:
    """Show a page of visits, those to come before those that are over."""
    page = Paginator(found, VISITS).get_page(request.GET.get("page"))
    rows = [visit_row(row, request, contact) for row in page]
    coming = [row for row in rows if not row["over"]]
    over = [row for row in rows if row["over"]]
    groups = [(title, some) for title, some in ((_("Not over yet"), coming), (_("Over"), over)) if some]
    context = {"page": page, "groups": groups, "tabs": sides_of(request, name)}
    return own_page(request, f"venues/{name}.html", context)


def visit_row(row: VenueVisit, request: HttpRequest, contact: Contact | None) -> dict[str, Any]:
    """Return what a row says of a visit: where its place is read about, whom to ask, and why it cannot be as agreed."""
    comes = row.released_at is None and row.starts_at > now()
    return {
        "visit": row,
        "url": row.venue.get_absolute_url() if row.venue.live and is_visible_to(row.venue, request.user) else "",
        "over": row.ends_at <= now(),
        "open": queries.contact_opens(row),
        "contact": contact.people if contact is not None and contact.visit == row else [],
        "shut": shut_words(row.venue, row.starts_at, row.ends_at) if comes else "",
    }


def sides_of(request: HttpRequest, current: str) -> list[dict[str, Any]]:
    """Return the two sides of visits as tabs, for those who have both."""
    if not (may_agree_visits(request.user) and is_host(request.user)):
        return []
    sides = (("visits", _("Where we go")), ("guests", _("Who comes to us")))
    return [{"label": label, "url": reverse(f"venues:{name}"), "current": name == current} for name, label in sides]


@login_required
@never_cache
@limited("venues.contact", limit=60, seconds=3600)
@require_POST
def contact(request: SignedInRequest, pk: int) -> HttpResponse:
    """Show whom to call at the place of an agreed visit; each look is written down."""
    row = get_visit_for(request.user, pk)
    if not queries.contact_opens(row):
        messages.warning(request, _("The contact is shown for agreed visits, until two weeks after."))
        return redirect("venues:visits")
    found = look_up_contact(row, actor=request.user)
    return show_visits(request, contact=Contact(row, named([found])))


@login_required
@never_cache
@limited("venues.guest", limit=60, seconds=3600)
@require_POST
def guest(request: SignedInRequest, pk: int) -> HttpResponse:
    """Show whom of the visiting organisation the place can ask; each look is written down."""
    row = get_guest_for(request.user, pk)
    if not queries.contact_opens(row):
        messages.warning(request, _("The contact is shown for agreed visits, until two weeks after."))
        return redirect("venues:guests")
    found = look_up_guest(row, actor=request.user)
    return show_guests(request, contact=Contact(row, named(found)))


def named(people: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return the names and phones that there are, or one sentence where there is none."""
    return [person for person in people if any(person)] or [
        (_("Nobody is named yet. Please ask the organisation."), "")
    ]


@login_required
@require_POST
def release(request: SignedInRequest, pk: int) -> HttpResponse:
    """Give the room of a visit back."""
    row = get_visit_for(request.user, pk)
    try:
        release_visit(row, actor=request.user)
    except DomainError as error:
        messages.warning(request, str(error.message))
    else:
        messages.success(request, _("The visit is given back; others can come at that time."))
    return redirect("venues:visits")
