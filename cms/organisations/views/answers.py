"""How this room's views answer: pages of lists, forms with mistakes, refusals of the domain."""

from typing import Any

from django import forms
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest

from cms.core.errors import DomainError

PAGE_SIZE = 50


def page_of(request: HttpRequest, rows: QuerySet[Any]) -> Page[Any]:
    """Return the page that the address asks for; anything odd shows the nearest one."""
    return Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))


def blame(form: forms.Form, error: DomainError) -> None:
    """Put a refusal of the domain at the form's field, or on top of the form."""
    at_fields = {name: sentences for name, sentences in error.fields.items() if name in form.fields}
    for name, sentences in at_fields.items():
        for sentence in sentences:
            form.add_error(name, str(sentence))
    if not at_fields:
        form.add_error(None, str(error.message))
