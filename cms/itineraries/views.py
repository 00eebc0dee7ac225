"""Routes: browsing, the page with its plan, exports, recording that a branch went."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from cms.accounts.requests import SignedInRequest
from cms.core.chips import chips
from cms.core.context_processors import in_elder_view
from cms.core.errors import DomainError
from cms.core.faults import tell
from cms.core.pages import serves
from cms.core.ratelimit import limited
from cms.core.views import own_page
from cms.itineraries import cards, queries
from cms.itineraries.enums import Effort, Season, Theme
from cms.itineraries.exporters.booklet import booklet_of
from cms.itineraries.exporters.calendar import calendar_of
from cms.itineraries.exporters.gpx import gpx_of
from cms.itineraries.exporters.linked_data import trip_of
from cms.itineraries.forms import AskForm, VisitForm, asked
from cms.itineraries.models import ItineraryPage, ItineraryStop
from cms.itineraries.permissions import get_route_for, may_record, recording_paths
from cms.itineraries.plans import Plan, answer, default_ask
from cms.itineraries.services import record_visit
from cms.library.enums import Section
from cms.library.permissions import shown_page
from cms.library.queries import section_named
from cms.library.views.pages import page_context

PAGE_SIZE, ELDER_PAGE_SIZE = 24, 12
ASKING = ("GET", "HEAD")
FILTERS = ("theme", "season", "effort", "days")


@require_safe
def browse(request: HttpRequest) -> HttpResponse:
    """Show routes by theme, season, effort and length; all that is chosen stands in the address."""
    chosen = {name: request.GET.get(name, "")[:20] for name in FILTERS}
    size = ELDER_PAGE_SIZE if in_elder_view(request) else PAGE_SIZE
    rows = Paginator(queries.browse(request.user, **chosen), size).get_page(request.GET.get("page"))
    lengths = [("1", cards.days_words(1)), ("2", cards.days_words(2)), ("3", _("three days and more"))]
    context = {
        "section": section_named(Section.ROUTES),
        "page": rows,
        "routes": cards.route_cards(rows, request),
        "themes": chips(request.GET, "theme", Theme.choices),
        "lengths": chips(request.GET, "days", lengths),
        "seasons": chips(request.GET, "season", [row for row in Season.choices if row[0] != Season.ALL]),
        "efforts": chips(request.GET, "effort", Effort.choices),
        "filtered": any(chosen.values()),
    }
    return render(request, "itineraries/browse.html", context)


@serves(ItineraryPage)
def show_route(request: HttpRequest, page: ItineraryPage) -> HttpResponseBase:
    """Show a route with its plan for the chosen day.

    The plan as it was published is worked out once for each day; who puts the stops in ever new orders is counted.
    """
    rearranged = bool({"skip", "order"} & request.GET.keys())
    return show_rearranged(request, page) if rearranged else show_plan(request, page)


def show_plan(request: HttpRequest, page: ItineraryPage) -> HttpResponse:
    """Show the page with the plan that the address asks for."""
    shown = shown_page(request, page)
    if not isinstance(shown, ItineraryPage):
        raise Http404
    form = AskForm(request.GET if "on" in request.GET else None, initial=initial_of(shown))
    stops = queries.stops_of(shown)
    opened = queries.open_places(stops, request.user)
    found = answer(shown, stops, asked(form, default_ask(shown)), opened)
    context = page_context(request, shown) | plan_parts(request, shown, stops, found)
    context |= {"form": form, "may_record": may_record(request.user), "linked_data": trip_of(shown, found)}
    return render(request, "itineraries/route.html", context, status=400 if form.errors else 200)


show_rearranged = limited("itineraries.rearrange", limit=120, methods=ASKING)(show_plan)


def initial_of(page: ItineraryPage) -> dict[str, Any]:
    """Return what the form shows where nothing was chosen."""
    ask = default_ask(page)
    return {"on": ask.on, "heads": ask.heads}


def plan_parts(request: HttpRequest, page: ItineraryPage, stops: list[ItineraryStop], found: Plan) -> dict[str, Any]:
    """Return the plan as the page shows it."""
    return {
        "facts": cards.facts_of(page, found),
        "alert": cards.alert_of(found),
        "better": cards.better_of(found),
        "days": cards.days_of(page, found, request.user),
        "map": cards.map_of(found),
        "points": cards.points_of(found),
        "map_tiles": map_tiles(),
        "plan": found,
        "asked": cards.address_of(found.ask),
        "changed": bool(found.ask.skipped or found.ask.order),
        "plain_url": cards.address_of(found.ask, skipped=frozenset(), order=()),
        "day_numbers": cards.day_numbers(stops),
    }


def map_tiles() -> dict[str, str] | None:
    """Return where tiles come from, if the operator named a server."""
    if not settings.MAP_TILES_URL:
        return None
    return {"url": settings.MAP_TILES_URL, "attribution": settings.MAP_TILES_ATTRIBUTION}


def asked_plan(request: HttpRequest, page: ItineraryPage) -> Plan:
    """Return the plan that an export is about, as the reader may know it. Raises Http404 for what cannot be asked."""
    form = AskForm(request.GET if "on" in request.GET else None)
    if form.is_bound and not form.is_valid():
        raise Http404
    stops = queries.stops_of(page)
    return answer(page, stops, asked(form, default_ask(page)), queries.open_places(stops, request.user))


def attachment(content: str | bytes, kind: str, name: str) -> HttpResponse:
    """Return a file to keep."""
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


@require_safe
@limited("itineraries.export", limit=120, methods=ASKING)
def gpx(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the stops as GPX, in WGS-84."""
    page = get_route_for(request.user, pk)
    plan = asked_plan(request, page)
    return attachment(gpx_of(page, plan), "application/gpx+xml", f"route-{pk}.gpx")


@require_safe
@limited("itineraries.export", limit=120, methods=ASKING)
def calendar(request: HttpRequest, pk: int, day: int) -> HttpResponse:
    """Give one day of the route as a calendar."""
    page = get_route_for(request.user, pk)
    plan = asked_plan(request, page)
    if day not in cards.day_numbers([row.stop for row in plan.calls]):
        raise Http404
    return attachment(calendar_of(page, plan, day=day), "text/calendar; charset=utf-8", f"route-{pk}-{day}.ics")


@require_safe
@limited("itineraries.booklet", limit=30, methods=ASKING)
def booklet(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the plan as a booklet to print."""
    page = get_route_for(request.user, pk)
    plan = asked_plan(request, page)
    told = {
        "title": page.title,
        "lead": page.lead,
        "facts": [*cards.facts_of(page, plan), *page.theme_words],
        "alert": cards.alert_of(plan),
        "days": cards.days_of(page, plan, request.user),
        "prepare": page.prepare_lines,
        "map": cards.map_of(plan),
    }
    content = booklet_of(told, stamp=f"{page.pk} {page.last_published_at}")
    return attachment(content, "application/pdf", f"route-{pk}.pdf")


@login_required
@require_http_methods(["GET", "POST"])
@limited("itineraries.visit", limit=60, seconds=3600)
def visit(request: SignedInRequest, pk: int) -> HttpResponse:
    """Record that a branch went, and show when it did."""
    paths = recording_paths(request.user)
    page = get_route_for(request.user, pk)
    form = VisitForm(request.POST if request.method == "POST" else None, paths=paths)
    status = 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            try:
                record_visit(page, **form.cleaned_data, actor=request.user)
            except DomainError as error:
                status = tell(form, error)
            else:
                messages.success(request, _("The visit is recorded."))
                return HttpResponseRedirect(request.path)
    context = {"route": page, "form": form, "visits": queries.visits_of(page, paths)[:50]}
    return own_page(request, "itineraries/visit.html", context, status=status)
