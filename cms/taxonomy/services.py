"""Visibility is handed down: content sets it on the things it uses."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Model, QuerySet

from cms.core.events import publish
from cms.taxonomy.enums import Visibility
from cms.taxonomy.events import ReachChanged
from cms.taxonomy.models import VisibleModel

WIDTHS = {Visibility.PUBLIC: 3, Visibility.ORGANISATION: 2, Visibility.ROLE: 1, Visibility.PRIVATE: 0}


def width(row: VisibleModel) -> tuple[int, int]:
    """Return how far the row reaches, to be compared: everybody, an organisation (the higher the wider), a role, nobody."""
    below = row.visible_organisation
    return WIDTHS[Visibility(row.visibility)], -len(below.path) if below else 0


def widest(rows: Iterable[VisibleModel]) -> VisibleModel | None:
    """Return the row that reaches furthest, the first of equals, or None where there is no row.

    Of two branches side by side neither holds the other: nothing is shown to more people than one of the rows says.
    """
    return max(rows, key=width, default=None)


def follow(target: VisibleModel, shown_by: QuerySet[Any], *, first: str = "first_published_at") -> None:
    """Give the target the widest visibility of the rows that show it; hide what none shows.

    Of equals the first published counts, or the first by another column.
    """
    rows = shown_by.select_related("visible_organisation").order_by(first, "pk")
    source = widest(rows)
    if source is None:
        hide(target)
    else:
        copy_visibility(source, target)


def copy_visibility(source: VisibleModel, target: VisibleModel) -> None:
    """Give the target the source's visibility (on publish)."""
    write_visibility(target, source.visibility, source.visible_organisation_id, source.visible_role)


def hide(target: VisibleModel) -> None:
    """Make the target private again (on unpublish and take-down)."""
    write_visibility(target, Visibility.PRIVATE, None, "")


def write_visibility(target: VisibleModel, visibility: str, organisation_id: int | None, role: str) -> None:
    """Write the three fields in one update, without touching anything else that changed meanwhile; publish a change."""
    target.visibility = visibility
    target.visible_organisation_id = organisation_id
    target.visible_role = role
    model: type[Model] = type(target)
    fields = {"visibility": visibility, "visible_organisation": organisation_id, "visible_role": role}
    if model._default_manager.filter(pk=target.pk).exclude(**fields).update(**fields):
        publish(ReachChanged(model, target.pk))
