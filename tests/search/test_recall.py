"""The nets of a question: what is looked for, in which order, and what is left out."""

from collections.abc import Sequence

import pytest

from search.analysis import Terms, terms
from search.recall import All, Initials, Net, Phrase, Some, Sounds, Step, Word, completion, pieces, steps
from search.synonyms import expanded


def planned_of(asked: Terms, common: tuple[str, ...] = ()) -> list[Step]:
    return [*steps(asked, common=lambda found: [piece for piece in common if piece in found])]


def named(text: str, common: tuple[str, ...] = ()) -> dict[str, Step]:
    return {step.name: step for step in planned_of(terms(text), common)}


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("党课", ["exact", "every"]),
        ("党", ["exact", "every"]),
        ("延安精神", ["exact", "every", "any"]),
        ("yanan", ["exact", "every", "pinyin"]),
        ("党课 yanan", ["exact", "every", "pinyin", "any"]),
        ("2026", ["exact", "every"]),
        ("什么是党课", ["exact", "every"]),
    ],
)
def test_nets_are_cast_from_the_finest_to_the_widest(text: str, names: list[str]) -> None:
    planned = planned_of(terms(text))

    assert [step.name for step in planned] == names
    exact_enough = 3 if "pinyin" in names else 1
    assert [step.enough for step in planned] == [3, exact_enough, *[1] * (len(names) - 2)]
    relaxed = {"exact": None, "every": None, "pinyin": "pinyin", "any": "any"}
    assert [step.relaxed for step in planned] == [relaxed[name] for name in names]


@pytest.mark.parametrize("text", ["怎么上党课", "党支部书记培训班心得体会", "怎么上党课 记录"])
def test_a_sentence_need_not_stand_in_one_text_with_all_its_pieces(text: str) -> None:
    planned = planned_of(terms(text))

    assert [(step.name, step.relaxed, step.enough) for step in planned] == [("exact", None, 1), ("any", "any", 1)]


def test_a_synonym_may_stand_in_the_place_of_its_run() -> None:
    asked = expanded(terms("支委会 记录"), {"支委会": ("支部委员会",)})
    planned = {step.name: step.net for step in planned_of(asked)}
    other = Phrase(("支部", "部委", "委员", "员会"))

    assert planned["exact"] == All((Some((Phrase(("支委", "委会")), other)), Phrase(("记录",))))
    assert planned["any"] == Some((Phrase(("支委",)), Phrase(("委会",)), Phrase(("记录",)), other))


def test_latin_letters_may_be_a_word_of_the_field_in_any_text() -> None:
    planned = named("san hui yi ke")["pinyin"]

    assert isinstance(planned.net, Some)
    assert planned.net.parts[1:] == (Phrase(("三会", "会一", "一课")),)


def test_a_run_is_its_pairs_in_a_row_and_one_character_stands_alone() -> None:
    assert named("延安精神 党")["exact"].net == All(
        (Phrase(("延安", "安精", "精神")), Phrase(("党",), open_ended=True))
    )


def test_every_piece_may_stand_anywhere_and_a_word_may_go_on() -> None:
    assert named("党课python")["every"].net == Some(
        (
            All((Phrase(("党课", "课p", "py", "yt", "th", "ho", "on")),)),
            All((Phrase(("党课",)), Word("python"))),
        )
    )


def test_latin_letters_may_be_syllables_or_initials_of_a_name() -> None:
    assert named("yanan")["pinyin"].net == Some((All((pronounced("text"),)), Phrase(("延安",))))
    assert completion(terms("yanan")) == All((pronounced("names"),))


def pronounced(columns: str) -> Net:
    written = Phrase(("ya", "an", "na", "an"), "names" if columns == "names" else "text")
    cuts = (("yan", "an"), ("yan", "a", "n"), ("ya", "nan"), ("ya", "na", "n"))
    return Some((written, *map(Sounds, cuts), Initials("yanan")))


def test_pieces_that_most_documents_have_are_not_looked_for_alone() -> None:
    telling = (Phrase(("延安",)), Phrase(("安的",)), Phrase(("精神",)))

    assert named("延安的精神", ("的精",))["any"].net == Some(telling)


def test_at_least_three_pieces_are_looked_for_the_rarest_of_the_common_ones_among_them() -> None:
    def looked_for(*common: str) -> set[str]:
        net = named("延安的精神", common)["any"].net
        assert isinstance(net, Some)
        return {token for part in net.parts if isinstance(part, Phrase) for token in part.tokens}

    assert looked_for("的精") == {"延安", "安的", "精神"}
    assert looked_for("延安", "的精") == {"安的", "精神", "延安"}
    assert looked_for("的精", "精神", "延安") == {"安的", "的精", "精神"}
    assert looked_for("的精", "精神", "延安", "安的") == {"的精", "精神", "延安"}
    assert looked_for() == {"延安", "安的", "的精", "精神"}


def test_how_frequent_the_pieces_are_is_asked_only_when_the_finer_nets_caught_too_little() -> None:
    counted: list[Sequence[str]] = []

    def common(found: Sequence[str]) -> Sequence[str]:
        counted.append(found)
        return ()

    planned = steps(terms("延安精神"), common=common)

    assert [next(planned).name, next(planned).name, counted] == ["exact", "every", []]
    assert next(planned).name == "any"
    assert counted == [("延安", "安精", "精神")]


def test_a_pasted_page_becomes_at_most_sixty_four_pieces() -> None:
    page = "".join(chr(0x4E00 + number) for number in range(500))

    assert len(pieces(terms(page))) == 64
