from dataclasses import replace

import pytest
from django.utils import translation

from cms.quizzes.drafts import QuestionDraft
from cms.quizzes.kinds import KINDS, faults
from tests.factories.quizzes import MULTIPLE, SINGLE, TRUE_FALSE


def test_every_kind_offers_the_same_things() -> None:
    wanted = {"SLUG", "WIDGET", "SHUFFLED", "faults", "labels", "mark", "rule"}
    assert {slug: wanted <= set(dir(kind)) for slug, kind in KINDS.items()} == dict.fromkeys(
        ["single", "multiple", "true_false"], True
    )


@pytest.mark.parametrize("draft", [SINGLE, MULTIPLE, TRUE_FALSE])
def test_a_complete_question_has_no_faults(draft: QuestionDraft) -> None:
    assert faults(draft) == []


@pytest.mark.parametrize(
    ("draft", "sentence"),
    [
        (replace(SINGLE, stem=" "), "The question has no text."),
        (replace(SINGLE, kind="essay"), "This kind of question is not known."),
        (replace(SINGLE, options=["一"], answer=[0]), "Write two to eight options, none of them empty."),
        (replace(SINGLE, options=["一", " "], answer=[0]), "Write two to eight options, none of them empty."),
        (replace(SINGLE, options=["一"] * 9, answer=[0]), "Write two to eight options, none of them empty."),
        (replace(SINGLE, options=["一", "一 "], answer=[0]), "Two options say the same."),
        (replace(SINGLE, answer=[3]), "What is marked as right is not among the options."),
        (replace(SINGLE, answer=[-1]), "What is marked as right is not among the options."),
        (replace(SINGLE, answer=[0, 1]), "Mark exactly one option as right."),
        (replace(MULTIPLE, answer=[]), "Mark at least one option as right."),
        (replace(MULTIPLE, answer=[0, 0]), "What is marked as right is not among the options."),
        (replace(TRUE_FALSE, answer=[2]), "Say whether the statement is true or false."),
    ],
)
def test_what_cannot_be_marked_is_said_in_a_sentence(draft: QuestionDraft, sentence: str) -> None:
    with translation.override("en"):
        assert sentence in faults(draft)
