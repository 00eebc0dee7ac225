"""Our own questions find our own texts at least as well as they did."""

from collections import Counter

import pytest

from search import trials
from search.engines.protocol import Searching
from search.evaluate import Run, ask_all
from search.schema import Query
from search.synonyms import own_synonyms
from tests.search.domain import FLOORS, DomainSet, by_kind, read_domain_set

# Kinds of questions that are not typed as they are meant; to all others nothing else is offered.
MEANT_OTHERWISE = {"pinyin", "initials", "homophone", "slip"}
# How many of them get something offered that finds something, less 0.02 of what was reached.
LEAST_OFFERED = {"pinyin": 0.98, "initials": 0.98, "homophone": 0.98, "slip": 0.83}
LEAST_DOCUMENTS, LEAST_QUESTIONS, LEAST_OF_A_KIND = 150, 120, 10


@pytest.fixture(scope="module")
def domain() -> DomainSet:
    return read_domain_set()


@pytest.fixture(scope="module")
def engine(domain: DomainSet, tmp_path_factory: pytest.TempPathFactory) -> Searching:
    engine = trials.index_in(tmp_path_factory.mktemp("domain"), "embedded")
    engine.fill(domain.docs)
    return engine


@pytest.fixture(scope="module")
def run(domain: DomainSet, engine: Searching) -> Run:
    """Ask the embedded engine everything."""
    found, _times = ask_all(engine, domain.questions, synonyms=own_synonyms())
    return found


def test_the_set_is_whole(domain: DomainSet) -> None:
    keys = {doc.pk for doc in domain.docs}
    of_kind = Counter(domain.kinds.values())

    assert len(keys) == len(domain.docs) >= LEAST_DOCUMENTS
    assert domain.questions.keys() == domain.judged.keys() == domain.kinds.keys()
    assert len(domain.questions) >= LEAST_QUESTIONS
    assert of_kind.keys() == FLOORS.keys()
    assert min(of_kind.values()) >= LEAST_OF_A_KIND
    assert {document for grades in domain.judged.values() for document in grades} <= keys
    assert {grade for grades in domain.judged.values() for grade in grades.values()} == {1, 2, 3}


def test_every_question_has_an_answer_that_says_it_all(domain: DomainSet) -> None:
    assert [name for name, grades in domain.judged.items() if max(grades.values()) < 3] == []


@pytest.mark.parametrize("kind", FLOORS)
def test_each_kind_of_question_is_answered_as_well_as_before(domain: DomainSet, run: Run, kind: str) -> None:
    assert by_kind(domain, run)[kind] >= FLOORS[kind]


def test_what_is_typed_as_it_is_meant_gets_nothing_else_offered(domain: DomainSet, engine: Searching) -> None:
    offered = {
        text: engine.search(Query(text=text, synonyms=own_synonyms())).suggestion
        for name, text in domain.questions.items()
        if domain.kinds[name] not in MEANT_OTHERWISE
    }

    assert {text: better for text, better in offered.items() if better} == {}


@pytest.mark.parametrize("kind", sorted(MEANT_OTHERWISE))
def test_what_is_typed_otherwise_gets_what_was_meant_offered(domain: DomainSet, engine: Searching, kind: str) -> None:
    texts = [text for name, text in domain.questions.items() if domain.kinds[name] == kind]
    offered = [engine.search(Query(text=text)).suggestion for text in texts]

    assert sum(map(bool, offered)) / len(texts) >= LEAST_OFFERED[kind]
