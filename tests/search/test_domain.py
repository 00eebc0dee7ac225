"""Our own questions find our own texts at least as well as they did."""

from collections import Counter

import pytest

from search import trials
from search.evaluate import Run, ask_all
from search.synonyms import own_synonyms
from tests.search.domain import FLOORS, DomainSet, by_kind, read_domain_set

LEAST_DOCUMENTS, LEAST_QUESTIONS, LEAST_OF_A_KIND = 150, 120, 10


@pytest.fixture(scope="module")
def domain() -> DomainSet:
    return read_domain_set()


@pytest.fixture(scope="module")
def run(domain: DomainSet, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Ask the embedded engine everything."""
    engine = trials.index_in(tmp_path_factory.mktemp("domain"), "embedded")
    trials.fill(engine, domain.docs)
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
