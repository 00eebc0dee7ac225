"""Looking whether the addresses to which pages and places lead still answer."""

import re
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Q, QuerySet, URLField
from modelcluster.models import get_all_child_relations
from wagtail.models import Page

from cms.assets.models import SiteDocument
from cms.core.clock import now
from cms.core.outgoing import Refused, Unreachable, ask
from cms.library.enums import LinkState
from cms.library.models import ContentPage, PageLink, VenueLink
from cms.library.models.links import URL_LENGTH
from cms.library.queries import DOCUMENT, PAGE, references_of
from cms.venues.models import Venue

AGAIN_AFTER = timedelta(days=7)
DOUBTFUL_AFTER = timedelta(days=1)
FEW_LOOKS = 3
# One run stays short, because notices wait in the same lane; the next one goes on with the oldest.
MOST_AT_ONCE = 60
RUN_S = 60.0
GONE = frozenset({404, 410})
FINE_BELOW = 400
# It is there but lets only people in.
CLOSED = frozenset({401, 403, 405, 429})
ADDRESS = re.compile(r"""href=\\?["'](https?://[^"'\\<>\s]+)""")


def addresses_in(page: ContentPage) -> set[str]:
    """Return the addresses elsewhere that stand on the page: in its text, in fields of its own and of its parts."""
    text = "".join(str(block) for block in (page.body.get_prep_value() if page.body else ()))
    return {url for url in {*ADDRESS.findall(text), *typed_in(page)} if len(url) <= URL_LENGTH}


def typed_in(page: ContentPage) -> Iterator[str]:
    """Yield what stands in the fields for addresses, whatever kind of page and of part they belong to."""
    names = [relation.get_accessor_name() for relation in get_all_child_relations(type(page))]
    for thing in (page, *(part for name in names for part in getattr(page, name).all())):
        for field in thing._meta.concrete_fields:
            if isinstance(field, URLField) and (url := field.value_from_object(thing)):
                yield url


def uses_of(page: ContentPage) -> set[str]:
    """Return what of this site the page uses, as it stands among the links."""
    documents = {f"{DOCUMENT}{pk}" for pk in references_of(page, SiteDocument)}
    return documents | {f"{PAGE}{pk}" for pk in references_of(page, Page)}


@transaction.atomic
def note_links(page: ContentPage) -> None:
    """Keep a row for each address on the page and for what of this site it uses, and none for what is gone."""
    wanted = addresses_in(page) | uses_of(page)
    page.outside_links.exclude(url__in=wanted).delete()
    known = set(page.outside_links.values_list("url", flat=True))
    new = sorted(wanted - known)
    targets = targets_of(new)
    PageLink.objects.bulk_create([PageLink(page_id=page.pk, url=url, target_id=targets.get(url)) for url in new])


def targets_of(urls: list[str]) -> dict[str, int]:
    """Return, for what leads to a page that there is, that page's key."""
    keys = [int(url.removeprefix(PAGE)) for url in urls if url.startswith(PAGE)]
    return {f"{PAGE}{pk}": pk for pk in Page.objects.filter(pk__in=keys).values_list("pk", flat=True)}


@transaction.atomic
def note_venue_link(venue_id: int) -> None:
    """Keep a row for the view all around of a place while it is shown; another address is looked at anew."""
    url = Venue.objects.filter(pk=venue_id, live=True).values_list("vr_url", flat=True).first() or ""
    VenueLink.objects.filter(venue=venue_id).exclude(url=url).delete()
    if url:
        VenueLink.objects.get_or_create(venue_id=venue_id, defaults={"url": url})


def check_links(*, run_s: float = RUN_S) -> int:
    """Look at the addresses whose look is due, the oldest first, for a minute at most; return how many."""
    ends = time.monotonic() + run_s
    looked = 0
    for url in due_addresses():
        if time.monotonic() > ends:
            break
        keep(url, *look_at(url))
        looked += 1
    return looked


def due_addresses() -> list[str]:
    """Return the addresses to be looked at now: of places, which are few, then of pages."""
    pages = PageLink.objects.filter(url__startswith="http", page__in=ContentPage.objects.published())
    found = [*due_among(VenueLink.objects.all()), *due_among(pages)]
    return list(dict.fromkeys(found))[:MOST_AT_ONCE]


def due_among(rows: QuerySet[Any]) -> QuerySet[Any, str]:
    """Return the addresses among the rows whose look is due, the oldest first."""
    at = now()
    due = Q(checked_at__isnull=True) | Q(checked_at__lte=at - AGAIN_AFTER)
    due |= Q(state=LinkState.DOUBTFUL, checked_at__lte=at - DOUBTFUL_AFTER)
    oldest = rows.filter(due).order_by(F("checked_at").asc(nulls_first=True), "pk")
    return oldest.values_list("url", flat=True)[:MOST_AT_ONCE]


def look_at(url: str) -> tuple[str, int | None]:
    """Return what a look at the address finds, and the status of the answer if there was one."""
    try:
        status = ask(url).status
    except Refused:
        return LinkState.REFUSED, None
    except Unreachable:
        return LinkState.DOUBTFUL, None
    if status in GONE:
        return LinkState.BROKEN, status
    return (LinkState.FINE if status < FINE_BELOW or status in CLOSED else LinkState.DOUBTFUL), status


@transaction.atomic
def keep(url: str, state: str, status: int | None) -> None:
    """Write what was found; what did not answer three times in a row leads nowhere."""
    models: tuple[Any, ...] = (PageLink, VenueLink)
    for row in (row for model in models for row in model.objects.select_for_update().filter(url=url)):
        row.failures = min(row.failures + 1, 1000) if state in {LinkState.DOUBTFUL, LinkState.BROKEN} else 0
        broken = state == LinkState.DOUBTFUL and row.failures >= FEW_LOOKS
        row.state, row.http_status, row.checked_at = (LinkState.BROKEN if broken else state), status, now()
        row.save(update_fields=["failures", "state", "http_status", "checked_at"])
