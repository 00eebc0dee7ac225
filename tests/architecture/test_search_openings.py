"""Whatever search finds leads to a page whose opening is counted."""

from urllib.parse import unquote, urlsplit

from django.urls import resolve

from cms.portal.middleware import OF_HITS
from search.outbox import sources
from tests.architecture.county import County


def test_every_page_that_search_finds_counts_as_opened(county: County) -> None:
    found = {}
    for kind, source in sources().items():
        addresses = [document.url for key in source.iterate() if (document := source.document(str(key)))]
        found[kind] = {resolve(unquote(urlsplit(address).path)).view_name for address in addresses}
    assert [kind for kind, names in found.items() if not names] == []
    assert set[str]().union(*found.values()) == OF_HITS
