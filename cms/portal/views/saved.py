"""Searches that a member keeps: saved from the results, listed, opened and deleted."""

from dataclasses import replace

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from cms.accounts.requests import SignedInRequest
from cms.core.errors import DomainError
from cms.core.ratelimit import limited
from cms.core.views import own_page
from cms.portal.permissions import get_saved_search_for
from cms.portal.queries import by_slug, named, narrow_to_free
from cms.portal.saved import address_of, read_as, saved_by, written_down
from cms.portal.search_terms import FACETS, read_terms
from cms.portal.services import MOST_SAVED, delete_saved_search, save_search
from cms.portal.views.search import free_span
from cms.taxonomy.queries import viewer_for
from search.query import search


@require_safe
@login_required
def saved_searches(request: SignedInRequest) -> HttpResponse:
    """List the person's searches."""
    rows = [{"saved": saved, "url": address_of(saved)} for saved in saved_by(request.user)[:MOST_SAVED]]
    return own_page(request, "portal/saved_searches.html", {"rows": rows, "most": MOST_SAVED})


@login_required
@require_POST
@limited("portal.save_search", limit=60)
def save(request: SignedInRequest) -> HttpResponse:
    """Keep the search whose parameters the form carries, and lead back to its results."""
    params = by_slug(request.POST.dict())
    terms = read_terms(params, viewer_for(request.user), synonyms={})
    span, _form, _odd_times = free_span(params)
    query, _free = narrow_to_free(replace(terms.query, facets=FACETS, page_size=1), span, request.user)
    kept = written_down(query, span)
    try:
        save_search(request.user, kept, label=read_as(query, named(search(query))))
    except DomainError as error:
        messages.warning(request, str(error.message))
    else:
        messages.success(request, _("The search is saved. You find it under “Me”."))
    return HttpResponseRedirect(f"{reverse('portal:search')}?{kept}")


@login_required
@require_POST
def delete(request: SignedInRequest, pk: int) -> HttpResponse:
    """Forget one of the person's searches."""
    delete_saved_search(get_saved_search_for(request.user, pk))
    messages.success(request, _("The saved search is deleted."))
    return redirect("portal:saved_searches")
