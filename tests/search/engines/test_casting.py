"""Which pieces of a question tell too little to be looked for by themselves."""

from hypothesis import given
from hypothesis import strategies as st

from search.engines.casting import COMMON_SHARE, common_among

FOUND = st.dictionaries(st.text("甲乙丙丁", min_size=2, max_size=3), st.integers(0, 3000).map(float), max_size=8)


def test_pieces_in_a_fifth_of_all_documents_are_common_the_rarest_first() -> None:
    assert common_among({"学习": 900.0, "枣园": 3.0, "党员": 250.0, "窑洞": 200.0}, 1000) == ("党员", "学习")


def test_beyond_the_three_rarest_pieces_those_that_bring_too_much_are_common() -> None:
    found = {"甲乙": 1500.0, "乙丙": 1600.0, "丙丁": 1700.0, "丁甲": 1800.0}

    assert common_among(found, 100_000) == ("丁甲",)


@given(FOUND)
def test_a_rarer_piece_is_never_common_where_a_more_frequent_one_is_not(found: dict[str, float]) -> None:
    common = common_among(found, 4000)
    kept = [found[piece] for piece in found if piece not in common]

    assert [found[piece] for piece in common] == sorted(found[piece] for piece in common)
    assert max(kept, default=0.0) <= min((found[piece] for piece in common), default=3000.0)
    assert all(each <= 4000 * COMMON_SHARE for each in kept)
