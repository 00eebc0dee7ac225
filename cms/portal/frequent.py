"""What many search for, offered to whoever types its beginning, a part of it or its pinyin."""

from datetime import datetime
from functools import lru_cache
from urllib.parse import urlencode

from django.db.models import Count, Max
from django.urls import reverse

from cms.portal.models import FrequentText
from search.analysis import Terms, terms
from search.pinyin import syllable_spans
from search.schema import Suggestion, SuggestionGroup

QUERY = "query"
MOST_OFFERED = 3


def frequent_queries(text: str) -> tuple[SuggestionGroup, ...]:
    """Return one group of at most three searches that hold what is typed, those that begin with it first; else none."""
    asked = terms(text)
    if not asked.runs:
        return ()
    fitting = [each for each in _gathered() if _fits(each, asked)]
    best = sorted(fitting, key=lambda each: not each.startswith(asked.runs[0]))[:MOST_OFFERED]
    items = tuple(Suggestion(each, f"{reverse('portal:search')}?{urlencode({'q': each})}") for each in best)
    return (SuggestionGroup(QUERY, items),) if items else ()


def _gathered() -> tuple[str, ...]:
    """Return the frequent texts, the most asked first; they are read when they were gathered anew."""
    state = FrequentText.objects.aggregate(count=Count("pk"), last=Max("pk"), at=Max("gathered_at"))
    return _read(state["count"], state["last"], state["at"])


@lru_cache(maxsize=2)
def _read(count: int, last: int | None, at: datetime | None) -> tuple[str, ...]:
    return tuple(FrequentText.objects.values_list("text", flat=True))


def _fits(folded: str, asked: Terms) -> bool:
    return all(run in folded or syllable_spans(folded, run) for run in asked.runs)
