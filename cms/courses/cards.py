"""Courses, guides and their items as the design system's rows."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cms.core.templatetags.core_tags import moment
from cms.courses.enums import ItemKind
from cms.courses.models import CoursePage, GuidePage, SeriesPage, TrackPage
from cms.courses.queries.states import ItemState
from cms.courses.units import units_of
from cms.library.models import ContentPage

ICONS = {
    ItemKind.LESSON: "film",
    ItemKind.PAGE: "book",
    ItemKind.LINK: "out",
    ItemKind.TASK: "pen",
    ItemKind.GONE: "x",
}
PAGE_ICONS: dict[type[ContentPage], str] = {
    CoursePage: "book",
    SeriesPage: "list",
    TrackPage: "route",
    GuidePage: "cal",
}
KIND_WORDS = {
    ItemKind.LESSON: gettext_lazy("Micro lesson"),
    ItemKind.PAGE: gettext_lazy("Resource"),
    ItemKind.LINK: gettext_lazy("Link"),
    ItemKind.TASK: gettext_lazy("Task"),
}


def minutes_words(minutes: int | None) -> str:
    """Return a length in words, nothing for an unknown one."""
    return _("%(minutes)s min") % {"minutes": minutes} if minutes else ""


def item_row(
    state: ItemState, request: HttpRequest, *, by_hand: Iterable[ItemKind] = (), known: bool = True
) -> dict[str, Any]:
    """Return one item as a row of things to work through.

    `by_hand` are the kinds that the person ticks; `known` says whether there is a person whose progress is shown.
    """
    words, css = state_words(state) if known else ("", "")
    return {
        "key": state.item.key,
        "kind": state.kind,
        "title": state.title or _("No longer available"),
        "url": address_of(state, request),
        "text": state.item.text if state.available else "",
        "meta": [str(part) for part in (kind_words(state), minutes_words(state.minutes), unit_words(state)) if part],
        "state": words,
        "css": css,
        "icon": {"is-done": "done", "is-now": "half"}.get(css, "open") if known else ICONS[state.kind],
        # What is done by itself, a lesson watched elsewhere, has nothing to tick.
        "may_tick": known and state.kind in by_hand and (state.is_ticked or not state.is_done),
        "ticked": state.is_ticked,
        "outside": state.kind == ItemKind.LINK,
    }


def kind_words(state: ItemState) -> str:
    """Return what the item is, in words; nothing for one that is gone."""
    if state.page is not None and state.page.cached_content_type.model == "coursepage":
        return _("Course")
    return str(KIND_WORDS.get(state.kind, ""))


def unit_words(state: ItemState) -> str:
    """Return whose lesson or page it is."""
    if state.lesson is not None:
        return state.lesson.unit_shown
    return ""


def state_words(state: ItemState) -> tuple[str, str]:
    """Return where the person stands with the item, in words and as the row's class."""
    if not state.available:
        return "", ""
    if state.is_done:
        return (_("seen") if state.kind == ItemKind.LESSON else _("done")), "is-done"
    if state.at_s is not None:
        return _("watched to %(at)s") % {"at": moment(state.at_s)}, "is-now"
    return _("not begun"), ""


def address_of(state: ItemState, request: HttpRequest) -> str:
    """Return where the item leads; nothing for a task."""
    if state.lesson is not None:
        return state.lesson.get_absolute_url()
    if state.page is not None:
        return state.page.get_url(request) or ""
    return state.item.url if state.available else ""


def unit_rows(states: Sequence[ItemState], request: HttpRequest, **options: Any) -> list[dict[str, Any]]:
    """Return the units with their rows in order."""
    by_key = {state.item.key: state for state in states}
    units = units_of(state.item for state in states)
    return [
        {"title": unit.title, "rows": [item_row(by_key[item.key], request, **options) for item in unit.items]}
        for unit in units
    ]


def course_card(course: CoursePage, request: HttpRequest, *, done: bool = False) -> dict[str, Any]:
    """Return a course as a card of a list: its badge, and whether the reader has done it."""
    selected = getattr(course, "is_selected", False)
    badges = [{"label": _("Selected course"), "kind": "award", "icon": "award"}] if selected else []
    badges += [{"label": _("done"), "kind": "ok", "icon": "done"}] if done else []
    return page_card(course, request) | {
        "selected": selected,
        "meta": [part for part in (minutes_words(course.total_minutes), str(course.organisation)) if part],
        "done": done,
        "badges": badges,
    }


def page_card(page: ContentPage, request: HttpRequest, *, near: bool = False) -> dict[str, Any]:
    """Return any page as a card: what it is, title, lead, whose it is; `near` when it is for an audience of the reader's."""
    model = type(page)
    return {
        "pk": page.pk,
        "title": page.title,
        "url": page.get_url(request) or "",
        "lead": page.lead,
        "cover": page.cover,
        "meta": [str(page.organisation)],
        "kind": str(model._meta.verbose_name),
        "icon": PAGE_ICONS.get(model, "book"),
        "near": near,
        "badges": [{"label": _("For you"), "kind": "ok", "icon": ""}] if near else [],
    }


def guide_card(guide: GuidePage, request: HttpRequest) -> dict[str, Any]:
    """Return a guide as a row: its month stands before it."""
    return page_card(guide, request) | {"month": guide.month, "theme": guide.theme}
