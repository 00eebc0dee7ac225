"""ServedPage: a Wagtail page whose view lives in views.py, so that models reach neither queries nor permissions."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.db.models import Model
from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page, PagePermissionTester, PreviewableMixin

View = Callable[..., HttpResponseBase]
_views: dict[type[Model], View] = {}
_testers: dict[type[Page], type[PagePermissionTester]] = {}


# How wide a preview can be: Wagtail's phone, tablet and desktop, and the screen on the wall of a meeting room.
PREVIEW_SIZES = [
    *PreviewableMixin.DEFAULT_PREVIEW_SIZES,
    {"name": "big-screen", "icon": "expand-right", "device_width": 1920, "label": _("Preview on the big screen")},
]
# Beside the widths: as most see it, with the large letters of the elder view, and one part at a time on the wall.
PREVIEW_MODES = [("", _("As most people see it")), ("elder", _("Elder view")), ("screen", _("Big screen"))]


def serves(model: type[Model]) -> Callable[[View], View]:
    """Register the decorated view (request, page) as the one that shows pages of the model, or previews of a snippet."""

    def register(view: View) -> View:
        _views[model] = view
        return view

    return register


def judges(model: type[Page]) -> Callable[[type[PagePermissionTester]], type[PagePermissionTester]]:
    """Register the decorated class as what the admin asks who may do what with pages of the model and of those below it."""

    def register(tester: type[PagePermissionTester]) -> type[PagePermissionTester]:
        _testers[model] = tester
        return tester

    return register


def view_of(model: type[Model]) -> View:
    """Return the view registered for the model. Raises ImproperlyConfigured when there is none."""
    view = _views.get(model)
    if view is None:
        raise ImproperlyConfigured(f"No view is registered with @serves({model.__name__}).")
    return view


class ServedPage(Page):
    """Base of every page type; `serve` only looks up the registered view, `permissions_for_user` the registered tester."""

    preview_sizes = PREVIEW_SIZES

    class Meta:
        abstract = True

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Show the page through the view registered for its class.

        Raises ImproperlyConfigured when no view was registered.
        """
        return view_of(type(self))(request, self, *args, **kwargs)

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponseBase:
        """Show the page as it would be, through the same view; Wagtail sets `is_preview`, this one `preview_mode`."""
        request.preview_mode = mode_name  # type: ignore[attr-defined]  # beside Wagtail's own is_preview
        return self.serve(request)

    def permissions_for_user(self, user: Any) -> PagePermissionTester:
        """Return what the person may do with the page; the nearest class with a tester of its own counts.

        The admin's editor asks some sixteen times for one page and one person, and each judgement asks the database.
        """
        judged: tuple[Any, Any, PagePermissionTester] | None = self.__dict__.get("_judged")
        if judged is None or judged[0] is not user or judged[1] != self.pk:
            found = next((_testers[kind] for kind in type(self).__mro__ if kind in _testers), PagePermissionTester)
            judged = self._judged = (user, self.pk, found(user, self))
        return judged[2]
