"""The admin's choosers of our snippets: they offer and name what a person may choose, and have a search box.

Wagtail makes a chooser for every snippet, used or not, and shows all rows there. It offers a box for indexed models only;
a chooser of some hundred rows without one is a wall.
"""

from typing import Any

from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest
from wagtail.admin.forms.choosers import BaseFilterForm, SearchFilterMixin
from wagtail.snippets.views.chooser import (
    ChooseResultsView,
    ChooseView,
    SnippetChooserViewSet,
    SnippetChosenMultipleView,
    SnippetChosenView,
)

from cms.core.offered import offered


class ColumnSearchForm(SearchFilterMixin, BaseFilterForm):
    """Finds rows by a part of a column."""

    columns: tuple[str, ...] = ()

    def filter(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Return the rows in which a column holds what was typed."""
        words = self.cleaned_data.get("q", "").strip()
        if words:
            self.is_searching, self.search_query = True, words
            held = Q()
            for column in self.columns:
                held |= Q(**{f"{column}__icontains": words})
            rows = rows.filter(held)
        return rows


def search_by(*columns: str) -> type[ColumnSearchForm]:
    """Return the form that searches these columns."""
    return type("SearchForm", (ColumnSearchForm,), {"columns": columns})


class InReach:
    """Mixin for a chooser's views: what its room offers the person (`core.offered.offers`), whatever number is asked for."""

    request: HttpRequest
    model: type[Model]

    def get_object_list(self) -> QuerySet[Any]:
        """Return what the person may choose, in the model's own order."""
        everything = self.model._default_manager.all()
        rows = offered(self.model, self.request.user)
        return everything if rows is None else everything.filter(pk__in=rows.values("pk"))

    def get_object(self, pk: Any) -> Any:
        """Return one of them."""
        return self.get_object_list().get(pk=pk)

    def get_objects(self, pks: list[Any]) -> QuerySet[Any]:
        """Return several of them."""
        return self.get_object_list().filter(pk__in=pks)


class OfferedChooseView(InReach, ChooseView):
    """The whole window."""


class OfferedChooseResultsView(InReach, ChooseResultsView):
    """A page of the list, also after a search."""


class OfferedChosenView(InReach, SnippetChosenView):
    """The name of what was chosen."""


class OfferedChosenMultipleView(InReach, SnippetChosenMultipleView):
    """The names of several."""


class OfferedChooserViewSet(SnippetChooserViewSet):
    """The chooser of a snippet; `columns` are searched by what is typed into its box."""

    columns: tuple[str, ...] = ("name",)
    choose_view_class = OfferedChooseView
    choose_results_view_class = OfferedChooseResultsView
    chosen_view_class = OfferedChosenView
    chosen_multiple_view_class = OfferedChosenMultipleView

    def get_common_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        """Return what Wagtail gives all views, and the box for those that have one."""
        given: dict[str, Any] = super().get_common_view_kwargs(filter_form_class=search_by(*self.columns), **kwargs)
        return given
