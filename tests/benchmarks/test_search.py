"""How long a question of two characters takes, and whether it finds what is there."""

import random
import statistics
import time
from pathlib import Path

import pytest

from search.engines.embedded import EmbeddedEngine
from search.schema import Query, SearchDoc, Segment, Visibility
from tests.benchmarks.figures import Figures

pytestmark = [pytest.mark.wide, pytest.mark.timeout(1800)]
# The most frequent characters of ordinary Chinese prose; pairs of them are as common as pairs get.
CHARACTERS = "一不人大中上国我在有他这为地个用工时要动来分生产学下过年成部民可出行面后多方经发了对会同能主发理家"
LENGTH = 280


def some_text(chance: random.Random, length: int) -> str:
    return "".join(chance.choice(CHARACTERS) for _n in range(length))


def make_docs(count: int) -> list[SearchDoc]:
    """Return public lessons with a title, a body and a transcript of the usual lengths."""
    chance = random.Random(7)  # noqa: S311  # texts, not secrets
    return [
        SearchDoc(
            kind="lesson",
            pk=str(number),
            title=some_text(chance, 12),
            url=f"/lessons/{number}/",
            version=1,
            body=some_text(chance, LENGTH),
            segments=(Segment(0.0, some_text(chance, 40)), Segment(4.0, some_text(chance, 40))),
            visibility=Visibility(public=True),
        )
        for number in range(count)
    ]


def test_two_characters_find_what_holds_them_quickly(figures: Figures, tmp_path: Path) -> None:
    count, questions = (10_000, 400) if figures.full_size else (200, 20)
    docs, engine = make_docs(count), EmbeddedEngine(tmp_path / "search.sqlite3")
    started = time.monotonic()
    with engine.building() as building:
        with building.writing() as writer:
            for doc in docs:
                writer.put(doc)
        building.swap()
    built = time.monotonic() - started
    times, missed = ask(engine, docs, questions)
    assert missed == 0
    megabytes = (tmp_path / "search.sqlite3").stat().st_size / 1e6
    figures.at_most(120, f"index of {count} lessons: time to build", built, "s")
    figures.at_most(400, f"index of {count} lessons: size", megabytes, "MB")
    figures.at_most(60, "a question of two characters, median", statistics.median(times), "ms")
    figures.at_most(120, "a question of two characters, 95th percentile", statistics.quantiles(times, n=20)[18], "ms")
    figures.at_most(0, f"of {questions} questions, those that missed a lesson holding the characters", missed, "")


def ask(engine: EmbeddedEngine, docs: list[SearchDoc], questions: int) -> tuple[list[float], int]:
    """Ask for two characters out of random titles; return the times in ms and how many counted wrongly."""
    chance = random.Random(11)  # noqa: S311  # questions, not secrets
    times, missed = [], 0
    for _n in range(questions):
        title = chance.choice(docs).title
        at = chance.randrange(len(title) - 1)
        words = title[at : at + 2]
        started = time.monotonic()
        result = engine.search(Query(text=words))
        times.append((time.monotonic() - started) * 1000)
        holding = sum(words in f"{doc.title}\n{doc.body}\n" + "\n".join(s.text for s in doc.segments) for doc in docs)
        missed += result.total < holding
    return times, missed
