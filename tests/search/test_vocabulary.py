"""The words of the field: found in a text, led to by pinyin, and written as texts are looked through."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings
from structlog.testing import capture_logs

from search.analysis import fold, runs, terms
from search.corrections import corrections
from search.pinyin import readings
from search.vocabulary import Vocabulary, also_know, vocabulary
from search.word_lists import WordList, own_text, written_words

LETTERS = "党课员教育"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("三会一课的记录", ["三会一课"]),
        ("上微党课", ["微党课"]),
        ("党员教育管理工作", ["党员教育管理"]),
        ("红军与长征精神", ["红军", "长征精神"]),
        ("天气", []),
        ("", []),
    ],
)
def test_the_longest_word_is_found_at_each_place(text: str, found: list[str]) -> None:
    assert [text[start:end] for start, end in vocabulary().inside(text)] == found


@given(st.sets(st.text(LETTERS, min_size=1, max_size=4), max_size=8), st.text(LETTERS, max_size=20))
def test_words_are_found_from_left_to_right_the_longest_first(words: set[str], text: str) -> None:
    found = WordList(words).inside(text)

    at = 0
    for start, end in (*found, (len(text), len(text))):
        assert not any(text.startswith(word, place) for place in range(at, start) for word in words)
        assert all(len(word) <= end - start for word in words if text.startswith(word, start))
        at = end
    assert all(end <= len(text) and text[start:end] in words for start, end in found)


@pytest.mark.parametrize(
    ("letters", "meant"),
    [
        ("sanhuiyike", ("三会一课",)),
        ("shyk", ("三会一课",)),
        ("zhongwenrudangshici", ()),
        ("chongwenrudangshici", ("重温入党誓词",)),
        ("dk", ()),
        ("python", ()),
        ("", ()),
        ("三会一课", ()),
    ],
)
def test_letters_lead_to_the_words_they_are_pinyin_of(letters: str, meant: tuple[str, ...]) -> None:
    assert vocabulary().sounding(letters) == meant


def test_words_that_sound_alike_are_all_meant_up_to_eight() -> None:
    alike = [f"{first}{second}" for first in "党挡档" for second in "员原园源"]

    meant = Vocabulary(alike).sounding("dangyuan")

    assert set(meant) < set(alike)
    assert len(meant) == 8


@given(st.sets(st.text("党档课员ab1，", max_size=4), max_size=6))
def test_every_word_is_led_to_by_each_of_its_readings(words: set[str]) -> None:
    known = Vocabulary(words)

    assert known.words == {fold(word) for word in words if len(fold(word)) > 1 and runs(fold(word)) == [fold(word)]}
    for word in known.words:
        for reading in readings(word):
            assert (word in known.sounding("".join(reading))) == (len(reading) == len(word))


def test_a_word_in_traditional_characters_is_known_in_simplified() -> None:
    assert Vocabulary(["黨課"]).words == {"党课"}


def test_remarks_empty_lines_and_overlong_lines_are_no_words() -> None:
    assert list(written_words(f"# heading\n党课 # a remark\n\n{'党' * 33}\n  党章  \n")) == ["党课", "党章"]


def test_our_list_is_written_as_it_is_looked_for_and_names_nothing_twice() -> None:
    listed = list(written_words(own_text("words.txt")))

    assert set(listed) == vocabulary().words
    assert len(listed) == len(set(listed))
    assert 250 <= len(listed) <= 400


@pytest.fixture
def own_words(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Forget afterwards what was learnt."""
    monkeypatch.setattr("search.vocabulary._own_words", [])
    yield
    vocabulary.cache_clear()


@pytest.mark.usefixtures("own_words")
def test_words_of_whoever_runs_the_site_stand_beside_ours(tmp_path: Path) -> None:
    before = vocabulary().words
    (tmp_path / "words.txt").write_bytes("鄉村夜校\n# remark\n林盘课堂\n".encode() + b"\xff\xfe\n")

    assert [*corrections(terms("乡村夜笑"), ())] == []
    assert also_know(tmp_path / "words.txt") is True

    assert vocabulary().words == before | {"乡村夜校", "林盘课堂"}
    assert vocabulary().sounding("linpanketang") == ("林盘课堂",)
    assert [*corrections(terms("乡村夜笑"), ())] == ["乡村夜校"]


@pytest.mark.usefixtures("own_words")
def test_the_words_that_the_settings_name_are_learnt_when_a_process_starts(tmp_path: Path, settings: Settings) -> None:
    (tmp_path / "words.txt").write_text("林盘课堂\n", encoding="utf-8")
    search = apps.get_app_config("search")

    settings.SEARCH_WORDS = str(tmp_path / "words.txt")
    search.ready()
    settings.SEARCH_WORDS = str(tmp_path / "nothing.txt")
    with capture_logs() as logs:
        search.ready()

    assert "林盘课堂" in vocabulary().words
    assert [(each["event"], each["path"]) for each in logs] == [("search.words_unreadable", settings.SEARCH_WORDS)]


@pytest.mark.usefixtures("own_words")
def test_a_list_that_is_not_there_leaves_ours(tmp_path: Path) -> None:
    before = vocabulary().words

    assert also_know(tmp_path / "nothing.txt") is False
    assert also_know(tmp_path) is False
    assert vocabulary().words == before
