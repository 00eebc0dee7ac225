"""What was meant is recognised by its sound or behind one slip, and what is right is left alone."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from search.analysis import terms
from search.corrections import corrections, nearest, same_sound
from search.likeness import alike
from search.pinyin import sounds
from search.vocabulary import vocabulary

TITLES = ("延安精神永放光芒", "党章学习python3教程", "井冈山的清晨", "三会一课怎么开", "2023年工作总结", "怎样记录")
HAN = "党员教育学习井冈延安"
# Characters that sound like those.
ALIKE = "圆叫玉雪席京岗言按"


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
    assert tuple(corrections(terms(asked), TITLES)) == meant


@pytest.mark.parametrize(
    ("asked", "title"),
    [
        ("主题团日活动", "主题党日活动"),
        ("团日活动", "党日活动"),
        ("农村党员冬季轮训", "农民党员冬季轮训"),
        ("二十答", "雪线二十米"),
        ("无界", "五届大会"),
        ("五届", "无界展览"),
        ("剪纸窗花", "剪窗花"),
        ("党员教育法", "党员教育"),
        ("支部委员会议", "支部委员会"),
    ],
)
def test_another_word_is_no_slip(asked: str, title: str) -> None:
    assert title not in [*corrections(terms(asked), [title])]
    assert not [better for better in corrections(terms(asked), [title]) if better in title]


@pytest.mark.parametrize(
    ("asked", "title", "meant"),
    [
        ("灭火七", "灭火器", "灭火器"),
        ("延安精精神", "延安精神", "延安精神"),
        ("周密的部署", "周密部署", "周密部署"),
        ("农药平子", "农药瓶子", "农药瓶子"),
        ("天冬清", "天冬青", "天冬青"),
        ("大江蓝球", "大江篮球", "大江篮球"),
    ],
)
def test_what_sounds_or_looks_alike_and_what_slips_in_twice_is_offered(asked: str, title: str, meant: str) -> None:
    assert next(corrections(terms(asked), [title]), None) == meant


def test_a_word_of_the_field_that_sounds_alike_goes_before_every_title() -> None:
    assert next(corrections(terms("二十答"), ["二十达"])) == "二十大"


def test_a_question_of_many_words_is_not_corrected() -> None:
    assert [*corrections(terms("井岗山 三会一科 党张 晨"), TITLES)] != []
    assert [*corrections(terms("井岗山 三会一科 党张 晨 党"), TITLES)] == []


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
    assert [*corrections(terms(asked), [title])] == []


@pytest.mark.parametrize(
    ("run", "text", "piece"),
    [
        ("延安清神", "延安精神永放", "延安精神"),
        ("党员教鱼", "党员教育，工作", "党员教育"),
        ("党员教鱼", "党员教育工作", None),
        ("党员教法", "党员教育", None),
        ("党建共建", "党建建共建", "党建建共建"),
        ("党k章程", "党员章程", None),
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
    like = data.draw(st.sampled_from([each for each in HAN + ALIKE if alike(each, meant[place])]))
    run = data.draw(
        st.sampled_from(
            [
                meant[:place] + letter + meant[place:],
                meant[:place] + like + meant[place + 1 :],
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
def test_every_long_word_of_the_field_is_offered_behind_one_slip(word: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(1, len(word) - 2))
    slips = [word[:place] + each + word[place:] for each in (word[place], "的")]
    typed = data.draw(st.sampled_from([*slips, word[:place] + word[place + 1 :]]))
    assume(typed not in vocabulary().words)

    assert word in [*corrections(terms(typed), ())]


@given(st.text(max_size=40), st.lists(st.text(max_size=20), max_size=3))
def test_a_correction_is_another_question_of_as_many_words(asked: str, texts: list[str]) -> None:
    typed = terms(asked).runs

    for better in corrections(terms(asked), texts):
        assert better.split(" ") != [*typed]
        assert len(better.split(" ")) == len(typed)


@given(st.sampled_from(["党张", "井岗山", "三会一科", "pyhton3", "延安精绅"]), st.text("党章延安", max_size=5))
def test_what_is_corrected_beside_another_word_is_corrected_alone(wrong: str, other: str) -> None:
    alone = [*corrections(terms(wrong), TITLES)]
    beside = [better.split(" ")[0] for better in corrections(terms(f"{wrong} {other}"), TITLES)]

    assert alone[0] in beside
