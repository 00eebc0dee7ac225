"""Visibility is handed down: content sets it on the things it uses."""

from django.db.models import Model

from cms.taxonomy.enums import Visibility
from cms.taxonomy.models import VisibleModel


def copy_visibility(source: VisibleModel, target: VisibleModel) -> None:
    """Give the target the source's visibility (on publish)."""
    write_visibility(target, source.visibility, source.visible_organisation_id, source.visible_role)


def hide(target: VisibleModel) -> None:
    """Make the target private again (on unpublish and take-down)."""
    write_visibility(target, Visibility.PRIVATE, None, "")


def write_visibility(target: VisibleModel, visibility: str, organisation_id: int | None, role: str) -> None:
    """Write the three fields in one update, without touching anything else that changed meanwhile."""
    target.visibility = visibility
    target.visible_organisation_id = organisation_id
    target.visible_role = role
    model: type[Model] = type(target)
    model._default_manager.filter(pk=target.pk).update(
        visibility=visibility, visible_organisation_id=organisation_id, visible_role=role
    )
