"""What of a question may be written down."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cms.portal.kept_words import ASKED_CHARS, kept_text


@given(st.text(max_size=200))
def test_whatever_is_typed_is_cut_and_folded(text: str) -> None:
    kept = kept_text(text)
    assert len(kept) <= ASKED_CHARS
    assert kept_text(kept) == kept


@pytest.mark.parametrize(
    "text",
    [
        "138 0000 1234",
        "138-0000-1234",
        "11010119900307561X",
        "幺三八零零零零幺二三四",
        "壹叁捌零零零零",
        "1\u03013\u03018\u03010\u03010\u03010\u0301",
        "１３８０００",
        "①③⑧⓪⓪⓪",
        "验证码 493021",
        "zhou.yanqiu@example.org",
        "周砚秋＠支部",
        "sk_live_4eC39HqLyjWD",
        "550e8400-e29b-41d4",
        "川A12345",
        "川 AD12345",
        "京a·8x001",
        "党 123 党 456",
        "课堂" * 17,
        "课 " * 500,
        "？！",
    ],
)
def test_what_may_be_of_a_person_is_not_kept(text: str) -> None:
    assert kept_text(text) == ""


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("三会一课", "三会一课"),
        ("一九二一年", "一九二一年"),
        ("2026 年 11 月", "2026 年 11 月"),
        ("Python 3 入门", "python 3 入门"),
        ("Elasticsearch", "elasticsearch"),
        ("川剧 AI", "川剧 ai"),
        ("课堂" * 16, "课堂" * 16),
        ("急救 急救", "急救"),
    ],
)
def test_words_are_kept(text: str, kept: str) -> None:
    assert kept_text(text) == kept
