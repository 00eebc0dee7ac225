"""The windows in which the admin's forms choose an organisation (see `fields`)."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.views.generic.chooser import ChooseResultsView, ChooseView
from wagtail.admin.viewsets.chooser import ChooserViewSet

from cms.core.choosers import search_by
from cms.organisations.enums import Role
from cms.organisations.fields import ALL, OWN
from cms.organisations.models import Organisation
from cms.organisations.queries import organisations_below, standing_of

ROWS = 30


class Active:
    """Mixin for the window: active organisations in the order of the tree."""

    request: HttpRequest

    def get_object_list(self) -> QuerySet[Organisation]:
        """Return what the window offers."""
        offered: QuerySet[Organisation] = Organisation.objects.filter(is_active=True)
        return offered

    def apply_object_list_ordering(self, rows: QuerySet[Organisation]) -> QuerySet[Organisation]:
        """Return them in the order of the tree."""
        return rows.order_by("path")


class Own(Active):
    """Mixin for the window: those at or below which the person edits or reviews."""

    def get_object_list(self) -> QuerySet[Organisation]:
        user: Any = self.request.user
        if user.is_superuser:
            return super().get_object_list()
        return organisations_below(standing_of(user).paths_of(Role.EDITOR, Role.REVIEWER))


class ActiveView(Active, ChooseView):
    """The whole window."""


class ActiveResultsView(Active, ChooseResultsView):
    """A page of the list, also after a search."""


class OwnView(Own, ChooseView):
    """The whole window."""


class OwnResultsView(Own, ChooseResultsView):
    """A page of the list, also after a search."""


class OrganisationChooserViewSet(ChooserViewSet):
    """Any active organisation, found by a part of its name."""

    model = Organisation
    icon = "group"
    page_title = _("Choose an organisation")
    per_page = ROWS
    register_widget = False
    choose_view_class: Any = ActiveView
    choose_results_view_class: Any = ActiveResultsView

    def get_common_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        """Return what Wagtail gives all views, and the box for those that have one."""
        given: dict[str, Any] = super().get_common_view_kwargs(filter_form_class=search_by("name"), **kwargs)
        return given


class OwnOrganisationChooserViewSet(OrganisationChooserViewSet):
    """An organisation of the person's own duty."""

    choose_view_class = OwnView
    choose_results_view_class = OwnResultsView


CHOOSERS = (OrganisationChooserViewSet(ALL), OwnOrganisationChooserViewSet(OWN))
