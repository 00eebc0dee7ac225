"""What forms of the admin may lead to: whatever number is posted, only what its chooser would offer the person.

A room says for its own model what a person may choose (`offers`); a form that leads to such rows calls
`offer_only_own` when it is made. What a form holds already stays.
"""

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.db.models import Model, Q, QuerySet
from django.utils.functional import cached_property
from wagtail.blocks.base import BlockField

from cms.core.converters import is_key

Rows = Callable[[Any], QuerySet[Any]]
_rows: dict[type[Model], Rows] = {}


def offers(model: type[Model]) -> Callable[[Rows], Rows]:
    """Register the decorated function of a person as what the person may choose of the model and of those below it."""

    def register(rows: Rows) -> Rows:
        _rows[model] = rows
        return rows

    return register


def offered(model: type[Model], user: Any) -> QuerySet[Any] | None:
    """Return what the person may choose of the model; None where everybody may choose everything."""
    rows = next((_rows[kind] for kind in model.__mro__ if kind in _rows), None)
    return None if rows is None else rows(user).order_by()


def offer_only_own(form: Any, user: Any) -> None:
    """Let the form of an admin page, and the forms of its parts, lead only to what the person may choose."""
    # A course has dozens of fields that lead to the same three kinds of rows; who only reads the form asks for none.
    own: dict[type[Model], Own] = {}
    for one in [form, *(part for formset in form.formsets.values() for part in formset.forms)]:
        for name, field in one.fields.items():
            if isinstance(field, forms.ModelChoiceField) and field.queryset is not None:
                model = field.queryset.model
                own.setdefault(model, Own(model, user)).narrow(field, kept=one.initial.get(name))


class Own:
    """What a person may choose of one model in a form with all its parts, and what these hold of it already."""

    def __init__(self, model: type[Model], user: Any) -> None:
        self.model, self.user = model, user
        self.is_limited = any(kind in _rows for kind in model.__mro__)
        self.kept: set[Any] = set()

    @cached_property
    def rows(self) -> QuerySet[Any]:
        """What may be chosen."""
        rows = offered(self.model, self.user)
        return self.model._default_manager.all() if rows is None else rows

    @cached_property
    def held(self) -> dict[Any, Model]:
        """What the form and its parts hold, read at once."""
        return self.model._default_manager.in_bulk(self.kept)

    def narrow(self, field: Any, *, kept: Any) -> None:
        """Narrow one field; its chooser names nothing else, for a refused number shall not tell the title behind it."""
        keys = keys_of(kept)
        self.kept.update(keys)
        if self.is_limited:
            field.queryset = LaterRows(partial(self.narrowed, field.queryset, keys))
        if hasattr(field.widget, "get_instance"):
            field.widget.get_instance = partial(self.name_row, field, keys)

    def narrowed(self, rows: QuerySet[Any], kept: list[Any]) -> QuerySet[Any]:
        """Return those of a field's rows that may be chosen in it."""
        return rows.filter(Q(pk__in=self.rows.values("pk")) | Q(pk__in=kept))

    def name_row(self, field: Any, kept: list[Any], value: Any) -> Model | None:
        """Return the row of a chooser's value: what the form holds is there already, also if it is offered no more."""
        key = getattr(value, "pk", value)
        return self.held.get(key) if key in kept else named_among(field, value)


def keys_of(kept: Any) -> list[Any]:
    """Return the keys of what a field holds: a row or its key, several of them, or nothing."""
    rows = kept if isinstance(kept, list | tuple | QuerySet) else [kept]
    return [getattr(row, "pk", row) for row in rows if row is not None]


class LaterRows:
    """The rows of a field, put together when they are asked for: most forms are only looked at, and ask for none."""

    def __init__(self, build: Callable[[], QuerySet[Any]]) -> None:
        self.build = build

    def all(self) -> "LaterRows":
        """Return itself, as a field copies its rows when it is given them."""
        return self

    @cached_property
    def rows(self) -> QuerySet[Any]:
        """The rows themselves."""
        return self.build()

    def __getattr__(self, name: str) -> Any:
        # A copy in the making has nothing to build from yet.
        if name == "build":
            raise AttributeError(name)
        return getattr(self.rows, name)


def named_among(field: Any, value: Any) -> Model | None:
    """Return the row of a chooser's value, None for nothing and for what is not offered."""
    try:
        found: Model | None = field.clean(getattr(value, "pk", value)) if value else None
    except forms.ValidationError:
        return None
    return found


def refuse_strange_parts(form: Any, name: str, user: Any) -> None:
    """Raise PermissionDenied when a text of blocks newly leads to what its choosers do not offer the person.

    A link to what is no key at all would be kept, and the page could be shown to nobody.
    """
    field, value = form.fields.get(name), form.cleaned_data.get(name)
    if not isinstance(field, BlockField) or not value or name not in form.changed_data:
        return
    if not all(is_key(str(pk)) for _model, pk, *_where in field.block.extract_references(value)):
        raise PermissionDenied
    before = set(references(field, form.initial.get(name)))
    added: dict[type[Model], set[int]] = {}
    for model, pk in set(references(field, value)) - before:
        added.setdefault(model, set()).add(pk)
    for model, keys in added.items():
        rows = offered(model, user)
        # A link to what is gone for good tells nothing.
        there = model._default_manager.filter(pk__in=keys)
        if rows is not None and there.exclude(pk__in=rows.values("pk")).exists():
            raise PermissionDenied


def references(field: BlockField, value: Any) -> Iterable[tuple[type[Model], int]]:
    """Yield model and key of all that a text of blocks leads to."""
    for model, pk, *_where in field.block.extract_references(value) if value else ():
        if is_key(str(pk)):
            yield model, int(pk)
