"""ServedPage: a Wagtail page whose view lives in views.py, so that models reach neither queries nor permissions."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponseBase
from wagtail.models import Page

View = Callable[..., HttpResponseBase]
_views: dict[type[Page], View] = {}


def serves(model: type[Page]) -> Callable[[View], View]:
    """Register the decorated view (request, page) as the one that shows pages of the model."""

    def register(view: View) -> View:
        _views[model] = view
        return view

    return register


class ServedPage(Page):
    """Base of every page type; `serve` only looks up the registered view."""

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
