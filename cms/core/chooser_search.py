"""A search box in the admin's choosers of rows that Wagtail's own search does not know.

Wagtail offers a box for indexed models only; a chooser of some hundred rows without one is a wall.
"""

from typing import Any

from django.db.models import Q, QuerySet
from wagtail.admin.forms.choosers import BaseFilterForm, SearchFilterMixin


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
    """Return the form that searches these columns; a chooser's view names it as its `filter_form_class`."""
    return type("SearchForm", (ColumnSearchForm,), {"columns": columns})
