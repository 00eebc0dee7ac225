"""What a question costs: how often the index is looked at, whatever is typed."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime

import pytest

from search.analysis import Terms, terms
from search.engines.answering import Catch, answer
from search.engines.correcting import correction
from search.engines.embedded.searching import EmbeddedRecall
from search.engines.embedded.storage import Storage
from search.engines.embedded.writing import EmbeddedWriter
from search.ranking import Candidate
from search.recall import All, Net, Some, Sounds, Step, piece_of_text
from search.schema import Query, SearchDoc
from tests.search.engines.contract import lesson

NOW = datetime(2026, 11, 1, tzinfo=UTC)
DOCS = (
    *(lesson(str(number), f"延安精神第{number}讲", "讲井冈山的故事。") for number in range(70)),
    lesson("long", "周密部署安排好"),
    lesson("letters", "学习python"),
)


class Counted:
    """A view of an index that counts how often it is looked at."""

    def __init__(self, recall: EmbeddedRecall) -> None:
        self._recall = recall
        self.catches = self.tries = self.countings = 0

    def common(self, pieces: Sequence[str]) -> Sequence[str]:
        self.countings += 1
        return self._recall.common(pieces)

    def catch(self, planned: Iterable[Step], query: Query, asked: Terms) -> Catch:
        self.catches += 1
        return self._recall.catch(planned, query, asked)

    def finds(self, net: Net, query: Query) -> bool:
        self.tries += 1
        return self._recall.finds(net, query)

    def contents(self, keys: Sequence[str]) -> Mapping[str, SearchDoc]:
        return self._recall.contents(keys)


@pytest.fixture(scope="module")
def storage(tmp_path_factory: pytest.TempPathFactory) -> Storage:
    storage = Storage(tmp_path_factory.mktemp("index") / "search.sqlite3")
    with storage.writing(1) as connection:
        writer = EmbeddedWriter(connection)
        for doc in DOCS:
            writer.put(doc)
    return storage


@pytest.fixture
def recall(storage: Storage) -> Iterator[Counted]:
    with storage.reading() as snapshot:
        yield Counted(EmbeddedRecall(snapshot))


@pytest.mark.parametrize(
    ("text", "catches", "tries"),
    [
        # One look for the question, at most one for each word and one for their sound, one for each correction tried.
        (" ".join(f"延{chr(0x4E00 + number)}神" for number in range(50)), 1, 0),
        ("延鑫精绅 井鑫山 周鑫部暑 学鑫", 5, 0),
        ("鑫鑫甲 鑫鑫乙 鑫鑫丙 鑫鑫丁", 6, 0),
        ("安延 井刚 周部 学系 精深", 1, 0),
        ("延安" * 100, 1, 0),
        ("阿斯顿发送到发斯蒂芬" * 20, 1, 0),
        ("yananjingshenx ylajdfla uoqwieur lkajsdlf", 6, 0),
        ("延安精绅", 2, 1),
        ("延安精神", 1, 0),
    ],
)
def test_a_question_of_two_hundred_characters_looks_at_the_index_a_few_times(
    recall: Counted, text: str, catches: int, tries: int
) -> None:
    answer(recall, Query(text=text[:200]), engine="counted", now=NOW)

    assert (recall.catches, recall.tries) == (catches, tries)


@pytest.mark.parametrize(("text", "countings"), [("延安精神", 0), ("井冈山的故事", 0), ("延安精绅", 1), ("延安", 0)])
def test_how_frequent_pieces_are_is_counted_only_where_nothing_has_them_all(
    recall: Counted, text: str, countings: int
) -> None:
    answer(recall, Query(text=text), engine="counted", now=NOW)

    assert recall.countings == countings


def test_only_the_first_page_looks_for_what_was_meant(recall: Counted) -> None:
    asked = "延安精绅"
    first = answer(recall, Query(text=asked), engine="counted", now=NOW)
    looks = recall.catches
    second = answer(recall, Query(text=asked, page=2), engine="counted", now=NOW)

    assert (first.suggestion, second.suggestion) == ("延安精神", None)
    assert (first.total, second.total) == (70, 70)
    assert looks > 1
    assert recall.catches == looks + 1


def test_who_asks_for_the_number_alone_gets_it_with_one_look(recall: Counted) -> None:
    full = answer(recall, Query(text="延安精绅", facets=("kind",)), engine="counted", now=NOW)
    looks = recall.catches
    counted = answer(recall, Query(text="延安精绅", facets=("kind",), count_only=True), engine="counted", now=NOW)

    assert (counted.hits, counted.suggestion) == ((), None)
    assert (counted.total, counted.total_exact, counted.facets) == (full.total, full.total_exact, full.facets)
    assert recall.catches == looks + 1


def test_a_run_that_is_too_long_to_be_corrected_is_not_read_aloud() -> None:
    long = "党a" * 20
    heard: list[Net] = []

    def cast(net: Net) -> Sequence[Candidate]:
        heard.append(net)
        return ()

    correction(terms(f"{long} 井刚山"), (), cast, lambda _net: False)

    assert heard[0] == All((piece_of_text(long), Some((Sounds(("jing", "gang", "shan")),))))
