"""The pool of lecturers, and the page of one of them."""

from datetime import date, datetime, timedelta
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cms.core.clock import today
from cms.core.context_processors import in_elder_view
from cms.lecturers.cards import (
    WEEK,
    languages,
    lecturer_cards,
    month_left,
    offer_line,
    photo_of,
    reach,
    week_days,
    week_of,
)
from cms.lecturers.enums import LecturerKind, Mode
from cms.lecturers.forms import FreeForm
from cms.lecturers.models import Lecturer, LessonOffer
from cms.lecturers.permissions import get_lecturer_for, keeps
from cms.lecturers.queries import (
    Wish,
    find,
    first_between,
    free_slots,
    in_service,
    is_free,
    is_lecturer,
    lent_to,
    menu_of,
    methods_of,
    regions_of,
    rule_for,
    term_of,
    topics_of,
)
from cms.lecturers.queries.directory import USUAL_MINUTES

PAGE_SIZE = 24
ELDER_PAGE_SIZE = 8
FACETS = ("topic", "kind", "region", "mode", "method")


@require_safe
def directory(request: HttpRequest) -> HttpResponse:
    """Show who can be asked, narrowed by direction, kind, place, method and a time; all of it stands in the address."""
    free = FreeForm(request.GET if any(request.GET.get(name) for name in FreeForm.base_fields) else None)
    span = free.span() if free.is_bound and free.is_valid() else None
    chosen = {name: request.GET.get(name, "")[:60] for name in FACETS}
    wish = Wish(**chosen, free_from=span and span[0], free_to=span and span[1])
    size = ELDER_PAGE_SIZE if in_elder_view(request) else PAGE_SIZE
    page = Paginator(find(request.user, wish), size).get_page(request.GET.get("page"))
    regions = [(region, region) for region in regions_of(request.user)]
    then = first_between(page, *span, wish.minutes) if span else {}
    context = {
        "page": page,
        "cards": lecturer_cards(page, request.user, then=then),
        "form": free,
        "kept": {name: value for name, value in chosen.items() if value},
        "topics": chips(request.GET, "topic", [(topic.slug, str(topic)) for topic in topics_of(request.user)]),
        "kinds": chips(request.GET, "kind", list(LecturerKind.choices)),
        "regions": chips(request.GET, "region", list(regions)),
        "modes": chips(request.GET, "mode", list(Mode.choices)),
        "methods": chips(request.GET, "method", [(row.slug, str(row)) for row in methods_of(request.user)]),
        "filtered": any(chosen.values()) or free.is_bound,
        "is_lecturer": is_lecturer(request.user),
    }
    return render(request, "lecturers/directory.html", context, status=400 if free.errors else 200)


def chips(query: QueryDict, name: str, values: list[tuple[str, str | Promise]]) -> list[dict[str, Any]]:
    """Return one row of chips: each value as a link that keeps the other choices."""
    now = query.get(name, "")
    rows: list[tuple[str, str | Promise]] = [("", _("All")), *values]
    return [{"label": label, "url": address(query, **{name: value}), "on": value == now} for value, label in rows]


def address(query: QueryDict, **changes: str) -> str:
    """Return the page's address with some parameters changed, those with an empty value gone, from the first page on."""
    changed = query.copy()
    changed.pop("page", None)
    for name, value in changes.items():
        changed.pop(name, None)
        if value:
            changed[name] = value
    return f"?{changed.urlencode()}"


@require_safe
def lecturer(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one lecturer: directions, menu, a week of free times; which lesson and time are chosen stands in the address."""
    person = get_lecturer_for(request.user, pk)
    menu = menu_of(person)
    offer = chosen_offer(request, menu)
    minutes = offer.minutes if offer else USUAL_MINUTES
    monday = chosen_week(request, person, minutes)
    days = week_days(person, monday, minutes)
    context = {
        "lecturer": person,
        "photo": photo_of(person, request.user),
        "directions": list(person.topics.order_by("order", "pk")),
        "term": term_of(person, today()),
        "languages": languages(person),
        "reach": reach(person),
        "left": month_left(person),
        "lent_to": lent_to(rule_for(person)),
        "menu": [
            {"offer": row, "line": offer_line(row), "on": row == offer, "url": link(request, offer=row.pk, start="")}
            for row in menu
        ],
        "offer": offer,
        "days": [with_links(request, day) for day in days],
        "slot": chosen_slot(request, person, monday, minutes),
        "keeps": keeps(request.user, person) or (request.user.is_authenticated and request.user.pk == person.user_id),
        "decides": keeps(request.user, person) and request.user.pk != person.user_id,
        "in_service": in_service(Lecturer.objects.filter(pk=person.pk), today()).exists(),
        **week_links(request, person, monday),
    }
    return render(request, "lecturers/lecturer.html", context)


def chosen_offer(request: HttpRequest, menu: list[LessonOffer]) -> LessonOffer | None:
    """Return the lesson that the address names, else the first of the menu."""
    named = request.GET.get("offer", "")
    return next((offer for offer in menu if str(offer.pk) == named), menu[0] if menu else None)


def chosen_week(request: HttpRequest, person: Lecturer, minutes: int) -> date:
    """Return the Monday that the address names, if the lecturer can be asked in that week; else the first with free time."""
    try:
        wished = week_of(date.fromisoformat(request.GET.get("week", "")[:10]))
    except (ValueError, OverflowError):
        wished = date.min
    if week_of(today()) <= wished <= last_week(person):
        return wished
    free = free_slots(person, today(), last_week(person), minutes)
    return week_of(free[0].start.date() if free else today())


def last_week(person: Lecturer) -> date:
    """Return the Monday of the last week in which the lecturer can be asked."""
    return week_of(today() + timedelta(days=person.horizon_days))


def week_links(request: HttpRequest, person: Lecturer, monday: date) -> dict[str, Any]:
    """Return the week's ends and the ways to the weeks beside it."""
    earlier, later = monday - WEEK, monday + WEEK
    return {
        "monday": monday,
        "sunday": later - timedelta(days=1),
        "earlier": link(request, week=earlier, start="") if earlier >= week_of(today()) else "",
        "later": link(request, week=later, start="") if later <= last_week(person) else "",
    }


def link(request: HttpRequest, **changes: object) -> str:
    """Return the page's address with some choices changed, down to the menu or the week."""
    return address(request.GET, **{name: str(value) for name, value in changes.items()})


def with_links(request: HttpRequest, day: dict[str, Any]) -> dict[str, Any]:
    """Return a day whose times lead to the page with that time chosen."""
    chosen = request.GET.get("start", "")
    slots = [
        {"slot": slot, "url": link(request, start=slot.start.isoformat()), "on": slot.start.isoformat() == chosen}
        for slot in day["slots"]
    ]
    return {**day, "slots": slots}


def chosen_slot(request: HttpRequest, person: Lecturer, monday: date, minutes: int) -> dict[str, datetime] | None:
    """Return the chosen time of the week, if it is still free; the week shows some of the times, others lead here too."""
    try:
        start = datetime.fromisoformat(request.GET.get("start", ""))
    except ValueError:
        return None
    if start.tzinfo is None or week_of(start.date()) != monday or not is_free(person, start, minutes):
        return None
    return {"start": timezone.localtime(start), "end": timezone.localtime(start + timedelta(minutes=minutes))}
