"""What was meant is recognised by its sound or behind one slip, and what is right is left alone."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from search.analysis import terms
from search.corrections import corrections, nearest, same_sound
from search.pinyin import sounds
from search.vocabulary import vocabulary

TITLES = ("延安精神永放光芒", "党章学习python3教程", "井冈山的清晨", "三会一课怎么开", "2023年工作总结", "怎样记录")
HAN = "党员教育学习井冈延安"


def distance(left: str, right: str) -> int:
    """Count insertions, deletions, replacements and swaps of neighbours, by the textbook."""
    rows = [[max(i, j) if not i * j else 0 for j in range(len(right) + 1)] for i in range(len(left) + 1)]
    for i in range(1, len(left) + 1):
        for j in range(1, len(right) + 1):
            changed = left[i - 1] != right[j - 1]
            rows[i][j] = min(rows[i - 1][j] + 1, rows[i][j - 1] + 1, rows[i - 1][j - 1] + changed)
            if i > 1 and j > 1 and (left[i - 1], left[i - 2]) == (right[j - 2], right[j - 1]):
                rows[i][j] = min(rows[i][j], rows[i - 2][j - 2] + 1)
    return rows[-1][-1]


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        ("廉正建设", ("廉政建设",)),
        ("廉正建設的意义", ("廉政建设的意义",)),
        ("党张", ("党章",)),
        ("井岗山", ("井冈山",)),
        ("井山冈", ("井冈山",)),
        ("三会一科", ("三会一课",)),
        ("三会课", ("三会一课",)),
        ("三一会课", ("三会一课",)),
        ("pyhton3", ("python3",)),
        ("延安精绅", ("延安精神",)),
        ("主题当日活动", ("主题党日活动",)),
        ("清晨 三会一科", ("清晨 三会一课",)),
        ("井岗山 三会一科", ("井冈山 三会一课", "井冈山 三会一科", "井岗山 三会一课")),
        ("党员教育工作", ()),
        ("廉政建设", ()),
        ("2024年工作总结", ()),
        ("天气", ()),
        ("教育", ()),
        ("党", ()),
        ("，。", ()),
        ("党" * 200, ()),
    ],
)
def test_what_was_meant_is_offered_and_what_is_right_is_left_alone(asked: str, meant: tuple[str, ...]) -> None:
    assert corrections(terms(asked), TITLES) == meant


@pytest.mark.parametrize(
    ("asked", "title"),
    [
        # A word of the field is right, whatever else stands in a title.
        ("二十大", "雪线二十米"),
        ("二〇二五年", "二〇二六年"),
        ("第五讲", "第六讲"),
    ],
)
def test_neither_a_word_of_the_field_nor_a_number_is_corrected_from_titles(asked: str, title: str) -> None:
    assert corrections(terms(asked), [title]) == ()


@pytest.mark.parametrize(
    ("run", "text", "piece"),
    [
        ("延安清神", "延安精神永放", "延安精神"),
        ("党员教鱼", "党员教育，工作", "党员教育"),
        ("党员教鱼", "党员教育工作", None),
        ("党员教育法", "党员教育", "党员教育"),
        ("党员教育法", "党员教育工作", None),
        ("pyton", "学习python教程", "python"),
        ("pyton", "pythonic", None),
        ("pyton", "pytonic", "pyton"),
        ("2024", "2023", None),
        ("第12讲", "第13讲", None),
        ("党章", "党课", None),
        ("三会一课", "三会，一课", None),
        ("三会一课", "开好三会一课", "三会一课"),
    ],
)
def test_a_slip_is_seen_where_no_word_is_cut(run: str, text: str, piece: str | None) -> None:
    assert nearest(run, text) == piece


@given(st.text(HAN, min_size=3, max_size=6), st.text(HAN + "，a", max_size=16))
def test_the_nearest_piece_is_at_most_one_slip_away_and_stands_in_the_text(run: str, text: str) -> None:
    piece = nearest(run, text)

    if piece is not None:
        assert piece in text
        assert distance(run, piece) <= 1
        assert (piece == run) == (run in text)


@given(st.text(HAN, min_size=3, max_size=6), st.data())
def test_every_single_slip_is_seen(meant: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(meant) - 1))
    letter = data.draw(st.sampled_from("章课"))
    run = data.draw(
        st.sampled_from(
            [
                meant[:place] + letter + meant[place:],
                meant[:place] + letter + meant[place + 1 :],
                meant[:place] + meant[place + 1 :],
                meant[: max(place - 1, 0)] + meant[place] + meant[max(place - 1, 0) : place] + meant[place + 1 :],
            ]
        )
    )
    assume(len(run) >= 3)

    piece = nearest(run, f"说，{meant}，好")

    assert piece is not None
    assert distance(run, piece) <= 1


@given(st.text("党挡章张经井京冈岗政正", min_size=2, max_size=5), st.text("党挡章张经井京冈岗政正", max_size=12))
def test_what_sounds_the_same_has_a_common_sound_in_every_place(run: str, text: str) -> None:
    piece = same_sound(run, text)

    alike = [
        text[at : at + len(run)]
        for at in range(len(text) - len(run) + 1)
        if all(sounds(mine) & sounds(other) for mine, other in zip(run, text[at : at + len(run)], strict=True))
    ]
    assert piece == (None if run in text or not alike else alike[0])


@given(st.sampled_from(sorted(word for word in vocabulary().words if len(word) > 3)), st.data())
def test_every_long_word_of_the_field_is_offered_behind_one_strange_character(word: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(word) - 1))

    assert word in corrections(terms(word[:place] + "鑫" + word[place + 1 :]), ())


@given(st.text(), st.lists(st.text(max_size=20), max_size=3))
def test_any_question_may_be_looked_at(asked: str, texts: list[str]) -> None:
    assert terms(asked).key not in corrections(terms(asked), texts)
