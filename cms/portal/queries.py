"""What search asks of the rooms below before it asks the index, and of the answer's labels after it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from cms.accounts.models import User
from cms.core.clock import now
from cms.lecturers.queries import LONGEST_WISH, free_among
from cms.lecturers.slots import Slot
from cms.portal.search_terms import KIND_LABELS, split_values
from cms.taxonomy.models import Audience, Label, TeachingMethod, Topic
from cms.venues.models import Region
from search.query import keys
from search.schema import FacetCount, Query, Result, Span

FURTHEST = timedelta(days=366 * 3)
TIMES = ("free_from", "free_to")
LECTURER = "lecturer"
NOBODY = ("-",)
# Fields of which the values are slugs of labels.
LABELS: dict[str, type[Label]] = {"topic": Topic, "region": Region, "audience": Audience, "method": TeachingMethod}


def read_free_span(params: Mapping[str, str]) -> tuple[Span | None, tuple[str, ...]]:
    """Return the span between `free_from` and `free_to`, None without both, and sentences about odd ones."""
    texts = [params.get(name, "") for name in TIMES]
    if not any(texts):
        return None, ()
    free_from, free_to = (read_moment(text) for text in texts)
    if free_from is None or free_to is None:
        return None, (_("A free time needs a beginning and an end, such as 2026-12-03T19:00+08:00."),)
    if free_to <= free_from:
        return None, (_("The end must lie after the beginning."),)
    if free_to - free_from > LONGEST_WISH:
        return None, (_("At most %(days)s days at a time.") % {"days": LONGEST_WISH.days},)
    return (free_from, free_to), ()


def narrow_to_free(query: Query, span: Span | None, user: User | AnonymousUser) -> tuple[Query, Mapping[int, Slot]]:
    """Return the query narrowed to lecturers who have time in the span, and the first time of each that fits, by key.

    The index tells who is free at all then; of these the database, which alone knows what was given away a moment ago,
    is asked at once who has time for a lesson. Their keys are a filter, so that counts, facets and pages are of them.
    """
    if span is None:
        return query, {}
    asked = Query(text="", viewer=query.viewer, kinds=(LECTURER,), free=span)
    fitting = free_among(user, [int(key) for key in keys(asked)], *span)
    chosen = tuple(str(key) for key in fitting) or NOBODY
    return replace(query, free=span, filters={**query.filters, LECTURER: chosen}), fitting


def by_slug(params: Mapping[str, str]) -> dict[str, str]:
    """Return the parameters with regions by slug, as entries keep them, also where they were asked for by name."""
    wanted = [value for value in split_values(params.get("region", "")) if "\0" not in value]
    if not wanted:
        return dict(params)
    slugs = dict(Region.objects.filter(name__in=wanted).values_list("name", "slug"))
    return {**params, "region": ",".join(slugs.get(value, value) for value in wanted)}


def named(result: Result) -> Result:
    """Return the result with its facets' values called as the reader calls them; one query for each field of labels.

    Entries of search are written in the site's language, kinds are named by the portal.
    """
    facets = {name: called(name, values) for name, values in result.facets.items()}
    return replace(result, facets=facets)


def called(name: str, values: tuple[FacetCount, ...]) -> tuple[FacetCount, ...]:
    """Return the values of a field with their names in the reader's language."""
    names: dict[str, str] = {}
    if name == "kind":
        names = {kind: str(label) for kind, label in KIND_LABELS.items()}
    elif name in LABELS and values and translation.get_language() != settings.LANGUAGE_CODE:
        labels = LABELS[name]._default_manager.filter(slug__in=[value.value for value in values])
        names = {label.slug: str(label) for label in labels}
    return tuple(replace(value, label=names.get(value.value, value.label)) for value in values)


def read_moment(text: str) -> datetime | None:
    """Return an instant, in the site's zone where none is named; None for what is none or lies years away."""
    try:
        # An address turns the plus of an offset into a blank.
        moment = datetime.fromisoformat(text.strip().replace(" ", "+") if text.count("T") == 1 else text)
        moment = moment if moment.tzinfo else timezone.make_aware(moment)
        return moment if abs(moment - now()) < FURTHEST else None
    except (ValueError, OverflowError):
        return None
