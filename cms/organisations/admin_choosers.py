"""The windows in which the admin's forms choose an organisation or a person (see `fields`)."""

from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.views.generic.chooser import ChooseResultsView, ChooseView, ChosenMultipleView, ChosenView
from wagtail.admin.viewsets.chooser import ChooserViewSet

from cms.accounts.models import User
from cms.core.choosers import search_by
from cms.core.clock import today
from cms.organisations.enums import Role
from cms.organisations.fields import ALL, EDITED, OWN, PEOPLE
from cms.organisations.models import Organisation
from cms.organisations.queries import current_roles, organisations_below, standing_of

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

    roles: tuple[Role, ...] = (Role.EDITOR, Role.REVIEWER)

    def get_object_list(self) -> QuerySet[Organisation]:
        user: Any = self.request.user
        if user.is_superuser:
            return super().get_object_list()
        return organisations_below(standing_of(user).paths_of(*self.roles))


class Edited(Own):
    """Mixin for the window: those at or below which the person edits."""

    roles = (Role.EDITOR,)


class ActiveView(Active, ChooseView):
    """The whole window."""


class ActiveResultsView(Active, ChooseResultsView):
    """A page of the list, also after a search."""


class OwnView(Own, ChooseView):
    """The whole window."""


class OwnResultsView(Own, ChooseResultsView):
    """A page of the list, also after a search."""


class EditedView(Edited, ChooseView):
    """The whole window."""


class EditedResultsView(Edited, ChooseResultsView):
    """A page of the list, also after a search."""


class OrganisationChooserViewSet(ChooserViewSet):
    """Any active organisation, found by a part of its name."""

    model: Any = Organisation
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


class EditedOrganisationChooserViewSet(OrganisationChooserViewSet):
    """An organisation for which the person edits."""

    choose_view_class = EditedView
    choose_results_view_class = EditedResultsView


class Keepers:
    """Mixin for the window: who edits or reviews somewhere, and the person; names of people without a duty are nobody's."""

    request: HttpRequest

    def get_object_list(self) -> QuerySet[User]:
        """Return what the window offers."""
        on_duty = current_roles(today()).filter(role__in=(Role.EDITOR, Role.REVIEWER)).values("user")
        return User.objects.filter(Q(pk__in=on_duty) | Q(pk=self.request.user.pk), is_active=True)

    def apply_object_list_ordering(self, rows: QuerySet[User]) -> QuerySet[User]:
        """Return them by name."""
        return rows.order_by("name", "pk")


class KeepersView(Keepers, ChooseView):
    """The whole window."""


class KeepersResultsView(Keepers, ChooseResultsView):
    """A page of the list, also after a search."""


class OfferedChosen(Keepers, ChosenView):
    """The name of who was chosen; of nobody else."""

    def get_object(self, pk: Any) -> User:
        """Return one of those whom the window offers."""
        return self.get_object_list().get(pk=pk)


class OfferedChosenMultiple(Keepers, ChosenMultipleView):
    """The names of those who were chosen; of nobody else."""

    def get_objects(self, pks: Any) -> QuerySet[User]:
        """Return those whom the window offers."""
        return self.get_object_list().filter(pk__in=pks)


class PersonChooserViewSet(OrganisationChooserViewSet):
    """Somebody with a duty, found by a part of the name."""

    model = User
    icon = "user"
    page_title = _("Choose a person")
    choose_view_class = KeepersView
    choose_results_view_class = KeepersResultsView
    chosen_view_class: Any = OfferedChosen
    chosen_multiple_view_class: Any = OfferedChosenMultiple


CHOOSERS = (
    OrganisationChooserViewSet(ALL),
    OwnOrganisationChooserViewSet(OWN),
    EditedOrganisationChooserViewSet(EDITED),
    PersonChooserViewSet(PEOPLE),
)
