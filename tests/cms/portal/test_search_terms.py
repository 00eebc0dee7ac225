"""Reading the search parameters: everything a person or script may send."""

import re

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from cms.core.errors import InvalidInput
from cms.portal.search_terms import LAST_PAGE, LONGEST_TEXT, read_terms, read_terms_strictly
from search.analysis import MAX_QUERY_CHARS
from search.schema import ANONYMOUS
from search.synonyms import own_synonyms


def test_known_parameters_are_read_as_they_stand() -> None:
    terms = read_terms(
        {
            "q": "安全 生产",
            "kind": "lesson,author",
            "topic": "safety",
            "sort": "newest",
            "page": "3",
            "facets": "topic",
        },
        ANONYMOUS,
        synonyms=own_synonyms(),
    )

    assert terms.notes == ()
    assert terms.query.text == "安全 生产"
    assert terms.query.kinds == ("lesson", "author")
    assert terms.query.filters == {"topic": ("safety",)}
    assert terms.query.sort == "newest"
    assert terms.query.page == 3
    assert terms.query.facets == ("topic",)
    assert terms.query.synonyms["党章"] == ("中国共产党章程",)


@pytest.mark.parametrize(("exact", "others"), [("1", ()), ("", ("支部委员会",)), ("yes", ("支部委员会",))])
def test_who_wants_only_the_words_as_typed_gets_no_others(exact: str, others: tuple[str, ...]) -> None:
    assert (
        read_terms({"q": "支委会", "exact": exact}, ANONYMOUS, synonyms=own_synonyms()).query.synonyms.get(
            "支委会", ()
        )
        == others
    )


@pytest.mark.parametrize(
    ("params", "note"),
    [
        ({"kind": "person"}, "没有“person”这个种类。"),
        ({"facets": "score"}, "没有“score”这个筛选项。"),
        ({"sort": "points"}, "没有“points”这种排序，已按相关程度排列。"),
        ({"page": "0"}, "没有第“0”页，先显示第一页。"),
        ({"page": str(LAST_PAGE + 1)}, f"没有第“{LAST_PAGE + 1}”页，先显示第一页。"),
        ({"page": "²"}, "没有第“²”页，先显示第一页。"),
    ],
)
def test_a_wrong_parameter_is_named_on_pages_and_refused_by_the_api(params: dict[str, str], note: str) -> None:
    assert read_terms(params, ANONYMOUS, synonyms={}).notes == (note,)
    with pytest.raises(InvalidInput) as refused:
        read_terms_strictly(params, ANONYMOUS, synonyms={})
    assert str(refused.value.message) == note


def test_a_pasted_book_is_cut_to_what_a_search_needs() -> None:
    assert len(read_terms({"q": "课" * 10_000}, ANONYMOUS, synonyms={}).query.text) == LONGEST_TEXT


@pytest.mark.django_db
def test_the_search_boxes_take_what_a_search_looks_at(client: Client) -> None:
    page = client.get("/search/").content.decode()

    assert re.findall(r'name="q"[^>]*maxlength="(\d+)"', page) == [str(MAX_QUERY_CHARS)] * 2


@given(st.dictionaries(st.sampled_from(["q", "kind", "topic", "page", "sort", "facets"]), st.text(max_size=60)))
@pytest.mark.long
def test_any_parameters_make_a_usable_query(params: dict[str, str]) -> None:
    query = read_terms(params, ANONYMOUS, synonyms={}).query

    assert 1 <= query.page <= LAST_PAGE
    assert query.sort in {"relevance", "newest"}
