"""What is typed and what is stored meet in the same tokens, and every highlight finds its way back."""

import ast
import shutil
import unicodedata
from collections.abc import Iterator
from importlib import metadata, resources
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search import analysis
from search.analysis import (
    Terms,
    bigrams,
    fingerprint,
    fold,
    index_tokens,
    key,
    normalise,
    runs,
    telling,
    terms,
    unigrams,
    words,
)
from search.engines import tokens
from search.word_lists import own_text, written_words

CHINESE = st.text(alphabet="党員员网絡络时代延安精神三会一课學习，。 “”Ａb1２Python\u200b党\ufe0f", max_size=40)


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("網絡時代", "网络时代"),
        ("Ｐｙｔｈｏｎ３", "python3"),
        ("党\u200b员", "党员"),
        ("①㎡", "1m2"),
        ("ﬁlm", "film"),
        ("CAFÉ", "café"),
        ("後裡鐘", "后里钟"),
        ("豈", "岂"),
        ("\ufeff延安", "延安"),
        ("\ud800a", "a"),
    ],
)
def test_different_ways_of_writing_fold_to_one(typed: str, folded: str) -> None:
    assert fold(typed) == folded


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text() | CHINESE)
def test_every_folded_character_leads_back_to_what_it_was_made_of(text: str) -> None:
    folded = normalise(text)

    assert len(folded.offsets) == len(folded.text)
    assert list(folded.offsets) == sorted(folded.offsets)
    for position in range(len(folded.text)):
        start, end = folded.original_span(position, position + 1)
        assert 0 <= start < end <= len(text)
        assert folded.text[position] in fold(text[start:end])


@given(st.text() | CHINESE)
def test_the_folded_text_is_the_same_with_and_without_the_way_back(text: str) -> None:
    assert fold(text) == normalise(text).text


def test_the_way_back_from_a_long_text_is_not_kept() -> None:
    title, body = "延安精神永放光芒", "延" * 2001

    assert normalise(title) is normalise(title)
    assert normalise(body) is not normalise(body)
    assert normalise(body) == normalise(body)


@given(CHINESE)
def test_the_original_spans_of_all_folded_characters_cover_the_visible_text(text: str) -> None:
    folded = normalise(text)
    covered = {
        place for position in range(len(folded.text)) for place in range(*folded.original_span(position, position + 1))
    }

    uncovered = {text[place] for place in range(len(text)) if place not in covered}
    assert uncovered <= {"\u200b", "\ufe0f"}


@given(st.text())
def test_any_string_can_be_cut_up(text: str) -> None:
    cut = terms(text)

    assert all(unicodedata.category(character)[0] in "LNM" for run in cut.runs for character in run)
    assert all(len(pair) <= 2 for pair in cut.pairs)
    assert all(token == fold(token) for token in index_tokens(fold(text)))


def test_a_run_gives_its_pairs() -> None:
    assert index_tokens("三会一课，党章，学") == ["三会", "会一", "一课", "党章"]
    assert bigrams("三会一课") == ["三会", "会一", "一课"]


def test_words_of_letters_stand_beside_single_characters() -> None:
    assert words("学习python3教程 ok") == ["python3", "ok"]
    assert unigrams("学习python3教程") == ["学", "习", "python3", "教", "程"]


def test_a_question_is_cut_into_runs_pairs_and_words() -> None:
    assert terms("網絡 Python３教程，党") == Terms(
        folded="网络 python3教程,党",
        runs=("网络", "python3教程", "党"),
        pairs=("网络", "教程", "党"),
        words=("python3",),
        unigrams=("网", "络", "python3", "教", "程", "党"),
    )


def test_titles_with_other_punctuation_have_the_same_key() -> None:
    assert key(fold("延安精神：永放光芒")) == key(fold("《延安精神》 永放光芒"))


@pytest.mark.parametrize("text", ["", "，。！", "😀🚩", "\x00", '"', "\u200b", "\ud800"])
def test_a_question_without_letters_has_no_runs(text: str) -> None:
    assert terms(text).runs == ()


def test_a_pasted_page_becomes_a_short_question() -> None:
    assert sum(len(run) for run in terms("党章" * 5000).runs) == 200


def test_runs_end_at_punctuation_and_spaces() -> None:
    assert runs("三会一课,主题 党日") == ["三会一课", "主题", "党日"]


@pytest.mark.parametrize(
    ("asked", "pairs"),
    [
        ("怎么上党课呢", ("上党", "党课")),
        ("什么是党课", ("党课",)),
        ("怎样才能学习延安的精神", ("学习", "习延", "延安", "安的", "的精", "精神")),
        ("党是什么", ("党",)),
        ("我想知道什么是党课", ("党课",)),
        ("为什么", ("为什", "什么")),
        ("甚麼是黨課", ("甚么", "么是", "是党", "党课")),
        ("什麼是黨課嗎", ("党课",)),
        ("吗啡", ("吗啡",)),
    ],
)
def test_words_that_ask_are_in_no_pair_unless_nothing_else_is_said(asked: str, pairs: tuple[str, ...]) -> None:
    assert terms(asked).pairs == pairs


@pytest.mark.parametrize(
    ("asked", "question"),
    [
        ("怎么上党课", True),
        ("党课好吗", True),
        ("党支部书记培训班", False),
        ("党支部书记培训班的", True),
        ("党支部 书记培训班 心得体会", False),
        ("为什么", False),
        ("python is a language", False),
        ("", False),
    ],
)
def test_a_sentence_is_told_from_words(asked: str, *, question: bool) -> None:
    assert terms(asked).question is question


@given(CHINESE)
def test_what_tells_is_a_part_of_what_was_asked(text: str) -> None:
    rest = fold(text)

    for piece in telling(fold(text)):
        assert piece in rest
        rest = rest[rest.index(piece) + len(piece) :]


def test_words_that_ask_are_written_as_they_are_looked_for() -> None:
    listed = list(written_words(own_text("question_words.txt")))

    assert [word for word in listed if fold(word) != word or len(word) < 2] == []
    assert len(set(listed)) == len(listed)


@pytest.fixture
def fresh_fingerprint() -> Iterator[None]:
    fingerprint.cache_clear()
    yield
    fingerprint.cache_clear()


@pytest.mark.usefixtures("fresh_fingerprint")
@pytest.mark.parametrize("package", ["pypinyin", "opencc-python-reimplemented"])
def test_another_version_of_a_table_is_another_analysis(monkeypatch: pytest.MonkeyPatch, package: str) -> None:
    before = fingerprint()
    fingerprint.cache_clear()
    version = metadata.version
    monkeypatch.setattr(metadata, "version", lambda name: "0" if name == package else version(name))

    assert fingerprint() != before


@pytest.mark.usefixtures("fresh_fingerprint")
@pytest.mark.parametrize(
    ("name", "decides"),
    [
        ("analysis.py", True),
        ("pinyin.py", True),
        ("engines/tokens.py", True),
        # Known to questions alone: an editor's word is no reason to build an index anew.
        ("data/words.txt", False),
        ("data/question_words.txt", False),
        ("data/synonyms.txt", False),
        ("recall.py", False),
    ],
)
def test_what_decides_the_tokens_of_an_index_is_in_its_fingerprint_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, *, decides: bool
) -> None:
    before = fingerprint()
    fingerprint.cache_clear()
    copy = tmp_path / "search"
    shutil.copytree(Path(analysis.__file__).parent, copy, ignore=shutil.ignore_patterns("__pycache__"))
    with (copy / name).open("a", encoding="utf-8") as file:
        file.write("\n# another line\n")
    monkeypatch.setattr(resources, "files", lambda _package: copy)

    assert (fingerprint() != before) is decides


def test_what_an_index_holds_of_a_text_is_decided_in_files_of_the_fingerprint() -> None:
    imported = {
        node.module.removeprefix("search.").replace(".", "/") + ".py"
        for node in ast.walk(ast.parse(Path(tokens.__file__).read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("search.")
    }

    # Documents are as the rooms give them.
    assert imported - {"schema.py"} == {*analysis._OWN_FILES} - {"engines/tokens.py"}


@pytest.mark.usefixtures("fresh_fingerprint")
def test_the_same_code_and_tables_are_the_same_analysis() -> None:
    before = fingerprint()
    fingerprint.cache_clear()

    assert fingerprint() == before
