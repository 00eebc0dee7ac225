"""ServedPage: a Wagtail page whose view lives in views.py, so that models reach neither queries nor permissions."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponseBase
from wagtail.models import Page, PagePermissionTester

View = Callable[..., HttpResponseBase]
_views: dict[type[Page], View] = {}
_testers: dict[type[Page], type[PagePermissionTester]] = {}


def serves(model: type[Page]) -> Callable[[View], View]:
    """Register the decorated view (request, page) as the one that shows pages of the model."""

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


class ServedPage(Page):
    """Base of every page type; `serve` only looks up the registered view, `permissions_for_user` the registered tester."""

    class Meta:
        abstract = True

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Show the page through the view registered for its class.

        Raises ImproperlyConfigured when no view was registered.
        """
        view = _views.get(type(self))
        if view is None:
            raise ImproperlyConfigured(f"No view is registered with @serves({type(self).__name__}).")
        return view(request, self, *args, **kwargs)

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponseBase:
        """Show the page as it would be, through the same view; Wagtail sets `is_preview`, this one `preview_mode`."""
        request.preview_mode = mode_name  # type: ignore[attr-defined]  # beside Wagtail's own is_preview
        return self.serve(request)

    def permissions_for_user(self, user: Any) -> PagePermissionTester:
        """Return what the person may do with the page; the nearest class with a tester of its own counts."""
        found = next((_testers[kind] for kind in type(self).__mro__ if kind in _testers), PagePermissionTester)
        return found(user, self)
