"""Marks are drawn on the original text, and nothing of it becomes markup."""

import re
from html import unescape
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.analysis import fold, terms
from search.highlight import best_segment, excerpt, highlight, snippet, spans, written_as
from search.pinyin import syllable_spans
from search.schema import SearchDoc, Segment
from search.synonyms import expanded

HOSTILE = st.text(alphabet="党课員员<>&\"'/mark script=ab１\u200b，。", max_size=300)


@pytest.mark.parametrize(
    ("text", "asked", "marked"),
    [
        ("學習黨章", "学习", "<mark>學習</mark>黨章"),
        ("Ｐython 教程", "python", "<mark>Ｐython</mark> 教程"),
        ("党\u200b员教育", "党员", "<mark>党\u200b员</mark>教育"),
        ("<b>党课</b>", "党课", "&lt;b&gt;<mark>党课</mark>&lt;/b&gt;"),
        ("三会一课与党课", "三会一课", "<mark>三会一课</mark>与党课"),
        ("党员的教育", "党员教育", "<mark>党员</mark>的<mark>教育</mark>"),
        ("party parties art", "art", "party parties <mark>art</mark>"),
        ("延安精神", "yanan", "<mark>延安</mark>精神"),
        ("100㎡", "m2", "100<mark>㎡</mark>"),
        ("井冈山", "延安", "井冈山"),
        ("教育工会的党员教育", "党员教育工作", "教育工会的<mark>党员教育</mark>"),
        ("教育工会与教育", "党员教育工作", "<mark>教育</mark>工会与<mark>教育</mark>"),
        ("育工", "党员教育工作", "<mark>育工</mark>"),
        ("三会一课要记录，上好一课", "三会一课怎么记录", "<mark>三会一课</mark>要<mark>记录</mark>，上好一课"),
        ("上好三会一课" + "，讲清楚" * 60, "shyk", "上好<mark>三会一课</mark>" + "，讲清楚" * 60),
        ("光芒" + "，讲清楚" * 60, "guangmang", "光芒" + "，讲清楚" * 60),
        ("a & b", "", "a &amp; b"),
    ],
)
def test_the_question_is_marked_in_the_original(text: str, asked: str, marked: str) -> None:
    assert highlight(text, terms(asked)) == marked


@given(HOSTILE, HOSTILE)
def test_the_only_tag_is_mark_and_the_text_is_the_original(text: str, asked: str) -> None:
    html = highlight(text, terms(asked))

    plain = re.sub("</?mark>", "", html)
    assert not re.search("[<>]", plain)
    assert unescape(plain) == text
    assert html.count("<mark>") == html.count("</mark>")


@given(HOSTILE, HOSTILE)
def test_an_excerpt_is_a_piece_of_the_text(text: str, asked: str) -> None:
    html = excerpt(text, terms(asked))

    plain = unescape(re.sub("</?mark>", "", html)).strip("…")
    assert plain in text
    assert not re.search("[<>]", re.sub("</?mark>", "", html))
    assert len(plain) <= 120


@given(st.text(), st.text())
def test_any_text_can_be_marked_for_any_question(text: str, asked: str) -> None:
    found = spans(text, terms(asked))

    assert all(0 <= start < end <= len(text) for start, end in found)
    assert all(left[1] < right[0] for left, right in pairwise(found))


@given(st.text(alphabet="党員网絡一课，ab ", min_size=2, max_size=30), st.data())
def test_a_piece_of_the_text_is_marked_in_it(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 2))
    piece = text[start : data.draw(st.integers(start + 2, len(text)))]

    assert bool(spans(text, terms(piece))) == bool(terms(piece).runs)


def test_an_excerpt_begins_at_a_sentence_near_the_mark() -> None:
    text = "甲" * 200 + "。这一句讲党课怎么上。" + "乙" * 200

    html = excerpt(text, terms("党课"))

    assert html.startswith("…这一句讲<mark>党课</mark>怎么上。乙")
    assert html.endswith("乙…")


def test_an_excerpt_shows_where_most_of_the_question_stands() -> None:
    text = "党" + "甲" * 300 + "党章党规党纪" + "乙" * 300

    assert "<mark>党</mark>章<mark>党</mark>规<mark>党</mark>纪" in excerpt(text, terms("党"))


SEGMENTS = (
    Segment(0.0, "大家好"),
    Segment(4.5, "今天讲党课"),
    Segment(12.25, "三会一課怎么开"),
    Segment(20.0, "三会一课的记录"),
)


@pytest.mark.parametrize(
    ("asked", "found_at"),
    [
        ("sanhuiyike", 12.25),
        ("san hui yi ke", 12.25),
        ("三会一课", 12.25),
        ("党课", 4.5),
        ("大家", 0.0),
        ("井冈山", None),
        ("", None),
        ("课的记录怎么写", 20.0),
    ],
)
def test_the_first_segment_with_the_words_is_found(asked: str, found_at: float | None) -> None:
    segment = best_segment(SEGMENTS, terms(asked))

    assert (segment.start_s if segment else None) == found_at


def test_the_snippet_comes_from_where_the_words_are() -> None:
    doc = SearchDoc(kind="lesson", pk="1", title="微课", url="/", body="讲党课的方法", segments=SEGMENTS)

    def of(asked: str) -> str:
        return snippet(doc, terms(asked), best_segment(doc.segments, terms(asked)))

    assert of("党课") == "讲<mark>党课</mark>的方法"
    assert of("三会一课") == "<mark>三会一課</mark>怎么开"
    assert of("微课") == "讲党课的方法"


@pytest.mark.parametrize(
    ("asked", "title", "meant"),
    [
        ("yanan", "延安精神", ("延安",)),
        ("yan an", "《延安精神》", ("延安",)),
        ("maozedong yanan", "毛泽东在延安", ("毛泽东 延安",)),
        ("yanan maozedong", "毛泽东在延安", ("延安 毛泽东",)),
        ("yanan maozedong", "延安毛泽东故居", ("延安毛泽东",)),
        ("sanhuiyike", "组织生活", ("三会一课",)),
        ("san hui yi ke", "组织生活", ("三会一课",)),
        ("tianqi", "组织生活", ()),
        ("延安", "延安精神", ()),
        ("", "延安精神", ()),
    ],
)
def test_pinyin_stands_for_characters_of_the_title_or_a_word_of_the_field(
    asked: str, title: str, meant: tuple[str, ...]
) -> None:
    assert written_as(terms(asked), title) == meant


def test_another_word_for_the_same_is_marked_shown_and_found_in_a_transcript() -> None:
    asked = expanded(terms("支委会"), {"支委会": ("支部委员会",)})
    segments = (Segment(0.0, "大家好"), Segment(3.5, "支部委员会怎么开"))
    doc = SearchDoc(
        kind="lesson", pk="1", title="微课", url="/", subtitle="支委", body="支部委員會的記錄", segments=segments
    )

    assert highlight(doc.title, asked) == "微课"
    assert snippet(doc, asked, None) == "<mark>支部委員會</mark>的記錄"
    assert best_segment(segments, asked) == segments[1]


def test_the_snippet_of_a_pinyin_question_marks_what_the_title_is_called() -> None:
    doc = SearchDoc(kind="lesson", pk="1", title="延安精神永放光芒", url="/", body="甲" * 300 + "。在延安的日子。")

    assert snippet(doc, terms("yanan"), None) == "…在<mark>延安</mark>的日子。"


def test_the_beginning_of_a_very_long_body_is_looked_at() -> None:
    body = "甲" * 19_000 + "。讲党课的方法。" + "乙" * 100_000 + "三会一课"
    doc = SearchDoc(kind="lesson", pk="1", title="微课", url="/", body=body, subtitle="三会一课怎么开")

    assert snippet(doc, terms("党课"), None).startswith("…讲<mark>党课</mark>的方法。乙乙")
    assert snippet(doc, terms("党课"), None).endswith("乙…")
    assert snippet(doc, terms("三会一课"), None) == "<mark>三会一课</mark>怎么开"


@given(HOSTILE, HOSTILE)
def test_what_is_marked_is_a_piece_of_the_question_and_of_the_text(text: str, asked: str) -> None:
    cut = terms(asked)
    whole = fold(text)

    for start, end in spans(text, cut):
        marked = fold(text[start:end])
        assert marked in whole
        written = any(piece in marked for piece in (*cut.runs, *cut.pairs, *cut.words))
        assert written or any(syllable_spans(marked, word) for word in cut.words)
