"""What the results page says of how something was found, and how its groups stand."""

from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from cms.portal.models import AskedText
from cms.portal.views.search import all_kinds, placed
from search.schema import FacetCount, Result
from tests.factories.lecturers import LecturerFactory

pytestmark = pytest.mark.django_db
SOME, MEANT, PINYIN = (
    "没有同时含这些词的内容，下面的含其中一部分。",
    "没有内容含这些词，下面是可能想找的。",
    "这些是按拼音找到的。",
)
ONLY_TYPED, DID_YOU_MEAN = "只看原词", "要找的是不是"


@pytest.fixture
def lecturer() -> None:
    LecturerFactory(name="周砚秋", introduction="讲急救常识")
    call_command("search_rebuild")


def said(page: Any) -> list[str]:
    """Return which of the sentences stand on the page."""
    text = page.content.decode()
    return [each for each in (SOME, MEANT, PINYIN, ONLY_TYPED, DID_YOU_MEAN) if each in text]


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("急救常识", []),
        ("急救常用", [SOME]),
        ("zhouyanqiu", [PINYIN, DID_YOU_MEAN]),
        ("周彦秋", [MEANT, ONLY_TYPED]),
        ("无此一人", []),
    ],
)
def test_the_page_says_how_it_was_found(client: Client, lecturer: None, text: str, sentences: list[str]) -> None:
    assert said(client.get("/search/", {"q": text})) == sentences


def test_whoever_meant_what_was_typed_is_believed(client: Client, lecturer: None) -> None:
    page = client.get("/search/", {"q": "周彦秋"})
    assert (page.context["result"].total, "下面是“周砚秋”的结果。" in page.content.decode()) == (1, True)

    typed = client.get(page.context["as_typed_url"])
    assert (typed.context["result"].total, said(typed)) == (0, [DID_YOU_MEAN])
    assert client.get("/api/v1/search", {"q": "周彦秋"}).json()["relaxed"] == "meant"
    assert client.get("/api/v1/search", {"q": "周彦秋", "exact": "1"}).json()["relaxed"] is None


def test_what_was_meant_counts_as_not_found(client: Client, lecturer: None) -> None:
    client.get("/search/", {"q": "周彦秋"})
    assert list(AskedText.objects.values_list("text", "asked", "missed")) == [("周彦秋", 1, 1)]


def groups_of(*kinds: str) -> list[dict[str, Any]]:
    return [{"kind": kind, "label": kind, "hits": [{}]} for kind in kinds]


def counted(**counts: int) -> Result:
    values = tuple(FacetCount(kind, kind, count, selected=False) for kind, count in counts.items())
    return Result(hits=(), total=sum(counts.values()), engine="embedded", facets={"kind": values})


def test_lessons_get_the_wide_column_and_each_group_leads_to_all_of_its_kind() -> None:
    groups = placed(groups_of("lecturer", "lesson"), {"q": "课", "page": "2"}, counted(lesson=7, lecturer=1))

    assert [(group["kind"], group["count"], group["is_main"], group["all_url"]) for group in groups] == [
        ("lecturer", 1, False, ""),
        ("lesson", 7, True, "/search/?q=%E8%AF%BE&kind=lesson"),
    ]


def test_without_lessons_the_kind_of_the_best_hit_is_wide_and_one_kind_alone_leads_nowhere() -> None:
    assert [group["is_main"] for group in placed(groups_of("site", "course"), {}, counted(site=1))] == [True, False]
    assert placed(groups_of("site"), {}, counted(site=40))[0]["all_url"] == ""


def test_all_kinds_are_one_chip_and_their_number_is_that_of_all() -> None:
    values = (FacetCount("lesson", "微课", 7, selected=True), FacetCount("lecturer", "师资库", 1, selected=False))
    chip = all_kinds({"q": "课", "kind": "lesson"}, values)
    assert (chip.label, chip.count, chip.on, chip.url) == ("全部", 8, False, "/search/?q=%E8%AF%BE")
