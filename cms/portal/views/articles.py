"""How an article is shown."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from cms.core.pages import serves
from cms.portal.models import ArticlePage


@serves(ArticlePage)
def show_article(request: HttpRequest, page: ArticlePage) -> HttpResponse:
    """Show an article."""
    return render(request, "portal/article.html", {"page": page})
