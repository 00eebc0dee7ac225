"""How this room's views answer: pages of lists."""

from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest

PAGE_SIZE = 50


def page_of(request: HttpRequest, rows: QuerySet[Any]) -> Page[Any]:
    """Return the page that the address asks for; anything odd shows the nearest one."""
    return Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
